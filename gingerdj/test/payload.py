"""Bodies of requests that come from no socket."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, IOBase

from gingerdj.utils.encoding import force_bytes


class FakePayload(IOBase):
    """A request's body that can be read once, and not beyond its end, as from a socket.

    Args:
        initial_bytes: what it begins with; `write()` adds to it until it is read.
    """

    def __init__(self, initial_bytes: bytes | str | None = None) -> None:
        self._content = BytesIO()
        self._length = 0
        self._read_started = False
        if initial_bytes is not None:
            self.write(initial_bytes)

    def __len__(self) -> int:
        return self._length

    def read(self, size: int | None = -1, /) -> bytes:
        """Read so many bytes; all that are left by default.

        Raises:
            AssertionError: fewer are left: a server would wait for them for ever.
        """
        return self._consumed(self._content.read, size)

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line, or so many bytes of it; see `read`."""
        return self._consumed(self._content.readline, size)

    def _consumed(self, read: Callable[[int], bytes], size: int | None) -> bytes:
        if not self._read_started:
            self._content.seek(0)
            self._read_started = True
        wanted = self._length if size is None or size < 0 else size
        if wanted > self._length:
            raise AssertionError(
                f"{wanted} bytes of the body are asked for, but it has only {self._length} left."
            )
        data = read(wanted)
        self._length -= len(data)
        return data

    def write(self, b: bytes | str, /) -> None:
        """Add to the body.

        Raises:
            ValueError: it is being read already.
        """
        if self._read_started:
            raise ValueError("The body is being read already: write all of it before.")
        content = force_bytes(b)
        self._content.write(content)
        self._length += len(content)
