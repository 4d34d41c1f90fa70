"""A translator's mistakes are caught, and correct translations pass."""

import re
from pathlib import Path

import pytest

from gingerdocs.languages import LANGUAGES
from gingerdocs.translating import translation

# What the original says, what the translator wrote, and what the check says about it.
TEXT_MISTAKES = {
    "literal misspelt": ("Run `uvicorn` now.", "Execute `uvicron` agora.", "`uvicron`"),
    "literal translated": ("Set `DEBUG`.", "Defina `DEPURAR`.", "`DEPURAR` where the original"),
    "literal lost": ("Run `uvicorn` now.", "Execute agora.", "lacks the literal `uvicorn`"),
    "literal added": ("Run it now.", "Execute `uvicorn` agora.", "adds the literal `uvicorn`"),
    "literal once too few": ("`a` or `a`, `b`.", "`a` ou `b`.", "lacks the literal `a`"),
    "literal swapped for its sibling": ("`a` or `b`.", "`a` ou `a`.", "`a` where the original"),
    "literal in capitals": ("Read `asgi.py`.", "Leia `ASGI.py`.", "`ASGI.py`"),
    "literal in quotes": ("Run `uvicorn`.", "Execute 'uvicorn'.", "lacks the literal"),
    "literal with full-width marks": ("Run `uvicorn`.", "运行｀uvicorn｀。", "lacks the literal"),
    "literal not closed": ("Run `uvicorn` now.", "Execute `uvicorn agora.", "prints `"),
    "literal with a space": ("Pass `--workers`.", "Passe `-- workers`.", "`-- workers`"),
    "literal with a typographic dash": ("Pass `--fd`.", "Passe `—fd`.", "`—fd`"),
    "literal of another number": ("Port `8000`.", "Porta `8080`.", "`8080`"),
    "role renamed": ("See {ref}`async`.", "Veja {doc}`async`.", "{doc}`async`"),
    "role target changed": ("{ref}`here <asgi>` it is.", "{ref}`Aqui <wsgi>`.", "{ref}`wsgi`"),
    "role target translated": ("See {ref}`async`.", "Veja {ref}`assíncrono`.", "{ref}`assíncrono`"),
    "role broken by a space": ("See {ref}`async`.", "Veja {ref} `async`.", "lacks the role"),
    "role with full-width braces": ("See {ref}`async`.", "请看｛ref｝`async`。", "lacks the role"),
    "link to elsewhere": ("See [this](#asgi).", "Veja [isto](#wsgi).", "(#wsgi) where the"),
    "link lost": ("See [this](#asgi).", "Veja isto.", "lacks the link (#asgi)"),
    "link added": ("See this.", "Veja [isto](#asgi).", "adds the link"),
    "link twice": ("[a](#x) [b](#y)", "[a](#x) [b](#x)", "(#x) where the original has (#y)"),
    "link broken by a space": ("See [this](#asgi).", "Veja [isto] (#asgi).", "lacks the link"),
    "link with full-width brackets": ("[this](#asgi)", "[这里]（#asgi）", "lacks the link"),
    "link not closed": ("See [this](#asgi).", "Veja [isto](#asgi.", "prints ]("),
    "link by reference": ("See [this](#asgi).", "Veja [isto][asgi].", "prints ]["),
    "address changed": ("<https://uvicorn.dev>", "<https://uvicorn.org>", "uvicorn.org"),
    "address no longer a link": ("Go to <https://a.dev>.", "Vá a https://a.dev.", "lacks the link"),
    "image changed": ("![map](map.png)", "![mapa](mapa.png)", "(mapa.png)"),
    "footnote changed": ("So it is.[^1]", "Assim é.[^2]", "[^2] where the original has [^1]"),
    "footnote lost": ("So it is.[^1]", "Assim é.", "lacks the footnote [^1]"),
    "substitution translated": ("Get {{ version }}.", "Baixe {{ versão }}.", "{{ versão }}"),
    "substitution not closed": ("Get {{ version }}.", "Baixe {{ version }.", "lacks the substit"),
    "placeholder renamed": ("Page %(page)s here.", "Página %(pagina)s.", "%(pagina)s"),
    "placeholder lost": ("Version {name} of it.", "A versão.", "lacks the placeholder {name}"),
    "HTML changed": ("Press <kbd>a</kbd>.", "Aperte <b>a</b>.", "the HTML <b>"),
    "HTML lost": ("Press <kbd>a</kbd>.", "Aperte <kbd>a.", "lacks the HTML </kbd>"),
    "emphasis by full-width marks": ("Use **X** servers.", "使用**“X”**服务器", "asterisks"),
    "emphasis with a space": ("It is **not** so.", "**Não ** é.", "asterisks"),
    "emphasis not closed": ("It is **not** so.", "**Não é.", "asterisks"),
    "emphasis lost": ("It is **not** so.", "Não é.", "emphasises 0 times"),
    "emphasis added": ("It is so.", "*É* assim.", "emphasises 1 times"),
    "emphasis by underscores in words": ("It is _so_ good.", "这_很_好。", "emphasises 0 times"),
    "numbered list": ("First: install.", "1. Instale.", "numbered list"),
    "numbered with a bracket": ("Install.", "1) Instale.", "numbered list"),
    "bullet": ("Install.", "- Instale.", "list item"),
    "bullet of an asterisk": ("Install.", "* Instale.", "list item"),
    "heading": ("Install.", "# Instale.", "heading"),
    "heading underlined": ("Install.", "Instale.\n---", "heading"),
    "comment": ("Install.", "% Instale.", "a comment"),
    "quotation": ("Install.", "> Instale.", "quotation"),
    "indented": ("Install.", "    Instale.", "indented"),
    "fence": ("Install.", "```\nInstale.\n```", "fence"),
    "directive": ("Install.", ":::{note}\nInstale.\n:::", "fence"),
    "table": ("a or b", "a | b\n-|-\n", "table"),
    "definition": ("Install.", "Instale\n: já", "definition"),
    "HTML block": ("Install.", "<div>Instale.</div>", "HTML"),
    "ruler": ("Install.", "---", "ruler"),
    "label": ("Install.", "(instale)=", "label"),
    "link definition": ("Install.", "[Instale]: http://a", "shows nothing"),
    "second paragraph": ("Install it.", "Instale.\n\nAgora.", "blank line"),
    "line break": ("Install it.", "Instale\nagora.", "breaks the line"),
    "leading space": ("Install.", " Instale.", "begins with white space"),
    "trailing space": ("Install.", "Instale. ", "ends with white space"),
    "ideographic space": ("Install.", "安装。\u3000", "ends with white space"),
    "noqa": ("Install.", "Instale. # noqa", "# noqa"),
    "two colons": ("Install:", "Instale::", "ends with ::"),
    "wrong encoding": ("Hello.", "OlÃ¡.", "encoding"),
    "replacement character": ("Hello.", "Ol\ufffd.", "U+FFFD"),
    "zero-width space": ("Hello.", "你\u200b好。", "U+200B"),
    "number changed": ("It waits 5 seconds.", "Espera 50 segundos.", "lacks the number 5"),
    "number changed after a comma": ("It took 0.16 s.", "Levou 0,61 s.", "lacks the number 0.16"),
    "number added": ("It waits a while.", "Espera 3 segundos.", "the number 3"),
    "number lost": ("Python 3.11 or later.", "Python ou posterior.", "lacks the number 3.11"),
    "name misspelt": ("Start Daphne.", "Inicie o Dapnhe.", "lacks the name Daphne; did you mean"),
    "name swapped": ("Start with Daphne.", "Comece com Uvicorn.", "lacks the name Daphne"),
    "name swapped in Chinese": ("Daphne is here.", "Uvicorn 在此。", "has the name Uvicorn"),
    "name misspelt in Chinese": ("Uvicorn is here.", "Uvicron 在此。", "did you mean Uvicorn"),
    "acronym swapped": ("WSGI and more.", "ASGI e mais.", "lacks the name WSGI"),
    "acronym misspelt": ("Use the CSRF check.", "Use a checagem CRSF.", "did you mean CSRF"),
    "acronym lost": ("TLS ends here.", "Termina aqui.", "lacks the name TLS"),
    "left in English": ("This is not what it was.",) * 2 + ("is the original text",),
}

RIGHT_TEXT = [
    ("Run `a`, then `b`.", "Depois de `b`, execute `a`."),
    ("{ref}`here <asgi>` it is", "Está {ref}`aqui <asgi>`"),
    ("See [the page](#asgi).", "请看[这一页](#asgi)。"),
    ("Links: [a](#a), [b](#b).", "Links: [b](#b), [a](#a)."),
    ("Go to <https://a.dev>.", "访问 <https://a.dev>。"),
    ("It is **not** so.", "**Não** é."),
    ("Use **fast** servers.", "使用**快速**服务器。"),
    ("Use *fast* servers.", "使用**快速**服务器。"),
    ("So it is.[^1]", "确实如此。[^1]"),
    ("Page %(page)s of {n}", "Página %(page)s de {n}"),
    ("It grows by 100% each time.", "Cresce 100% de cada vez."),
    ("It took 1,000 requests and 0.5 s.", "Levou 1.000 requisições e 0,5 s."),
    ("Twice as fast.", "2 vezes mais rápido."),
    ("Three servers.", "3 个服务器。"),
    ("Uvicorn", "Uvicorn"),
    ("ASGI", "ASGI"),
    ("Daphne and Uvicorn on Debian", "Daphne e Uvicorn no Debian"),
    ("Workers are processes.", "Worker 是进程。"),
    ("The URLs of the APIs.", "As URL das API."),
    ("Uvicorn logs the URLs.", "Uvicorn 记录 URL。"),
    ("A WebSocket lives on.", "WebSockets vivem."),
    ("The page is in Portuguese.", "A página está em português."),
    ("It is the first of January 2026.", "É 1º de janeiro de 2026."),
    ("It is the first of January 2026.", "这是 2026 年 1 月 1 日。"),
    ("Getting Started With Servers", "Primeiros passos com servidores"),
    ("Deploying", "部署"),
    ("It starts. Then it stops.", "Ele inicia. Depois, para."),
    ('He said: "No."', "Ele disse: “Não.”"),
    ("Use HTTP/2.", "请使用 HTTP/2。"),
    ("A 2 \\* 3 b", "Um 2 \\* 3 b"),
    ("snake_case is `x_y`", "é snake_case: `x_y`"),
    ("Press <kbd>a</kbd>.", "Aperte <kbd>a</kbd>."),
    ("First: install.", "1\\. Instale."),
    ("You and I run it.", "Você e eu executamos."),
    ("Get {{ version }}.", "获取 {{ version }}。"),
    ("The lifespan protocol", "lifespan 协议"),
    ("On the page [Sync and async code](#async).", "Na página [Código síncrono](#async)."),
]


# Sentences of a guide like ours, as translators would write them: English, Portuguese, Chinese.
TRANSLATED = [
    block.splitlines()
    for block in (Path(__file__).parent / "translated.txt").read_text("utf-8").split("\n\n")
]


@pytest.mark.parametrize(
    ("msgid", "msgstr"),
    [(msgid, msgstr) for msgid, *translated in TRANSLATED for msgstr in translated],
)
def test_sentences_of_a_guide_pass(msgid: str, msgstr: str) -> None:
    assert translation.compare_text(msgid, msgstr) == []


@pytest.mark.parametrize(
    ("msgid", "msgstr", "says"), TEXT_MISTAKES.values(), ids=TEXT_MISTAKES.keys()
)
def test_a_mistake_in_prose_is_named(msgid: str, msgstr: str, says: str) -> None:
    found = [difference.message for difference in translation.compare_text(msgid, msgstr)]
    assert any(says in message for message in found), found


@pytest.mark.parametrize(("msgid", "msgstr"), RIGHT_TEXT)
def test_a_right_translation_of_prose_passes(msgid: str, msgstr: str) -> None:
    assert translation.compare_text(msgid, msgstr) == []


@pytest.mark.parametrize("text", sorted({msgid for msgid, *_ in TEXT_MISTAKES.values()}))
def test_the_original_differs_from_itself_in_nothing(text: str) -> None:
    messages = [difference.message for difference in translation.compare_text(text, text)]
    assert messages in ([], ["is the original text; translate it"])


CHINESE = LANGUAGES["zh"].letters


@pytest.mark.parametrize(
    ("msgid", "msgstr", "says"),
    [
        ("Start the server again:", "Start the server again:", "is the original text"),
        ("Start the server again:", "Start a server:", "is the original text"),
        ("see `a`", "see `a`", "is the original text"),
        ("Run it. See `a`.", "Run it. 见 `a`。", ""),
        ("Run it. See `a`, which is long.", "运行它。See `a`, which is long.", "“which is long”"),
        ("It ends. Do not wait for it.", "它会结束。Do not wait for it.", "“not wait for it”"),
        ("nginx", "nginx", ""),
        ("GingerDJ, Uvicorn", "GingerDJ、Uvicorn", ""),
        ("`a` or `b`", "`a`、`b`", ""),
        ("The socket closed CODE REASON", "套接字 socket closed CODE REASON", ""),
    ],
)
def test_words_that_are_left_in_the_originals_script(msgid: str, msgstr: str, says: str) -> None:
    found = [each.message for each in translation.compare_text(msgid, msgstr, letters=CHINESE)]
    assert any(says in message for message in found) if says else not found


def test_a_literal_may_quote_what_a_sample_says_in_translation() -> None:
    samples = [('print("Hello you")\n', 'print("Olá você")\n')]
    compare = translation.compare_text
    assert compare("It prints `Hello you`.", "Imprime `Olá você`.", samples) == []
    assert compare("It prints `Hello you`.", "Imprime `Olá voce`.", samples) != []
    assert compare("It prints `Hello you`.", "Imprime `Olá você`.") != []
    assert compare("It calls `print`.", "Chama `Olá você`.", samples) != []


def test_plain_text_has_no_markup() -> None:
    text = "Run `a b`, see [the *page*](#x) and {ref}`c`."
    assert translation.plain(text).replace("\ufffc", "_") == "Run _, see \nthe page and _."


def test_letters_that_change_in_what_must_not_are_caught() -> None:
    """Plants a letter too many in every literal, link and name, one at a time."""
    planted = caught = 0
    for msgid, *translated in TRANSLATED:
        for msgstr in translated:
            for match in re.finditer(r"`[^`]+`|\([^)]+\)|[A-Z]{3,}", msgstr):
                lie = f"{msgstr[: match.end() - 1]}x{msgstr[match.end() - 1 :]}"
                planted += 1
                caught += bool(translation.compare_text(msgid, lie))
    assert planted > 30
    assert caught == planted


@pytest.mark.parametrize(
    "text",
    [
        "Words.",
        "Two sentences. And (this) too?",
        "版本很新。",
        "Ends in space ",
        "1. No word",
        "- no",
    ],
)
def test_plain_words_read_as_markdown_reads_them(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = translation._read.__wrapped__(text)
    monkeypatch.setattr(translation, "_PLAIN", re.compile("(?!)"))
    assert translation._read.__wrapped__(text) == known


@pytest.mark.parametrize(
    ("original", "translated", "places"),
    [
        ("It runs over UDP, not TCP.", "它使用 UDP，不使用 TCP。", ()),
        ("It runs over UDP, not TCP.", "它使用 TCP，不使用 UDP。", (2, 1)),
        ("Ask Granian before Uvicorn.", "先问 Uvicorn，再问 Granian。", (2, 1)),
        ("URLs of an ASGI server.", "URLs de um servidor ASGI.", ()),
        ("A URL and two URLs of ASGI.", "ASGI 的一个 URL 和两个 URL。", (3, 1, 2)),
        ("As for it: Granian waits for `a`.", "As outras: o Granian espera `a`.", ()),
        ("Granian waits for `a`.", "`a` é esperado pelo Granian.", (2, 1)),
    ],
)
def test_names_have_their_order(original: str, translated: str, places: tuple[int, ...]) -> None:
    assert translation.order(original, translated) == places
