"""The command line as a whole: finding commands, suggesting them, reporting errors."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from gingerdj.apps import apps
from gingerdj.core.management import ManagementUtility, find_commands

from .conftest import Run, environment

OWN = ["check", "diffsettings", "runserver", "shell", "startapp", "startproject", "test"]


@pytest.fixture
def polls(project: Path) -> Path:
    """Give the project an app with the command `vote`, and return the command's file."""
    folder = project / "polls" / "management" / "commands"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent, folder.parent.parent):
        (package / "__init__.py").touch()
    (folder / "_helper.py").touch()
    with (project / "mysite" / "settings.py").open("a") as settings:
        settings.write("INSTALLED_APPS = ['polls']\n")
    file = folder / "vote.py"
    file.write_text(
        "from gingerdj.core.management import BaseCommand, CommandError\n"
        "class Command(BaseCommand):\n"
        "    help = 'Count votes.'\n"
        "    def add_arguments(self, parser):\n"
        "        parser.add_argument('votes', type=int)\n"
        "    def handle(self, votes, **options):\n"
        "        if votes < 0:\n"
        "            raise CommandError('No negative votes.', returncode=3)\n"
        "        return f'{votes} votes'\n"
    )
    return file


Here = Callable[..., str]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """Run `python -m gingerdj` in this process, and return what it prints; no errors."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str) -> str:
        with suppress(SystemExit):
            ManagementUtility(["__main__.py", *words]).execute()
        printed = capsys.readouterr()
        assert printed.err == ""
        return printed.out

    return run


def test_own_commands_are_found(admin: Run) -> None:
    done = admin("help", "--commands")
    assert [name for name in done.stdout.split() if name in OWN] == OWN
    assert done.stderr == ""


@pytest.mark.parametrize("word", ["help", "--help", "-h", None])
def test_help_lists_the_commands(word: str | None, admin: Run) -> None:
    done = admin(*([word] if word else []))
    assert done.returncode == 0
    assert "Type 'python -m gingerdj help <subcommand>' for help" in done.stdout
    assert all(f"\n    {name}\n" in done.stdout for name in OWN)


@pytest.mark.parametrize("word", ["version", "--version"])
def test_version(word: str, admin: Run) -> None:
    assert admin(word).stdout == "1.0.dev0\n"


@pytest.mark.parametrize("name", OWN)
def test_every_command_explains_itself(name: str, here: Here) -> None:
    short = here(name, "--help")
    assert short == here("help", name)
    assert short.startswith(f"usage: python -m gingerdj {name} ")
    assert here(name, "--version") == "1.0.dev0\n"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("rnserver", "runserver"), ("startprojct", "startproject"), ("chek", "check")],
)
def test_a_mistyped_command_suggests_the_nearest(typed: str, meant: str, admin: Run) -> None:
    done = admin(typed)
    assert done.returncode == 1
    assert done.stderr == (
        f"Unknown command: '{typed}'. Did you mean {meant}? "
        "Type 'python -m gingerdj help' for usage.\n"
    )


def test_a_command_like_none_suggests_nothing(admin: Run) -> None:
    done = admin("zzz")
    assert done.returncode == 1
    assert done.stderr == "Unknown command: 'zzz'. Type 'python -m gingerdj help' for usage.\n"


def test_the_projects_own_commands(polls: Path, manage: Run) -> None:
    listed = manage("help")
    assert "\n[polls]\n    vote\n" in listed.stdout
    done = manage("vote", "12")
    assert (done.returncode, done.stdout) == (0, "12 votes\n")
    assert "Did you mean vote?" in manage("vot").stderr


def test_a_command_error_is_one_line_with_its_exit_code(polls: Path, manage: Run) -> None:
    done = manage("vote", "--", "-1")
    assert done.returncode == 3
    assert done.stderr == "CommandError: No negative votes.\n"
    traced = manage("vote", "--traceback", "--", "-1")
    assert traced.returncode == 1
    assert traced.stderr.startswith("Traceback")


def test_an_app_replaces_a_command_of_gingerdj(polls: Path, manage: Run) -> None:
    polls.rename(polls.with_name("check.py"))
    assert manage("check", "4").stdout == "4 votes\n"


def test_checks_run_before_a_command(polls: Path, project: Path, manage: Run) -> None:
    with (project / "mysite" / "settings.py").open("a") as settings:
        settings.write("ALLOWED_HOSTS = ['http://example.com']\n")
    done = manage("vote", "1")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "(settings.E001)" in done.stderr
    assert manage("vote", "1", "--skip-checks").stdout == "1 votes\n"


def test_an_app_that_is_not_there(project: Path, manage: Run) -> None:
    with (project / "mysite" / "settings.py").open("a") as settings:
        settings.write("INSTALLED_APPS = ['nowhere']\n")
    done = manage("vote")
    assert done.returncode == 1
    assert "INSTALLED_APPS names 'nowhere', but there is no module named 'nowhere'" in done.stderr


@pytest.mark.parametrize("command", ["check", "diffsettings", "shell"])
def test_a_wrong_settings_module_is_one_sentence(command: str, manage: Run) -> None:
    done = manage(command, GINGER_SETTINGS_MODULE="mysite.setings")
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "'mysite.setings'" in line
    assert "GINGER_SETTINGS_MODULE" in line


def test_no_settings_module_is_one_sentence(admin: Run) -> None:
    done = admin("check")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "Set the environment variable GINGER_SETTINGS_MODULE" in line


def test_settings_and_pythonpath_options(project: Path, admin: Run) -> None:
    done = admin("check", "--settings", "mysite.settings", "--pythonpath", str(project))
    assert (done.returncode, done.stderr) == (0, "")


def test_broken_settings_show_where(project: Path, manage: Run) -> None:
    (project / "mysite" / "settings.py").write_text("DEBUG = tru\n")
    done = manage("check")
    assert done.returncode == 1
    assert 'settings.py", line 1' in done.stderr
    assert "NameError: name 'tru' is not defined" in done.stderr
    assert "NameError: name 'tru' is not defined" in manage("unknown").stderr
    assert manage("startapp", "polls").returncode == 0


def test_find_commands(tmp_path: Path) -> None:
    folder = tmp_path / "commands"
    (folder / "package").mkdir(parents=True)
    (folder / "package" / "__init__.py").touch()
    for name in ("one.py", "two.py", "_helper.py", "notes.txt"):
        (folder / name).touch()
    assert sorted(find_commands(str(tmp_path))) == ["one", "two"]
    assert find_commands(str(tmp_path / "nowhere")) == []


@pytest.fixture
def polls_app(
    tmp_path: Path, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Have an app with the command `vote` in this process."""
    folder = tmp_path / "here" / "polls" / "management" / "commands"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent, folder.parent.parent):
        (package / "__init__.py").touch()
    (folder / "vote.py").write_text(
        "from gingerdj.core.management import BaseCommand\nclass Command(BaseCommand): pass\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path / "here"))
    if not apps.ready:
        apps.populate([])
    configure(INSTALLED_APPS=["polls"])
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == "polls"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("manage.py ch", "check\n"),
        ("manage.py vo", "vote\n"),
        ("manage.py start", "startapp startproject\n"),
        ("manage.py zz", "\n"),
        ("manage.py help che", "check\n"),
        ("manage.py check --de", "--deploy\n"),
        ("manage.py check --deploy --de", ""),
        ("manage.py check --fail-level=ERROR --f", "--force-color\n"),
        ("manage.py check po", "polls\n"),
        ("manage.py vote po", ""),
        ("manage.py runserver --no", "--no-color\n--noreload\n--nothreading\n"),
        ("manage.py nothing --", ""),
    ],
)
def test_completion(
    line: str,
    completed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    polls_app: None,
) -> None:
    words = line.split()
    monkeypatch.setenv("GINGER_AUTO_COMPLETE", "1")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(words).execute()
    assert (ended.value.code, capsys.readouterr().out) == (0, completed)


def test_completion_of_nothing_yet(polls: Path, manage: Run) -> None:
    env = {"GINGER_AUTO_COMPLETE": "1", "COMP_WORDS": "manage.py ", "COMP_CWORD": "1"}
    done = manage(**env)
    assert (done.returncode, done.stderr) == (0, "")
    assert {"check", "help", "vote"} <= set(done.stdout.split())
    listed = manage(**{**env, "COMP_WORDS": "manage.py vote ", "COMP_CWORD": "2"}).stdout
    assert {"--help", "--settings=", "--skip-checks"} <= set(listed.split())


def test_bash_completes() -> None:
    script = Path(__file__).parents[4] / "extras" / "bash_completion"
    program = (
        f"source {script}; COMP_WORDS=(gingerdj-admin startp); COMP_CWORD=1; "
        '_gingerdj_completion gingerdj-admin; echo "${COMPREPLY[*]}"'
    )
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", program], env=environment(PATH=path), capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("startproject\n", "")


def test_a_process_is_set_up_once(polls: Path, project: Path, manage: Run) -> None:
    (project / "mysite" / "logs.py").write_text("def configure(logging): print('set up')\n")
    with (project / "mysite" / "settings.py").open("a") as settings:
        settings.write("LOGGING_CONFIG = 'mysite.logs.configure'\nLOGGING = {'version': 1}\n")
    assert manage("vote", "1").stdout == "set up\n1 votes\n"
