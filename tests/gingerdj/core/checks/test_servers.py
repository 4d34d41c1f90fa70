"""How servers and settings fit together."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gingerdj.conf import ENVIRONMENT_VARIABLE, settings
from gingerdj.core.checks import CheckMessage, Tags, run_checks
from gingerdj.core.checks.servers import SERVERS
from gingerdj.core.checks.serving import PROXIES
from gingerdj.db import connections
from gingerdj.urls import path

from .conftest import Configure

SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SQLITE = {"default": {"ENGINE": "gingerdj.db.backends.sqlite3", "NAME": ":memory:"}}


def found(server: str, workers: int | None = None) -> list[CheckMessage]:
    return run_checks(
        tags=[Tags.server], include_deployment_checks=True, server=server, workers=workers
    )


def ids(server: str, workers: int | None = None) -> list[str | None]:
    return [message.id for message in found(server, workers)]


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for facts in SERVERS.values():
        for name in filter(None, (facts.workers_variable, facts.trust_variable)):
            monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("server", SERVERS)
def test_plain_settings_suit_every_server(server: str, configure: Configure) -> None:
    configure()
    assert ids(server) == []


def test_nothing_is_said_without_a_server(configure: Configure) -> None:
    configure(TRUSTED_PROXIES=["10.0.0.1"])
    assert run_checks(tags=[Tags.server], include_deployment_checks=True) == []


def test_a_server_that_is_not_installed(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure()
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "granian", raising=False)
    assert ids("granian") == ["server.W001"]


@pytest.mark.parametrize(
    ("server", "options", "expected"),
    [
        ("daphne", {"LIFESPAN": ["mysite.lifespan.start"]}, ["server.W004"]),
        ("uvicorn", {"LIFESPAN": ["mysite.lifespan.start"]}, []),
        ("uvicorn", {"TRUSTED_PROXIES": ["10.0.0.1"], "MIDDLEWARE": [PROXIES]}, ["server.W005"]),
        ("gunicorn", {"TRUSTED_PROXIES": ["10.0.0.1"], "MIDDLEWARE": [PROXIES]}, ["server.W005"]),
        ("granian", {"TRUSTED_PROXIES": ["10.0.0.1"], "MIDDLEWARE": [PROXIES]}, []),
        ("hypercorn", {"SECURE_PROXY_SSL_HEADER": SSL_HEADER}, ["server.W007"]),
        (
            "hypercorn",
            {
                "SECURE_PROXY_SSL_HEADER": SSL_HEADER,
                "TRUSTED_PROXIES": ["10.0.0.1"],
                "MIDDLEWARE": [PROXIES],
            },
            [],
        ),
        ("hypercorn", {"SECURE_SSL_REDIRECT": True}, ["server.W008"]),
        ("daphne", {"SECURE_SSL_REDIRECT": True}, ["server.W008"]),
        ("uvicorn", {"SECURE_SSL_REDIRECT": True}, []),
    ],
)
def test_settings(
    server: str, options: dict[str, Any], expected: list[str], configure: Configure
) -> None:
    configure(**options)
    assert ids(server) == expected


@pytest.mark.parametrize("server", ["gunicorn", "uvicorn"])
@pytest.mark.parametrize(("allowed", "expected"), [("*", ["server.W006"]), ("10.0.0.1", [])])
def test_a_server_that_believes_everyone(
    server: str,
    allowed: str,
    expected: list[str],
    configure: Configure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configure()
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", allowed)
    assert ids(server) == expected
    assert ids("granian") == []


def test_sqlite_has_no_limit(configure: Configure) -> None:
    configure(DATABASES=SQLITE)
    assert ids("uvicorn", workers=1000) == []


def test_connections_against_the_limit_of_postgresql(
    postgresql: dict[str, Any], configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {**postgresql, "ASYNC_POOL_SIZE": 5}
    configure(DATABASES={"default": entry}, THREAD_POOL_SIZE=15)
    limit = connections["default"].connection_limit()
    assert limit >= 20
    fitting = limit // 20
    assert ids("uvicorn", workers=fitting) == []
    (message,) = found("uvicorn", workers=fitting + 1)
    assert message.id == "server.W002"
    assert f"{fitting + 1} x 20 connections" in message.msg
    assert f"accepts {limit}." in message.msg
    assert f"at most {fitting} workers" in str(message.hint)
    monkeypatch.setenv("WEB_CONCURRENCY", str(fitting + 1))
    assert ids("uvicorn") == ids("gunicorn") == ["server.W002"]
    assert ids("granian") == ids("hypercorn") == []
    monkeypatch.setenv("WEB_CONCURRENCY", "many")
    assert ids("uvicorn") == []


def test_limits_of_the_database_and_the_role(
    postgresql: dict[str, Any], configure: Configure
) -> None:
    configure(DATABASES={"default": postgresql})
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (name,) = cursor.fetchone()
        try:
            cursor.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT 7')
            assert connection.connection_limit() == 7
        finally:
            cursor.execute(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
    connection.close()


def test_a_database_out_of_reach(configure: Configure) -> None:
    nowhere = {
        "ENGINE": "gingerdj.db.backends.postgresql",
        "NAME": "nothing",
        "HOST": "/nonexistent",
    }
    configure(DATABASES={"default": nowhere})
    (message,) = found("uvicorn")
    assert message.id == "server.W003"
    assert "\n" not in message.msg


ASGI = 'import os\nos.environ.setdefault("GINGER_SETTINGS_MODULE", "{}")\n'
OVERRIDING_ASGI = 'import os\nos.environ["GINGER_SETTINGS_MODULE"] = "{}"\n'


@pytest.mark.parametrize(
    ("asgi", "expected"),
    [
        (ASGI.format("shop.settings"), []),
        ("import gingerdj.conf as c\nuse(c.ENVIRONMENT_VARIABLE, 'shop.settings')", []),
        ("application = None\n", ["server.W010"]),
        ("def (", ["server.W010"]),
        (ASGI.format("other.settings"), ["server.W011"]),
        (None, ["server.W009"]),
    ],
)  # fmt: skip
def test_where_the_settings_come_from(
    asgi: str | None,
    expected: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bare_settings: Any,
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "settings.py").write_text("SECRET_KEY = 'x'\n")
    if asgi is not None:
        (tmp_path / "shop" / "asgi.py").write_text(asgi)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "shop.settings")
    assert settings.SECRET_KEY == "x"
    monkeypatch.setattr(sys, "argv", ["manage.py", "check", "--settings=shop.settings"])
    try:
        assert ids("uvicorn") == expected
    finally:
        for name in ("shop", "shop.settings"):
            sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("program", "arguments", "asgi", "expected"),
    [
        ("manage.py", ["check"], ASGI, []),
        ("manage.py", ["check"], OVERRIDING_ASGI, ["server.W011"]),
        ("manage.py", ["check", "--settings", "flat_settings"], ASGI, ["server.W011"]),
        ("own.py", ["check"], ASGI, ["server.W011"]),
        ("gingerdj-admin", ["check"], ASGI, []),
        ("nowhere", ["check"], ASGI, []),
    ],
)
def test_settings_from_the_environment_are_the_servers_as_well(
    program: str,
    arguments: list[str],
    asgi: str,
    expected: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bare_settings: Any,
) -> None:
    (tmp_path / "flat_settings.py").write_text("SECRET_KEY = 'x'\n")
    (tmp_path / "asgi.py").write_text(asgi.format("development"))
    (tmp_path / "manage.py").write_text(ASGI.format("development"))
    (tmp_path / "own.py").write_text(ASGI.format("flat_settings"))
    (tmp_path / "gingerdj-admin").write_bytes(b"\x7fELF\0")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "flat_settings")
    monkeypatch.setattr(sys, "argv", [program, *arguments])
    try:
        assert ids("uvicorn") == expected
    finally:
        sys.modules.pop("flat_settings", None)


async def consume(socket: Any) -> None:
    """Do nothing."""


@pytest.mark.parametrize(
    ("server", "libraries", "routes", "expected"),
    [
        ("uvicorn", [], True, ["server.W012"]),
        ("uvicorn", ["wsproto"], True, []),
        ("uvicorn", [], False, []),
        ("hypercorn", [], True, []),
    ],
)
def test_websockets_without_a_library(
    server: str,
    libraries: list[str],
    routes: bool,
    expected: list[str],
    configure: Configure,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    urlconf = ModuleType("site_urls")
    urlconf.__dict__["urlpatterns"] = []
    urlconf.__dict__["websocket_urlpatterns"] = [path("ws/", consume)] if routes else []
    configure(ROOT_URLCONF=urlconf)
    for name in ("uvicorn", "hypercorn", *libraries):
        (tmp_path / f"{name}.py").touch()
    for name in ("uvicorn", "hypercorn", "websockets", "wsproto"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert ids(server) == expected


def test_settings_without_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bare_settings: Any
) -> None:
    (tmp_path / "flat_settings.py").write_text("SECRET_KEY = 'x'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "flat_settings")
    try:
        assert ids("uvicorn") == ["server.W009"]
        (tmp_path / "asgi.py").write_text(ASGI.format("flat_settings"))
        assert ids("uvicorn") == []
    finally:
        sys.modules.pop("flat_settings", None)
