"""Colours, and what turns them on and off."""

from __future__ import annotations

import io
from typing import Any

import pytest

from gingerdj.core.management import BaseCommand, CommandError, call_command, color
from gingerdj.core.management.base import OutputWrapper


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Paint(BaseCommand):
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("good", self.style.SUCCESS)
        self.stderr.write("bad")


def test_only_a_terminal_is_painted() -> None:
    style = color.color_style(force_color=True)
    for stream, expected in ((io.StringIO(), "x"), (Terminal(), "\x1b[31;1mx\x1b[0m")):
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


@pytest.mark.parametrize(
    ("value", "painted"),
    [
        ("", {"ERROR": "31;1", "SUCCESS": "32;1", "NOTICE": "31", "SQL_KEYWORD": "33"}),
        ("dark", {"ERROR": "31;1", "HTTP_NOT_FOUND": "33"}),
        ("light", {"ERROR": "31;1", "HTTP_NOT_FOUND": "31", "SQL_KEYWORD": "34"}),
        ("nocolor", {"ERROR": None, "SQL_KEYWORD": None}),
        ("error=yellow/blue,blink", {"ERROR": "33;44;5", "SUCCESS": None}),
        ("ERROR=green", {"ERROR": "32"}),
        ("error=,bold", {"ERROR": "1"}),
        ("error=/red,bold, nonsense", {"ERROR": "41;1"}),
        ("light;success=blue;notice=magenta,bold", {"ERROR": "31;1", "SUCCESS": "34"}),
        ("error=nonsense;nonsense=red;bogus", {"ERROR": None, "SUCCESS": None}),
    ],
)
def test_palettes_and_roles(
    value: str, painted: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GINGER_COLORS", value)
    style = color.color_style(force_color=True)
    for role, code in painted.items():
        assert getattr(style, role)("x") == (f"\x1b[{code}mx\x1b[0m" if code else "x")


def test_no_style_is_one() -> None:
    assert color.no_style() is color.no_style()
    assert color.no_style().ERROR("x") == "x"


@pytest.mark.parametrize(
    ("made", "options", "good"),
    [
        ({}, {"force_color": True}, "\x1b[32;1mgood\n\x1b[0m"),
        ({}, {"no_color": True}, "good\n"),
        ({}, {}, "good\n"),
        ({"force_color": True}, {}, "\x1b[32;1mgood\n\x1b[0m"),
        ({"no_color": True}, {}, "good\n"),
    ],
)
def test_commands_can_be_forced(
    made: dict[str, bool],
    options: dict[str, bool],
    good: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("GINGER_COLORS", raising=False)
    out, err = io.StringIO(), io.StringIO()
    call_command(Paint(**made), stdout=out, stderr=err, **options)  # type: ignore[arg-type]
    assert (out.getvalue(), err.getvalue()) == (good, "bad\n")


def test_no_color_and_force_color_exclude_each_other() -> None:
    with pytest.raises(CommandError, match="together"):
        BaseCommand(no_color=True, force_color=True)
    with pytest.raises(CommandError, match="--no-color and --force-color"):
        call_command(Paint(), no_color=True, force_color=True)
