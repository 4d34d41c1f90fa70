"""What a translator may not change in a sample is caught; comments and strings are theirs."""

import pytest

from gingerdocs.translating import code_translation

PYTHON = '''\
# Greets the world.
from gingerdj.http import HttpResponse


async def hello(request, name="you"):
    """Greets."""
    # Not async-unsafe.
    if request.method == "GET" and 1 < 2:
        return HttpResponse(f"Hello, {name!r}! %d" % 7, status=200)
    await other(b"x", [1, 2.5, None], key=True)
'''

# Language, original, a text of it, what replaces that, the line (from zero), what is said.
CODE_MISTAKES = {
    "name": ("python", PYTHON, "HttpResponse(f", "HtpResponse(f", 8, "HtpResponse"),
    "keyword argument": ("python", PYTHON, "status=", "estado=", 8, "'estado' where"),
    "number": ("python", PYTHON, "200", "201", 8, "201"),
    "parameter": ("python", PYTHON, "name=", "nome=", 4, "'nome'"),
    "module": ("python", PYTHON, "gingerdj.http", "gingerdj.https", 1, "gingerdj.https"),
    "attribute": ("python", PYTHON, "request.method", "request.metodo", 7, "metodo"),
    "operator": ("python", PYTHON, "1 < 2", "1 <= 2", 7, "LtE"),
    "and or": ("python", PYTHON, " and ", " or ", 7, "Or"),
    "await lost": ("python", PYTHON, "await other", "other", 9, "other("),
    "async lost": ("python", PYTHON, "async def", "def", 4, "def hello"),
    "placeholder renamed": ("python", PYTHON, "{name!r}", "{nome!r}", 8, "{nome!r}"),
    "placeholder's conversion": ("python", PYTHON, "!r}", "!s}", 8, "placeholders"),
    "placeholder lost": ("python", PYTHON, "{name!r}", "name", 8, "placeholders"),
    "format lost": ("python", PYTHON, " %d", "", 8, "placeholders"),
    "bytes": ("python", PYTHON, 'b"x"', 'b"y"', 9, "b'y'"),
    "bytes to text": ("python", PYTHON, 'b"x"', '"x"', 9, "'x'"),
    "None": ("python", PYTHON, "None", "True", 9, "True"),
    "argument lost": ("python", PYTHON, "1, 2.5, ", "1, ", 9, "parts"),
    "docstring lost": ("python", PYTHON, '    """Greets."""\n', "", 4, "parts"),
    "statement lost": ("python", PYTHON, "import HttpResponse\n", "import A\n", 1, "'A'"),
    "comment sign lost": ("python", PYTHON, "# Greets", "Greets", 0, "no longer Python"),
    "full-width bracket": ("python", PYTHON, "(request,", "（request,", 4, "no longer Python"),
    "indentation": ("python", PYTHON, "        return", "    return", 8, "no longer Python"),
    "prompt lost": ("pycon", ">>> a = 1\n>>> a\n1\n", ">>> a\n", "a\n", 0, "1 prompts"),
    "doctest": ("pycon", ">>> a = 1\n>>> a\n1\n", ">>> a\n", ">>> b\n", 1, "'b'"),
    "doctest in a python fence": ("python", ">>> a = 1\n>>> a\n1\n", ">>> a\n", ">>> b\n", 1, "b"),
    "flag": ("console", "$ ls --all # all\na\n", "--all", "--al", 0, "ls --al"),
    "port": ("console", "$ curl a:8000\nok\n", "8000", "8001", 0, "8001"),
    "command lost": ("console", "$ a\n$ b\nout\n", "$ b\n", "", 0, 'lacks the command "$ b"'),
    "command added": ("console", "$ a\nout\n", "out\n", "$ c\n", 1, "adds the command"),
    "continued line": ("console", "$ a \\\n> --b\nout\n", "--b", "--c", 1, "> --c"),
    "quotes": ("console", '$ echo "$A"\n', '"$A"', "'$A'", 0, "command"),
    "hash inside quotes": ("console", '$ echo "a # b"\n', "# b", "# c", 0, "command"),
    "control key": ("console", "$ a\n^C\n", "^C", "^D", 0, "lacks the command"),
    "request path": (
        "http",
        "GET / HTTP/1.1\nHost: a\n\nHTTP/1.1 200 OK\n",
        "GET /",
        "GET /b",
        0,
        "b",
    ),
    "request header": (
        "http",
        "GET / HTTP/1.1\nHost: a\n\nHTTP/1.1 200 OK\n",
        "Host",
        "Hots",
        1,
        "Hots",
    ),
    "directive": ("nginx", "a 1; # one\nb 2;\n", "b 2", "b 3", 1, "b 3;"),
    "ini value": ("ini", "[a]\n; note\nb = 1\n", "b = 1", "b = 2", 2, "b = 2"),
    "ini section": ("ini", "[a]\n; note\nb = 1\n", "[a]", "[c]", 0, "[c]"),
    "yaml indentation": ("yaml", "a:\n  b: 1\n", "  b", "b", 1, "b: 1"),
    "json": ("json", '{"a": "# 1"}\n', "# 1", "# 2", 0, "# 2"),
    "anchor that is no comment": ("yaml", "a: b#c\n", "b#c", "b#d", 0, "b#d"),
}


@pytest.mark.parametrize(
    ("language", "original", "old", "new", "line", "says"),
    CODE_MISTAKES.values(),
    ids=CODE_MISTAKES.keys(),
)
def test_a_mistake_in_code_is_named_with_its_line(
    language: str, original: str, old: str, new: str, line: int, says: str
) -> None:
    assert original.count(old) == 1
    found = code_translation.compare_code(language, original, original.replace(old, new))
    assert any(at == line and says in message for at, message in found), found


RIGHT_CODE = [
    ("python", PYTHON, PYTHON),
    (
        "python",
        PYTHON,
        PYTHON.replace("# Greets the world.", "# Saúda o mundo.\n# Em português.")
        .replace('"""Greets."""', '"""Saúda."""')
        .replace("Hello, {name!r}!", "Olá, {name!r}!"),
    ),
    ("python", 'print(f"{a} of {b}")\n', 'print(f"{b} 中的 {a}")\n'),
    ("python", 'a = "Hello"\n', 'a = (\n    "Olá "\n    "mundo"\n)\n'),
    ("python", "# a\nawait b()\n", "# 甲\nawait b()\n"),
    ("python", "def broken(\n", "def broken(\n"),
    ("python", ">>> 'a' + 'b'  # join\n'ab'\n", ">>> 'á' + 'b'  # junta\n'áb'\n"),
    ("pycon", ">>> a = 1  # one\n>>> a\n1\n", ">>> a = 1  # um\n>>> a\n1\n"),
    ("console", "$ ls  # lists\na\n", "$ ls  # lista\na\n"),
    ("console", "$ curl a\nHello\n", "$ curl a\nOlá\n"),
    ("console", "$ # Here\n$ ls\n", "$ # Aqui\n$ ls\n"),
    ("http", "GET / HTTP/1.1\n\nHTTP/1.1 200 OK\n\nHi", "GET / HTTP/1.1\n\nHTTP/1.1 200 OK\n\nOi"),
    ("nginx", "a 1;  # one\n\n# two\nb 2;\n", "a 1;  # um\n# dois\n# mais\nb 2;\n"),
    ("ini", "; a\nb = 1\n", "; á\nb = 1\n"),
    ("dockerfile", "# a\nRUN b\n", "# 甲\nRUN b\n"),
    ("toml", 'a = "b"  # "c\n', 'a = "b"  # "d\n'),
]


@pytest.mark.parametrize(("language", "original", "translated"), RIGHT_CODE)
def test_translated_comments_and_strings_pass(
    language: str, original: str, translated: str
) -> None:
    assert code_translation.compare_code(language, original, translated) == []


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("python", "a = 1\n", []),
        ("python", "a = 1  # one\n# two\n", [(0, "# one"), (1, "# two")]),
        ("python", 'a = "# no"\n', []),
        ("python", 'def a():\n    """One.\n    Two."""\n', [(1, '"""One.'), (2, '    Two."""')]),
        ("python", "# one\ndef broken(\n", [(0, "# one")]),
        ("python", ">>> a  # one\n1\n", [(0, "# one")]),
        ("pycon", ">>> a  # one\n", [(0, "# one")]),
        ("console", "$ uvicorn mysite.asgi:application\nINFO: # ready\n", []),
        ("console", "$ ls  # lists\n", [(0, "# lists")]),
        ("nginx", "listen 80;\n", []),
        ("ini", "a = 1\n; note\n", [(1, "; note")]),
        ("http", "GET /#a HTTP/1.1\n", []),
    ],
)
def test_finds_the_comments_of_a_sample(
    language: str, text: str, found: list[tuple[int, str]]
) -> None:
    assert code_translation.comments(language, text) == found


@pytest.mark.parametrize(
    ("text", "translated", "lines"),
    [
        ("a = 1\n# Let others go first.\n", None, [1]),
        ("a = 1\n# Let others go first.\n", "a = 1\n# Deixe os outros passarem.\n", []),
        ("a = 1\n# The bank's key.\n", None, [1]),
        ("# Let others go.\n# And come.\n", "# Deixe os outros.\n# And come.\n", [1]),
        ("# Uvicorn\n", None, []),
        ("a = 1  # type: ignore\n", None, []),
        ("a = 1\n", None, []),
    ],
)
def test_comments_left_in_the_original(text: str, translated: str | None, lines: list[int]) -> None:
    found = code_translation.untranslated("python", text, translated or text)
    assert [difference.line for difference in found] == lines
