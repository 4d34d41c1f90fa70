"""Files with a size, and with their content in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Self

from gingerdj.core.files.utils import FileProxyMixin
from gingerdj.utils.functional import cached_property


class File(FileProxyMixin):
    """A file of Python's with a name, a size and its content in chunks.

    Args:
        file: the file.
        name: its name; the file's own by default.
    """

    #: How many bytes or characters a chunk has at most.
    DEFAULT_CHUNK_SIZE = 64 * 2**10

    def __init__(self, file: Any, name: str | None = None) -> None:
        self.file = file
        self.name = getattr(file, "name", None) if name is None else name
        if hasattr(file, "mode"):
            self.mode = file.mode

    def __str__(self) -> str:
        return self.name or ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self or 'None'}>"

    def __bool__(self) -> bool:
        return bool(self.name)

    def __len__(self) -> int:
        return self.size

    @cached_property
    def size(self) -> int:
        """The size in bytes; of text in memory, in characters.

        Raises:
            AttributeError: the file has no size, no path, and no end to seek.
        """
        if hasattr(self.file, "size"):
            return int(self.file.size)
        name = getattr(self.file, "name", None)
        if isinstance(name, str) and Path(name).is_file():
            return Path(name).stat().st_size
        if hasattr(self.file, "tell") and hasattr(self.file, "seek"):
            position = self.file.tell()
            self.file.seek(0, 2)
            size = int(self.file.tell())
            self.file.seek(position)
            return size
        raise AttributeError("Unable to determine the file's size.")

    def chunks(self, chunk_size: int | None = None) -> Iterator[Any]:
        """Give the whole content in pieces.

        Args:
            chunk_size: the most bytes or characters of a piece; 64 KiB by default.
        """
        if self.seekable():
            self.seek(0)
        while data := self.read(chunk_size or self.DEFAULT_CHUNK_SIZE):
            yield data

    def multiple_chunks(self, chunk_size: int | None = None) -> bool:
        """Return whether the content has more than one chunk."""
        return self.size > (chunk_size or self.DEFAULT_CHUNK_SIZE)

    def __iter__(self) -> Iterator[Any]:
        """Give the content's lines, which end in `\\n`, `\\r` or `\\r\\n`, with their ends."""
        pending: list[Any] = []  # A line that fills many chunks is put together once.
        for chunk in self.chunks():
            lines = chunk.splitlines(True)
            if not lines:
                continue
            if pending and _ends_line(pending[-1], chunk):
                yield pending[0][:0].join(pending)
                pending = []
            for line in lines[:-1]:
                yield line[:0].join([*pending, line])
                pending = []
            pending.append(lines[-1])
        if pending:
            yield pending[0][:0].join(pending)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> Self:
        """Go back to the beginning; a closed file is opened again.

        Args:
            mode: the mode to open it in; its own by default.
            args, kwargs: further arguments of `open`.

        Raises:
            ValueError: the file is closed, and no longer where it was.
        """
        if not self.closed:
            self.seek(0)
        elif self.name and Path(self.name).is_file():
            self.file = Path(self.name).open(  # noqa: SIM115 - whoever opens closes
                mode or self.mode, *args, **kwargs
            )
        else:
            raise ValueError(f"The file {self.name!r} is closed, and cannot be found again.")
        return self

    def close(self) -> None:
        self.file.close()


def _ends_line(before: Any, chunk: Any) -> bool:
    """Return whether a line that a chunk broke off was over, which a `\\r` alone cannot tell."""
    if isinstance(before, str):
        return before.endswith("\n") or (before.endswith("\r") and not chunk.startswith("\n"))
    return before.endswith(b"\n") or (before.endswith(b"\r") and not chunk.startswith(b"\n"))


class ContentFile(File):
    """A file in memory.

    Args:
        content: what it holds, text or bytes.
        name: its name.
    """

    def __init__(self, content: str | bytes, name: str | None = None) -> None:
        super().__init__(StringIO(content) if isinstance(content, str) else BytesIO(content), name)
        self.__dict__["size"] = len(content)

    def __str__(self) -> str:
        return "Raw content"

    def __bool__(self) -> bool:
        return True

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> Self:
        """Go back to the beginning."""
        self.seek(0)
        return self

    def close(self) -> None:
        """Do nothing: the content would be lost."""

    def write(self, data: Any) -> Any:
        """Write as to a file; the size is found out anew."""
        self.__dict__.pop("size", None)
        return self.file.write(data)
