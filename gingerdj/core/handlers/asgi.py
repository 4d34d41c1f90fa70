"""The ASGI application and its requests."""

from __future__ import annotations

from asyncio import CancelledError, get_running_loop
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from contextvars import copy_context
from io import BytesIO
from itertools import islice
from threading import get_ident
from typing import TYPE_CHECKING, Any

from gingerdj.conf import per_request
from gingerdj.core.handlers.adapt import call_on_loop
from gingerdj.core.handlers.chain import build_stage
from gingerdj.core.handlers.exchange import (
    OVER,
    SEND,
    VIEW,
    CallingOnce,
    Exchange,
    Receive,
    Round,
    Scope,
    Send,
    newcomers,
)
from gingerdj.core.handlers.lifespan import Lifespan
from gingerdj.core.handlers.plan import Hooks, find_route
from gingerdj.core.handlers.pool import current_lease, in_thread
from gingerdj.core.handlers.stage import Stage
from gingerdj.core.signals import request_finished, request_started
from gingerdj.http.headers import checked
from gingerdj.http.request import (
    HttpRequest,
    body_too_big,
    debug_hosts,
    served_host,
)
from gingerdj.http.response import HttpResponse, HttpResponseBase
from gingerdj.urls import context
from gingerdj.utils.asyncio import task_of
from gingerdj.utils.functional import cached_property
from gingerdj.utils.lazy import LazyModule
from gingerdj.utils.log import log_failure, log_response

if TYPE_CHECKING:
    from asgiref import sync

    from gingerdj.core import exceptions
    from gingerdj.core.handlers import body as bodies
    from gingerdj.core.handlers import errors, sending, websocket
    from gingerdj.http import cookie
    from gingerdj.http import exceptions as http_exceptions
    from gingerdj.http import meta as metas
else:
    bodies = LazyModule("gingerdj.core.handlers.body")
    cookie = LazyModule("gingerdj.http.cookie")
    errors = LazyModule("gingerdj.core.handlers.errors")
    exceptions = LazyModule("gingerdj.core.exceptions")
    http_exceptions = LazyModule("gingerdj.http.exceptions")
    metas = LazyModule("gingerdj.http.meta")
    sending = LazyModule("gingerdj.core.handlers.sending")
    sync = LazyModule("asgiref.sync")
    websocket = LazyModule("gingerdj.core.handlers.websocket")

# These have no body (RFC 9110, 6.4.1).
_BODILESS = frozenset([*range(100, 200), 204, 304])

# Names of their own: Python takes longer to find the methods of what is imported.
_set_lease, _reset_lease = current_lease.set, current_lease.reset

# RFC 9110, 9.3, and RFC 5789.
_METHODS = frozenset(
    ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
)

_EARLY_HINT = "http.response.early_hint"

# Bytes of a body whose form is read in a moment; a longer one must not keep an event loop waiting.
_QUICK = 64 * 2**10


class ASGIRequest(HttpRequest):
    """A request from an ASGI server.

    Args:
        scope: the connection's scope (ASGI HTTP specification, "HTTP Connection Scope"), which
            is never changed.
        body_file: the body, as a file or as bytes.

    Raises:
        UnicodeError: the path or the query string is not UTF-8.
    """

    script_name = ""
    _is_by_hand = False
    _query_string = ""
    _exchange: Exchange | None = None
    _is_stream = False
    _is_taken = False
    _by_name: dict[bytes, bytes] | None = None  # The headers, once one has been asked for.
    _cookies: dict[str, str] | None = None
    _notes: dict[str, Any] | None = None  # What META gets besides, once it is made.

    def __init__(self, scope: Scope, body_file: Any) -> None:
        self.scope = scope
        self._body_file = body_file
        # Defaults of the class, too, but what each request reads is read faster from itself.
        self.urlconf = self._meta = None
        self.script_name, self.must_close = "", False
        method = scope["method"]
        self.method = method if method in _METHODS else method.upper()
        if query_string := scope.get("query_string"):
            try:
                self._query_string = query_string.decode()
            except AttributeError:  # It is text, as scopes that are written by hand may have it.
                self._query_string = query_string
        self.path = self.path_info = path = scope["path"]
        # What another form than the origin's begins with comes after the slash in ASCII.
        if path >= "0" or not path.isascii():
            self.path = self.path_info = path = _origin_form(path)
            path.encode()  # Some servers leave bytes in it that are no text.
        if scope.get("root_path") or per_request.FORCE_SCRIPT_NAME or not path:
            self._set_prefix(path)

    def _set_prefix(self, path: str) -> None:
        scope = self.scope
        self.script_name = prefix = get_script_prefix(scope)
        # Some servers leave the prefix in the path, others take it out.
        if path == prefix or path.startswith(prefix + "/"):
            self.path, self.path_info = path, path[len(prefix) :] or "/"
        else:
            self.path, self.path_info = prefix + path, path

    def _make_meta(self) -> dict[str, Any]:
        meta: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "QUERY_STRING": self._query_string,
            "SCRIPT_NAME": self.script_name,
            "PATH_INFO": self.path_info,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
        }
        host, port = _address(self.scope.get("client"))
        if host:
            meta["REMOTE_ADDR"] = meta["REMOTE_HOST"] = host
            meta["REMOTE_PORT"] = port
        host, port = _address(self.scope.get("server"))
        meta["SERVER_NAME"], meta["SERVER_PORT"] = host or "unknown", str(port)
        for name, value in (self._named() or {}).items():
            key = _META_KEYS.get(name) or _learn(name)
            if key != _UNKNOWN:
                meta[key] = value.decode("latin-1")
        if self._notes is not None:
            meta.update(self._notes)
        return meta

    def _named(self) -> dict[bytes, bytes] | None:
        """Return the headers by name in lower case; None if there is a `META` to be asked."""
        if self._meta is not None:
            return None
        named = self._by_name
        if named is None:
            try:
                headers = self.scope["headers"]
            except KeyError:  # Scopes that are written by hand may have none.
                headers = []
            named = dict(headers) if type(headers) is list else {}
            # One may come twice, or not in lower case.
            if (
                not named
                or len(named) < len(headers)
                or not (_NAMES.issuperset(named) or _are_lower(named))
            ):
                named = _joined(headers)
            self._by_name = named
        return named

    def get_host(self) -> str:
        named = None if per_request.USE_X_FORWARDED_HOST else self._named()
        if named is None or b"host" not in named:
            return super().get_host()
        host = named[b"host"]
        known = _hosts.get(host)
        if known is not None and known[1] == per_request.ALLOWED_HOSTS:
            return known[0]
        return _learn_host(host)

    @property
    def COOKIES(self) -> dict[str, str]:  # noqa: N802 - Django's name
        if self._cookies is None:
            self._cookies = self._read_cookies()
        return self._cookies

    @COOKIES.setter
    def COOKIES(self, value: dict[str, str]) -> None:  # noqa: N802 - Django's name
        self._cookies = value

    def _read_cookies(self) -> dict[str, str]:
        named = self._named()
        if named is None:
            text = self.META.get("HTTP_COOKIE", "")
            return cookie.parse_cookie(text.encode("latin-1", "replace").decode(errors="replace"))
        return cookie.parse_cookie(named.get(b"cookie", b"").decode(errors="replace"))

    def _has_cookies(self) -> bool:
        named = self._named()
        return named is None or b"cookie" in named or self._cookies is not None

    def _header(self, name: bytes) -> str | None:
        named = self._named()
        if named is None:
            return super()._header(name)
        value = named.get(name)
        return None if value is None else value.decode("latin-1")

    def _note(self, key: str, value: Any) -> None:
        if self._meta is not None:
            self._meta[key] = value
        else:
            self._notes = {**(self._notes or {}), key: value}

    @cached_property
    def state(self) -> dict[str, Any]:
        return self.scope.get("state") or {}

    @cached_property
    def _stream(self) -> Any:
        if self._is_stream:
            raise http_exceptions.RawPostDataException(
                "The body arrives as a stream: read it with iter_body() or aiter_body()."
            )
        body = self._body_file
        return BytesIO(body) if isinstance(body, bytes) else body

    def _read_body(self) -> bytes:
        body = self._body_file
        if type(body) is not bytes or self._read_started:
            return super()._read_body()
        limit = per_request.DATA_UPLOAD_MAX_MEMORY_SIZE
        if limit is not None and len(body) > limit:
            self._read_started = True
            raise body_too_big(limit)
        return body

    @property
    def reading_blocks(self) -> bool:
        body = self._body_file
        return self.method == "POST" and not (isinstance(body, bytes) and len(body) <= _QUICK)

    @property
    def disconnected(self) -> bool:
        return self._exchange is not None and self._exchange.disconnected

    async def aiter_body(self) -> AsyncIterator[bytes]:
        exchange = self._streamed_by()
        if exchange is None:
            async for piece in super().aiter_body():
                yield piece
            return
        yield self._body_file
        while exchange.has_body:
            yield await bodies.next_piece(exchange)

    def iter_body(self) -> Iterator[bytes]:
        exchange = self._streamed_by()
        if exchange is None:
            return super().iter_body()
        return self._pieces(exchange)

    def _pieces(self, exchange: Exchange) -> Iterator[bytes]:
        yield self._body_file
        receive = sync.async_to_sync(bodies.next_piece)
        while exchange.has_body:
            yield receive(exchange)

    def _begin_stream(self) -> None:
        """Leave the body to `iter_body` and `aiter_body`: nothing else has it in full."""
        self._is_stream = self._read_started = True

    def _streamed_by(self) -> Exchange | None:
        """Return what the body comes over, piece by piece and once; None if it is all here."""
        if not self._is_stream:
            return None
        if self._is_taken:
            raise http_exceptions.RawPostDataException(
                "The body is being read as a stream; it is not kept."
            )
        self._is_taken = True
        return self._exchange

    async def asend_early_hints(self, links: Iterable[str]) -> bool:
        exchange = self._exchange
        offered = self.scope.get("extensions") or {}
        if exchange is None or _EARLY_HINT not in offered:
            return False
        if exchange.phase is not VIEW:
            raise RuntimeError("Early hints come before the response, which has begun.")
        values = [checked(link).encode("latin-1") for link in links]
        await exchange.deliver({"type": _EARLY_HINT, "links": values})
        return True

    def send_early_hints(self, links: Iterable[str]) -> bool:
        return sync.async_to_sync(self.asend_early_hints)(links)

    def close(self) -> None:
        super().close()
        if not isinstance(self._body_file, bytes):
            self._body_file.close()

    def _get_scheme(self) -> str:
        return self.scope.get("scheme") or "http"


class ASGIHandler:
    """The application that ASGI servers call, for the scopes `http`, `websocket` and `lifespan`."""

    request_class = ASGIRequest

    def __init__(self) -> None:
        self.load_middleware()
        self._round: Round | None = None  # Of the loop that ran last.
        # The class's, but what each request reads is read faster from the handler itself.
        self.request_class = self.request_class
        self._lifespan = Lifespan()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a connection.

        Raises:
            ValueError: the scope's type is neither `http`, `websocket` nor `lifespan`.
        """
        if scope["type"] != "http":
            await self._serve_other(scope, receive, send)
            return
        if self._lifespan.pending:
            scope = await self._lifespan.prepare(scope)
        make = self._exchange_class
        exchange = make()
        exchange.scope, exchange.receive, exchange.send = scope, receive, send
        exchange.pool = None
        round_ = self._round
        # Which loop is running is asked of the system, until Python 3.12, so it is remembered.
        if round_ is None or round_.runner._thread_id != get_ident():
            round_ = self._round = newcomers[get_running_loop()]
        former, round_.newest = round_.newest, exchange
        if former is not None:
            round_.displace(former)
        exchange.worker, exchange.context = task_of(round_.loop), copy_context()
        token: Any = _set_lease(exchange)
        try:
            message = await receive()
            if message["type"] != "http.request":
                bodies.refuse_message(message, exchange)
            make_request = self.request_class
            try:
                request = make_request(scope, message.get("body", b""))
            except UnicodeError as error:
                await sending.send_response(_undecodable(scope, error), exchange, scope["method"])
                return
            has_more = message.get("more_body")
            del message  # The server's is not held while the view waits.
            request._exchange = exchange
            if request.script_name or context.in_use:
                context.set_script_prefix(request.script_name)
            response: Any = None
            if has_more:
                exchange.has_body = True
                response = await self._receive_rest(request, exchange)
            exchange.phase = VIEW
            try:
                if request_started.receivers:
                    await request_started.asend(sender=type(self), scope=scope)
                if response is None:
                    stage = self._stage
                    begin = stage.begin
                    try:  # As stage.respond() does it: a coroutine less.
                        made = await begin(request)
                        if type(made) is not HttpResponse:
                            accepts = stage.accepts
                            if not accepts(made):
                                made = await stage.finish(request, made)
                    except Exception as error:
                        made = await stage.answer(request, error)
                    if stage.unwinds:
                        made = stage.unwind(request, made)
                        if not isinstance(made, HttpResponseBase):
                            made = await made
                    response = made
                status = response.status_code
                if status >= 400:
                    log_failure(request, response)
                if response.is_plain:
                    # What a server sets going when it has the response keeps the context, as a
                    # timer of the connection does: it is not to keep all of this with it.
                    _reset_lease(token)
                    token = None
                if (
                    response.is_plain
                    and (status == 200 or status not in _BODILESS)
                    and request.method != "HEAD"
                ):
                    # As send_response() does it, with less work.
                    content = response._content if response._pieces is None else response.content
                    headers = response.plain_headers(len(content))
                    exchange.phase = SEND
                    try:
                        # Another than the server's, if the client has gone.
                        send = exchange.send
                        await send(
                            {"type": "http.response.start", "status": status, "headers": headers}
                        )
                        send = exchange.send
                        await send(
                            {"type": "http.response.body", "body": content, "more_body": False}
                        )
                    except OSError as error:  # ASGI HTTP specification, "Disconnected Client".
                        raise exceptions.RequestAborted from error
                else:
                    await sending.send_response(response, exchange, request.method)
            finally:
                if (
                    response is None
                    or not response.is_plain
                    or request.must_close
                    or request_finished.receivers
                ):
                    finishing = self._finish(request, response, exchange)
                    if finishing is not None:
                        await finishing
        except exceptions.RequestAborted:
            pass  # Nobody is left to answer.
        except CancelledError:
            if exchange.watch is None or not exchange.watch.has_ended_it:
                raise
        finally:
            if token is not None:
                _reset_lease(token)
            if exchange.pool is None:  # It has asked for no thread.
                exchange.is_over = True
            else:
                exchange.release()
            if round_.newest is exchange:
                round_.newest = None
            elif (refusal := exchange.leave()) is not None:
                await refusal

    def load_middleware(self) -> None:
        """Make what the setting `MIDDLEWARE` names.

        Raises:
            ImproperlyConfigured: an entry is missing, or makes no middleware.
        """
        self._hooks = Hooks()
        self._stage = self._make_stage()
        self._exchange_class = CallingOnce if self._hooks.calls_once else Exchange

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response to a request, through middleware and view; whoever asks closes it."""
        response = await self._stage.respond(request)
        log_failure(request, response)
        response._resource_closers.append(request.close)
        return response

    async def _serve_other(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "lifespan":
            await self._lifespan.serve(scope, receive, send)
            return
        if kind != "websocket":
            raise ValueError(
                f"GingerDJ's ASGI application serves the scope types http, websocket and lifespan, "
                f"not {kind!r}: in asgi.py, route such connections to another application."
            )
        if self._lifespan.pending:
            scope = await self._lifespan.prepare(scope)
        await websocket.serve_websocket(self.request_class, scope, receive, send)

    def _make_stage(self) -> Stage:
        return build_stage(self._hooks)

    async def _receive_rest(self, request: ASGIRequest, exchange: Exchange) -> Any:
        """Receive the body's other pieces; return a response if there is one without them."""
        try:
            for check in self._hooks.body:
                check(request)
            is_streamed = self._streams_body(request)
        except Exception as error:
            return await errors.answer(request, error, call_on_loop)
        if is_streamed:
            request._begin_stream()
        else:
            body = await bodies.join_body(exchange, request._body_file, request)
            request._body_file = body
            if type(body) is not bytes:
                request.must_close = True
        return None

    def _streams_body(self, request: ASGIRequest) -> bool:
        route = find_route(request)
        return route is not None and getattr(route[0].func, "streams_body", False)

    def _finish(
        self, request: ASGIRequest, response: HttpResponseBase | None, exchange: Exchange
    ) -> Awaitable[None] | None:
        """Close what is to be closed with a request; return what is to be awaited for that."""
        exchange.phase = OVER
        if request.must_close:
            request.close()
        if response is None:  # Unless it got lost on its way here.
            lost = exchange.abandoned
            response = lost if isinstance(lost, HttpResponseBase) else request._made
        if response is not None:
            response._handler_class = type(self)
            if not request_finished.receivers:
                if not response.must_close:
                    response.closed = True
                    return None
                if response.closes_at_once:
                    response.close()
                    return None
        return self._close(response, exchange)

    async def _close(self, response: HttpResponseBase | None, exchange: Exchange) -> None:
        token = _set_lease(exchange)
        try:
            if response is None or not response.must_close:
                if response is not None:
                    response.closed = True
                await request_finished.asend(sender=type(self))
                return
            try:
                await in_thread(response.close)
            except exceptions.ThreadPoolFull:  # What is open must be closed, even so.
                response.close()
            except CancelledError:
                if not response.closed:
                    response.close()
                raise
        finally:
            _reset_lease(token)


def get_script_prefix(scope: Scope) -> str:
    """Return the path at which the application is mounted, without a slash at its end."""
    prefix = per_request.FORCE_SCRIPT_NAME or scope.get("root_path") or ""
    return str(prefix).rstrip("/")


def _origin_form(path: str) -> str:
    """Return the path of a target as proxies write it, `http://host/path` (RFC 9112, 3.2)."""
    scheme, mark, target = path.partition("://")
    if not mark or "/" in scheme:
        return path
    _, slash, rest = target.partition("/")
    return slash + rest or "/"


def _address(pair: Any) -> tuple[str, int]:
    """Return a host and a port; servers leave out, or write as strings, what they do not know."""
    host, port = pair or ("", 0)
    try:
        return host or "", int(port or 0)
    except ValueError:
        return host or "", 0


# Hosts that are served, as text, and the `ALLOWED_HOSTS` that they were found in.
_hosts: dict[bytes, tuple[str, Any]] = {}
_MOST_HOSTS = 1000


def _learn_host(host: bytes) -> str:
    """Return a host as text, if it is served, and remember it.

    Raises:
        DisallowedHost: it is malformed, or not allowed.
    """
    allowed: Any = per_request.ALLOWED_HOSTS
    text = served_host(host.decode("latin-1"), tuple(allowed) or debug_hosts())
    if allowed:  # Else it hangs on `DEBUG`, too.
        if len(_hosts) >= _MOST_HOSTS:
            _hosts.clear()
        _hosts[host] = text, type(allowed)(allowed)  # A list may be changed in place.
    return text


# Names of headers that have come in lower case, as far as they fit.
_NAMES: set[bytes] = set()
_MOST_NAMES = 1000


def _are_lower(names: Iterable[bytes]) -> bool:
    """Return whether names are in lower case, and remember them if so."""
    if not b"".join(names).islower():
        return False
    _NAMES.update(islice(names, _MOST_NAMES - len(_NAMES)))
    return True


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return headers by name in lower case, with one value each."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    # RFC 9110, 5.3, and for cookies RFC 9113, 8.2.3.
    return {
        name: (b"; " if name == b"cookie" else b",").join(found) for name, found in values.items()
    }


# The names of headers as keys of META, as far as they fit.
_META_KEYS: dict[bytes, str] = {}
_MOST_KEYS = 1000
# Written as META keys, X_Name and X-Name could not be told apart.
_UNKNOWN = "_"


def _learn(name: bytes) -> str:
    """Return a header's name as a key of `META`, or what stands for none."""
    key = _UNKNOWN if b"_" in name else metas.HttpHeaders.to_wsgi_name(name.decode("latin-1"))
    if len(_META_KEYS) < _MOST_KEYS:
        _META_KEYS[name] = key
    return key


def _undecodable(scope: Scope, error: UnicodeError) -> HttpResponse:
    response = HttpResponse(status=400)
    log_response("Bad Request: %s", scope["path"], response=response, exception=error)
    return response
