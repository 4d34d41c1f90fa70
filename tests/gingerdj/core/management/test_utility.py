"""The command line as a whole: finding commands, suggesting them, reporting errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from gingerdj.core.management import find_commands

from .conftest import Run

OWN = ["check", "diffsettings", "runserver", "shell", "startapp", "startproject", "test"]


@pytest.fixture
def polls(project: Path, manage: Run) -> Path:
    """Give the project an app with the command `vote`, and return the command's file."""
    assert manage("startapp", "polls").returncode == 0
    folder = project / "polls" / "management" / "commands"
    folder.mkdir(parents=True)
    for package in (folder, folder.parent):
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
def test_every_command_explains_itself(name: str, admin: Run) -> None:
    short, long = admin(name, "--help"), admin("help", name)
    assert short.returncode == long.returncode == 0
    assert short.stdout == long.stdout
    assert short.stdout.startswith(f"usage: python -m gingerdj {name} ")
    assert admin(name, "--version").stdout == "1.0.dev0\n"


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
    assert "set the environment variable GINGER_SETTINGS_MODULE" in line


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
