"""Compression with gzip (RFC 1952), of whole bodies and piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from contextlib import aclosing, nullcontext
from io import BytesIO
from typing import TYPE_CHECKING, Any

from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import gzip
    import secrets
else:
    gzip = LazyModule("gzip")
    secrets = LazyModule("secrets")


class StreamingBuffer(BytesIO):
    """Holds what is written to it until it is read, all at once."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return everything, and forget it.

        Args:
            size: is not heeded.
        """
        data = self.getvalue()
        self.seek(0)
        self.truncate()
        return data


class _Packer:
    """Compresses pieces; what each becomes can be sent at once."""

    def __init__(self, max_random_bytes: int | None) -> None:
        # The name of a file (RFC 1952, 2.3.1) is where bytes can stand that mean nothing.
        name = "a" * secrets.randbelow((max_random_bytes or 0) + 1)
        self._buffer = StreamingBuffer()
        self._file: Any = gzip.GzipFile(name, "wb", compresslevel=6, fileobj=self._buffer, mtime=0)

    def pack(self, data: bytes) -> bytes:
        self._file.write(data)
        self._file.flush()
        return self._buffer.read()

    def end(self, data: bytes = b"") -> bytes:
        self._file.write(data)
        self._file.close()
        return self._buffer.read()


def compress_string(s: bytes, *, max_random_bytes: int | None = None) -> bytes:
    """Return bytes, compressed.

    Args:
        s: the bytes.
        max_random_bytes: the most random bytes to add, so that the length does not tell what is
            in them (BREACH, http://breachattack.com).
    """
    return _Packer(max_random_bytes).end(s)


def compress_sequence(
    sequence: Iterable[bytes], *, max_random_bytes: int | None = None
) -> Iterator[bytes]:
    """Yield pieces, compressed, each as soon as it is there.

    Args:
        sequence: the pieces.
        max_random_bytes: as for `compress_string`.
    """
    packer = _Packer(max_random_bytes)
    for piece in sequence:
        yield packer.pack(piece)
    yield packer.end()


async def acompress_sequence(
    sequence: AsyncIterable[bytes], *, max_random_bytes: int | None = None
) -> AsyncIterator[bytes]:
    """Yield pieces, compressed, each as soon as it is there.

    Args:
        sequence: the pieces.
        max_random_bytes: as for `compress_string`.
    """
    packer = _Packer(max_random_bytes)
    closing: Any = aclosing(sequence) if hasattr(sequence, "aclose") else nullcontext()
    async with closing:
        async for piece in sequence:
            yield packer.pack(piece)
    yield packer.end()
