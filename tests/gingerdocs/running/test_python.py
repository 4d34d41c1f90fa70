"""Python samples: their namespace, their failures and the lines of these."""

import pytest

from gingerdocs.running import python
from gingerdocs.sample import Outcome
from tests.gingerdocs.conftest import ScratchPage, make_sample

DIVIDE = ">>> 1 / 0\nTraceback (most recent call last):\n"


def one(page: ScratchPage, text: str, **options: object) -> Outcome:
    return page.run(make_sample("python", text, **options))[0]


def doctest(page: ScratchPage, text: str) -> Outcome:
    return page.run(make_sample("doctest", text))[0]


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\nassert x == 1",
        "import asyncio\nawait asyncio.sleep(0)",
        "async def numbers():\n    yield 1\n\nassert [n async for n in numbers()] == [1]",
        "import asyncio\nasync with asyncio.timeout(9):\n    pass",
        "import asyncio\n\nasync def f():\n    return 3\n\nassert asyncio.run(f()) == 3",
        "import asyncio\ntask = asyncio.create_task(asyncio.sleep(99))\nawait asyncio.sleep(0)",
        "print('olá, 世界')",
        "\tx = 1".strip(),
        "import os\nos.chdir('/')",
        "import warnings\nwith warnings.catch_warnings(record=True):\n    warnings.warn('x')",
        "assert __name__ == '__main__'",
    ],
)
def test_what_runs(page: ScratchPage, text: str) -> None:
    outcome = one(page, text)
    assert (outcome.status, outcome.message) == ("passed", "")


def test_blocks_share_a_namespace_a_loop_and_what_they_print(page: ScratchPage) -> None:
    outcomes = page.run(
        make_sample("setup", "y = 2"),
        make_sample(
            "python",
            "import asyncio\nx = asyncio.get_running_loop()\nawait x.create_task(asyncio.sleep(0))",
        ),
        make_sample(
            "python",
            "import asyncio\nassert asyncio.get_running_loop() is x\nprint(y)\n"
            "await asyncio.sleep(0)",
        ),
        make_sample("doctest", ">>> y\n2"),
    )
    assert [outcome.status for outcome in outcomes] == ["passed"] * 4
    assert outcomes[2].output == "2\n"


def test_a_variable_that_cannot_tell_its_class_yet(page: ScratchPage) -> None:
    outcome = one(page, "from gingerdj.conf import settings\n\nx = 1")
    assert outcome.status == "passed", outcome.message


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("x = 1\n1 / 0", 1, "ZeroDivisionError: division by zero"),
        (
            "def f():\n    def g():\n        raise KeyError('k')\n\n    g()\n\n\nf()",
            2,
            "KeyError: 'k'",
        ),
        (
            "async def f():\n    await g()\n\n\nasync def g():\n    1 / 0\n\n\nawait f()",
            5,
            "ZeroDivision",
        ),
        ("x = 1\ny = (\nz = 2", 1, "SyntaxError: '(' was never closed"),
        ("x = 1\nreturn 2", 1, "SyntaxError: 'return' outside function"),
        ("x = 1\ndef f():\n    await g", 2, "SyntaxError: 'await' outside async function"),
        ("import json\n\njson.loads('{')", 2, "JSONDecodeError"),
        ("x = 1\nraise SystemExit(3)", 1, "SystemExit: 3"),
        ("x = 1\nraise KeyboardInterrupt", 1, "KeyboardInterrupt"),
        ("x = 1\ninput()", 1, "EOFError"),
        ("import sys\nassert sys.stdin.read() == 'x'", 1, "AssertionError"),
        ("x = 1\nprint('\\udc80')", 1, "UnicodeEncodeError"),
        ("async def f():\n    pass\n\n\nf()", 4, "coroutine 'f' was never awaited"),
        ("async def f():\n    pass\n\n\nx = f()", 4, "the coroutine of x was never awaited"),
        ("x = 1\ny = x is 1", 1, "SyntaxWarning"),
        (
            "import warnings\n\nwarnings.warn('old', DeprecationWarning)",
            2,
            "DeprecationWarning: old",
        ),
        (
            (
                "import asyncio\n\n\nasync def f():\n    1 / 0\n\n\n"
                "t = asyncio.create_task(f())\nawait asyncio.sleep(0)\ndel t"
            ),
            4,
            "ZeroDivisionError",
        ),
        (
            "import subprocess\np = subprocess.Popen(['sleep', '99'])",
            0,
            "left a process behind: sleep 99",
        ),
    ],
)
def test_what_fails_and_on_which_line(
    page: ScratchPage, text: str, line: int, message: str
) -> None:
    outcome = one(page, text)
    assert (outcome.status, outcome.line) == ("failed", line), outcome.message
    assert message in outcome.message
    assert outcome.broken


def test_a_traceback_names_the_lines_of_the_page(page: ScratchPage) -> None:
    first = make_sample("python", "def f():\n    1 / 0", lines=(21, 22))
    second = make_sample("python", "x = 1\nf()", lines=(31, 32))
    outcome = page.run(first, second)[1]
    assert outcome.line == 1
    assert 'File "docs/page.md", line 32, in <module>' in outcome.message
    assert 'File "docs/page.md", line 22, in f' in outcome.message
    assert "gingerdocs" not in outcome.message


def test_a_translated_block_fails_on_the_line_of_its_catalog(page: ScratchPage) -> None:
    path = "locale/pt/LC_MESSAGES/page.po"
    sample = make_sample("python", "x = 1\n# um comentário\nx +", path=path, lines=(7, 8, 9))
    outcome = page.run(sample)[0]
    assert sample.place(outcome.line) == f"{path}:9"
    assert f'File "{path}", line 9' in outcome.message


@pytest.mark.parametrize(
    ("text", "raises", "message"),
    [
        ("raise ValueError('no')", "ValueError", ""),
        ("x = 1", "ValueError", "raised nothing, but :raises: says ValueError"),
        ("raise KeyError(1)", "LookupError", "raised KeyError: 1, but :raises: says LookupError"),
        ("await", "SyntaxError", ""),
    ],
)
def test_an_expected_exception(page: ScratchPage, text: str, raises: str, message: str) -> None:
    outcome = one(page, text, raises=raises)
    assert outcome.message == message
    assert outcome.status == ("failed" if message else "passed")


def test_an_expected_exception_is_part_of_what_came_back(page: ScratchPage) -> None:
    outcome = one(page, "e = ValueError('no')\ne.add_note('note')\nraise e", raises="ValueError")
    assert outcome.output == "ValueError: no"


def test_a_flood_is_stopped_even_where_the_sample_catches_what_it_can(page: ScratchPage) -> None:
    text = "while True:\n    try:\n        print('x' * 9999)\n    except Exception:\n        pass"
    outcome = one(page, text)
    assert "more than 1048576 characters of output" in outcome.message
    assert len(outcome.output) < 1 << 21


@pytest.mark.parametrize(
    "text",
    [
        ">>> 1 + 1\n2",
        ">>> print('a\\n\\nb')\na\n<BLANKLINE>\nb",
        ">>> def f():\n...     return 3\n...\n>>> f()\n3",
        ">>> import asyncio\n>>> await asyncio.sleep(0, 'done')\n'done'",
        ">>> print(*range(100))\n0 1 ... 99",
        ">>> # A remark.\n>>> 1\n1\n\n>>> 2\n2",
        (
            ">>> 1 / 0\nTraceback (most recent call last):\n"
            '  File "<stdin>", line 1, in <module>\nZeroDivisionError: division by zero'
        ),
        f"{DIVIDE}    ...\nZeroDivisionError: division by zero",
        "  >>> [100]\n  [100]",
    ],
)
def test_doctests_that_hold(page: ScratchPage, text: str) -> None:
    outcome = doctest(page, text)
    assert (outcome.status, outcome.message) == ("passed", "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (">>> 1\n2", 1),
        (">>> x = 1\n>>> x\n1\n>>> x + 1\n3", 4),
        (">>> print('a\\n\\nb')\na\n<BLANKLINE>\nc", 3),
        (">>> 1 / 0\nTraceback (most recent call last):\n    ...\nZeroDivisionError: division", 3),
        (
            f"{DIVIDE}    zzz\nZeroDivisionError: division by zero",
            2,
        ),
        (">>> 1\nTraceback (most recent call last):\n    ...\nKeyError: 1", 1),
        (">>> 1\n1\n\n2", 3),
        ("Text first.\n>>> 1\n1", 0),
        ("1 + 1", 0),
        (">>> x = (\n... 1\n>>> 2\n2", 0),
        (">>> 1\n>>> 2\n2", 0),
        (">>> a = 1\n>>> def f():\n...   return 1\n...  return 2", 3),
        (">>> 1\n1\n>>>2", 2),
    ],
)
def test_doctests_that_do_not_hold_and_their_lines(page: ScratchPage, text: str, line: int) -> None:
    outcome = doctest(page, text)
    assert (outcome.status, outcome.line) == ("failed", line), outcome.message


def test_a_doctest_is_rewritten_with_what_is_so(page: ScratchPage) -> None:
    outcome = doctest(page, ">>> 1\n2\n3\n>>> print('a\\n\\nb')\nx\n>>> 4\n4")
    assert outcome.text == ">>> 1\n1\n>>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n>>> 4\n4"


def test_examples_tells_what_is_no_doctest() -> None:
    with pytest.raises(python.DoctestError, match="no line that begins with") as caught:
        python.examples("x = 1")
    assert caught.value.line == 0
