"""Commands called from a program, and what they print with."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from gingerdj.core.management import BaseCommand, CommandError, CommandParser, call_command
from gingerdj.core.management.base import AppCommand, LabelCommand, OutputWrapper

from .conftest import Run


class Dance(BaseCommand):
    requires_system_checks = ()
    stealth_options = ("secret",)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("partners", nargs="*", type=int)
        parser.add_argument("--style", dest="kind", default="waltz")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> str:
        self.seen = options
        self.stderr.write("careful")
        return f"{options['kind']} with {options['partners']}"


def test_call_command_returns_and_prints() -> None:
    out, err = io.StringIO(), io.StringIO()
    assert call_command(Dance(), 1, "2", stdout=out, stderr=err) == "waltz with [1, 2]"
    assert out.getvalue() == "waltz with [1, 2]\n"
    assert err.getvalue() == "careful\n"


@pytest.mark.parametrize(
    ("args", "options"),
    [
        (["--style", "tango", "--dry-run"], {}),
        (["--style=tango"], {"dry_run": True}),
        ([], {"style": "tango", "dry_run": True}),
        ([], {"kind": "tango", "dry_run": True}),
    ],
)
def test_options_by_word_and_by_name(args: list[str], options: dict[str, Any]) -> None:
    command = Dance(stdout=io.StringIO(), stderr=io.StringIO())
    call_command(command, *args, **options)
    assert (command.seen["kind"], command.seen["dry_run"]) == ("tango", True)
    assert command.seen["verbosity"] == 1


def test_unknown_options_are_refused_and_stealth_ones_are_not() -> None:
    command = Dance(stdout=io.StringIO(), stderr=io.StringIO())
    call_command(command, secret=3)
    assert command.seen["secret"] == 3
    with pytest.raises(TypeError, match=r"nonsense.*dry_run"):
        call_command(command, nonsense=3)


def test_wrong_words_raise_instead_of_ending_the_process() -> None:
    with pytest.raises(CommandError, match="invalid int value: 'x'"):
        call_command(Dance(), "x")


def test_a_required_option_may_be_given_by_name() -> None:
    class Needy(BaseCommand):
        requires_system_checks = ()

        def add_arguments(self, parser: CommandParser) -> None:
            parser.add_argument("--need", required=True, type=int)
            parser.add_argument("--many", required=True, nargs="+")

        def handle(self, *args: Any, **options: Any) -> str:
            return f"{options['need']} {options['many']}"

    command = Needy(stdout=io.StringIO())
    assert call_command(command, need=3, many=["a", "b"]) == "3 ['a', 'b']"
    with pytest.raises(CommandError, match="--need"):
        call_command(command)


def test_no_such_command() -> None:
    with pytest.raises(CommandError, match="Unknown command: 'nothing'"):
        call_command("nothing")


def test_a_command_without_handle() -> None:
    with pytest.raises(NotImplementedError, match=r"BaseCommand must provide a handle\(\)"):
        call_command(BaseCommand())


def test_label_command() -> None:
    class Greet(LabelCommand):
        requires_system_checks = ()

        def handle_label(self, label: str, **options: Any) -> str | None:
            return f"hello {label}" if label != "nobody" else None

    out = io.StringIO()
    assert call_command(Greet(stdout=out), "you", "nobody", "me") == "hello you\nhello me"
    with pytest.raises(CommandError, match="at least one label"):
        call_command(Greet())


@pytest.mark.parametrize(
    ("message", "ending", "written"),
    [
        ("x", None, "x\n"),
        ("x\n", None, "x\n"),
        ("", None, "\n"),
        ("x", "", "x"),
        ("x", ";", "x;"),
    ],
)
def test_endings(message: str, ending: str | None, written: str) -> None:
    stream = io.StringIO()
    OutputWrapper(stream).write(message, ending=ending)
    assert stream.getvalue() == written


@pytest.mark.parametrize(
    "options",
    [
        {"x": 1},
        {"x": "1", "many": ("a", "b")},
        {"flag": True},
        {"listed": ["1", "2"]},
        {"listed": []},
        {"added": ["1", "2"]},
        {"const": 5},
    ],
)
def test_one_of_a_required_group_may_be_given_by_name(options: dict[str, Any]) -> None:
    class Choosy(BaseCommand):
        requires_system_checks = ()

        def add_arguments(self, parser: CommandParser) -> None:
            parser.add_argument("--many", nargs="+")
            group = parser.add_mutually_exclusive_group(required=True)
            group.add_argument("--x", type=int)
            group.add_argument("--flag", action="store_true")
            group.add_argument("--listed", nargs="*")
            group.add_argument("--added", action="append")
            group.add_argument("--const", action="store_const", const=5)

        def handle(self, *args: Any, **given: Any) -> None:
            for name, value in options.items():
                assert given[name] == value

    call_command(Choosy(), **options)
    with pytest.raises(CommandError, match="--x --flag --listed"):
        call_command(Choosy())
    with pytest.raises(CommandError, match="not allowed with argument"):
        call_command(Choosy(), **options, **({"flag": True} if "x" in options else {"x": 1}))


def test_a_required_option_of_a_subcommand_may_be_given_by_name() -> None:
    class Nested(BaseCommand):
        requires_system_checks = ()

        def add_arguments(self, parser: CommandParser) -> None:
            foo = parser.add_subparsers(dest="sub", required=True).add_parser("foo")
            foo.add_argument("--bar", type=int)
            foo.add_argument("--need", required=True)

        def handle(self, *args: Any, **options: Any) -> str:
            return f"{options['sub']} {options['need']} {options['bar']}"

    command = Nested(stdout=io.StringIO())
    assert call_command(command, "foo", need="1") == "foo 1 None"
    assert call_command(command, "foo", "--need=1", "--bar=2") == "foo 1 2"
    with pytest.raises(CommandError, match="--need"):
        call_command(command, "foo")
    with pytest.raises(CommandError, match="sub"):
        call_command(command)


def test_what_checks_a_command_requires() -> None:
    for wrong in ("urls", {"urls"}, None):
        kind = type("Wrong", (BaseCommand,), {"requires_system_checks": wrong})
        with pytest.raises(TypeError, match="must be a list or tuple"):
            kind()


def test_sql_is_printed_in_a_transaction() -> None:
    class Sql(BaseCommand):
        requires_system_checks = ()
        output_transaction = True

        def handle(self, *args: Any, **options: Any) -> str:
            return "SELECT 1;"

    out = io.StringIO()
    assert call_command(Sql(), stdout=out) == "BEGIN;\nSELECT 1;\nCOMMIT;"
    assert out.getvalue() == "BEGIN;\nSELECT 1;\nCOMMIT;\n"


def test_base_arguments_can_be_left_out_of_the_help() -> None:
    class Quiet(BaseCommand):
        requires_system_checks = ()
        suppressed_base_arguments = ("-v", "--traceback")

        def handle(self, *args: Any, **options: Any) -> str:
            return str(options["verbosity"])

    text = Quiet().create_parser("manage.py", "quiet").format_help()
    assert "--settings" in text
    assert not [word for word in ("verbosity", "traceback", "SUPPRESS") if word in text]
    assert call_command(Quiet(stdout=io.StringIO()), "-v", "2") == "2"


def test_the_streams_behind_do_the_rest() -> None:
    stream = io.StringIO()
    wrapper = OutputWrapper(stream)
    wrapper.writelines(["a", "b"])
    print("c", file=wrapper, flush=True)
    assert wrapper.getvalue() == "abc\n\n"
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = wrapper.nothing_like_it


def test_app_command(project: Path, manage: Run) -> None:
    (project / "polls" / "management" / "commands").mkdir(parents=True)
    (project / "polls" / "__init__.py").touch()
    for package in ("management", "management/commands"):
        (project / "polls" / package / "__init__.py").touch()
    (project / "polls" / "management" / "commands" / "name.py").write_text(
        "from gingerdj.core.management.base import AppCommand\n"
        "class Command(AppCommand):\n"
        "    def handle_app_config(self, app_config, **options):\n"
        "        return app_config.verbose_name\n"
    )
    with (project / "mysite" / "settings.py").open("a") as settings:
        settings.write("INSTALLED_APPS = ['polls']\n")
    assert manage("name", "polls").stdout == "Polls\n"
    wrong = manage("name", "poll")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "No installed app with label 'poll'." in wrong.stderr
    assert "at least one application label" in manage("name").stderr
    with pytest.raises(NotImplementedError, match="handle_app_config"):
        AppCommand().handle_app_config(None)  # type: ignore[arg-type]
