import pytest

from gingerdocs.search import SearchChinese, SearchPortuguese


def terms(language: type, text: str) -> list[str]:
    search = language({})
    stemmed = [search.stem(word) for word in search.split(text)]
    return [word for word in stemmed if search.word_filter(word)]


def test_chinese_is_indexed_by_pairs_and_characters() -> None:
    assert terms(SearchChinese, "部署应用") == [
        *("部__", "署__", "应__", "用__"),
        *("部署__", "署应__", "应用__"),
    ]


def test_chinese_terms_are_long_enough_for_sphinx_to_require_them() -> None:
    assert all(len(term) > 2 for term in terms(SearchChinese, "用，应用𠮷野"))


def test_latin_words_among_chinese_stay_whole() -> None:
    assert terms(SearchChinese, "用ASGI部署 uvicorn") == [
        "用__",
        "asgi",
        "部__",
        "署__",
        "部署__",
        "uvicorn",
    ]


def test_no_pair_reaches_over_punctuation() -> None:
    assert "用部__" not in terms(SearchChinese, "应用。部署")


@pytest.mark.parametrize(
    "spellings",
    [
        "aplicação aplicacao APLICAÇÃO aplicac\u0327a\u0303o aplicações aplicacoes",
        "usuário usuario usuários usuarios",
        "referência referencia referências referencias",
        "disponível disponivel",
        "assíncrono assincrona assíncronas",
        "servidor servidores",
    ],
)
def test_portuguese_spellings_of_a_word_meet(spellings: str) -> None:
    assert len(set(terms(SearchPortuguese, spellings))) == 1


def test_portuguese_words_that_differ_do_not_meet() -> None:
    assert len(set(terms(SearchPortuguese, "aplicação servidor implantar pasta"))) == 4


def test_the_small_words_of_portuguese_are_left_out() -> None:
    assert terms(SearchPortuguese, "de para com") == []
