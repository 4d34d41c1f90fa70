"""Findings: how they read, compare and are silenced."""

from __future__ import annotations

import pytest

from gingerdj.core import checks

from .conftest import Configure


def test_text_with_and_without_its_parts() -> None:
    assert str(checks.Error("It is broken.")) == "?: It is broken."
    full = checks.Error("It is broken.", hint="Mend it.", obj="mysite", id="mysite.E001")
    assert str(full) == "mysite: (mysite.E001) It is broken.\n\tHINT: Mend it."


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        (checks.Debug, checks.DEBUG),
        (checks.Info, checks.INFO),
        (checks.Warning, checks.WARNING),
        (checks.Error, checks.ERROR),
        (checks.Critical, checks.CRITICAL),
    ],
)
def test_levels(kind: type[checks.CheckMessage], level: int) -> None:
    message = kind("x")  # type: ignore[call-arg, arg-type]
    assert message.level == level
    assert message.is_serious() == (level >= checks.ERROR)
    assert message.is_serious(level)
    assert not message.is_serious(level + 1)


def test_a_level_is_a_number() -> None:
    with pytest.raises(TypeError, match="'ERROR'"):
        checks.CheckMessage("ERROR", "x")  # type: ignore[arg-type]


def test_equality() -> None:
    assert checks.Error("x", id="a") == checks.Error("x", id="a")
    assert checks.Error("x", id="a") == checks.CheckMessage(checks.ERROR, "x", id="a")
    assert checks.Error("x", id="a") != checks.Warning("x", id="a")
    assert checks.Error("x", obj=1) != checks.Error("x", obj=2)
    assert checks.Error("x") != "x"
    assert repr(checks.Error("x", "h", 1, "i")) == (
        "<Error: level=40, msg='x', hint='h', obj=1, id='i'>"
    )
    assert len({checks.Error("x"), checks.Error("x")}) == 1


def test_silenced(configure: Configure) -> None:
    configure(SILENCED_SYSTEM_CHECKS=["mysite.W001"])
    assert checks.Warning("x", id="mysite.W001").is_silenced()
    assert not checks.Warning("x", id="mysite.W002").is_silenced()
