"""Files as clients send them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Self

from gingerdj.conf import settings
from gingerdj.core.files.base import File
from gingerdj.core.files.utils import validate_file_name
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    import tempfile
else:
    tempfile = LazyModule("tempfile")

_LONGEST_NAME = 255


class UploadedFile(File):
    """A file that a client has sent; what the client says of it need not be true.

    Args:
        file: the content.
        name: the name that the client gives it; a path before it is cut off.
        content_type: the media type that the client gives it.
        size: the size in bytes, counted as it arrived.
        charset: the charset that the client gives a text, as it sent it.
        content_type_extra: the parameters of the media type, with values as the client sent them.

    Raises:
        SuspiciousFileOperation: the name is no name for a file.
    """

    def __init__(
        self,
        file: Any = None,
        name: str | None = None,
        content_type: str | None = None,
        size: int | None = None,
        charset: bytes | None = None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        super().__init__(file, name)
        self.__dict__["size"] = size
        self.content_type = content_type
        self.charset = charset
        self.content_type_extra = content_type_extra

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.name} ({self.content_type})>"

    @property
    def name(self) -> str | None:
        """The file's name, without a path."""
        return self._name

    @name.setter
    def name(self, value: str | None) -> None:
        self._name = None if value is None else _file_name(value)


def _file_name(name: str) -> str:
    path = PurePath(name)
    last = path.name
    if len(last) > _LONGEST_NAME:
        suffix = path.suffix[:_LONGEST_NAME]
        last = path.stem[: _LONGEST_NAME - len(suffix)] + suffix
    return str(validate_file_name(last))


class TemporaryUploadedFile(UploadedFile):
    """An uploaded file on disk, in the folder `FILE_UPLOAD_TEMP_DIR`; closed, it is gone.

    It takes the arguments of `UploadedFile`.
    """

    def __init__(
        self,
        name: str,
        content_type: str | None,
        size: int | None,
        charset: bytes | None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        suffix = f".upload{PurePath(_file_name(name)).suffix[:32]}"
        folder = settings.FILE_UPLOAD_TEMP_DIR
        file = tempfile.NamedTemporaryFile(suffix=suffix, dir=folder)
        super().__init__(file, name, content_type, size, charset, content_type_extra)

    def temporary_file_path(self) -> str:
        """Return the path of the file."""
        return str(self.file.name)

    def close(self) -> None:
        with suppress(FileNotFoundError):  # It has been moved to where it is wanted.
            self.file.close()


class InMemoryUploadedFile(UploadedFile):
    """An uploaded file in memory.

    Args:
        field_name: the form's field; for the others see `UploadedFile`.
    """

    def __init__(
        self,
        file: Any,
        field_name: str | None,
        name: str | None,
        content_type: str | None,
        size: int | None,
        charset: bytes | None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        super().__init__(file, name, content_type, size, charset, content_type_extra)
        self.field_name = field_name

    def open(self, mode: str | None = None, *args: Any, **kwargs: Any) -> Self:
        """Go back to the beginning."""
        self.file.seek(0)
        return self

    def chunks(self, chunk_size: int | None = None) -> Iterator[Any]:
        """Give the whole content at once: it is in memory anyhow."""
        self.file.seek(0)
        yield self.read()

    def multiple_chunks(self, chunk_size: int | None = None) -> bool:
        """Return False: the content is one chunk."""
        return False


class SimpleUploadedFile(InMemoryUploadedFile):
    """An uploaded file made by hand, for tests.

    Args:
        name: its name.
        content: its content.
        content_type: its media type.
    """

    def __init__(self, name: str, content: bytes | None, content_type: str = "text/plain") -> None:
        content = content or b""
        super().__init__(BytesIO(content), None, name, content_type, len(content), None, None)

    @classmethod
    def from_dict(cls, file_dict: dict[str, Any]) -> Self:
        """Return the file that a dictionary with the keys `filename`, `content` and perhaps
        `content-type` describes."""
        return cls(
            file_dict["filename"],
            file_dict["content"],
            file_dict.get("content-type", "text/plain"),
        )
