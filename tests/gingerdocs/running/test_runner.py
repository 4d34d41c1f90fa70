"""Pages end whatever they start, and each failure is told in an outcome."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from gingerdocs.running import runner
from gingerdocs.sample import Page, Sample, to_json
from tests.gingerdocs.conftest import PAGE, ScratchPage, make_sample

NETWORKS = [
    pytest.param(
        True, marks=pytest.mark.skipif(not runner.namespaces(), reason="no namespaces here")
    ),
    False,
]


def command(text: str, **options: object) -> Sample:
    return make_sample("console", text, **options)


def mark(page: ScratchPage) -> str:
    """A word that only this test's processes have in their command lines."""
    return f"3{abs(hash(page.root)) % 10**7:07}"


def running(word: str) -> list[int]:
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if word in " ".join(process.info["cmdline"] or ())
    ]


def left(page: ScratchPage) -> list[str]:
    folder = page.root.parent / "tmp"
    return [path.name for path in folder.iterdir() if not path.name.startswith("guide-turn")]


@pytest.mark.parametrize("own_network", NETWORKS)
@pytest.mark.parametrize(
    "line",
    [
        "$ sleep {} &",
        "$ setsid sleep {} > /dev/null 2>&1 &",
        "$ (setsid sh -c 'sleep {} & wait' > /dev/null 2>&1 &)",
        "$ nohup sleep {} > /dev/null 2>&1 & disown",
    ],
)
def test_a_process_left_behind(page: ScratchPage, line: str, own_network: bool) -> None:
    word = mark(page)
    [outcome] = page.run(command("$ true\n" + line.format(word)), own_network=own_network)
    assert (outcome.status, outcome.line) == ("failed", 1)
    assert outcome.message.startswith("left a process behind: ")
    assert f"sleep {word}" in outcome.message
    assert running(f"sleep {word}") == []
    assert left(page) == []


@pytest.mark.parametrize("own_network", NETWORKS)
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("import os\nos._exit(3)", "exit status 3"),
        ("import ctypes\nctypes.string_at(0)", "exit status -11"),
        ("import time\ntime.perf_counter = None", "TypeError: 'NoneType' object is not callable"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n1 / 0", ""),
    ],
)
def test_a_sample_that_ends_the_interpreter(
    page: ScratchPage, text: str, status: str, own_network: bool
) -> None:
    word = mark(page)
    port = free_port()
    serve = f"exec python -m http.server --bind 127.0.0.1 {port}"
    server = command(
        f"$ sleep {word} & {serve}  # At 127.0.0.1:{port}, not where servers are by default.\n...",
        background=True,
        name="server",
    )
    outcomes = page.run(
        server, make_sample("python", text), command("$ true"), own_network=own_network
    )
    assert [outcome.status for outcome in outcomes] == ["passed", "failed", "blocked"]
    assert status in outcomes[1].message
    assert "docs/page.md:11" in outcomes[2].message
    assert running(f"sleep {word}") == []
    assert left(page) == []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    "sample",
    [
        make_sample("console", "$ echo a\nb\n$ echo c\nc\n$ echo d\ne"),
        make_sample("doctest", ">>> print('a')\nb\n>>> print('c')\nc\n>>> print('d')\ne"),
    ],
)
def test_all_that_a_block_shows_and_is_not_so(page: ScratchPage, sample: Sample) -> None:
    [outcome] = page.run(sample)
    assert outcome.line == 1
    first, second = outcome.message.split(f"\n{sample.place(5)}: ")
    assert [first.split("\n")[1:], second.split("\n")[1:]] == [["- b", "+ a"], ["- e", "+ d"]]


@pytest.mark.parametrize("own_network", NETWORKS)
def test_a_sample_that_hangs_and_what_it_started(page: ScratchPage, own_network: bool) -> None:
    word = mark(page)
    text = (
        f"import subprocess\nsubprocess.Popen(['setsid', 'sleep', '{word}'])\nwhile True:\n    pass"
    )
    [outcome] = page.run(make_sample("python", text), seconds=0.5, own_network=own_network)
    assert outcome.message == "hung: it did not end within 0.5 s and was stopped"
    assert running(f"sleep {word}") == []
    assert left(page) == []


def test_a_command_that_hangs(page: ScratchPage) -> None:
    word = mark(page)
    outcomes = page.run(command(f"$ echo on\non\n$ echo $$; sleep {word}"), seconds=0.7)
    assert outcomes[0].line == 2
    assert "did not end within 0.7 s" in outcomes[0].message
    assert ":background:" in outcomes[0].message
    assert running(f"sleep {word}") == []


@pytest.mark.parametrize(
    "line", ["$ yes", "$ setsid yes", "$ head -c 3M /dev/zero", "$ while :; do echo $RANDOM; done"]
)
def test_a_command_that_floods_its_output(page: ScratchPage, line: str) -> None:
    [outcome] = page.run(command(line))
    assert outcome.message == "printed more than 1048576 bytes and was stopped"
    assert len(outcome.output) < 1 << 21
    assert left(page) == []


def test_a_file_cannot_fill_the_disk(page: ScratchPage) -> None:
    [outcome] = page.run(command("$ yes 2> /dev/null > much; stat --format %s much\n1"))
    assert outcome.status == "failed"
    assert "+ 268435456" in outcome.message


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("$ echo hi\nhi", {}),
        ("$ echo a; echo b >&2\na\nb", {}),
        ("$ cat", {}),
        ("$ read line || echo $?\n1", {}),
        ("$ nosuch\nbash: nosuch: command not found", {"exit": 127}),
        ("$ exit 3", {"exit": 3}),
        ("$ printf 'a\\tb\\n'\na\tb", {}),
        ("$ printf 'olá 世界\\n'\nolá 世界", {}),
        ("$ printf '\\xff\\xfe\\n'\n\\xff\\xfe", {}),
        ("$ printf 'a\\r\\nb\\n'\na\nb", {}),
        ("$ printf 'no newline'\nno newline", {}),
        ("$ head -c 100000 /dev/zero | tr '\\0' x\n" + "x" * 100000, {}),
        ("$ cat <<END\n> a\n> END\na", {}),
        ("$ pwd\n/srv/guide", {}),
        ("$ echo $HOME $TMPDIR\n/srv/home /srv/tmp", {}),
        ("$ echo '[100] [4711]'\n[100] [4711]", {}),
        ("$ echo $#\n0", {}),
        ("$ unset PATH", {}),
        ("$ cd /; rmdir nosuch 2> /dev/null || true", {}),
    ],
)
def test_what_a_command_prints(page: ScratchPage, text: str, options: dict[str, int]) -> None:
    outcomes = page.run(command(text, **options), command("$ echo on\non"))
    assert [(outcome.status, outcome.message) for outcome in outcomes] == [("passed", "")] * 2


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("$ echo a; echo b\na\nc", 2, "- c\n+ b"),
        ("$ echo a\na\n$ echo b\nx", 3, "- x\n+ b"),
        ("$ echo a", 0, "+ a"),
        ("$ true\na", 1, "- a"),
        ("$ true\n$ false", 1, "exited with 1, not 0"),
        ("$ false\n$ true", 0, "exited with 1, not 0"),
        ("$ kill -9 $$", 0, "exited with -9, not 0"),
        ("$ echo (", 0, "exited with 2, not 0; it printed:\nbash: syntax error near"),
        ("echo a", 0, "begins with a command"),
    ],
)
def test_what_a_command_does_not_print(
    page: ScratchPage, text: str, line: int, message: str
) -> None:
    [outcome] = page.run(command(text))
    assert (outcome.status, outcome.line) == ("failed", line)
    assert message in outcome.message


def test_the_folder_and_the_variables_last(page: ScratchPage) -> None:
    outcomes = page.run(
        command("$ mkdir -p 'a b' && cd 'a b'\n$ export X='1\n> 2'"),
        make_sample("file", "text", file="a b/f"),
        command('$ pwd; cat f; echo "$X"\n/srv/guide/a b\ntext\n1\n2'),
    )
    assert [(outcome.status, outcome.message) for outcome in outcomes] == [("passed", "")] * 3


def test_a_failed_comparison_is_rewritten_and_the_rest_runs(page: ScratchPage) -> None:
    first, second = page.run(command("$ echo a\nb\n$ echo c\nc"), command("$ echo d\nd"))
    assert (first.status, first.broken, first.text) == ("failed", False, "$ echo a\na\n$ echo c\nc")
    assert second.status == "passed"


@pytest.mark.parametrize("own_network", NETWORKS)
def test_a_page_that_removes_its_folder(page: ScratchPage, own_network: bool) -> None:
    outcomes = page.run(
        command("$ rm -r ../guide"), command("$ true"), command("$ true"), own_network=own_network
    )
    assert [outcome.status for outcome in outcomes] == ["passed", "failed", "blocked"]
    assert "the page's working folder is gone" in outcomes[1].message


def test_a_page_that_locks_a_folder(page: ScratchPage) -> None:
    [outcome] = page.run(command("$ mkdir -p a/b; chmod 0 a/b a"))
    assert outcome.status == "passed"
    assert left(page) == []


def test_temporary_files_of_samples_go_with_the_page(page: ScratchPage) -> None:
    outcomes = page.run(
        command("$ mktemp > /dev/null"),
        make_sample("python", "import tempfile\nassert '/tmp' in tempfile.mkdtemp()"),
    )
    assert [outcome.status for outcome in outcomes] == ["passed"] * 2
    assert left(page) == []


# Files


@pytest.mark.parametrize("file", ["link/f", "a/../../f"])
def test_a_file_outside_the_folder(page: ScratchPage, file: str, tmp_path: Path) -> None:
    outcomes = page.run(
        command(f"$ ln -s {tmp_path} link"), make_sample("file", "x", file=file), command("$ true")
    )
    assert outcomes[1].message == f":file: {file} lies outside the page's folder"
    assert not (tmp_path / "f").exists()
    assert outcomes[2].status == "passed"


def test_a_file_where_a_folder_is(page: ScratchPage) -> None:
    _, outcome = page.run(command("$ mkdir a"), make_sample("file", "x", file="a"))
    assert "Is a directory" in outcome.message


def test_files_are_written_and_appended_to(page: ScratchPage) -> None:
    outcomes = page.run(
        make_sample("file", "a", file="deep/f"),
        make_sample("file", "olá", file="deep/f", append=True),
        command("$ cat deep/f\na\nolá"),
    )
    assert [(outcome.status, outcome.message) for outcome in outcomes] == [("passed", "")] * 3


def test_a_file_of_python_must_parse(page: ScratchPage) -> None:
    first = make_sample("file", "x = 1\ny = 2", file="a.py", language="python")
    second = make_sample("file", "z = 3\nz +", file="a.py", language="python", append=True)
    outcomes = page.run(first, second)
    assert (outcomes[1].status, outcomes[1].line) == ("failed", 1)
    assert "a.py, line 4" in outcomes[1].message


@pytest.mark.parametrize(
    ("excerpt", "text", "result"),
    [
        ("x = 1\nx = 2", "x = 1\nx = 9", "x = 1\nx = 9\n\ndef f():\n    return 1\n"),
        (
            "def f():\n    return 1",
            "def f():\n    return 2",
            "x = 1\nx = 2\n\ndef f():\n    return 2\n",
        ),
        ("return 1", "return 3  # três", "x = 1\nx = 2\n\ndef f():\n    return 3  # três\n"),
    ],
)
def test_a_translated_excerpt_takes_its_place(
    page: ScratchPage, excerpt: str, text: str, result: str
) -> None:
    (page.root / "examples").mkdir()
    (page.root / "examples" / "a.py").write_text("x = 1\nx = 2\n\ndef f():\n    return 1\n")
    sample = make_sample("file", text, file="examples/a.py", language="python", excerpt_of=excerpt)
    outcomes = page.run(sample, command(f"$ cat examples/a.py\n{result}"))
    assert [(outcome.status, outcome.message) for outcome in outcomes] == [("passed", "")] * 2


def test_an_excerpt_that_the_file_does_not_hold(page: ScratchPage) -> None:
    (page.root / "examples").mkdir()
    (page.root / "examples" / "a.py").write_text("x = 1\n")
    [outcome] = page.run(
        make_sample("file", "z = 1", file="examples/a.py", language="python", excerpt_of="y = 1")
    )
    assert outcome.message == "examples/a.py does not hold this text"


# What does not run


def test_what_is_not_to_be_run(page: ScratchPage) -> None:
    outcomes = page.run(command("$ false", norun="it takes a day"), command("$ true"))
    assert (outcomes[0].status, outcomes[0].message) == ("norun", "it takes a day")
    assert outcomes[1].status == "passed"


def test_what_needs_a_program_that_is_absent_and_what_follows(page: ScratchPage) -> None:
    outcomes = page.run(
        command("$ true"),
        command("$ no-such-program", programs=("no-such-program",)),
        command("$ true"),
    )
    assert [outcome.status for outcome in outcomes] == ["passed", "unavailable", "unavailable"]
    assert outcomes[2].message == "no-such-program"


def test_one_sample_runs_those_before_it_once(page: ScratchPage) -> None:
    first, second = command("$ echo x >> f"), command("$ cat f\nx")
    page_runner = runner.PageRunner(page.root, Page(PAGE, "en", (first, second)))
    try:
        outcomes = [page_runner.run(sample) for sample in (second, first, second)]
    finally:
        page_runner.close()
    assert [outcome.status for outcome in outcomes] == ["passed"] * 3


# The one who asks


@pytest.mark.parametrize("flags", [(), runner.namespaces()])
def test_the_work_ends_with_the_one_who_asked(page: ScratchPage, flags: tuple[str, ...]) -> None:
    word = mark(page)
    folder = page.root.parent / "work"
    folder.mkdir()
    text = (
        f"import subprocess, time\nsubprocess.Popen(['setsid', 'sleep', '{word}'])\ntime.sleep(99)"
    )
    process = subprocess.Popen(
        [
            *flags,
            *(sys.executable, "-m", "gingerdocs.running.worker", str(page.root), str(folder), "60"),
            *(["--namespaces"] if flags else []),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env=runner.environment(page.root),
    )
    assert process.stdin is not None
    request = to_json(make_sample("python", text))
    process.stdin.write(request.encode() + b"\n")
    process.stdin.flush()
    deadline = time.monotonic() + 20
    while not running(f"sleep {word}") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert running(f"sleep {word}")
    process.stdin.close()
    process.wait(10)
    assert running(f"sleep {word}") == []
    assert not folder.exists()


@pytest.mark.skipif(not runner.namespaces(), reason="no namespaces here")
def test_samples_have_a_readers_rights(page: ScratchPage) -> None:
    outcomes = page.run(
        command("$ id --user\n..."),
        command("$ touch closed && chmod 0 closed"),
        command("$ cat closed\ncat: closed: Permission denied", exit=1),
        make_sample("python", "open('closed')", raises="PermissionError"),
    )
    assert [outcome.message for outcome in outcomes] == [""] * 4
    assert outcomes[0].output.strip() not in ("", "0")


def test_samples_see_a_readers_fresh_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "1")
    monkeypatch.setenv("HOME", "/somewhere")
    variables = runner.environment(Path("/checkout"))
    assert variables["PATH"].split(os.pathsep)[0] == str(Path(sys.prefix) / "bin")
    assert not {"SECRET", "HOME"} & variables.keys()
