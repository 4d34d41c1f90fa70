"""What becomes of uploaded files while they arrive."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from gingerdj.conf import settings
from gingerdj.core.files.uploadedfile import (
    InMemoryUploadedFile,
    TemporaryUploadedFile,
    UploadedFile,
)
from gingerdj.utils.module_loading import import_string


class UploadFileException(Exception):
    """What an upload handler raises to change the course of an upload."""


class StopUpload(UploadFileException):
    """The upload must end.

    Args:
        connection_reset: whether to leave the rest of the request's body unread.
    """

    def __init__(self, connection_reset: bool = False) -> None:
        super().__init__(connection_reset)
        self.connection_reset = connection_reset

    def __str__(self) -> str:
        if self.connection_reset:
            return "Stopped the upload, leaving its rest unread."
        return "Stopped the upload, reading its rest for nothing."


class SkipFile(UploadFileException):
    """This file is not wanted; the others are."""


class StopFutureHandlers(UploadFileException):
    """Handlers that come after this one must not see this file."""


class FileUploadHandler:
    """The base of upload handlers.

    Args:
        request: the request.
    """

    #: The most bytes of a chunk that the handler wants.
    chunk_size = 64 * 2**10

    def __init__(self, request: Any = None) -> None:
        self.file_name: str | None = None
        self.content_type: str | None = None
        self.content_length: int | None = None
        self.charset: bytes | None = None
        self.content_type_extra: dict[str, bytes] | None = None
        self.request = request

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's name
        content_length: int,
        boundary: bytes,
        encoding: str | None = None,
    ) -> tuple[Any, Any] | None:
        """See the body before anyone reads it.

        Args:
            input_data: the body as a file.
            META: the request's `META`.
            content_length: what the header Content-Length says; 0 without it.
            boundary: the boundary between the parts.
            encoding: the charset of the fields.

        Returns:
            None; or, in place of all other reading, the fields and the files.
        """
        return None

    def new_file(
        self,
        field_name: str,
        file_name: str,
        content_type: str,
        content_length: int | None,
        charset: bytes | None = None,
        content_type_extra: dict[str, bytes] | None = None,
    ) -> None:
        """Learn that a file begins, and what the client says of it.

        Raises:
            StopFutureHandlers: later handlers must not see the file.
            SkipFile: nobody shall.
            StopUpload: the upload must end.
        """
        self.field_name = field_name
        self.file_name = file_name
        self.content_type = content_type
        self.content_length = content_length
        self.charset = charset
        self.content_type_extra = content_type_extra

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Take a chunk.

        Args:
            raw_data: the chunk.
            start: its position in the file.

        Returns:
            What later handlers shall get; None keeps the chunk from them.
        """
        raise NotImplementedError(
            "subclasses of FileUploadHandler must provide a receive_data_chunk() method"
        )

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the file that has ended; None leaves that to later handlers.

        Args:
            file_size: how many bytes of it this handler was given.
        """
        raise NotImplementedError(
            "subclasses of FileUploadHandler must provide a file_complete() method"
        )

    def upload_complete(self) -> Any:
        """Learn that the whole body has been read."""

    def upload_interrupted(self) -> None:
        """Learn that the body will not be read to its end; free what is held."""


class _KeepingHandler(FileUploadHandler):
    """Keeps each file in the attribute `file` until it is complete."""

    file: Any = None

    def _open_on_disk(self) -> None:
        self.file = TemporaryUploadedFile(
            str(self.file_name), self.content_type, 0, self.charset, self.content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.file is not None:
            self.file.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.file is None:
            return None
        file, self.file = self.file, None
        file.seek(0)
        if isinstance(file, TemporaryUploadedFile):
            file.__dict__["size"] = file_size
            return file
        return InMemoryUploadedFile(
            file,
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        if self.file is not None:
            self.file.close()


class TemporaryFileUploadHandler(_KeepingHandler):
    """Writes files to disk."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._open_on_disk()


class MemoryFileUploadHandler(_KeepingHandler):
    """Keeps files in memory if the whole request is short, as FILE_UPLOAD_MAX_MEMORY_SIZE says.

    A request that turns out longer than it said has the file on disk from then on.
    """

    activated = False

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        self.activated = content_length <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE
        self._left = settings.FILE_UPLOAD_MAX_MEMORY_SIZE

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.activated:
            self.file = BytesIO()
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self.activated:
            return raw_data
        self._left -= len(raw_data)
        if self._left < 0 and isinstance(self.file, BytesIO):
            memory = self.file.getvalue()
            self._open_on_disk()
            self.file.write(memory)
        return super().receive_data_chunk(raw_data, start)


def load_handler(path: str, *args: Any, **kwargs: Any) -> Any:
    """Return an upload handler made by the class, or the function, that a dotted path names."""
    return import_string(path)(*args, **kwargs)
