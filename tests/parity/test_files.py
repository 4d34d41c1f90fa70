"""Files in memory and on disk."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from .both import FRAMEWORKS, compare, listed, names

DIFFERENCES = {
    "UploadedFile(name='a\\x00b').name": "no file's name holds NUL",
    "TemporaryUploadedFile('x.' + 'y' * 300, '', 0, '').close()": "a long ending is cut, too",
}

HELPERS = """
class Strange:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)
"""
FILES = [
    "ContentFile(b'one\\ntwo\\r\\nthree\\rfour')",
    "ContentFile('one\\ntwo\\r\\nthree', name='n.txt')",
    "ContentFile(b'')",
    "ContentFile('', '')",
    "File(io.BytesIO(b'a\\nb'), name='x')",
    "File(io.BytesIO(b'a\\nb'))",
    "File(io.StringIO('a\\nb'), 'x')",
    "File(None)",
    "File(None, 'gone.txt')",
    "File(open(PATH, 'rb'))",
    "File(open(PATH), name='other')",
    "File(Strange(size=5, name='s'))",
    "File(Strange(name='nowhere'))",
    "SimpleUploadedFile('a.txt', b'content')",
    "SimpleUploadedFile('../a b.txt', b'', 'image/png')",
    "SimpleUploadedFile('a', None)",
    "InMemoryUploadedFile(io.BytesIO(b'abc'), 'field', 'n.txt', 'text/plain', 3, 'utf-8', {'a': 'b'})",
    "TemporaryUploadedFile('t.txt', 'text/plain', 5, 'utf-8')",
    "UploadedFile(io.BytesIO(b'x'), 'n', 'text/plain', 1)",
    "UploadedFile()",
]
USES = """
f.name; f.size; len(f); str(f); repr(f); bool(f); f.closed; f.readable(); f.writable(); f.seekable(); f.read()
(f.read(1), f.read(), f.read()); list(f); list(f.chunks(2)); list(f.chunks()); list(f.chunks(chunk_size=None)); f.multiple_chunks()
f.multiple_chunks(1); f.multiple_chunks(chunk_size=100); (f.read(), list(f)); (f.seek(1), f.tell()); f.readline(); f.readlines()
(f.close(), f.closed); (f.close(), f.read()); (f.read(), f.open().read()); (f.close(), f.open().read()); f.open('rb') is f
f.__enter__() is f; f.__exit__(None, None, None), f.closed; f.write(b'x'), f.size; f.write('x'), f.size; f.mode; f.encoding; f.newlines
f.fileno() > 0; f.isatty(); f.flush(); f.truncate(1), f.size; f.readinto(bytearray(2)); f.writelines([b'x']); f.file is None
f.content_type; f.charset; f.content_type_extra; f.field_name; f.nope; setattr(f, 'size', 9), f.size; setattr(f, 'name', '../x'), f.name
f.temporary_file_path().endswith('.txt'); f.DEFAULT_CHUNK_SIZE; next(iter(f)); f.open(mode='rb').read(); (list(f), list(f))
"""
OTHERS = [
    *(
        f"UploadedFile(name={name!r}).name"
        for name in (
            "a/b.txt",
            "a\\b.txt",
            "/etc/passwd",
            "..",
            ".",
            "",
            "x" * 300 + ".txt",
            "x." + "y" * 300,
            "a\nb",
            " a ",
            "é",
            "a/..",
            "C:\\x",
            "x" * 255,
            ".bashrc",
            "a.tar.gz",
            "x" * 251 + ".tar.gz",
            "a:b",
            None,
        )
    ),
    "(lambda f: (setattr(f, 'name', 'a/b'), f.name, setattr(f, 'name', None), f.name))(UploadedFile())",
    "setattr(UploadedFile(), 'name', '..')",
    "SimpleUploadedFile.from_dict({'filename': 'a', 'content': b'x', 'content-type': 'y'}).content_type",
    "SimpleUploadedFile.from_dict({'filename': 'a', 'content': b'x'}).content_type",
    "SimpleUploadedFile.from_dict({'filename': 'a'})",
    "UploadedFile.DEFAULT_CHUNK_SIZE == File.DEFAULT_CHUNK_SIZE",
    *(
        f"validate_file_name({name!r}, {relative})"
        for relative in (False, True)
        for name in (
            "a",
            "a/b",
            "../a",
            "..",
            ".",
            "",
            "/a",
            "a\\b",
            "..\\a",
            "a/../b",
            "C:\\a",
            "a/",
            "./a",
        )
    ),
    "(lambda f: (f.close(), f.close()))(TemporaryUploadedFile('x', '', 0, ''))",
    "(lambda f: (__import__('os').remove(f.temporary_file_path()), f.close()))(TemporaryUploadedFile('x', '', 0, ''))",
    "issubclass(ContentFile, File), issubclass(UploadedFile, File)",
    "bool(ContentFile(b''))",
    "File(io.BytesIO(b'x' * 10)).size",
]


EXPRESSIONS = [
    *(f"closing({file}, lambda f: ({use}))" for file in FILES for use in listed(USES)),
    *OTHERS,
]
CLOSING = """
def closing(f, use):
    try:
        return use(f)
    finally:
        if getattr(f, 'file', None) is not None and hasattr(f.file, 'close'):
            f.file.close()
"""
MODULES = ["core.files.utils", "core.files", "core.files.base", "core.files.uploadedfile"]


def test_same(tmp_path: Path) -> None:
    path = tmp_path / "disk.txt"
    path.write_bytes(b"on\ndisk")
    compare(MODULES, EXPRESSIONS, DIFFERENCES, HELPERS + CLOSING, PATH=str(path))


@given(st.lists(st.sampled_from(["a", "\n", "\r", "\r\n", "", "b\n"])), st.integers(1, 4))
def test_same_lines(pieces: list[str], chunk_size: int) -> None:
    text = "".join(pieces)
    for content in (text, text.encode()):
        lines = []
        for framework in FRAMEWORKS:
            file = names(framework, "core.files.base")["ContentFile"](content)
            file.DEFAULT_CHUNK_SIZE = chunk_size
            lines.append(list(file))
        assert lines[0] == lines[1] == content.splitlines(True)
