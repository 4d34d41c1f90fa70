"""Checks of how an ASGI server and the settings fit together (`check --deploy --server`)."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from gingerdj.conf import ENVIRONMENT_VARIABLE, settings
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.db import Error as DatabaseError
from gingerdj.db import connections
from gingerdj.urls import get_resolver

from .messages import CheckMessage, Warning
from .registry import Tags, register


class Server(NamedTuple):
    """What a server does that settings depend on, as its own documentation and behaviour say."""

    #: The variable of the environment that gives the number of worker processes.
    workers_variable: str | None = None
    #: Whether it speaks the lifespan protocol.
    has_lifespan: bool = True
    #: The variable that names the proxies which the server believes by itself, if it believes any.
    trust_variable: str | None = None
    #: How to keep the server from reading X-Forwarded headers itself.
    distrust: str = ""
    #: How to make the server read them, where it does not by itself.
    trust: str = ""
    #: The libraries of which it needs one to speak to WebSockets, and brings none.
    websocket_libraries: tuple[str, ...] = ()


SERVERS = {
    "daphne": Server(has_lifespan=False, trust="--proxy-headers"),
    "granian": Server(
        workers_variable="GRANIAN_WORKERS",
        trust="granian.utils.proxies.wrap_asgi_with_proxy_headers()",
    ),
    "gunicorn": Server(
        workers_variable="WEB_CONCURRENCY",
        trust_variable="FORWARDED_ALLOW_IPS",
        distrust="--forwarded-allow-ips=''",
    ),
    "hypercorn": Server(trust="hypercorn.middleware.ProxyFixMiddleware"),
    "uvicorn": Server(
        workers_variable="WEB_CONCURRENCY",
        trust_variable="FORWARDED_ALLOW_IPS",
        distrust="--no-proxy-headers",
        websocket_libraries=("websockets", "wsproto"),
    ),
}


@register(Tags.server, deploy=True)
def check_server(
    server: str | None = None, workers: int | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Report where an ASGI server and the settings do not fit together.

    Args:
        server: the server's name, a key of `SERVERS`; nothing is reported without one.
        workers: how many worker processes it has; as the environment says by default, or else 1.
        kwargs: what other checks are called with.
    """
    if server is None:
        return []
    facts = SERVERS[server]
    if workers is None:
        workers = _workers_of_environment(facts)
    return [
        *_check_installed(server),
        *_check_connections(server, workers),
        *_check_lifespan(server, facts),
        *_check_proxies(server, facts),
        *_check_settings_source(server),
        *_check_websockets(server, facts),
    ]


def _workers_of_environment(facts: Server) -> int:
    text = os.environ.get(facts.workers_variable or "", "")
    return int(text) if text.isascii() and text.isdigit() else 1


def _check_installed(server: str) -> Iterator[CheckMessage]:
    if find_spec(server) is None:
        yield Warning(
            f"{server} is not installed for this Python.",
            hint=f"Install it where the site runs: python -m pip install {server}.",
            id="server.W001",
        )


def _check_connections(server: str, workers: int) -> Iterator[CheckMessage]:
    for alias in connections:
        connection = connections[alias]
        each = settings.THREAD_POOL_SIZE + connection.settings_dict["ASYNC_POOL_SIZE"]
        try:
            limit = connection.connection_limit()
        except DatabaseError as error:
            reason = str(error).strip().splitlines()
            yield Warning(
                f"The database {alias!r} cannot be asked how many connections it accepts "
                f"({reason[0] if reason else type(error).__name__}).",
                hint="Run the check where the database can be reached.",
                id="server.W003",
            )
            continue
        if limit is not None and workers * each > limit:
            fitting = limit // each
            yield Warning(
                f"{workers} x {each} connections can be open at once to the database {alias!r} "
                f"({server}'s workers, times THREAD_POOL_SIZE and ASYNC_POOL_SIZE), and it "
                f"accepts {limit}.",
                hint=f"Have fewer workers{f' (at most {fitting} workers fit)' if fitting else ''}, "
                "lower THREAD_POOL_SIZE or ASYNC_POOL_SIZE, raise the database's limit, or put a "
                "connection pooler before it. Give the number of workers by --workers.",
                id="server.W002",
            )


def _check_lifespan(server: str, facts: Server) -> Iterator[CheckMessage]:
    if settings.LIFESPAN and not facts.has_lifespan:
        yield Warning(
            f"LIFESPAN names context managers, and {server} has no lifespan: they are entered "
            "by the first request, which waits for them, and never left.",
            hint="Choose another server, or let LIFESPAN hold nothing that must be left.",
            id="server.W004",
        )


def _check_proxies(server: str, facts: Server) -> Iterator[CheckMessage]:
    trusts_itself = facts.trust_variable is not None
    if settings.TRUSTED_PROXIES and trusts_itself:
        yield Warning(
            f"{server} reads X-Forwarded headers itself, from this machine and from what "
            f"{facts.trust_variable} names, so TrustedProxiesMiddleware no longer sees the proxy's "
            "own address or scheme.",
            hint=f"Start {server} with {facts.distrust}.",
            id="server.W005",
        )
    allowed = os.environ.get(facts.trust_variable, "") if facts.trust_variable else ""
    if "*" in allowed.split(","):
        yield Warning(
            f"{facts.trust_variable} is '*': whoever reaches {server} can say that it is any "
            "client, by HTTPS.",
            hint="Name the proxies' addresses.",
            id="server.W006",
        )
    if settings.SECURE_PROXY_SSL_HEADER and not settings.TRUSTED_PROXIES:
        yield Warning(
            f"SECURE_PROXY_SSL_HEADER believes whoever sends {settings.SECURE_PROXY_SSL_HEADER[0]},"
            f" and {server} hands every client's headers on.",
            hint="Name the proxies in TRUSTED_PROXIES instead, or make sure that they alone reach "
            f"{server} and always set or remove that header.",
            id="server.W007",
        )
    knows_scheme = settings.TRUSTED_PROXIES or settings.SECURE_PROXY_SSL_HEADER or trusts_itself
    if settings.SECURE_SSL_REDIRECT and not knows_scheme:
        yield Warning(
            f"SECURE_SSL_REDIRECT is on, and {server} does not read X-Forwarded-Proto: behind a "
            "proxy that ends TLS, every request is redirected to itself.",
            hint=f"Name the proxy in TRUSTED_PROXIES, or use {facts.trust}; {server} that ends "
            "TLS itself needs neither: silence this.",
            id="server.W008",
        )


def _check_settings_source(server: str) -> Iterator[CheckMessage]:
    module = settings.SETTINGS_MODULE
    if not module:
        return  # Configured by hand, in the program that is served.
    name = ".".join([*module.split(".")[:-1], "asgi"])
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        yield Warning(
            f"There is no module {name!r} for {server} to serve.",
            hint="Write it as startproject does, or make sure that your own module sets "
            f"{ENVIRONMENT_VARIABLE}; then silence this.",
            id="server.W009",
        )
        return
    file = Path(spec.origin)
    strings = _strings(file)
    if ENVIRONMENT_VARIABLE not in strings and "ENVIRONMENT_VARIABLE" not in strings:
        yield Warning(
            f"{file} does not set {ENVIRONMENT_VARIABLE}: manage.py does, but {server} does not "
            "run that.",
            hint=f"Add os.environ.setdefault({ENVIRONMENT_VARIABLE!r}, {module!r}) before "
            "get_asgi_application() is imported, or set the variable where the server is started.",
            id="server.W010",
        )
    elif module not in strings and not ("setdefault" in strings and _is_inherited(module)):
        yield Warning(
            f"{file} does not name the settings module {module!r}, which this check has read: "
            f"{server} may start with other settings.",
            hint=f"Run the check with --settings and the module that {server} uses.",
            id="server.W011",
        )


def _check_websockets(server: str, facts: Server) -> Iterator[CheckMessage]:
    libraries = facts.websocket_libraries
    if not libraries or any(find_spec(name) for name in libraries) or not settings.ROOT_URLCONF:
        return
    try:
        patterns = get_resolver().websocket.url_patterns
    except (ImproperlyConfigured, ImportError):
        return  # The checks of the URL configuration say why.
    if patterns:
        yield Warning(
            f"{settings.ROOT_URLCONF} has WebSocket routes, and {server} finds no library "
            f"for WebSockets ({' or '.join(libraries)}): it treats them as plain requests.",
            hint=f"Install one where the site runs: python -m pip install {libraries[0]}.",
            id="server.W012",
        )


def _is_inherited(module: str) -> bool:
    """Whether the settings come from the environment that the process was started with, which
    the server has as well: neither the command line nor the program, manage.py, names them."""
    if any(word.partition("=")[0] == "--settings" for word in sys.argv[1:]):
        return False
    program = Path(sys.argv[0])
    return not program.is_file() or module not in _strings(program)


def _strings(file: Path) -> set[str]:
    """Return the strings and names in a module, which is read but not run."""
    try:
        tree = ast.parse(file.read_bytes())
    except (SyntaxError, ValueError):  # A program need not be written in Python.
        return set()
    constants = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return constants | names | attributes
