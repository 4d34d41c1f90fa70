"""Files as iterators of bytes, and iterators of bytes read as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO


class ChunkIter:
    """The pieces of a file.

    Args:
        flo: the file.
        chunk_size: how many bytes are read at once.
    """

    def __init__(self, flo: IO[bytes], chunk_size: int = 64 * 2**10) -> None:
        self._pieces = iter(partial(flo.read, chunk_size), b"")

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)


class LazyStream:
    """An iterator of bytes, to be read as a file, in which what was read can be put back.

    Args:
        producer: the pieces.
        length: how many bytes `read()` without a size takes for all; no limit by default.
    """

    def __init__(self, producer: Iterable[bytes], length: int | None = None) -> None:
        self._producer = iter(producer)
        self._leftover = b""
        self._left = length
        self._position = 0

    def tell(self) -> int:
        """Return how many bytes have been read."""
        return self._position

    def read(self, size: int | None = None) -> bytes:
        """Read so many bytes, or all."""
        missing = self._left if size is None or size < 0 else size
        pieces = []
        while missing is None or missing > 0:
            piece = next(self, b"")
            if not piece:
                break
            if missing is not None:
                if len(piece) > missing:
                    self.unget(piece[missing:])
                    piece = piece[:missing]
                missing -= len(piece)
            pieces.append(piece)
        data = b"".join(pieces)
        if self._left is not None:
            self._left -= len(data)
        return data

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """Return the next piece that is not empty."""
        piece, self._leftover = self._leftover, b""
        while not piece:
            piece = next(self._producer)
        self._position += len(piece)
        return piece

    def unget(self, bytes: bytes) -> None:
        """Put bytes back, to be read next."""
        self._leftover = bytes + self._leftover
        self._position -= len(bytes)

    def close(self) -> None:
        """Drop all that is left."""
        self._producer = iter(())
        self._leftover = b""
