"""What files of every kind share: names that stay in their folder, and the file protocol."""

from __future__ import annotations

from pathlib import PurePath, PurePosixPath
from typing import Any

from gingerdj.core.exceptions import SuspiciousFileOperation


def validate_file_name(name: Any, allow_relative_path: bool = False) -> Any:
    """Return a file's name if it cannot lead out of the folder that the file is put in.

    Args:
        name: the name.
        allow_relative_path: whether it may lead into a folder beneath.

    Raises:
        SuspiciousFileOperation: it could.
    """
    path = PurePosixPath(str(name).replace("\\", "/") if allow_relative_path else str(name))
    last = "" if str(name).endswith("/") else PurePath(name).name
    if last in ("", ".", "..") or "\0" in str(name):
        raise SuspiciousFileOperation(f"Could not derive file name from '{name}'")
    if allow_relative_path:
        if path.is_absolute() or ".." in path.parts:
            raise SuspiciousFileOperation(f"Detected path traversal attempt in '{name}'")
    elif str(name) != last:
        raise SuspiciousFileOperation(f"File name '{name}' includes path elements")
    return name


class _Forwarded:
    """An attribute that the file within has."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else getattr(instance.file, self.name)


class FileProxyMixin:
    """Passes the file protocol on to the attribute `file`."""

    file: Any

    encoding = _Forwarded()
    fileno = _Forwarded()
    flush = _Forwarded()
    isatty = _Forwarded()
    newlines = _Forwarded()
    read = _Forwarded()
    readinto = _Forwarded()
    readline = _Forwarded()
    readlines = _Forwarded()
    seek = _Forwarded()
    tell = _Forwarded()
    truncate = _Forwarded()
    write = _Forwarded()
    writelines = _Forwarded()

    @property
    def closed(self) -> bool:
        """Whether there is no file within, or a closed one."""
        return not self.file or self.file.closed

    def readable(self) -> bool:
        return self._is("readable")

    def writable(self) -> bool:
        return self._is("writable")

    def seekable(self) -> bool:
        return self._is("seekable")

    def _is(self, ability: str) -> bool:
        # Files by others may lack the question, and are taken to be able.
        return not self.closed and bool(getattr(self.file, ability, lambda: True)())

    def __iter__(self) -> Any:
        return iter(self.file)
