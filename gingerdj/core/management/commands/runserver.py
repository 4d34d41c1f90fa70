"""Serve the project on this machine while it is being written."""

from __future__ import annotations

import errno
import socket
import sys
import traceback
from datetime import datetime
from importlib.metadata import version
from typing import Any, NamedTuple

import gingerdj
from gingerdj.conf import settings
from gingerdj.core.management import reloader
from gingerdj.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    SystemCheckError,
)
from gingerdj.core.servers import asgi
from gingerdj.core.servers.basehttp import WSGIServer, get_internal_wsgi_application, run

# What a person can mend; any other error of the system is shown as it is.
BIND_ERRORS = {
    errno.EADDRINUSE: "the port is in use: stop the program that holds it, or give another port, "
    "as in `runserver 8001`",
    errno.EACCES: "this user may not listen on that port: give one above 1023",
    errno.EADDRNOTAVAIL: "this machine has no such address: give one of its own, "
    "or 0.0.0.0 for all",
}


class Address(NamedTuple):
    """Where to listen: a host without brackets, a port, and whether the host is one of IPv6."""

    host: str
    port: int
    ipv6: bool

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if self.ipv6 else f"{self.host}:{self.port}"


class Command(BaseCommand):
    help = (
        "Serve the project for development: one process that starts again whenever one of the "
        "project's Python files changes. Not for production."
    )
    requires_system_checks = ()  # Run once it is known which process serves.

    default_addr = "127.0.0.1"
    default_addr_ipv6 = "::1"
    default_port = "8000"
    protocol = "http"
    server_cls: type[WSGIServer] = WSGIServer

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "addrport",
            nargs="?",
            help="Port, or address:port, to listen on; 127.0.0.1:8000 by default. "
            "The address 0 stands for 0.0.0.0, every address of this machine.",
        )
        parser.add_argument(
            "--ipv6",
            "-6",
            action="store_true",
            dest="use_ipv6",
            help="Listen on IPv6; [::1]:8000 by default.",
        )
        parser.add_argument(
            "--nothreading",
            action="store_false",
            dest="use_threading",
            help="Answer one request after the other.",
        )
        parser.add_argument(
            "--noreload",
            action="store_false",
            dest="use_reloader",
            help="Do not start again when a file changes.",
        )
        parser.add_argument(
            "--asgi",
            action="store_true",
            dest="use_asgi",
            help="Serve the project's ASGI application, WebSockets included, by an ASGI server "
            f"that is installed: {', '.join(asgi.SERVERS)}.",
        )
        parser.add_argument(
            "--server", choices=list(asgi.SERVERS), help="The ASGI server to use, with --asgi."
        )
        parser.add_argument(
            "--skip-checks", action="store_true", help="Do not run the system checks."
        )

    def run_from_argv(self, argv: list[str]) -> None:
        """Run the command; broken project code waits for its mend, if the reloader watches."""
        try:
            super().run_from_argv(argv)
        except Exception:
            if not reloader.in_child():
                raise
            traceback.print_exc()
            sys.exit(reloader.AWAITS_MEND)

    def set_up(self, **options: Any) -> None:
        """Load the settings in the process that serves; the one that watches needs none."""
        if self._serves(options):
            super().set_up(**options)

    def _serves(self, options: dict[str, Any]) -> bool:
        return reloader.in_child() or not options["use_reloader"]

    def handle(self, *args: Any, **options: Any) -> None:
        address = self._parse(options["addrport"], options["use_ipv6"])
        if self._serves(options):
            self._serve(address, options)
        else:
            sys.exit(reloader.run_with_reloader(self._say))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _parse(self, text: str | None, use_ipv6: bool) -> Address:
        if use_ipv6 and not socket.has_ipv6:
            raise CommandError("This Python has no IPv6: leave --ipv6 out.")
        host, _, port = (text or self.default_port).rpartition(":")
        bracketed = host.startswith("[") and host.endswith("]")
        if bracketed:
            host = host[1:-1]
        number = int(port) if port.isascii() and port.isdigit() else -1
        unclear = (":" in host and not bracketed) or (not host and ":" in (text or ""))
        if unclear or not 0 <= number <= 65535:
            raise CommandError(
                f'"{text}" is not a valid port number or address:port pair. Write it like 8000, '
                "127.0.0.1:8000 or [::1]:8000."
            )
        ipv6 = use_ipv6 or bracketed
        if host == "0" and not ipv6:
            host = "0.0.0.0"
        return Address(
            host or (self.default_addr_ipv6 if ipv6 else self.default_addr), number, ipv6
        )

    def _serve(self, address: Address, options: dict[str, Any]) -> None:
        if not settings.DEBUG and not settings.ALLOWED_HOSTS:
            raise CommandError(
                "While DEBUG is False, the setting ALLOWED_HOSTS must name the hosts to answer "
                "to, such as ['localhost']."
            )
        if not options["skip_checks"]:
            self._check()
        serve = self._serve_asgi if options["use_asgi"] else self._serve_wsgi
        application = self.get_handler(*(), **options)
        reloader.end_on_signals()
        try:
            serve(address, application, options)
        except OSError as error:
            if isinstance(error, socket.gaierror):
                why = f"no such host is known ({error.strerror})"
            elif error.errno in BIND_ERRORS:
                why = BIND_ERRORS[error.errno]
            else:
                raise
            raise CommandError(f"Cannot listen on {address}: {why}.") from error
        except KeyboardInterrupt:
            reloader.ignore_signals()
            sys.exit(0)

    def _serve_wsgi(self, address: Address, application: Any, options: dict[str, Any]) -> None:
        run(
            address.host,
            address.port,
            application,
            ipv6=address.ipv6,
            threading=options["use_threading"],
            on_bind=lambda port: self._announce(address._replace(port=port)),
            server_cls=self.server_cls,
        )

    def _serve_asgi(self, address: Address, application: Any, options: dict[str, Any]) -> None:
        server = asgi.find_server(options["server"])
        if server is None:
            wanted = [options["server"]] if options["server"] else list(asgi.SERVERS)
            raise CommandError(
                f"--asgi needs an ASGI server, but there is no {' or '.join(wanted)}: "
                f"`python -m pip install {wanted[0]}`."
            )
        with asgi.listen(address.host, address.port, address.ipv6) as sock:
            self._say(f"Serving ASGI by {server} {version(server)}.")
            self._announce(address._replace(port=sock.getsockname()[1]))
            asgi.run(application, sock, server)

    def _check(self) -> None:
        self._say("Performing system checks...\n\n")
        try:
            self.check(display_num_errors=True)
        except SystemCheckError as error:
            if reloader.in_child():
                error.returncode = reloader.AWAITS_MEND
            raise

    def get_handler(self, *args: Any, **options: Any) -> Any:
        """Return the application to serve, for WSGI or, with `--asgi`, ASGI."""
        if options["use_asgi"]:
            return asgi.get_internal_asgi_application()
        return get_internal_wsgi_application()

    def _announce(self, address: Address) -> None:
        self._say(f"{datetime.now().astimezone():%B %d, %Y - %X}")
        self._say(
            f"GingerDJ version {gingerdj.get_version()}, using settings "
            f"{settings.SETTINGS_MODULE!r}"
        )
        self._say(f"Starting development server at {self.protocol}://{address}/")
        self._say("Quit the server with CONTROL-C.")
