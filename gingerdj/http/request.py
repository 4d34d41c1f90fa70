"""The request, as views see it: everything about it is read when it is asked for."""

from __future__ import annotations

import codecs
from collections.abc import AsyncIterator, Iterable, Iterator
from functools import lru_cache
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any, TypeVar

from gingerdj.conf import per_request, settings
from gingerdj.utils.functional import cached_property
from gingerdj.utils.lazy import LazyModule, lazy_names

if TYPE_CHECKING:
    import datetime as dt
    from urllib import parse

    from gingerdj.core import exceptions, signing
    from gingerdj.core.files import uploadhandler
    from gingerdj.http import cookie, media, multipartparser, querydict
    from gingerdj.http import exceptions as http_exceptions
    from gingerdj.http import host as hosts
    from gingerdj.http import meta as metas
    from gingerdj.http.exceptions import RawPostDataException, UnreadablePostError
    from gingerdj.http.host import split_domain_port, validate_host
    from gingerdj.http.media import MediaType
    from gingerdj.http.meta import HttpHeaders
    from gingerdj.http.querydict import QueryDict
    from gingerdj.utils import datastructures, parameters
    from gingerdj.utils import encoding as encodings
    from gingerdj.utils.datastructures import MultiValueDict
    from gingerdj.utils.http import is_same_domain  # noqa: F401 - offered, and not in __all__.
else:
    cookie = LazyModule("gingerdj.http.cookie")
    datastructures = LazyModule("gingerdj.utils.datastructures")
    encodings = LazyModule("gingerdj.utils.encoding")
    exceptions = LazyModule("gingerdj.core.exceptions")
    hosts = LazyModule("gingerdj.http.host")
    http_exceptions = LazyModule("gingerdj.http.exceptions")
    media = LazyModule("gingerdj.http.media")
    metas = LazyModule("gingerdj.http.meta")
    multipartparser = LazyModule("gingerdj.http.multipartparser")
    parameters = LazyModule("gingerdj.utils.parameters")
    parse = LazyModule("urllib.parse")
    querydict = LazyModule("gingerdj.http.querydict")
    signing = LazyModule("gingerdj.core.signing")
    uploadhandler = LazyModule("gingerdj.core.files.uploadhandler")
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "gingerdj.http.exceptions": ("RawPostDataException", "UnreadablePostError"),
            "gingerdj.http.host": ("split_domain_port", "validate_host"),
            "gingerdj.http.media": ("MediaType",),
            "gingerdj.http.meta": ("HttpHeaders",),
            "gingerdj.http.querydict": ("QueryDict",),
            "gingerdj.utils.http": ("is_same_domain",),
        },
    )

__all__ = [
    "HttpRequest",
    "MediaType",
    "RawPostDataException",
    "UnreadablePostError",
    "split_domain_port",
    "validate_host",
]

#: Stands for a default that is not given: then there is an exception instead.
RAISE_ERROR: Any = object()

T = TypeVar("T")

# Bytes of a body that are read at once.
_BLOCK = 64 * 2**10


class HttpRequest:
    """A request.

    The servers' requests (`ASGIRequest`, `WSGIRequest`) come from a scope or an environ; one
    made by hand starts out empty.
    """

    method: str | None = None
    path = ""
    path_info = ""
    urlconf: Any = None
    #: `META`; None while nobody has asked for it, and so none can have changed it.
    _meta: dict[str, Any] | None = None
    _route: Any = None
    #: What the view gets by name, once a hook may have changed it.
    _view_kwargs: Any = None
    _resolver_match: Any = None
    _encoding: str | None = None
    _forwarded_scheme: str | None = None
    _read_started = False
    # Made when they are first asked for.
    _whole_body: bytes | None = None
    _fields: QueryDict | None = None
    _uploads: MultiValueDict | None = None
    _content: _Content | None = None
    #: Whether there is something to close at the end of the request.
    must_close = False
    _upload_handlers: Any = None
    #: The response that the view has made, unless there is nothing to close in such.
    _made: Any = None
    # Whether its fields are for whoever made it to fill in.
    _is_by_hand = True
    #: The hooks that see the response, if not all of them do.
    _unwinding: Any = None

    def __repr__(self) -> str:
        if self.method is None or not self.get_full_path():
            return f"<{type(self).__name__}>"
        return f"<{type(self).__name__}: {self.method} {self.get_full_path()!r}>"

    @cached_property
    def _stream(self) -> IO[bytes]:
        return BytesIO()

    @property
    def META(self) -> dict[str, Any]:  # noqa: N802 - Django's name
        """The request's facts under CGI's names (RFC 3875, 4.1)."""
        if self._meta is None:
            self._meta = self._make_meta()
        return self._meta

    @META.setter
    def META(self, value: dict[str, Any]) -> None:  # noqa: N802 - Django's name
        self._meta = value

    @META.deleter
    def META(self) -> None:  # noqa: N802 - Django's name
        self._meta = None

    def _make_meta(self) -> dict[str, Any]:
        return {}

    @property
    def resolver_match(self) -> Any:
        """The `ResolverMatch` of the path; None until it is resolved."""
        if self._resolver_match is None and self._route is not None:
            view, _, kwargs = self._route
            self._resolver_match = view.match(kwargs, self.path_info)
            if self._view_kwargs is not None:
                self._resolver_match.kwargs = self._view_kwargs
        return self._resolver_match

    @resolver_match.setter
    def resolver_match(self, value: Any) -> None:
        self._resolver_match = value

    @property
    def disconnected(self) -> bool:
        """Whether the client has gone, so that nobody waits for the response any more.

        A synchronous view that takes its time may look here.  Under WSGI nobody can know.
        """
        return False

    @property
    def reading_blocks(self) -> bool:
        """Whether reading the body or its form may take long, or wait."""
        return False

    def _note(self, key: str, value: Any) -> None:
        """Put a fact into `META`, which need not be made for it."""
        self.META[key] = value

    def _has_cookies(self) -> bool:
        """Return whether there may be cookies, which costs less than to read them."""
        return True

    @cached_property
    def state(self) -> dict[str, Any]:
        """What the hooks of `LIFESPAN` have yielded, in a copy of this request's own.

        Under WSGI, which has no lifespan, it is empty.
        """
        return {}

    @cached_property
    def GET(self) -> QueryDict:  # noqa: N802 - Django's name
        """The fields of the query string."""
        query_string = self.META.get("QUERY_STRING", "")
        return querydict.QueryDict(query_string, self._is_by_hand, self._encoding)

    @property
    def POST(self) -> QueryDict:  # noqa: N802 - Django's name
        """The fields of a form sent by POST, url-encoded or as `multipart/form-data`.

        They are read when they are first asked for; of a form whose body has been read as a
        stream there are none.

        Raises:
            BadRequest: the form is malformed, or its charset is not UTF-8.
            RequestDataTooBig: the fields are longer than `DATA_UPLOAD_MAX_MEMORY_SIZE`.
            TooManyFieldsSent: there are more fields than `DATA_UPLOAD_MAX_NUMBER_FIELDS`.
            TooManyFilesSent: there are more files than `DATA_UPLOAD_MAX_NUMBER_FILES`.
        """
        if self._fields is None:
            self._fields = self._read_fields()
        return self._fields

    @POST.setter
    def POST(self, value: QueryDict) -> None:  # noqa: N802 - Django's name
        self._fields = value

    def _read_fields(self) -> QueryDict:
        if self.method != "POST":
            return self._no_fields()
        content_type, _, charset = self._read_content()
        if content_type == "multipart/form-data":
            return self._form[0]
        if content_type != "application/x-www-form-urlencoded" or (
            self._read_started and self._whole_body is None
        ):
            return self._no_fields()
        charset = self._encoding or charset
        if charset and codecs.lookup(charset).name != "utf-8":
            raise exceptions.BadRequest(
                "HTTP requests with the 'application/x-www-form-urlencoded' content type must be "
                "UTF-8 encoded."
            )
        # Without names, which make a type take longer.
        return querydict.QueryDict(self.body, False, "utf-8")

    @property
    def FILES(self) -> MultiValueDict:  # noqa: N802 - Django's name
        """The files of a form sent as `multipart/form-data` by POST, as `UploadedFile`s.

        Raises:
            Exception: those that `POST` raises.
        """
        if self._uploads is None:
            is_form = self.method == "POST" and self.content_type == "multipart/form-data"
            self._uploads = self._form[1] if is_form else datastructures.MultiValueDict()
        return self._uploads

    @FILES.setter
    def FILES(self, value: MultiValueDict) -> None:  # noqa: N802 - Django's name
        self._uploads = value
        self.must_close = True

    @cached_property
    def _form(self) -> tuple[QueryDict, MultiValueDict]:
        if self._whole_body is not None:
            return self._parse_form(BytesIO(self._whole_body))
        if self._read_started:
            return self._empty_form()
        return self._parse_form(self)

    def _parse_form(self, body: Any) -> tuple[QueryDict, MultiValueDict]:
        try:
            fields, files = self.parse_file_upload(self.META, body)
        except BaseException:
            # Whatever reports the error may ask for the fields again, and shall not fail, too.
            self.__dict__["_form"] = self._empty_form()
            raise
        self._uploads, self.must_close = files, True
        return fields, files

    def _empty_form(self) -> tuple[QueryDict, MultiValueDict]:
        return self._no_fields(), datastructures.MultiValueDict()

    def _no_fields(self) -> QueryDict:
        return querydict.QueryDict("", self._is_by_hand, self._encoding)

    def parse_file_upload(
        self,
        META: dict[str, Any],  # noqa: N803 - Django's name
        post_data: Any,
    ) -> tuple[QueryDict, MultiValueDict]:
        """Return the fields and the files of a form sent as `multipart/form-data`.

        Args:
            META: the content type and length, as in `META`.
            post_data: the body, as a file.
        """
        # From now on the handlers stay as they are.
        self._upload_handlers = datastructures.ImmutableList(
            self.upload_handlers,
            warning="You cannot alter upload handlers after the upload has been processed.",
        )
        parser = multipartparser.MultiPartParser(
            META, post_data, list(self._upload_handlers), self.encoding
        )
        return parser.parse()

    @property
    def upload_handlers(self) -> Any:
        """What uploaded files are given to; may be changed until `POST` is read.

        Raises:
            AttributeError: they are set after that.
        """
        if not self._upload_handlers:
            paths = settings.FILE_UPLOAD_HANDLERS
            self._upload_handlers = [uploadhandler.load_handler(path, self) for path in paths]
        return self._upload_handlers

    @upload_handlers.setter
    def upload_handlers(self, value: list[Any]) -> None:
        if self._fields is not None or self._uploads is not None or "_form" in self.__dict__:
            raise AttributeError(
                "You cannot set the upload handlers after the upload has been processed."
            )
        self._upload_handlers = value

    @cached_property
    def COOKIES(self) -> dict[str, str]:  # noqa: N802 - Django's name
        """The cookies."""
        return cookie.parse_cookie(self.META.get("HTTP_COOKIE", ""))

    def get_signed_cookie(
        self,
        key: str,
        default: Any = RAISE_ERROR,
        salt: str = "",
        max_age: float | dt.timedelta | None = None,
    ) -> Any:
        """Return the value of a cookie that `HttpResponse.set_signed_cookie` has set.

        Args:
            key: the cookie's name.
            default: what to return instead of raising anything.
            salt: as given to `set_signed_cookie`.
            max_age: the greatest age of the signature, in seconds or as a `timedelta`.

        Raises:
            KeyError: there is no such cookie.
            gingerdj.core.signing.SignatureExpired: the signature is too old.
            gingerdj.core.signing.BadSignature: the signature is missing or wrong.
        """
        try:
            signer = signing.get_cookie_signer(salt=cookie.cookie_salt(key, salt))
            return signer.unsign(self.COOKIES[key], max_age=max_age)
        except (KeyError, signing.BadSignature):
            if default is RAISE_ERROR:
                raise
            return default

    @cached_property
    def headers(self) -> HttpHeaders:
        """The headers, found whatever their case."""
        return metas.HttpHeaders(self.META)

    def _header(self, name: bytes) -> str | None:
        """Return a header by its name in lower case, for which `META` need not be made."""
        return self.META.get(metas.HttpHeaders.to_wsgi_name(name.decode()))

    def _read_content(self) -> _Content:
        if self._content is None:
            self._content = _content_of(self._header(b"content-type") or "")
        return self._content

    @property
    def content_type(self) -> str | None:
        """The body's media type, without its parameters; None while there is no method."""
        content_type = self._read_content()[0]
        return None if self.method is None and not content_type else content_type

    @content_type.setter
    def content_type(self, value: str) -> None:
        self._content = (value, *self._read_content()[1:])

    @cached_property
    def content_params(self) -> dict[str, str] | None:
        """The parameters of the body's media type; None while there is no method."""
        return None if self.method is None else dict(self._read_content()[1])

    @property
    def encoding(self) -> str | None:
        """The charset of the fields: that of the content type, if Python knows it."""
        if self._encoding is None:
            self._encoding = self._read_content()[2]
        return self._encoding

    @encoding.setter
    def encoding(self, value: str | None) -> None:
        self._encoding = value
        self._fields = None
        self.__dict__.pop("GET", None)

    @property
    def scheme(self) -> str:
        """`http` or `https`, as `TrustedProxiesMiddleware`, `SECURE_PROXY_SSL_HEADER`, or else
        the connection says.

        Raises:
            ImproperlyConfigured: `SECURE_PROXY_SSL_HEADER` is not a pair.
        """
        if self._forwarded_scheme is not None:
            return self._forwarded_scheme
        trusted = per_request.SECURE_PROXY_SSL_HEADER
        if trusted:
            try:
                header, secure_value = trusted
            except ValueError:
                raise exceptions.ImproperlyConfigured(
                    f"The SECURE_PROXY_SSL_HEADER setting must be a tuple containing two values. "
                    f"It is {trusted!r}; write ('HTTP_X_FORWARDED_PROTO', 'https'), for example."
                ) from None
            value = self.META.get(header)
            if value is not None:
                first = value.partition(",")[0]
                return "https" if first.strip() == secure_value else "http"
        return self._get_scheme()

    def _get_scheme(self) -> str:
        return "http"

    def is_secure(self) -> bool:
        """Return whether the client speaks HTTPS."""
        return self.scheme == "https"

    def _get_raw_host(self) -> str:
        meta = self.META
        if per_request.USE_X_FORWARDED_HOST and "HTTP_X_FORWARDED_HOST" in meta:
            return str(meta["HTTP_X_FORWARDED_HOST"])
        if "HTTP_HOST" in meta:
            return str(meta["HTTP_HOST"])
        host, port = meta.get("SERVER_NAME", ""), self.get_port()
        return host if port == ("443" if self.is_secure() else "80") else f"{host}:{port}"

    def get_host(self) -> str:
        """Return the host that the client asked for, with its port if it named one.

        Raises:
            DisallowedHost: the host is malformed, or not listed in `ALLOWED_HOSTS`.
        """
        return served_host(self._get_raw_host(), tuple(per_request.ALLOWED_HOSTS) or debug_hosts())

    def get_port(self) -> str:
        """Return the port that the client connected to."""
        if settings.USE_X_FORWARDED_PORT and "HTTP_X_FORWARDED_PORT" in self.META:
            return str(self.META["HTTP_X_FORWARDED_PORT"])
        return str(self.META.get("SERVER_PORT", ""))

    def get_full_path(self, force_append_slash: bool = False) -> str:
        """Return the path with the query string, escaped as a URI.

        Args:
            force_append_slash: whether the path shall end in a slash.
        """
        return self._full_path(self.path, force_append_slash)

    def get_full_path_info(self, force_append_slash: bool = False) -> str:
        """Like `get_full_path`, without the prefix that the application is mounted at."""
        return self._full_path(self.path_info, force_append_slash)

    def _full_path(self, path: str, force_append_slash: bool) -> str:
        query = self.META.get("QUERY_STRING", "")
        slash = "/" if force_append_slash and not path.endswith("/") else ""
        escaped = encodings.escape_uri_path(path) + slash
        return f"{escaped}?{encodings.iri_to_uri(query)}" if query else escaped

    def build_absolute_uri(self, location: str | None = None) -> str:
        """Return a location as an absolute URI; this request's own by default.

        Raises:
            DisallowedHost: as `get_host` does.
        """
        if location is None:
            # The two slashes keep a path that begins with two of its own from naming a host.
            location = f"//{self.get_full_path()}"
        location = str(location)
        parts = parse.urlsplit(location)
        if not (parts.scheme and parts.netloc):
            base = f"{self.scheme}://{self.get_host()}"
            is_path = not parts.scheme and not parts.netloc and parts.path.startswith("/")
            if is_path and "/./" not in parts.path and "/../" not in parts.path:
                location = base + location.removeprefix("//")
            else:
                location = parse.urljoin(base + self.path, location)
        return encodings.iri_to_uri(location)

    @cached_property
    def _media_ranges(self) -> list[MediaType]:
        return media.media_ranges(self.META.get("HTTP_ACCEPT", "*/*"))

    @cached_property
    def accepted_types(self) -> list[MediaType]:
        """The media ranges that the client accepts, the most wanted first."""
        wanted = [each for each in self._media_ranges if each.quality > 0]
        return sorted(wanted, key=lambda each: (each.quality, each.specificity), reverse=True)

    @cached_property
    def accepted_types_by_precedence(self) -> list[MediaType]:
        """The media ranges that the client accepts, the most specific first."""
        return sorted(
            self.accepted_types, key=lambda each: (each.specificity, each.quality), reverse=True
        )

    def accepted_type(self, media_type: str) -> MediaType | None:
        """Return the most specific range that covers the media type; None if it is refused."""
        offered = media.MediaType(media_type)
        ranges = [each for each in self._media_ranges if offered.match(each)]
        best = max(ranges, key=lambda each: (each.specificity, each.quality), default=None)
        return best if best is not None and best.quality > 0 else None

    def accepts(self, media_type: str) -> bool:
        """Return whether the client accepts a media type."""
        return self.accepted_type(media_type) is not None

    def get_preferred_type(self, media_types: list[str]) -> str | None:
        """Return that of the media types which the client wants most; None if it wants none."""
        best, most = None, (0.0, 0)
        for media_type in media_types:
            accepted = self.accepted_type(media_type)
            if accepted is not None and (accepted.quality, accepted.specificity) > most:
                best, most = media_type, (accepted.quality, accepted.specificity)
        return best

    @property
    def body(self) -> bytes:
        """The body.

        Raises:
            RawPostDataException: it has been read as a stream.
            RequestDataTooBig: it is longer than `DATA_UPLOAD_MAX_MEMORY_SIZE`.
            UnreadablePostError: the connection broke before its end.
        """
        if self._whole_body is None:
            self._whole_body = self._read_body()
        return self._whole_body

    def _read_body(self) -> bytes:
        if self._read_started:
            raise http_exceptions.RawPostDataException(
                "You cannot access body after reading from request's data stream"
            )
        self._read_started = True  # What fails now leaves the stream somewhere in its middle.
        limit = per_request.DATA_UPLOAD_MAX_MEMORY_SIZE
        try:
            body = self._stream.read() if limit is None else self._stream.read(limit + 1)
        except OSError as error:
            raise http_exceptions.UnreadablePostError(*error.args) from error
        if limit is not None and len(body) > limit:
            raise body_too_big(limit)
        self._read_started = False
        self._stream = BytesIO(body)
        return body

    # Names of Django's, by which other packages ask what has been read, and leave what they have
    # read themselves.

    @property
    def _body(self) -> bytes:
        return _known(self._whole_body)

    @_body.setter
    def _body(self, value: bytes) -> None:
        self._whole_body = value

    @property
    def _post(self) -> QueryDict:
        return _known(self._fields)

    @_post.setter
    def _post(self, value: QueryDict) -> None:
        self.POST = value

    @property
    def _files(self) -> MultiValueDict:
        return _known(self._uploads)

    @_files.setter
    def _files(self, value: MultiValueDict) -> None:
        self.FILES = value

    def _load_post_and_files(self) -> None:
        self._fields = self._read_fields()

    def close(self) -> None:
        """Close the uploaded files."""
        if self._uploads is not None:
            for _, uploads in self._uploads.lists():
                for upload in uploads:
                    upload.close()

    def read(self, *args: Any) -> bytes:
        """Read from the body as from a file."""
        self._read_started = True
        try:
            return self._stream.read(*args)
        except OSError as error:
            raise http_exceptions.UnreadablePostError(*error.args) from error

    def readline(self, *args: Any) -> bytes:
        """Read a line from the body as from a file."""
        self._read_started = True
        try:
            return self._stream.readline(*args)
        except OSError as error:
            raise http_exceptions.UnreadablePostError(*error.args) from error

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def iter_body(self) -> Iterator[bytes]:
        """Give the body piece by piece, as it arrives.

        Under ASGI a view gets it so only with the decorator `stream_body`; else the body has
        arrived in full before.

        Raises:
            RawPostDataException: the body has been read already.
            RequestAborted: the client went away before its end.
        """
        return iter(lambda: self.read(_BLOCK), b"")

    async def aiter_body(self) -> AsyncIterator[bytes]:
        """Like `iter_body`, for coroutines."""
        for piece in self.iter_body():
            yield piece

    def send_early_hints(self, links: Iterable[str]) -> bool:
        """Tell the client what the page will need, while the view still works on it (RFC 8297).

        Args:
            links: values of the header Link (RFC 8288), such as
                `</style.css>; rel=preload; as=style`.

        Returns:
            Whether the server can send them, and so has (ASGI specification "Early Hints").

        Raises:
            BadHeaderError: a link would break its line.
            RuntimeError: the response has begun.
        """
        return False

    async def asend_early_hints(self, links: Iterable[str]) -> bool:
        """Like `send_early_hints`, for coroutines."""
        return False

    def readlines(self) -> list[bytes]:
        """Read the body's lines."""
        return list(self)


def _known(value: T | None) -> T:
    if value is None:
        raise AttributeError("It has not been read.")
    return value


def body_too_big(limit: int) -> exceptions.RequestDataTooBig:
    """Return the exception for a body that is longer than a limit in bytes."""
    return exceptions.RequestDataTooBig(
        f"Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE. It is {limit} bytes."
    )


def debug_hosts() -> tuple[str, ...]:
    """Return the hosts that are served when `ALLOWED_HOSTS` is empty: none unless debugging."""
    return (".localhost", "127.0.0.1", "[::1]") if per_request.DEBUG else ()


@lru_cache(maxsize=1000)  # Hosts that are refused are not remembered.
def served_host(host: str, allowed: tuple[str, ...]) -> str:
    """Return a host, if it is well-formed and matches one of the patterns.

    Raises:
        DisallowedHost: it is malformed, or not allowed.
    """
    domain, _ = hosts.split_domain_port(host)
    if domain and hosts.validate_host(domain, allowed):
        return host
    mend = (
        f"You may need to add {domain!r} to ALLOWED_HOSTS."
        if domain
        else "The domain name provided is not valid according to RFC 1034/1035."
    )
    raise exceptions.DisallowedHost(f"Invalid HTTP_HOST header: {host!r}. {mend}")


# A body's media type, the parameters of that, and their charset, if Python knows it.
_Content = tuple[str, dict[str, str], str | None]

# Characters of a content type that is remembered: one with a boundary never comes again.
_SHORT = 64


def _content_of(line: str) -> _Content:
    return _known_content(line) if len(line) <= _SHORT else _parse_content(line)


def _parse_content(line: str) -> _Content:
    media_type, params = parameters.parse_header_parameters(line)
    charset = params.get("charset")
    return media_type, params, charset if charset and _is_charset(charset) else None


_known_content = lru_cache(maxsize=256)(_parse_content)


def _is_charset(name: str) -> bool:
    try:  # Python also knows codecs that are no charsets, such as rot13, and some that give up.
        b"\xff".decode(name, "replace")
    except (LookupError, ValueError):
        return False
    return True
