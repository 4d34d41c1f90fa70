"""Forms with files: how they are taken apart, and what is refused."""

from __future__ import annotations

import asyncio
import base64
import io
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gingerdj.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from gingerdj.core.files.uploadedfile import InMemoryUploadedFile, TemporaryUploadedFile
from gingerdj.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.http import HttpResponse, RawPostDataException
from gingerdj.http.multipartparser import (
    FILE,
    MAX_TOTAL_HEADER_SIZE,
    ChunkIter,
    LazyStream,
    MultiPartParser,
    MultiPartParserError,
    Parser,
)
from gingerdj.test import Client, RequestFactory
from gingerdj.urls import path

TYPE = "multipart/form-data; boundary=B"


@pytest.fixture(autouse=True)
def settings_of_uploads(configure: Any, tmp_path: Path) -> Any:
    configure(FILE_UPLOAD_TEMP_DIR=str(tmp_path))
    return configure


def part(headers: str, content: bytes = b"x") -> bytes:
    return f"--B\r\nContent-Disposition: form-data; {headers}\r\n\r\n".encode() + content + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--B--\r\n"


def parsed(content: bytes, size: int = 64 * 2**10) -> list[tuple[str, bytes]]:
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    return [(kind, stream.read()) for kind, _, stream in Parser(pieces, b"B")]


def request(content: bytes, content_type: str = TYPE, **extra: Any) -> Any:
    return RequestFactory().post("/", content, content_type=content_type, **extra)


MIXED = body(
    part('name="a"', b""),
    part('name="b"', b"\r\n--Bx\r\n--B-\r\n"),
    part('name="c"; filename="f.txt"', b"\r\r\n"),
    b"--B  \r\nX: y\r\n\r\n--B\r\n\r\nno headers\r\n",
)


@pytest.mark.parametrize("size", [*range(1, 12), 64, 1000])
def test_parts_are_the_same_however_the_pieces_lie(size: int) -> None:
    assert parsed(b"before\r\n" + MIXED + b"after", size) == [
        ("field", b""),
        ("field", b"\r\n--Bx\r\n--B-\r\n"),
        (FILE, b"\r\r\n"),
        ("raw", b""),
        ("raw", b"no headers"),
    ]


@given(st.lists(st.text("B-\r\n a").map(str.encode)), st.integers(1, 9))
def test_what_goes_in_comes_out(contents: list[bytes], size: int) -> None:
    contents = [content for content in contents if b"\r\n--B" not in b"\r\n" + content]
    joined = body(*(part('name="a"', content) for content in contents))
    assert parsed(joined, size) == [("field", content) for content in contents]


@given(st.text('B-\r\n :;="aAb').map(str.encode), st.integers(1, 9))
def test_any_bytes_are_read_or_refused(content: bytes, size: int) -> None:
    try:
        parsed(b"--B\r\n" + content, size)
    except MultiPartParserError:
        pytest.fail("only headers that are too long may be refused here")


@pytest.mark.parametrize(
    "piece", [b"\r\n--B", b"\r\n--B\r\n", b"\r\n--B ", b"\r", b"--B\r\n\r\n", b"\r\n--B\r\n\r\n"]
)
def test_parsing_takes_linear_time(piece: bytes) -> None:
    content = b"--B\r\n\r\n" + piece * (1_000_000 // len(piece))
    # Half a minute and more, if each part or each beginning of one were looked at twice.
    with suppress(MultiPartParserError):
        parsed(content)


def test_a_part_that_is_left_unread_does_not_spoil_the_next() -> None:
    names = []
    for _, headers, stream in Parser([MIXED], b"B"):
        names.append(headers.get("content-disposition", ("", {}))[1].get("name"))
        stream.read(1)
    assert names == [b"a", b"b", b"c", None, None]


def test_a_body_that_breaks_off() -> None:
    assert parsed(part('name="a"', b"abc")[:-3]) == [("field", b"ab")]
    assert parsed(b"--B\r\nContent-Dispos") == []
    assert parsed(b"") == []


def test_reading_a_lazy_stream() -> None:
    stream = LazyStream([b"ab", b"", b"cdef"], length=5)
    assert (stream.read(1), stream.tell(), stream.read(2)) == (b"a", 1, b"bc")
    stream.unget(b"c")
    assert (stream.tell(), stream.read(), stream.read()) == (2, b"cd", b"")
    stream.close()
    assert list(stream) == []


def test_fields_and_files() -> None:
    found = request(
        body(
            part('name="a"', "é".encode()),
            part('name="a"', b"2"),
            part('name="f"; filename="x.csv"\r\nContent-Type: text/csv; charset=latin-1', b"\xe9"),
            part("name=\"g\"; filename*=utf-8''%C3%A9.txt", b""),
            part('name=""', b"nameless"),
        )
    )
    assert dict(found.POST.lists()) == {"a": ["é", "2"], "": ["nameless"]}
    file = found.FILES["f"]
    assert (file.name, file.content_type, file.charset, file.size) == (
        "x.csv",
        "text/csv",
        b"latin-1",
        1,
    )
    assert (file.read(), found.FILES["g"].name, found.FILES["g"].size) == (b"\xe9", "é.txt", 0)
    with pytest.raises(RawPostDataException):
        _ = found.body


def test_a_form_whose_body_was_read_before() -> None:
    found = request(body(part('name="a"', b"1")))
    assert found.body.startswith(b"--B")
    assert found.POST["a"] == "1"


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("/tmp/hax0rd.txt", "hax0rd.txt"),
        ("C:\\Windows\\hax0rd.txt", "hax0rd.txt"),
        ("../..\\hax0rd.txt", "hax0rd.txt"),
        ("..&#x2F;hax0rd.txt", "hax0rd.txt"),
        ("..&sol;hax0rd.txt", "hax0rd.txt"),
        ("ha\0x\u202e.txt", "hax.txt"),
        ("/tmp/", None),
        ("c:\\tmp\\..", None),
        ("&#46;.", None),
    ],
)
def test_names_of_files(sent: str, name: str | None) -> None:
    files = request(body(part(f'name="f"; filename="{sent}"'))).FILES
    assert (files["f"].name if files else None) == name


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_base64(size: int) -> None:
    data = bytes(range(256))
    encoded = base64.encodebytes(data)
    headers = 'name="f"; filename="f"\r\nContent-Transfer-Encoding: base64'

    class Small(FileUploadHandler):
        chunk_size = size
        content = b""

        def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
            assert start == len(self.content)
            self.content += raw_data

        def file_complete(self, file_size: int) -> Any:
            return InMemoryUploadedFile(io.BytesIO(self.content), "f", "f", None, file_size, None)

    parser = MultiPartParser(
        {"CONTENT_TYPE": TYPE}, io.BytesIO(body(part(headers, encoded))), [Small()]
    )
    file = parser.parse()[1]["f"]
    assert (file.read(), file.size) == (data, 256)
    with pytest.raises(MultiPartParserError, match="Could not decode base64 data"):
        _ = request(body(part(headers, b"abcde"))).FILES


@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        ("text/plain", "Invalid Content-Type"),
        ("multipart/form-data", "Invalid boundary in multipart"),
        ("multipart/form-data; boundary=é", "Invalid non-ASCII Content-Type"),
        (f"multipart/form-data; boundary={'x' * 201}", "Invalid boundary in multipart"),
    ],
)
def test_content_types_that_are_refused(content_type: str, message: str) -> None:
    with pytest.raises(MultiPartParserError, match=message):
        MultiPartParser({"CONTENT_TYPE": content_type}, io.BytesIO(b"x"), [])


def test_bodies_that_are_refused() -> None:
    with pytest.raises(MultiPartParserError, match="Invalid content length: -1"):
        MultiPartParser({"CONTENT_TYPE": TYPE, "CONTENT_LENGTH": "-1"}, io.BytesIO(), [])
    with pytest.raises(MultiPartParserError, match="does not hold the boundary"):
        _ = request(b"x").POST
    long = part(f'name="{"x" * MAX_TOTAL_HEADER_SIZE}"')
    with pytest.raises(MultiPartParserError, match="max total header size exceeded"):
        _ = request(body(long)).POST


def test_a_refused_form_has_no_fields_for_whoever_reports_it() -> None:
    found = request(b"x")
    with pytest.raises(BadRequest):
        _ = found.POST
    assert (found.POST, found.FILES) == ({}, {})


def test_limits(configure: Any, tmp_path: Path) -> None:
    configure(
        DATA_UPLOAD_MAX_MEMORY_SIZE=10,
        DATA_UPLOAD_MAX_NUMBER_FIELDS=2,
        DATA_UPLOAD_MAX_NUMBER_FILES=2,
        FILE_UPLOAD_MAX_MEMORY_SIZE=0,
    )
    file, field = part('name="f"; filename="f"', b"x" * 100), part('name="a"', b"1")
    allowed = request(body(file, file, field, field))
    assert len(allowed.FILES.getlist("f")) == 2
    allowed.close()
    with pytest.raises(TooManyFieldsSent, match="DATA_UPLOAD_MAX_NUMBER_FIELDS"):
        _ = request(body(field, field, field)).POST
    with pytest.raises(TooManyFilesSent, match="DATA_UPLOAD_MAX_NUMBER_FILES"):
        _ = request(body(file, file, file)).POST
    with pytest.raises(RequestDataTooBig, match="DATA_UPLOAD_MAX_MEMORY_SIZE"):
        _ = request(body(file, part('name="a"', b"x" * 10))).POST
    assert list(tmp_path.iterdir()) == []


def test_where_files_are_kept(configure: Any, tmp_path: Path) -> None:
    content = body(part('name="f"; filename="f.txt"', b"x" * 100_000))
    small = request(content).FILES["f"]
    assert isinstance(small, InMemoryUploadedFile)
    configure(FILE_UPLOAD_MAX_MEMORY_SIZE=70_000)
    found = request(content)
    large = found.FILES["f"]
    assert isinstance(large, TemporaryUploadedFile)
    assert (large.size, Path(large.temporary_file_path()).parent) == (100_000, tmp_path)
    found.close()
    assert list(tmp_path.iterdir()) == []


def test_a_body_longer_than_it_says_does_not_stay_in_memory(configure: Any) -> None:
    configure(FILE_UPLOAD_MAX_MEMORY_SIZE=70_000)
    content = body(part('name="f"; filename="f.txt"', b"x" * 100_000))
    handlers = RequestFactory().get("/").upload_handlers
    parser = MultiPartParser({"CONTENT_TYPE": TYPE}, io.BytesIO(content), handlers)
    file = parser.parse()[1]["f"]
    assert isinstance(file, TemporaryUploadedFile)
    assert (file.size, file.read()) == (100_000, b"x" * 100_000)
    file.close()


class Recording(FileUploadHandler):
    """Notes what it learns, and raises what it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.error = error
        self.seen: list[Any] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.seen.append(self.file_name)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if self.error is not None:
            raise self.error
        return raw_data.upper()

    def file_complete(self, file_size: int) -> None:
        self.seen.append(file_size)

    def upload_complete(self) -> None:
        self.seen.append("complete")

    def upload_interrupted(self) -> None:
        self.seen.append("interrupted")


FILES = body(
    part('name="a"', b"1"),
    part('name="f"; filename="f"', b"xyz"),
    part('name="b"', b"2"),
)


@pytest.mark.parametrize(
    ("error", "seen", "post", "files"),
    [
        (None, ["f", 3, "complete"], {"a": ["1"], "b": ["2"]}, {"f": b"XYZ"}),
        (SkipFile(), ["f", "complete"], {"a": ["1"], "b": ["2"]}, {}),
        (StopUpload(), ["f", "interrupted"], {"a": ["1"]}, {}),
        (StopUpload(connection_reset=True), ["f", "interrupted"], {"a": ["1"]}, {}),
    ],
)
def test_handlers(error: Any, seen: Any, post: Any, files: Any) -> None:
    found = request(FILES)
    handler = Recording(error)
    found.upload_handlers.insert(0, handler)
    assert dict(found.POST.lists()) == post
    assert {name: file.read() for name, file in found.FILES.items()} == files
    assert handler.seen == seen
    with pytest.raises(AttributeError, match="after the upload has been processed"):
        found.upload_handlers = []
    with pytest.raises(AttributeError, match="after the upload has been processed"):
        found.upload_handlers.append(handler)


def test_a_handler_that_fails_interrupts_the_others() -> None:
    found = request(FILES)
    handlers = [Recording(), Recording(KeyError())]
    found.upload_handlers = handlers
    with pytest.raises(KeyError):
        _ = found.POST
    assert [handler.seen for handler in handlers] == [["f", "interrupted"]] * 2


def test_a_handler_that_reads_by_itself() -> None:
    class Own(FileUploadHandler):
        def handle_raw_input(self, *args: Any, **kwargs: Any) -> Any:
            return {"post": 1}, {"files": 2}

    found = request(FILES)
    found.upload_handlers = [Own(found)]
    assert (found.POST, found.FILES) == ({"post": 1}, {"files": 2})


def view(request: Any) -> HttpResponse:
    file = request.FILES["f"]
    return HttpResponse(f"{request.POST['a']} {file.size} {type(file).__name__}")


def test_a_malformed_form_is_answered_with_400(site: Any) -> None:
    site(path("", view))
    response = Client().post("/", "x", content_type=TYPE)
    assert response.status_code == 400


def test_the_end_of_a_request_removes_its_files(site: Any, tmp_path: Path) -> None:
    site(path("", view), FILE_UPLOAD_MAX_MEMORY_SIZE=0)
    response = Client().post("/", FILES, content_type=TYPE)
    assert response.text == "1 3 TemporaryUploadedFile"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("complete", [True, False])
def test_a_large_form_by_asgi_waits_on_disk(site: Any, tmp_path: Path, complete: bool) -> None:
    site(
        path("", view),
        DATA_UPLOAD_MAX_MEMORY_SIZE=1000,
        FILE_UPLOAD_MAX_MEMORY_SIZE=1000,
    )
    content = body(part('name="a"', b"1"), part('name="f"; filename="f"', b"x" * 3_000_000))
    size = 64 * 2**10
    incoming = [
        {"type": "http.request", "body": content[start : start + size], "more_body": True}
        for start in range(0, len(content), size)
    ]
    if complete:
        incoming[-1]["more_body"] = False
    else:
        incoming[-1] = {"type": "http.disconnect"}
    sent: list[Any] = []

    async def receive() -> Any:
        if incoming:
            return incoming.pop(0)
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(b"content-type", TYPE.encode()), (b"host", b"testserver")],
    }
    asyncio.run(ASGIHandler()(scope, receive, send))
    if complete:
        assert sent[1]["body"] == b"1 3000000 TemporaryUploadedFile"
    else:
        assert sent == []
    assert list(tmp_path.iterdir()) == []


def test_the_pieces_of_a_file() -> None:
    pieces = ChunkIter(io.BytesIO(b"0123456789"), 4)
    assert list(pieces) == [b"0123", b"4567", b"89"]
    assert next(pieces, None) is None
    assert [len(each) for each in ChunkIter(io.BytesIO(bytes(2**16 + 1)))] == [2**16, 1]
