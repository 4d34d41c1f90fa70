"""What a system check reports."""

from __future__ import annotations

from typing import Any

from gingerdj.conf import settings

#: The level of `Debug`.
DEBUG = 10
#: The level of `Info`.
INFO = 20
#: The level of `Warning`.
WARNING = 30
#: The level of `Error`, which is serious.
ERROR = 40
#: The level of `Critical`.
CRITICAL = 50


class CheckMessage:
    """One finding of a system check.

    Args:
        level: how bad it is, on the scale of `logging`.
        msg: what is wrong.
        hint: how to mend it.
        obj: what the finding is about; its `str()` is shown.
        id: the finding's stable name, such as `security.W009`.

    Raises:
        TypeError: the level is no number.
    """

    def __init__(
        self,
        level: int,
        msg: str,
        hint: str | None = None,
        obj: Any = None,
        id: str | None = None,
    ) -> None:
        if not isinstance(level, int):
            raise TypeError(f"The level of a check message must be an int, not {level!r}.")
        self.level = level
        self.msg = msg
        self.hint = hint
        self.obj = obj
        self.id = id

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CheckMessage):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.level, self.msg, self.hint, self.id))

    def _key(self) -> tuple[Any, ...]:
        return (self.level, self.msg, self.hint, self.obj, self.id)

    def __str__(self) -> str:
        subject = "?" if self.obj is None else str(self.obj)
        name = f"({self.id}) " if self.id else ""
        hint = f"\n\tHINT: {self.hint}" if self.hint else ""
        return f"{subject}: {name}{self.msg}{hint}"

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__}: level={self.level!r}, msg={self.msg!r}, "
            f"hint={self.hint!r}, obj={self.obj!r}, id={self.id!r}>"
        )

    def is_serious(self, level: int = ERROR) -> bool:
        """Return whether the finding is of `level` or worse."""
        return self.level >= level

    def is_silenced(self) -> bool:
        """Return whether the setting `SILENCED_SYSTEM_CHECKS` names this finding."""
        return self.id in settings.SILENCED_SYSTEM_CHECKS


class _Levelled(CheckMessage):
    _level: int

    def __init__(
        self, msg: str, hint: str | None = None, obj: Any = None, id: str | None = None
    ) -> None:
        super().__init__(self._level, msg, hint, obj, id)


class Debug(_Levelled):
    """A finding of use to who writes checks."""

    _level = DEBUG


class Info(_Levelled):
    """A finding that needs nothing done."""

    _level = INFO


class Warning(_Levelled):
    """A finding that is wrong in production, or will be."""

    _level = WARNING


class Error(_Levelled):
    """A finding that keeps the project from working."""

    _level = ERROR


class Critical(_Levelled):
    """A finding that makes every other one unimportant."""

    _level = CRITICAL
