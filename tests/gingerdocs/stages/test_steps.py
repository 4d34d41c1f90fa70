import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from gingerdocs.stages.steps import PYTHON, Step, run


def python(title: str, program: str, log: Path | None = None, **options: object) -> Step:
    return Step(title, (PYTHON, "-c", program), log, **options)


def test_a_step_that_succeeds_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([python("The work", "print('told')", tmp_path / "logs" / "a.log")]) == []
    assert "The work: done (" in capsys.readouterr().out
    assert (tmp_path / "logs" / "a.log").read_text("utf-8") == "told\n"


def test_a_step_that_fails_shows_its_log(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    program = "print('\\n'.join(map(str, range(100)))); raise SystemExit(3)"
    (error,) = run([python("The work", program, log)])
    assert "The work failed" in str(error)
    assert "ended with 3" in str(error)
    assert "    99\n" in str(error)
    assert "    59\n" not in str(error)
    assert os.path.relpath(log) in str(error)


def test_every_failure_is_named(tmp_path: Path) -> None:
    errors = run([python(name, "raise SystemExit(1)", tmp_path / name) for name in ("A", "B")])
    assert sorted(str(error).split()[0] for error in errors) == ["A", "B"]


def test_a_step_says_which_exit_codes_are_success(tmp_path: Path) -> None:
    five = frozenset({0, 5})
    assert run([python("A", "raise SystemExit(5)", tmp_path / "a", accepted=five)]) == []


def test_a_step_that_was_killed_says_so(tmp_path: Path) -> None:
    (error,) = run([python("A", "import os; os.kill(os.getpid(), 9)", tmp_path / "a")])
    assert "was ended by SIGKILL" in str(error)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_children_first(tmp_path: Path, number: int) -> None:
    ready = tmp_path / "ready"
    child = f"import pathlib, time; pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    parent = (
        "from gingerdocs.stages.steps import *\n"
        "interrupt_on_terminate()\n"
        f"run([Step('A', (PYTHON, '-c', {child!r}))])"
    )
    process = subprocess.Popen((sys.executable, "-c", parent), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) == 1
    process.send_signal(number)
    assert process.wait(20) != 0
    assert not children[0].is_running()


def test_a_function_runs_in_a_child_with_its_own_folder_and_log(tmp_path: Path) -> None:
    def work() -> int:
        print("told", Path.cwd())
        os.system("echo by its child")
        return 0

    log = tmp_path / "a.log"
    before = Path.cwd()
    assert run([Step("The work", work, log, cwd=tmp_path)]) == []
    assert log.read_text("utf-8").splitlines() == [f"told {tmp_path}", "by its child"]
    assert Path.cwd() == before


def test_a_function_that_fails_raises_or_is_killed_gives_one_error_with_its_log(
    tmp_path: Path,
) -> None:
    def wrong() -> int:
        print("what went wrong")
        return 2

    def raises() -> int:
        raise ValueError("not this way")

    def killed() -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return 0

    works = (wrong, raises, killed)
    errors = run([Step(work.__name__, work, tmp_path / work.__name__) for work in works])
    told = {str(error).split()[0]: str(error) for error in errors}
    assert "ended with 2" in told["wrong"]
    assert "what went wrong" in told["wrong"]
    assert "ended with 1" in told["raises"]
    assert "ValueError: not this way" in told["raises"]
    assert "was ended by SIGKILL" in told["killed"]


def test_an_interruption_ends_a_function_and_what_it_started(tmp_path: Path) -> None:
    parent = (
        "import subprocess, time\n"
        "from gingerdocs.stages.steps import *\n"
        "interrupt_on_terminate()\n"
        "def work():\n"
        "    subprocess.run(('sleep', '60'))\n"
        "    return 0\n"
        f"run([Step('A', work, Path({str(tmp_path / 'log')!r}))])"
    )
    process = subprocess.Popen((sys.executable, "-c", parent), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    children: list[psutil.Process] = []
    while len(children) < 2 and time.monotonic() < deadline:
        children = psutil.Process(process.pid).children(recursive=True)
        time.sleep(0.02)
    assert len(children) == 2
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) != 0
    assert not any(child.is_running() for child in children)
