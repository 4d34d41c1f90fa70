"""The project's ASGI application, served by whichever ASGI server is installed.

This is for development: one process, without the options that a site in production needs.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from gingerdj.conf import settings
from gingerdj.core.asgi import get_asgi_application
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.utils.module_loading import import_string

GRACE = 3  # Seconds that requests have to end after Ctrl+C, less than the reloader gives.


def get_internal_asgi_application() -> Any:
    """Return the application that `runserver --asgi` serves.

    It is the one that the setting `ASGI_APPLICATION` names; where that is `None`, `application`
    in the module `asgi` beside the settings module; without such a module,
    `get_asgi_application()`'s.

    Raises:
        ImproperlyConfigured: `ASGI_APPLICATION` names nothing that can be imported.
    """
    path: str | None = settings.ASGI_APPLICATION
    if path is None:
        if not settings.SETTINGS_MODULE:
            return get_asgi_application()
        module = ".".join([*settings.SETTINGS_MODULE.split(".")[:-1], "asgi"])
        if find_spec(module) is None:
            return get_asgi_application()
        path = f"{module}.application"
    try:
        return import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(
            f"The ASGI application {path!r} cannot be imported ({error}): mend it, or name "
            "another one in the setting ASGI_APPLICATION."
        ) from error


def _uvicorn(application: Any, sock: socket.socket) -> None:
    uvicorn = import_module("uvicorn")
    config = uvicorn.Config(application, timeout_graceful_shutdown=GRACE)
    uvicorn.Server(config).run(sockets=[sock])


def _hypercorn(application: Any, sock: socket.socket) -> None:
    config = import_module("hypercorn.config").Config()
    config.bind = [f"fd://{sock.detach()}"]
    config.accesslog = config.errorlog = "-"
    config.graceful_timeout = GRACE
    asyncio.run(import_module("hypercorn.asyncio").serve(application, config))


def _daphne(application: Any, sock: socket.socket) -> None:
    server = import_module("daphne.server").Server(
        application,
        endpoints=[f"fd:fileno={sock.fileno()}"],
        action_logger=import_module("daphne.access").AccessLogGenerator(sys.stdout),
        application_close_timeout=GRACE,
    )
    server.run()


#: The servers, the one that is preferred first. Granian is not one of them: it serves from
#: processes of its own, and from this one only as an experiment.
SERVERS: dict[str, Callable[[Any, socket.socket], None]] = {
    "uvicorn": _uvicorn,
    "hypercorn": _hypercorn,
    "daphne": _daphne,
}


def find_server(name: str | None = None) -> str | None:
    """Return the name of the server, or of the first that is installed; None without any.

    Args:
        name: the one that is wanted.
    """
    wanted = SERVERS if name is None else [name]
    return next((each for each in wanted if find_spec(each) is not None), None)


def listen(host: str, port: int, ipv6: bool = False) -> socket.socket:
    """Return a socket that accepts connections.

    Args:
        host, port: where; port 0 takes a free one.
        ipv6: whether `host` is an address of IPv6.

    Raises:
        OSError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ipv6 else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=2048)


def run(application: Any, sock: socket.socket, server: str) -> None:
    """Serve an application until Ctrl+C or SIGTERM.

    Args:
        application: the application.
        sock: where, from `listen()`.
        server: the server's name, from `find_server()`.
    """
    SERVERS[server](application, sock)
