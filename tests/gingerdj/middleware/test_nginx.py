"""The core behind nginx, at unix sockets: two proxies, whose word counts."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.gingerdj.servers import serving

PROJECT = """
import asyncio

from gingerdj.conf import settings
from gingerdj.http import EventSourceResponse, HttpResponse, JsonResponse
from gingerdj.urls import path, reverse

received = asyncio.Event()


async def facts(request):
    return JsonResponse(
        {
            "address": request.META.get("REMOTE_ADDR"),
            "uri": request.build_absolute_uri(),
            "reversed": reverse("facts"),
            "forwarded": request.headers.get("X-Forwarded-For"),
        }
    )


async def until_received():
    yield "first"
    await received.wait()
    yield "second"


async def events(request):
    return EventSourceResponse(until_received())


async def receive(request):
    received.set()
    return HttpResponse()


urlpatterns = [
    path("facts/", facts, name="facts"),
    path("events/", events),
    path("receive/", receive),
]
settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["www.example.com"],
    TRUSTED_PROXIES=["unix"],
    TRUSTED_PROXY_HEADERS=["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Prefix"],
    MIDDLEWARE=["gingerdj.middleware.proxies.TrustedProxiesMiddleware"],
)

from gingerdj.core.asgi import get_asgi_application

application = get_asgi_application()
"""

# What proxies leave alone, they pass on: X-Forwarded-Host is the client's own here.  But nginx
# keeps X-Accel-Buffering to itself, unless another nginx in front of it is to obey it, too.
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location /app/ {{
            proxy_pass http://unix:{folder}/inner:/;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto https;
            proxy_set_header X-Forwarded-Prefix /app;
        }}
    }}
    server {{
        listen unix:{folder}/inner;
        location / {{
            proxy_pass http://unix:{folder}/socket:;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_pass_header X-Accel-Buffering;
        }}
    }}
}}
"""

Client = httpx.Client


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Return a client of the outer proxy."""
    nginx = shutil.which("nginx")
    if nginx is None:
        message = "there is no nginx: `make programs` installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    folder = tmp_path_factory.mktemp("nginx")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    with serving("uvicorn", folder, PROJECT):
        process = subprocess.Popen(
            [nginx, "-p", str(folder), "-c", "nginx.conf"], stderr=subprocess.PIPE, text=True
        )
        try:
            _wait(process, port)
            base_url = f"http://127.0.0.1:{port}/app"
            with httpx.Client(base_url=base_url, headers={"Host": "www.example.com"}) as client:
                yield client
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _wait(process: subprocess.Popen[str], port: int) -> None:
    end = time.monotonic() + 30
    with socket.socket() as client:
        while client.connect_ex(("127.0.0.1", port)):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"nginx did not start:\n{process.communicate()[1]}")
            time.sleep(0.02)  # Nothing tells when a process begins to listen.


def test_the_client_is_seen_through_both_proxies(client: Client) -> None:
    assert client.get("/facts/").json() == {
        "address": "127.0.0.1",
        "uri": "https://www.example.com/app/facts/",
        "reversed": "/app/facts/",
        "forwarded": "127.0.0.1",
    }


def test_what_the_client_says_of_itself_does_not_count(client: Client) -> None:
    spoofed = {
        "X-Forwarded-For": "6.6.6.6, unix:",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "for=6.6.6.6;host=evil.example",
    }
    assert client.get("/facts/", headers=spoofed).json() == client.get("/facts/").json()


def test_nginx_holds_no_event_back(client: Client) -> None:
    with client.stream("GET", "/events/") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "data: first"
        assert client.get("/receive/").status_code == 200
        assert list(lines) == ["", "data: second", ""]
