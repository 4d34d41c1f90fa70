"""The small commands on a real project: check, diffsettings, shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run


def add_settings(project: Path, text: str) -> None:
    with (project / "mysite" / "settings.py").open("a") as settings:
        settings.write(text)


def test_check_reports_by_level_with_hints(project: Path, manage: Run) -> None:
    add_settings(project, "ALLOWED_HOSTS = ['http://example.com']\n")
    done = manage("check")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "SystemCheckError: System check identified some issues:\n"
        "\n"
        "ERRORS:\n"
        "?: (settings.E001) ALLOWED_HOSTS holds 'http://example.com', which no Host header can "
        "match.\n"
        "\tHINT: Give hosts alone, without scheme, port or path: 'www.example.com', "
        "'.example.com' for a domain with its subdomains, '[::1]' for IPv6.\n"
        "\n"
        "System check identified 1 issue (0 silenced).\n"
    )


def test_check_silences(project: Path, manage: Run) -> None:
    add_settings(
        project,
        "ALLOWED_HOSTS = ['http://example.com']\nSILENCED_SYSTEM_CHECKS = ['settings.E001']\n",
    )
    done = manage("check")
    assert done.stdout == "System check identified no issues (1 silenced).\n"
    assert done.returncode == 0


def test_check_deploy_warns_about_a_new_project(manage: Run) -> None:
    done = manage("check", "--deploy")
    assert done.returncode == 0
    assert done.stderr.startswith("System check identified some issues:\n\nWARNINGS:\n")
    for name in ("security.W009", "security.W018", "security.W020"):
        assert f"({name})" in done.stderr
    assert manage("check", "--deploy", "--fail-level", "WARNING").returncode == 1
    assert manage("check", "--deploy", "--tag", "urls").stderr == ""


def test_check_tags(manage: Run) -> None:
    assert manage("check", "--list-tags").stdout == "files\nsecurity\nsettings\nurls\n"
    deploy = manage("check", "--list-tags", "--deploy").stdout
    assert deploy == "async_support\nfiles\nsecurity\nserver\nsettings\nurls\n"
    done = manage("check", "--tag", "server")
    assert done.returncode == 1
    assert 'There is no system check with the "server" tag' in done.stderr


def test_check_looks_at_apps_and_databases(project: Path, manage: Run) -> None:
    manage("startapp", "polls")
    (project / "polls" / "apps.py").write_text(
        "from gingerdj.apps import AppConfig\n"
        "from gingerdj.core.checks import Info, register\n"
        "class Polls(AppConfig):\n"
        "    name = 'polls'\n"
        "    def ready(self):\n"
        "        register(self.look)\n"
        "    def look(self, app_configs, databases, **kwargs):\n"
        "        return [Info(f'{app_configs} {databases}')]\n"
    )
    add_settings(project, "INSTALLED_APPS = ['polls']\n")
    assert "?: None None\n" in manage("check").stderr
    asked = manage("check", "polls", "--database", "default")
    assert "?: [<Polls: polls>] ['default']\n" in asked.stderr
    assert "No installed app with label 'poll'" in manage("check", "poll").stderr
    assert "There is no database 'other'" in manage("check", "--database", "other").stderr


def test_check_looks_at_a_server(project: Path, manage: Run) -> None:
    done = manage("check", "--deploy", "--server", "uvicorn", "--tag", "server")
    assert done.stdout == "System check identified no issues (0 silenced).\n"
    (project / "mysite" / "asgi.py").write_text("application = None\n")
    done = manage("check", "--deploy", "--server", "uvicorn", "--tag", "server")
    assert "(server.W010)" in done.stderr
    assert manage("check", "--server", "uvicorn").returncode == 1
    assert manage("check", "--deploy", "--server", "apache").returncode == 2


def test_check_lets_a_broken_url_module_show_where(project: Path, manage: Run) -> None:
    (project / "mysite" / "urls.py").write_text("import nothing_of_that_name\n")
    done = manage("check")
    assert done.returncode == 1
    assert 'urls.py", line 1' in done.stderr
    assert "No module named 'nothing_of_that_name'" in done.stderr


def test_diffsettings(project: Path, manage: Run) -> None:
    add_settings(project, "APPEND_SLASH = False\nMINE = 1\nX_FRAME_OPTIONS = 'DENY'\n")
    lines = manage("diffsettings").stdout.splitlines()
    assert "APPEND_SLASH = False" in lines
    assert "MINE = 1  ###" in lines
    assert "ROOT_URLCONF = 'mysite.urls'" in lines
    assert not [line for line in lines if "X_FRAME_OPTIONS" in line]
    assert lines == sorted(lines)
    assert "### X_FRAME_OPTIONS = 'DENY'" in manage("diffsettings", "--all").stdout.splitlines()


def test_diffsettings_unified(project: Path, manage: Run) -> None:
    add_settings(project, "APPEND_SLASH = False\nMINE = 1\n")
    lines = manage("diffsettings", "--output", "unified").stdout.splitlines()
    at = lines.index("- APPEND_SLASH = True")
    assert lines[at + 1] == "+ APPEND_SLASH = False"
    assert "+ MINE = 1" in lines
    everything = manage("diffsettings", "--output", "unified", "--all").stdout.splitlines()
    assert "  X_FRAME_OPTIONS = 'DENY'" in everything


def test_diffsettings_against_another_module(project: Path, manage: Run) -> None:
    (project / "mysite" / "other.py").write_text("from mysite.settings import *\nDEBUG = False\n")
    done = manage("diffsettings", "--default", "mysite.other")
    assert done.stdout.splitlines() == ["DEBUG = True", "SETTINGS_MODULE = 'mysite.settings'"]
    wrong = manage("diffsettings", "--default", "mysite.nothing")
    assert wrong.returncode == 1
    assert "'mysite.nothing'" in wrong.stderr
    assert len(wrong.stderr.splitlines()) == 1


PROGRAM = (
    "from gingerdj.conf import settings\ndef f():\n    return settings.ROOT_URLCONF\nprint(f())"
)


@pytest.mark.parametrize(
    ("words", "stdin"), [(["--command", PROGRAM], ""), (["-c", PROGRAM], ""), ([], PROGRAM)]
)
def test_shell_runs_a_program(words: list[str], stdin: str, manage: Run) -> None:
    done = manage("shell", *words, stdin=stdin)
    assert (done.returncode, done.stdout, done.stderr) == (0, "mysite.urls\n", "")


def test_shell_shows_where_a_program_fails(manage: Run) -> None:
    done = manage("shell", "-c", "x = 1\n1/0")
    assert done.returncode == 1
    assert 'File "<command>", line 2' in done.stderr


def test_plain_python_shell_reads_the_startup_file(project: Path, manage: Run) -> None:
    startup = project / "startup.py"
    startup.write_text("answer = 42\n")
    typed = "print(answer)\nfrom gingerdj.conf import settings\nprint(settings.ROOT_URLCONF)\n"
    env = {"PYTHONSTARTUP": str(startup), "HOME": str(project)}
    done = manage("shell", "-i", "python", stdin=typed, **env)
    assert "42" in done.stdout
    assert "mysite.urls" in done.stdout
    bare = manage("shell", "-i", "python", "--no-startup", stdin="print(answer)\n", **env)
    assert "NameError: name 'answer' is not defined" in bare.stderr


def test_a_shell_that_is_not_installed(manage: Run) -> None:
    done = manage("shell", "-i", "bpython")
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: bpython is not installed")
