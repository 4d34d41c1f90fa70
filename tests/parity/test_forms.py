"""Forms: url-encoded, multipart, uploads and their handlers."""

from __future__ import annotations

from .both import compare, listed

BOUNDARY = "a boundary that is unsound, or not there, makes a bad request"
DIFFERENCES = {
    "request(b'a=1', 'application/x-www-form-urlencoded; charset=UTF8').POST": "UTF8 is UTF-8",
    "form(multipart(field(b'a', b'x\\r\\n--Bx\\r\\ny')))": "a delimiter is a line of its own",
    "form(multipart(field(b'a', b'1'), content_type='Multipart/Form-Data; boundary=B'))": (
        "media types know no case (RFC 9110, 8.3.1)"
    ),
    "form(multipart(field(b'a', b'1'), content_type='multipart/form-data; boundary=B\\\\x00'))": BOUNDARY,
    "form(multipart(field(b'a', b'1'), content_type='multipart/form-data; boundary=other'))": BOUNDARY,
    "form(request(b'nothing', 'multipart/form-data; boundary=B'))": BOUNDARY,
    r"form(request(b'--B\r\n' + file(b'f', b'n', b'abc') + b'\r\n--B-', "
    "'multipart/form-data; boundary=B'))": "a delimiter that breaks off may be none",
    "broken().FILES": "a form without files has none, whether its body can be read or not",
    "handled(upload(), Handler(at='new', error=StopUpload()))": "what is stopped is not complete",
    "handled(upload(), Handler(at='file', error=ZeroDivisionError()))": (
        "handlers free what they hold, whatever interrupts the upload"
    ),
    "(lambda r: (r.POST, setattr(r, 'encoding', 'latin-1'), r.POST))(upload())": (
        "a form that is read stays read"
    ),
}

HELPERS = r'''
log = []

def request(body=b"", content_type="application/x-www-form-urlencoded", method="POST", **meta):
    """Return a server's request with a body."""
    environ = {
        "REQUEST_METHOD": method, "SERVER_NAME": "testserver", "SERVER_PORT": "80",
        "PATH_INFO": "/", "CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": FakePayload(body), "wsgi.url_scheme": "http", **meta,
    }
    return WSGIRequest({name: value for name, value in environ.items() if value is not None})

def multipart(*parts, boundary="B", content_type="multipart/form-data; boundary=B", **meta):
    """Return a request with the parts of a form, each with its headers."""
    body = b"".join(b"--B\r\n" + part + b"\r\n" for part in parts) + b"--B--\r\n"
    return request(body, content_type, **meta)

def parts(*each):
    """Return what the parser of a body gives, but for what is no field and no file."""
    body = b"".join(b"--B\r\n" + part + b"\r\n" for part in each) + b"--B--\r\n"
    return [
        (kind, {name: (value.strip(), rest) for name, (value, rest) in headers.items()}, stream.read())
        for kind, headers, stream in Parser(LazyStream(iter([body])), b"B") if kind != RAW
    ]

def field(name, value, *headers):
    disposition = b'Content-Disposition: form-data; name="' + name + b'"'
    return b"\r\n".join([disposition, *headers, b"", value])

def file(name, filename, value, *headers):
    disposition = b'Content-Disposition: form-data; name="' + name + b'"; filename="' + filename + b'"'
    return b"\r\n".join([disposition, *headers, b"", value])

def form(made):
    """Return the fields and files of a request."""
    found = made.POST, [
        (name, each.name, each.read(), each.content_type, getattr(each, "size", None),
         getattr(each, "charset", None), getattr(each, "content_type_extra", None),
         type(each).__name__)
        for name, files in made.FILES.lists() for each in files
    ]
    made.close()
    return found

class Handler(FileUploadHandler):
    """Logs what it is told, and does what it is asked to."""

    def __init__(self, request=None, name="h", at=None, error=None, chunk_size=None, result=None,
                 passes=True, raw=None):
        super().__init__(request)
        self.name, self.at, self.error, self.result = name, at, error, result
        self.passes, self.raw = passes, raw
        if chunk_size is not None:
            self.chunk_size = chunk_size

    def _log(self, *what):
        log.append((self.name, *what))
        if what[0] == self.at:
            raise self.error

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self._log("raw", content_length, boundary, encoding)
        return self.raw

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self._log("new", self.field_name, self.file_name, self.content_type, self.content_length,
                  self.charset, self.content_type_extra)

    def receive_data_chunk(self, raw_data, start):
        self._log("chunk", raw_data, start)
        return raw_data if self.passes else None

    def file_complete(self, file_size):
        self._log("file", file_size)
        return self.result

    def upload_complete(self):
        self._log("complete")

    def upload_interrupted(self):
        self._log("interrupted")

def _error(call):
    try:
        return call()
    except Exception as error:
        return error

def handled(made, *handlers):
    """Read a form with handlers of one's own; return the outcome and what they were told."""
    log.clear()
    made.upload_handlers = list(handlers)
    try:
        result = form(made)
    except Exception as error:
        result = type(error).__name__
    return result, joined(log)

def joined(log):
    """Join the chunks of each file, which each framework cuts in its own places."""
    told = []
    for name, what, *rest in log:
        if what == "chunk":
            if not (told and told[-1][0] == "chunks"):
                told.append(("chunks", {}))
            chunks = told[-1][1]
            assert rest[1] == len(chunks.get(name, b"")), "the chunks leave a gap"
            chunks[name] = chunks.get(name, b"") + rest[0]
        else:
            told.append((name, what, *rest))
    return told

class Broken:
    """A body whose client goes away."""

    def __init__(self, data=b"", error=OSError("gone")):
        self.data, self.error = io.BytesIO(data), error
    def read(self, *size):
        data = self.data.read(*size)
        if not data:
            raise self.error
        return data
    readline = read

def broken(content_type="application/x-www-form-urlencoded", data=b"", **kwargs):
    return request(b"x" * 50, content_type, **{"wsgi.input": Broken(data, **kwargs)})

def upload(**kwargs):
    return multipart(field(b"a", b"1"), file(b"f", b"x.txt", b"content"), file(b"g", b"y", b"z" * 70000),
                     field(b"b", b"2"), **kwargs)
'''

BODIES = [
    "b''",
    "b'a=1&b=%C3%A9&a=2'",
    "b'a=%E9'",
    "b'a=\\xe9'",
    "b'&&='",
    "b'=' * 10",
    "b'&'.join([b'a=1'] * 1000)",
    "b'&'.join([b'a=1'] * 1001)",
    "b'a=' + b'x' * 2621438",
    "b'a=' + b'x' * 2621439",
]
TYPES = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/x-www-form-urlencoded; charset=latin-1",
    "application/x-www-form-urlencoded; charset=nope",
    "Application/X-WWW-Form-Urlencoded",
    "text/plain",
    "",
]
CONTENT_TYPES = [
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=B",
    'multipart/form-data; boundary="B"',
    "multipart/form-data; BOUNDARY=B; charset=utf-8",
    "multipart/mixed; boundary=B",
    "multipart/form-data; boundary=é",
    "text/plain; boundary=B",
]
PARTS = [
    "",
    "field(b'a', b'1')",
    "field(b'a', b'1'), field(b'a', b'2'), field(b'b', '\\u00e9'.encode())",
    "field(b'', b'1')",
    "field(b' a ', b'1')",
    "field('\\u00e9'.encode(), b'\\xff')",
    "field(b'a', b'\\r\\n\\r\\n')",
    "field(b'a', b'MTIz', b'Content-Transfer-Encoding: base64')",
    "field(b'a', b'MTI', b'Content-Transfer-Encoding: base64')",
    "field(b'a', b'M', b'Content-Transfer-Encoding: base64')",
    "field(b'a', b'!', b'Content-Transfer-Encoding: base64')",
    "field(b'a', b'1', b'content-transfer-encoding: BASE64')",
    "field(b'a', b'=41', b'Content-Transfer-Encoding: quoted-printable')",
    "field(b'a', b'1', b'Content-Type: text/plain; charset=latin-1')",
    "field(b'a', b'1', b'X-Long: ' + b'x' * 900)",
    "field(b'a', b'1', b'X-Long: ' + b'x' * 1100)",
    "b'\\r\\nno headers'",
    "b'X: y\\r\\n\\r\\nno disposition'",
    "b'Content-Disposition: attachment; name=a\\r\\n\\r\\n1'",
    "b'Content-Disposition: form-data\\r\\n\\r\\n1'",
    "b'Content-Disposition: form-data; name=a\\r\\n\\r\\n1'",
    "b'CONTENT-DISPOSITION:form-data;name=a\\r\\n\\r\\n1'",
    "b'Content-Disposition form-data; name=a\\r\\n\\r\\n1'",
    "b'Content-Disposition: form-data; name=a'",
    "b'Content-Disposition: form-data; name=a\\n\\n1'",
    "file(b'f', b'x.txt', b'content', b'Content-Type: text/plain')",
    "file(b'f', b'x.txt', b'', b'Content-Type: text/plain; charset=utf-8; a=b')",
    "file(b'f', b'', b'content')",
    "file(b'f', b' ', b'content')",
    "file(b'', b'x', b'content')",
    "file(b'f', b'x', b'content'), file(b'f', b'y', b'other')",
    "file(b'f', b'x', b'Y29udGVudA==', b'Content-Transfer-Encoding: base64')",
    "file(b'f', b'x', b'Y29u\\r\\ndGVu\\r\\ndA==', b'Content-Transfer-Encoding: base64')",
    "file(b'f', b'x', b'Y29udGVudA', b'Content-Transfer-Encoding: base64')",
    "file(b'f', b'x', b'!', b'Content-Transfer-Encoding: base64')",
    "file(b'f', b'x', b'', b'Content-Transfer-Encoding: base64')",
    "file(b'f', b'x', b'content', b'Content-Length: 7')",
    "file(b'f', b'x', b'content', b'Content-Length: x')",
    "file(b'f', b'x', b'content', b'Content-Type: text/plain, image/png')",
    "*[field(b'a', b'')] * 1000",
    "*[field(b'a', b'')] * 1001",
    "*[file(b'f', b'x', b'')] * 100",
    "*[file(b'f', b'x', b'')] * 101",
    "*[file(b'f', b'', b'')] * 101",
    "field(b'a', b'x' * 2621439)",
    "field(b'a', b'x' * 2621441)",
    "file(b'f', b'x', b'y' * 2621500)",
]
FILE_NAMES = [
    "../../x.txt",
    "C:\\\\dir\\\\x.txt",
    "/etc/passwd",
    "..",
    ".",
    "a/..",
    "a/",
    "x\\x00.txt",
    "a&#x2F;b",
]
FILE_NAMES += [
    "&hearts;.txt",
    "x'y",
    "é.txt",
    "a\\\\",
    "~/x",
    "  x  ",
    "CON",
    "x" * 300,
    "a:b",
    "&#46;&#46;",
    "a\\tb",
]
RAW_BODIES = [
    "b''",
    "b'--B--'",
    "b'--B--\\r\\n'",
    "b'--B\\r\\n'",
    "b'--B\\r\\nContent-Disposition: form-data; name=a\\r\\n\\r\\n1'",
    "b'--B\\r\\nContent-Disposition: form-data; name=a\\r\\n\\r\\n1\\r\\n--B'",
    "b'preamble\\r\\n--B\\r\\nContent-Disposition: form-data; name=a\\r\\n\\r\\n1\\r\\n--B--epilogue'",
    "b'\\r\\n--B  \\r\\nContent-Disposition: form-data; name=a\\r\\n\\r\\n1\\r\\n--B--\\r\\n'",
]
USES = """
r.POST; r.body; form(r); (r.body, form(r)); (form(r), r.body); (r.read(3), r.POST); (r.read(3), r.body)
(r.read(), r.read()); (r.body, r.read()); (r.body, r.read(2), r.read()); r.readline(); r.readlines()
list(r); (r.POST, r.read()); (r.POST, r.encoding); r.encoding; (r.body, list(r)); r.content_type
r.content_params; (setattr(r, 'encoding', 'latin-1'), r.POST); (r.readline(), r.body)
(r.FILES, r.body); (len(r.FILES), r.POST)
r.GET; r.COOKIES; r.upload_handlers.__class__.__name__; len(r.upload_handlers)
(r.POST, setattr(r, 'upload_handlers', [])); (r.body, setattr(r, 'upload_handlers', []), r.POST)
(r.FILES, r.upload_handlers.append(1)); setattr(r, 'upload_handlers', []), len(r.FILES)
setattr(r, 'POST', QueryDict('x=y')), r.POST
"""
HANDLED = [
    "Handler()",
    "Handler(chunk_size=3)",
    "Handler(name='a', chunk_size=5), Handler(name='b', chunk_size=2)",
    "Handler(name='a', passes=False), Handler(name='b')",
    "Handler(result=ContentFile(b'done', 'done.txt'))",
    "Handler(name='a', result=ContentFile(b'a', 'a')), Handler(name='b', result=ContentFile(b'b', 'b'))",
    "Handler(raw=(QueryDict('raw=1'), MultiValueDict()))",
]
STOPPED = [
    *(
        f"Handler(name='a'), Handler(name='b', at={at!r}, error={error}), Handler(name='c')"
        for at in ("raw", "new", "chunk", "file", "complete")
        for error in (
            "StopUpload(connection_reset=True)",
            "StopUpload(connection_reset=False)",
            "SkipFile()",
            "StopFutureHandlers()",
            "ZeroDivisionError()",
        )
    ),
]


BROKEN = """
r.body; r.POST; r.read(); r.read(1); r.readline(); list(r); (r.read(1), r.POST); (r.read(2), r.body)
[type(_error(lambda: r.POST)).__name__, r.POST, r.FILES]; [type(_error(lambda: r.body)).__name__, type(_error(lambda: r.body)).__name__]
"""
PARTS_READ = [
    "parts(file(b'f', b'x.txt', b'content', b'Content-Type: text/plain; charset=utf-8'))",
    "parts(b'Content-Disposition: form-data; name=f; filename*=utf-8\\'\\'%C3%A9\\r\\n\\r\\nx')",
    "parts(field(b'a', b'1'), file(b'f', b'x', b''))",
]

#: Bodies that break off, after how much of their end.
BROKEN_OFF = [b"", b"\r\n", b"\r\n--", b"\r\n--B", b"\r\n--B-", b"\r\n--B\r\n", b"\r\n--B--"]

EXPRESSIONS = [
    *PARTS_READ,
    *(
        f"form(request(b'--B\\r\\n' + {part} + {end}, 'multipart/form-data; boundary=B'))"
        for part in ("field(b'a', b'1')", "file(b'f', b'n', b'abc')")
        for end in BROKEN_OFF
    ),
    *(
        f"(lambda r: ({use}))(broken({kind!r}, {data}, error={error}))"
        for use in listed(BROKEN)
        for kind in (
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=B",
            "text/plain",
        )
        for data in (b"", b"abc", b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\n1")
        for error in ("OSError('gone')", "ConnectionResetError()", "ValueError()")
    ),
    "issubclass(UnreadablePostError, OSError), issubclass(RawPostDataException, OSError)",
    *(f"request({body}, {kind!r}).POST" for body in BODIES for kind in TYPES),
    *(f"request({body}, method='PUT').POST" for body in BODIES[:3]),
    *(f"(lambda r: ({use}))(request(b'a=1&b=\\xc3\\xa9\\nc'))" for use in listed(USES)),
    *(f"(lambda r: ({use}))(upload())" for use in listed(USES)),
    *(f"(lambda r: ({use}))(request(b'x\\ny', 'text/plain'))" for use in listed(USES)),
    *(f"form(multipart({parts}))" for parts in PARTS),
    *(f"form(multipart(field(b'a', b'1'), content_type={kind!r}))" for kind in CONTENT_TYPES),
    *(f"form(request({body}, 'multipart/form-data; boundary=B'))" for body in RAW_BODIES),
    *(f"form(multipart(file(b'f', {name!r}.encode(), b'content')))" for name in FILE_NAMES),
    *(
        f"form(multipart(b'Content-Disposition: form-data; name=f; ' + {rest!r} + b'\\r\\n\\r\\nx'))"
        for rest in (
            b"filename*=utf-8''%C3%A9.txt",
            b"filename=x; filename*=utf-8''y",
            b"filename=x y",
            b'filename="a\\"b"',
            b'filename="a\\\\b"',
            b"filename",
            b"filename*=UTF-8''",
            b'filename="a;b"',
        )
    ),
    *(
        f"form(multipart(field(b'a', b'1'), CONTENT_LENGTH={length!r}))"
        for length in ("-1", "x", "", "0", "5", None)
    ),
    *(f"handled(upload(), {handlers})" for handlers in HANDLED),
    *(f"handled(upload(), {handlers})[0]" for handlers in STOPPED),
    "handled(upload())",
    "form(multipart(file(b'f', b'x', b'y' * 70000)))[1][0][3:]",
    "handled(upload(), MemoryFileUploadHandler())",
    "handled(upload(), TemporaryFileUploadHandler())",
    "[len(list(f.chunks(10))) for f in upload().FILES.values()]",
    "str(StopUpload(connection_reset=True)) != str(StopUpload())",
    "FileUploadHandler.chunk_size, FileUploadHandler().handle_raw_input(None, None, 0, b'')",
    "FileUploadHandler().receive_data_chunk(b'', 0)",
    "FileUploadHandler().file_complete(0)",
    "FileUploadHandler().upload_complete(), FileUploadHandler().upload_interrupted()",
    "load_handler('nope.Nope')",
    "MAX_TOTAL_HEADER_SIZE, RAW, FILE, FIELD",
    *(
        f"(lambda s: ({use}))(LazyStream(iter([b'abc', b'', b'defg', b'h']), 6))"
        for use in (
            "s.read(), s.tell()",
            "s.read(2), s.read(3), s.tell(), s.read(5)",
            "next(s), s.unget(b'xy'), s.read(), s.tell()",
            "s.read(0)",
        )
    ),
    "LazyStream(iter([b'a', b'bc'])).read()",
    *(
        f"MultiPartParser({{'CONTENT_TYPE': 'multipart/form-data; boundary=B'}}, None, [])"
        f".sanitize_file_name({name!r})"
        for name in ("a/b", "..", "", "x\x00y\n", " a ", "a\\b", "&lt;", "é\u200b", ".")
    ),
]


MODULES = [
    "utils.datastructures",
    "core.exceptions",
    "core.files.base",
    "core.files.uploadhandler",
    "http",
    "http.multipartparser",
    "core.handlers.wsgi",
    "test.client",
]


def test_same() -> None:
    compare(MODULES, EXPRESSIONS, DIFFERENCES, HELPERS)
