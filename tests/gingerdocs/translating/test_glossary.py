"""Lies that a translation tells with the words that it has, and with those that it has not."""

import re
from collections import Counter

import pytest

from gingerdocs.languages import LANGUAGES, SOURCE
from gingerdocs.translating import glossary

PT, ZH = "pt", "zh"


@pytest.mark.parametrize(
    ("original", "translated", "code"),
    [
        ("It does not wait two seconds.", "Ele não espera dois segundos.", PT),
        ("It does not wait two seconds.", "它不等待两秒。", ZH),
        ("The client closes it first.", "O cliente o fecha em primeiro lugar.", PT),
        ("A server. It starts.", "一个服务器。它会启动。", ZH),
        ("400 Bad Request", "400 Bad Request", PT),
        ("It says whether it listens.", "它说明是否在监听。", ZH),
        ("None is the end of it", "None 表示结束", ZH),
        ("It signs. Nobody else signs.", "Assina. Mais ninguém tem a assinatura.", PT),
        ("Signing keys are long.", "签名的密钥很长。", ZH),
        ("It waits. Then the client ends.", "客户端在等。然后客户端结束。", ZH),
        ("They take turns.", "它们轮流。", ZH),
        ("It adds, rather than replaces.", "它是添加，而不是取代。", ZH),
    ],
)
def test_what_says_the_same_passes(original: str, translated: str, code: str) -> None:
    assert glossary.compare(original, translated, code) == []


@pytest.mark.parametrize(
    ("original", "translated", "code", "said"),
    [
        ("It waits.", "Espera depois.", PT, "says “depois”, for which the original has no word"),
        ("It closes if they leave.", "除非他们离开，它会关闭。", ZH, "says “除非”"),
        ("Wait until it ends.", "Espere para ver se termina.", PT, "has no word for “until”"),
        ("At most two run.", "最少运行两个。", ZH, "has no word for “At”"),
        ("It keeps them for good.", "Ele os guarda um pouco.", PT, "has no word for “for”"),
        ("It is rolled back.", "Fica gravado.", PT, "has no word for “rolled”"),
        ("Few run.", "大量运行。", ZH, "has no word for “Few”"),
        ("It waits.", "它总是等待。", ZH, "says “总是”, for which the original has no word"),
        ("It takes two of them.", "Leva três deles.", PT, "has no word for “two”"),
        ("It takes two of them.", "需要三个。", ZH, "says “三”"),
        ("It takes five seconds.", "Leva cinco minutos.", PT, "has no word for “seconds”"),
        ("It ends in its first second.", "它在第二秒结束。", ZH, "has no word for “first”"),
        ("It ends in an hour.", "它在第二个小时结束。", ZH, "says “第二”"),
        ("It runs before the test.", "它在测试之后运行。", ZH, "has no word for “before”"),
        ("It runs before the tests.", "Roda depois dos testes.", PT, "says “depois”"),
        ("The server answers.", "O cliente responde.", PT, "has no word for “server”"),
        ("It answers for all.", "Responde, no navegador, por todos.", PT, "says “navegador”"),
        ("It answers for all.", "Responde, bem-sucedida, por todos.", PT, "says “bem-sucedida”"),
        ("It answers for all.", "它向浏览器回答所有人。", ZH, "says “浏览器”"),
        ("It checks the path.", "Verifica o texto.", PT, "has no word for “path”"),
        ("It adds, rather than replaces.", "它是添加，而是覆盖。", ZH, "has no word for “rather”"),
        ("It is longer than the longest.", "它短于最长的。", ZH, "says “短于”"),
        ("It is shorter than that.", "它长于那个。", ZH, "has no word for “shorter”"),
    ],
)
def test_what_says_something_else_is_told(
    original: str, translated: str, code: str, said: str
) -> None:
    assert any(said in str(finding) for finding in glossary.compare(original, translated, code))


@pytest.mark.parametrize(
    ("original", "translated", "said"),
    [
        (
            "It answers. Never stop it.",
            "Ele responde.",
            ["has 1 sentence, the original 2 sentences"],
        ),
        ("It answers.", "它会回答。别担心。", ["has 2 sentences, the original 1 sentence"]),
        ("It answers. It ends.", "Ele responde. Termina.", []),
    ],
)
def test_sentences_are_counted(original: str, translated: str, said: list[str]) -> None:
    assert glossary.count(original, translated) == said


def test_each_sentence_is_compared_with_its_own() -> None:
    swapped = glossary.compare(
        "It sends before. It waits after.", "它在之后发送。它在之前等待。", ZH
    )
    assert {finding.word for finding in swapped} == {"before", "after"}


def test_what_a_program_prints_and_a_name_s_parts_are_no_words_of_the_sentence() -> None:
    original = 'It notes "closed" by FILE_NOT_FOUND and If-None-Match.'
    assert glossary.compare(original, 'Ele anota "closed" por FILE_NOT_FOUND.', PT) == []


@pytest.mark.parametrize(
    ("text", "code", "times"),
    [
        ("It does not wait, and nothing ends without it.", SOURCE, 3),
        ("None is a note that nobody knows.", SOURCE, 2),
        ("Não há nenhum, sem dúvida.", PT, 2),
        ("它不等待，没有人等。", ZH, 2),
        ("它说明是否在监听，不仅如此，还有类别。", ZH, 0),
    ],
)
def test_the_words_that_deny_are_counted(text: str, code: str, times: int) -> None:
    assert glossary.denials(text, code) == times


@pytest.mark.parametrize(
    ("original", "translated", "code"),
    [
        ("It returns nothing.", "Não retorna nada.", PT),
        ("It needs no form, page or mail.", "Não precisa de formulário, página nem e-mail.", PT),
        ("It is sent if nothing has changed.", "É enviado se nada mudou.", PT),
        ("It does not wait, and nothing ends.", "Não espera, e nada termina.", PT),
        ("The limit; None lifts it.", "O limite; None o retira.", PT),
        ("It has nothing but data.", "Só tem dados.", PT),
        ("Add it, rather than replace another.", "追加，而不是取代。", ZH),
        ("Unprintable characters go.", "不可打印的字符会去掉。", ZH),
        ("Whatever the case.", "不区分大小写。", ZH),
    ],
)
def test_what_denies_as_often_may_do_so_in_other_words(
    original: str, translated: str, code: str
) -> None:
    assert glossary.deny_alike(original, translated, code)


@pytest.mark.parametrize(
    ("original", "translated", "code"),
    [
        ("It returns nothing.", "Retorna nada.", PT),
        ("It returns each page.", "Retorna nenhuma página.", PT),
        ("It returns nothing.", "Não retorna nada, não.", PT),
        ("The limit; None lifts it.", "O limite; None não o retira.", PT),
        ("It has nothing but data.", "Só não tem dados.", PT),
        ("Unprintable characters go.", "不可打印的字符不会去掉。", ZH),
        ("It lacks a name, or has no type.", "它没有名称，或每个类型。", ZH),
        ("Each is sent.", "Nenhum é enviado.", PT),
    ],
)
def test_what_denies_more_often_or_less_is_told(original: str, translated: str, code: str) -> None:
    assert not glossary.deny_alike(original, translated, code)


def test_each_word_belongs_to_one_term_and_each_term_has_all_languages() -> None:
    content = glossary.tomllib.loads(glossary.GLOSSARY.read_text("utf-8"))
    words = Counter(word.strip() for entry in content["term"] for word in entry[SOURCE].split(","))
    assert [word for word, times in words.items() if times > 1] == []
    assert [word for word in words if not re.fullmatch(r"[\w'-]+", word)] == []
    known = {*LANGUAGES, "also", "back"}
    for entry in content["term"] + content["phrase"]:
        assert {*LANGUAGES} <= entry.keys() <= known, entry[SOURCE]
