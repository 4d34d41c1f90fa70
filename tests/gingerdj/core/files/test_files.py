"""Files, on disk and in memory, and uploaded ones."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gingerdj.core.exceptions import SuspiciousFileOperation
from gingerdj.core.files.base import ContentFile, File
from gingerdj.core.files.uploadedfile import (
    SimpleUploadedFile,
    TemporaryUploadedFile,
    UploadedFile,
)
from gingerdj.core.files.utils import validate_file_name


def test_a_file_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one\ntwo\n")
    with File(path.open("rb")) as file:
        assert (file.name, file.size, len(file), file.mode) == (str(path), 8, 8, "rb")
        assert (repr(file), bool(file), file.readable()) == (f"<File: {path}>", True, True)
        assert (list(file.chunks(5)), file.multiple_chunks(5)) == ([b"one\nt", b"wo\n"], True)
        assert file.readline() == b""
    assert (file.closed, file.readable()) == (True, False)
    with file.open() as again:
        assert again.read() == b"one\ntwo\n"
    path.unlink()
    with pytest.raises(ValueError, match="cannot be found again"):
        file.open()


def test_sizes() -> None:
    file = File(io.BytesIO(b"abc"))
    file.seek(1)
    assert (file.size, file.tell()) == (3, 1)
    assert (repr(file), str(file), bool(file)) == ("<File: None>", "", False)
    with pytest.raises(AttributeError, match="Unable to determine"):
        _ = File(object()).size


@given(st.text("a\r\n"), st.integers(1, 4))
def test_lines_are_the_same_however_the_chunks_lie(text: str, chunk_size: int) -> None:
    class Small(File):
        DEFAULT_CHUNK_SIZE = chunk_size

    content = text.encode()
    assert list(Small(io.BytesIO(content))) == content.splitlines(keepends=True)
    assert list(Small(io.StringIO(text, newline=""))) == text.splitlines(keepends=True)


def test_content_in_memory() -> None:
    file = ContentFile("hé", name="h.txt")
    assert (file.name, file.size, file.read(), bool(ContentFile(b""))) == ("h.txt", 2, "hé", True)
    file.close()
    with file.open():
        file.seek(0, 2)
        file.write("!")
    assert (file.size, "".join(file.chunks())) == (3, "hé!")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a", "../a", "a\0"])
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        validate_file_name(name)


@pytest.mark.parametrize("name", ["/a", "../a", "a/../../b", "a\\..\\b", "\\a"])
def test_paths_that_are_refused(name: str) -> None:
    with pytest.raises(SuspiciousFileOperation):
        validate_file_name(name, allow_relative_path=True)
    assert validate_file_name("a/b", allow_relative_path=True) == "a/b"


def test_the_name_of_an_upload() -> None:
    assert UploadedFile(name="/etc/passwd").name == "passwd"
    long = UploadedFile(name=f"{'n' * 300}.txt").name
    assert (len(long or ""), (long or "")[-4:]) == (255, ".txt")
    with pytest.raises(SuspiciousFileOperation):
        UploadedFile(name="..")


def test_a_temporary_upload(configure: Any, tmp_path: Path) -> None:
    configure(FILE_UPLOAD_TEMP_DIR=str(tmp_path))
    file = TemporaryUploadedFile("a.txt", "text/plain", 1, "utf-8")
    path = Path(file.temporary_file_path())
    assert (path.parent, path.name.endswith(".upload.txt"), file.size) == (tmp_path, True, 1)
    file.close()
    assert not path.exists()
    moved = TemporaryUploadedFile("a.txt", "text/plain", 1, "utf-8")
    Path(moved.temporary_file_path()).rename(tmp_path / "kept")
    moved.close()
    assert (tmp_path / "kept").exists()


def test_an_upload_made_by_hand() -> None:
    file = SimpleUploadedFile.from_dict({"filename": "a.txt", "content": b"abc"})
    assert (file.name, file.content_type, file.size) == ("a.txt", "text/plain", 3)
    assert (list(file.chunks(1)), file.multiple_chunks(1)) == ([b"abc"], False)
    assert file.open().read() == b"abc"
    assert repr(file) == "<SimpleUploadedFile: a.txt (text/plain)>"
