"""Databases and requests: transactions around views, and connections that end when they should."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from asgiref.testing import ApplicationCommunicator

from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.core.handlers.wsgi import WSGIHandler
from gingerdj.db import connection, transaction
from gingerdj.http import HttpResponse
from gingerdj.test import Client
from gingerdj.urls import path
from tests.gingerdj.servers import serving

THREADS = 5
ASYNC = 3
REQUESTS = 300


def in_transaction(request: Any) -> HttpResponse:
    if "fail" in request.GET:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO item (name) VALUES ('failed')")
        raise ValueError
    return HttpResponse(str(connection.in_atomic_block))


@transaction.non_atomic_requests
def exempt(request: Any) -> HttpResponse:
    return in_transaction(request)


@transaction.non_atomic_requests(using="other")
def exempt_elsewhere(request: Any) -> HttpResponse:
    return in_transaction(request)


async def async_view(request: Any) -> HttpResponse:
    return HttpResponse("async")


@transaction.non_atomic_requests
async def async_exempt(request: Any) -> HttpResponse:
    return HttpResponse("exempt")


@pytest.fixture
def atomic_site(site: Any, tmp_path: Path) -> None:
    site(
        path("", in_transaction),
        path("exempt/", exempt),
        path("exempt-elsewhere/", exempt_elsewhere),
        path("async/", async_view),
        path("async-exempt/", async_exempt),
        DATABASES={"default": {"NAME": tmp_path / "db.sqlite3", "ATOMIC_REQUESTS": True}},
    )
    connection._execute("CREATE TABLE item (name varchar(9))")


@pytest.mark.parametrize(
    ("url", "answer"), [("/", "True"), ("/exempt/", "False"), ("/exempt-elsewhere/", "True")]
)
def test_views_run_in_transactions(atomic_site: None, url: str, answer: str) -> None:
    assert Client().get(url).content.decode() == answer
    connection.settings_dict["ATOMIC_REQUESTS"] = False
    assert Client().get(url).content == b"False"


def test_a_view_that_fails_is_rolled_back(atomic_site: None) -> None:
    assert Client(raise_request_exception=False).get("/?fail").status_code == 500
    with connection.cursor() as cursor:
        assert cursor.execute("SELECT * FROM item").fetchall() == []


def test_coroutine_functions_are_refused(atomic_site: None) -> None:
    client = Client()
    with pytest.raises(RuntimeError, match="You cannot use ATOMIC_REQUESTS with async views"):
        client.get("/async/")
    assert client.get("/async-exempt/").content == b"exempt"


def test_sites_without_databases_import_none_of_them(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from gingerdj.conf import settings\n"
        "settings.configure(ROOT_URLCONF='x')\n"
        "from gingerdj.core.asgi import get_asgi_application\n"
        "get_asgi_application()\n"
        "sys.exit(any(name.startswith('gingerdj.db') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def query(request: Any) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse()


@pytest.mark.parametrize(("max_age", "kept"), [(0, False), (None, True), (60, True)])
def test_wsgi_closes_what_is_too_old(
    site: Any, tmp_path: Path, max_age: int | None, kept: bool
) -> None:
    entry = {"NAME": tmp_path / "db.sqlite3", "CONN_MAX_AGE": max_age}
    site(path("", query), DATABASES={"default": entry})
    transport = httpx.WSGITransport(app=WSGIHandler())
    with httpx.Client(transport=transport, base_url="http://testserver") as client:
        assert client.get("/").status_code == 200
    assert (connection.connection is not None) is kept


async def ask(*urls: str) -> list[bytes]:
    """Ask an ASGI application, for everything at once."""
    transport = httpx.ASGITransport(app=ASGIHandler())
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        return [answer.content for answer in await asyncio.gather(*map(client.get, urls))]


def test_a_transaction_that_is_left_open_ends_with_its_request(site: Any, tmp_path: Path) -> None:
    def leave_open(request: Any) -> HttpResponse:
        transaction.atomic().__enter__()
        return in_transaction(request)

    site(
        path("open/", leave_open),
        path("", in_transaction),
        DATABASES={"default": {"NAME": tmp_path / "db.sqlite3", "CONN_MAX_AGE": None}},
        THREAD_POOL_SIZE=1,
    )
    assert asyncio.run(ask("/open/")) == [b"True"]
    assert asyncio.run(ask("/")) == [b"False"]


def test_a_client_that_hangs_up_leaves_nothing_in_sqlite(site: Any, tmp_path: Path) -> None:
    inside = asyncio.Event()

    async def hang(request: Any) -> HttpResponse:
        async with transaction.aatomic(), connection.acursor() as cursor:
            await cursor.execute("INSERT INTO item (name) VALUES ('hung')")
            inside.set()
            await asyncio.Event().wait()
        return HttpResponse()

    async def count(request: Any) -> HttpResponse:
        async with connection.acursor() as cursor:
            await cursor.execute("SELECT count(*) FROM item")
            return HttpResponse(str(await cursor.fetchone()))

    site(
        path("hang/", hang),
        path("count/", count),
        DATABASES={"default": {"NAME": tmp_path / "db.sqlite3", "CONN_MAX_AGE": None}},
        THREAD_POOL_SIZE=1,
    )
    connection._execute("CREATE TABLE item (name varchar(9))")

    async def hang_up() -> None:
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/hang/",
            "query_string": b"",
            "headers": [(b"host", b"testserver")],
        }
        communicator = ApplicationCommunicator(ASGIHandler(), scope)
        await communicator.send_input({"type": "http.request"})
        await inside.wait()
        await communicator.send_input({"type": "http.disconnect"})
        await communicator.wait(20)
        assert await ask("/count/", "/count/") == [b"(0,)", b"(0,)"]

    asyncio.run(asyncio.wait_for(hang_up(), 30))


def test_asynchronous_views_take_no_thread_for_databases(site: Any, tmp_path: Path) -> None:
    site(path("async/", async_view), DATABASES={"default": {"NAME": tmp_path / "db.sqlite3"}})
    before = set(threading.enumerate())
    assert asyncio.run(ask(*["/async/"] * 20)) == [b"async"] * 20
    assert set(threading.enumerate()) <= before


PROJECT = """
import asyncio
from gingerdj.conf import settings
from gingerdj.http import HttpResponse
from gingerdj.urls import path

settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    MIDDLEWARE=["gingerdj.middleware.common.CommonMiddleware"],
    DATABASES={"default": {
        **%r, "CONN_MAX_AGE": None, "ASYNC_POOL_SIZE": %d,
        "OPTIONS": {"application_name": "requests"},
    }},
    THREAD_POOL_SIZE=%d,
)

from gingerdj.db import connection, transaction


def sync_view(request):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.001)")
        if "fail" in request.GET:
            raise ValueError
    return HttpResponse("sync")


async def async_view(request):
    async with transaction.aatomic(), connection.acursor() as cursor:
        await cursor.execute("SELECT pg_sleep(0.001)")
        if "fail" in request.GET:
            raise ValueError
    return HttpResponse("async")


async def hang(request):
    async with transaction.aatomic(), connection.acursor() as cursor:
        await cursor.execute("INSERT INTO hung VALUES (1)")
        await cursor.execute("SELECT pg_sleep(60)")


urlpatterns = [
    path("sync/", sync_view), path("async/", async_view), path("hang/", hang),
]

from gingerdj.core.asgi import get_asgi_application

application = get_asgi_application()
"""


@pytest.fixture
def administrator(postgresql: dict[str, Any]) -> Iterator[Any]:
    """Return a connection of the tests' own."""
    own = psycopg.connect(
        host=postgresql["HOST"], user=postgresql["USER"], dbname="postgres", autocommit=True
    )
    yield own
    own.close()


@pytest.fixture
def server(postgresql: dict[str, Any], tmp_path: Path) -> Iterator[str]:
    project = PROJECT % (postgresql, ASYNC, THREADS)
    with serving("uvicorn", tmp_path, project, port=True, warnings="error") as server:
        yield server.url
        log = server.ended()
    assert "Application shutdown complete." in log
    assert "ResourceWarning" not in log
    assert log.count("Traceback") == log.count("ValueError\n")


COUNT = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'requests'"


def test_persistent_connections_do_not_leak(server: str, administrator: Any) -> None:
    most = 0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, administrator.execute(COUNT).fetchone()[0])
            await asyncio.sleep(0.005)

    async def storm() -> list[int]:
        watcher = asyncio.create_task(watch())
        async with httpx.AsyncClient(base_url=server, timeout=30) as client:
            urls = ["/sync/", "/async/", "/sync/?fail", "/async/?fail"]
            tasks = [client.get(urls[number % 4]) for number in range(REQUESTS)]
            answers = await asyncio.gather(*tasks)
        watcher.cancel()
        return [answer.status_code for answer in answers]

    statuses = asyncio.run(storm())
    assert {status: statuses.count(status) for status in set(statuses)} == {
        200: REQUESTS // 2,
        500: REQUESTS // 2,
    }
    assert 1 < most <= THREADS + ASYNC
    assert administrator.execute(COUNT).fetchone()[0] <= THREADS + ASYNC
    in_transaction = COUNT + " AND state LIKE 'idle in transaction%'"
    assert administrator.execute(in_transaction).fetchone()[0] == 0


def test_clients_that_hang_up_leave_nothing_behind(server: str, administrator: Any) -> None:
    administrator.execute("CREATE TABLE IF NOT EXISTS hung (a integer)")
    hanging = COUNT + " AND query LIKE '%%pg_sleep(60)%%' AND state = 'active'"

    async def until(sql: str, wanted: int) -> None:
        async with asyncio.timeout(20):
            while administrator.execute(sql).fetchone()[0] != wanted:  # noqa: ASYNC110 - it is elsewhere
                await asyncio.sleep(0.01)

    async def hang_up() -> int:
        async with httpx.AsyncClient(base_url=server, timeout=30) as client:
            for _ in range(2):  # Together, more than there are connections.
                tasks = [asyncio.create_task(client.get("/hang/")) for _ in range(ASYNC)]
                await until(hanging, ASYNC)
                for task in tasks:
                    task.cancel()
                await until(hanging, 0)
            return (await client.get("/async/")).status_code

    assert asyncio.run(hang_up()) == 200
    assert administrator.execute("SELECT count(*) FROM hung").fetchone()[0] == 0
    assert administrator.execute(COUNT).fetchone()[0] <= ASYNC
