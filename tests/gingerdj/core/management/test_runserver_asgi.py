"""runserver --asgi: the real application, through the servers that are installed."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from gingerdj.conf import ENVIRONMENT_VARIABLE
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.management import CommandError, call_command
from gingerdj.core.servers import asgi

from .conftest import VIEWS
from .running import edit, serving

SCOPE = """\
from gingerdj.http import HttpResponse


async def home(request):
    return HttpResponse(f"{request.scope['type']} {request.scope['asgi']['version']}")
"""


@pytest.mark.parametrize("server", asgi.SERVERS)
def test_each_server_serves_reloads_and_ends(server: str, site: Path) -> None:
    (site / "mysite" / "views.py").write_text(SCOPE)
    with serving(site, "127.0.0.1:0", "--asgi", "--server", server) as running:
        assert httpx.get(running.address()).text == "http 3.0"
        running.wait_for(rf"^Serving ASGI by {server} \d")
        edit(site / "mysite" / "views.py", VIEWS.format(text="edited"))
        assert httpx.get(running.address(2)).text == "edited"
        watching, *others = (
            psutil.Process(running.process.pid),
            *psutil.Process(running.process.pid).children(True),
        )
        assert (watching.is_running(), len(others)) == (True, 1)
        running.process.send_signal(signal.SIGINT)
        assert running.wait() == 0
        assert not [line for line in running.lines if "Traceback" in line]


@pytest.mark.parametrize("server", asgi.SERVERS)
def test_one_process_ends_with_code_0(server: str, site: Path) -> None:
    words = ("127.0.0.1:0", "--asgi", "--server", server, "--noreload")
    with serving(site, *words) as running:
        assert httpx.get(running.address()).text == "hello"
        running.process.send_signal(signal.SIGINT)
        assert running.wait() == 0


def test_it_serves_the_application_of_asgi_py_and_static_files(site: Path) -> None:
    (site / "files").mkdir()
    (site / "files" / "site.css").write_text("body {}")
    with (site / "mysite" / "settings.py").open("a") as settings:
        settings.write(
            "INSTALLED_APPS = ['gingerdj.contrib.staticfiles']\n"
            "STATIC_URL = 'static/'\n"
            "STATICFILES_DIRS = [BASE_DIR / 'files']\n"
        )
    with (site / "mysite" / "asgi.py").open("a") as module:
        module.write(
            "inner = application\n"
            "async def application(scope, receive, send):\n"
            "    async def marked(message):\n"
            "        if message['type'] == 'http.response.start':\n"
            "            message['headers'] = [*message['headers'], (b'x-asgi', b'yes')]\n"
            "        await send(message)\n"
            "    await inner(scope, receive, marked)\n"
        )
    with serving(site, "127.0.0.1:0", "--asgi", "--noreload") as running:
        address = running.address()
        response = httpx.get(address)
        assert (response.text, response.headers["x-asgi"]) == ("hello", "yes")
        assert httpx.get(f"{address}static/site.css").text == "body {}"


def test_ipv6(site: Path) -> None:
    with serving(site, "[::1]:0", "--asgi", "--noreload") as running:
        address = running.address()
        assert address.startswith("http://[::1]:")
        assert httpx.get(address).text == "hello"


def test_a_port_in_use_is_one_sentence(site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(site, f"127.0.0.1:{port}", "--asgi", "--noreload") as running:
            assert running.wait() == 1
            running.wait_for(
                f"^CommandError: Cannot listen on 127.0.0.1:{port}: the port is in use"
            )


@pytest.mark.parametrize(
    ("options", "missing"),
    [({"server": "daphne"}, "no daphne:"), ({}, "no uvicorn or hypercorn or daphne:")],
)
def test_no_server_is_one_sentence(
    options: dict[str, str], missing: str, configure: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(DEBUG=True)  # type: ignore[operator]
    for name in asgi.SERVERS:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(CommandError, match=missing):
        call_command("runserver", use_asgi=True, use_reloader=False, skip_checks=True, **options)


def test_which_application_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bare_settings: object
) -> None:
    package = tmp_path / "asgi_shop"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "settings.py").write_text("SECRET_KEY = 'x'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "asgi_shop.settings")
    try:
        assert type(asgi.get_internal_asgi_application()).__name__ == "ASGIHandler"
        (package / "asgi.py").write_text("other = 1\n")
        with pytest.raises(ImproperlyConfigured, match=r"'asgi_shop.asgi.application'"):
            asgi.get_internal_asgi_application()
        (package / "own.py").write_text("served = 'this'\n")
        bare_settings.ASGI_APPLICATION = "asgi_shop.own.served"  # type: ignore[attr-defined]
        assert asgi.get_internal_asgi_application() == "this"
    finally:
        for name in [name for name in sys.modules if name.startswith("asgi_shop")]:
            del sys.modules[name]
