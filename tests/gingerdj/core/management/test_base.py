"""Commands called from a program, and what they print with."""

from __future__ import annotations

import io
from typing import Any

import pytest

from gingerdj.core.management import BaseCommand, CommandError, CommandParser, call_command, color
from gingerdj.core.management.base import LabelCommand, OutputWrapper


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


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
    with pytest.raises(NotImplementedError, match=r"BaseCommand must define handle\(\)"):
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


def test_only_a_terminal_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    painted = "\x1b[31;1mx\x1b[0m"
    style = color.color_style(force_color=True)
    for stream, expected in ((io.StringIO(), "x"), (Terminal(), painted)):
        wrapper = OutputWrapper(stream, ending="")
        wrapper.style_func = style.ERROR
        wrapper.write("x")
        assert stream.getvalue() == expected


@pytest.mark.parametrize(
    ("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("NO_COLOR", "")]
)
def test_the_environment_turns_colours_off(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert color.supports_color(Terminal())
    assert not color.supports_color(io.StringIO())
    monkeypatch.setenv(variable, value)
    assert color.supports_color(Terminal()) == (not value)


def test_no_color_and_force_color_exclude_each_other() -> None:
    with pytest.raises(CommandError, match="together"):
        BaseCommand(no_color=True, force_color=True)
    forced = BaseCommand(force_color=True)
    assert forced.style.SUCCESS("x") == "\x1b[32;1mx\x1b[0m"
    assert BaseCommand(no_color=True).style.SUCCESS("x") == "x"
