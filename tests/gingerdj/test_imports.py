"""What a process has imported once it has answered its first request, and what it has not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Answers one request, and prints the modules that there are then.
ANSWERS = """
import asyncio, sys
from gingerdj.conf import settings
{settings}
from gingerdj.core.asgi import get_asgi_application
from gingerdj.http import HttpResponse
from gingerdj.urls import path

async def hello(request):
    return HttpResponse("hello", content_type="text/plain")

urlpatterns = [path("", hello)]
application = get_asgi_application()
scope = {{
    "type": "http", "asgi": {{"version": "3.0"}}, "http_version": "1.1", "method": "GET",
    "scheme": "http", "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "",
    "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 5000),
    "server": ("127.0.0.1", 8000),
}}
sent = []

async def receive():
    return {{"type": "http.request", "body": b"", "more_body": False}}

async def send(message):
    sent.append(message)

async def first():
    await application(scope, receive, send)
    print(sent[0]["status"], *sys.modules)

asyncio.run(first())
"""

PLAIN = 'settings.configure(SECRET_KEY="s", ALLOWED_HOSTS=["localhost"], ROOT_URLCONF=__name__)'

# As `startproject` makes them.
DEFAULT = """
settings.configure(
    SECRET_KEY="s", ALLOWED_HOSTS=["localhost"], ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "gingerdj.middleware.security.SecurityMiddleware",
        "gingerdj.middleware.common.CommonMiddleware",
        "gingerdj.middleware.csrf.CsrfViewMiddleware",
        "gingerdj.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
)
"""

# What no plain request needs, of Python's own and of ours: none of it comes with asyncio.
NEVER = {
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "email",
    "gzip",
    "hashlib",
    "hmac",
    "html",
    "http.cookies",
    "importlib.util",
    "ipaddress",
    "json",
    "logging.config",
    "mimetypes",
    "multiprocessing",
    "pathlib",
    "pickle",
    "platform",
    "random",
    "secrets",
    "sqlite3",
    "tempfile",
    "unittest",
    "urllib.parse",
    "uuid",
    "zoneinfo",
    "gingerdj.apps.config",
    "gingerdj.conf.urls",
    "gingerdj.contrib",
    "gingerdj.core.checks",
    "gingerdj.core.exceptions",
    "gingerdj.core.files",
    "gingerdj.core.handlers.body",
    "gingerdj.core.handlers.calls",
    "gingerdj.core.handlers.errors",
    "gingerdj.core.handlers.files",
    "gingerdj.core.handlers.hooked",
    "gingerdj.core.handlers.hop",
    "gingerdj.core.handlers.sending",
    "gingerdj.core.handlers.threaded",
    "gingerdj.core.handlers.websocket",
    "gingerdj.core.handlers.wsgi",
    "gingerdj.core.management",
    "gingerdj.core.misconfigured",
    "gingerdj.core.readiness",
    "gingerdj.core.servers",
    "gingerdj.core.signing",
    "gingerdj.core.validators",
    "gingerdj.core.wsgi",
    "gingerdj.db",
    "gingerdj.http.cookie",
    "gingerdj.http.eventstream",
    "gingerdj.http.exceptions",
    "gingerdj.http.file",
    "gingerdj.http.forwarded",
    "gingerdj.http.host",
    "gingerdj.http.jsonresponse",
    "gingerdj.http.lazystream",
    "gingerdj.http.media",
    "gingerdj.http.meta",
    "gingerdj.http.multipartparser",
    "gingerdj.http.origin",
    "gingerdj.http.parts",
    "gingerdj.http.querydict",
    "gingerdj.http.statuses",
    "gingerdj.http.streaming",
    "gingerdj.middleware",
    "gingerdj.shortcuts",
    "gingerdj.test",
    "gingerdj.urls.base",
    "gingerdj.urls.converters",
    "gingerdj.urls.exceptions",
    "gingerdj.urls.match",
    "gingerdj.urls.regex",
    "gingerdj.urls.reversing",
    "gingerdj.utils._os",
    "gingerdj.utils.cache",
    "gingerdj.utils.compression",
    "gingerdj.utils.crypto",
    "gingerdj.utils.datastructures",
    "gingerdj.utils.decorators",
    "gingerdj.utils.deprecation",
    "gingerdj.utils.encoding",
    "gingerdj.utils.html",
    "gingerdj.utils.http",
    "gingerdj.utils.json",
    "gingerdj.utils.parameters",
    "gingerdj.utils.safestring",
    "gingerdj.utils.tags",
    "gingerdj.utils.text",
    "gingerdj.utils.timezone",
    "gingerdj.utils.truncation",
    "gingerdj.utils.version",
    "gingerdj.views",
    "gingerdj.websocket",
}
# What the default middleware needs of it.
MIDDLEWARE = {
    "gingerdj.core.handlers.hooked",
    "gingerdj.http.host",
    "gingerdj.middleware",
    "gingerdj.utils.deprecation",
    "gingerdj.utils.http",
}


def printed(code: str) -> list[str]:
    """Return the words that a fresh process prints."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


@pytest.mark.parametrize(
    ("settings", "needed"),
    [(PLAIN, set()), (DEFAULT, MIDDLEWARE)],
    ids=["no middleware", "the default middleware"],
)
def test_a_first_request_needs_none_of_these(settings: str, needed: set[str]) -> None:
    status, *modules = printed(ANSWERS.format(settings=settings))
    assert (status, "gingerdj.core.handlers.asgi" in modules) == ("200", True)
    # What an environment imports for each of its processes is not ours.
    own = set(modules) - set(printed("import sys; print(*sys.modules)"))
    assert sorted(own & (NEVER - needed)) == []


def test_what_is_never_needed_exists() -> None:
    for name in NEVER:
        __import__(name)
