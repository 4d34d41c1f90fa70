"""/livez and /readyz, in the chains of both styles."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gingerdj.core.draining import draining_on_signals, start_draining
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.http import HttpResponse
from gingerdj.test import AsyncClient, Client, override_settings
from gingerdj.urls import path

HEALTH = "gingerdj.middleware.health.HealthMiddleware"
SECURITY = "gingerdj.middleware.security.SecurityMiddleware"
COMMON = "gingerdj.middleware.common.CommonMiddleware"

Ask = Callable[..., Any]


def view(request: Any) -> HttpResponse:
    return HttpResponse("view")


def passes() -> None:
    """Pass, as a check does that says nothing."""


async def passes_on_loop() -> bool:
    return True


def refuses() -> bool:
    return False


async def breaks() -> None:
    raise OSError("no route to db.internal:5432 as admin:hunter2")


async def on_the_loop() -> bool:
    return threading.current_thread() is threading.main_thread()


def in_a_thread() -> bool:
    return threading.current_thread() is not threading.main_thread()


@pytest.fixture(params=["sync", "async"])
def ask(request: Any) -> Ask:
    """Ask through one chain of either style: `ask("get", "/livez")`."""
    client, async_client = Client(), AsyncClient()

    def asked(method: str, url: str, **extra: Any) -> Any:
        if request.param == "sync":
            return getattr(client, method)(url, **extra)

        async def within() -> Any:
            return await getattr(async_client, method)(url, **extra)

        return asyncio.run(within())

    return asked


@pytest.fixture
def healthy(site: Any) -> Callable[..., None]:
    def serve(*checks: Any, **options: Any) -> None:
        names = [f"{__name__}.{check.__name__}" for check in checks]
        options = {"MIDDLEWARE": [HEALTH, SECURITY, COMMON], **options}
        site(path("", view), READINESS_CHECKS=names, **options)

    return serve


def test_both_are_answered(healthy: Any, ask: Ask) -> None:
    healthy(passes, passes_on_loop)
    live, ready = ask("get", "/livez"), ask("get", "/readyz")
    assert (live.status_code, live.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ready", "checks": {"passes": "ok", "passes_on_loop": "ok"}},
    )


def test_other_paths_are_the_sites_own(healthy: Any, ask: Ask) -> None:
    healthy()
    assert ask("get", "/").content == b"view"
    assert [ask("get", f"/{name}/").status_code for name in ("livez", "readyz")] == [404, 404]


@pytest.mark.parametrize("url", ["/livez", "/readyz"])
def test_neither_host_nor_https_matters(healthy: Any, ask: Ask, url: str) -> None:
    healthy(SECURE_SSL_REDIRECT=True)
    headers = {"host": "10.0.0.7:8000"}
    assert ask("get", url, headers=headers).status_code == 200
    assert ask("get", "/", headers=headers).status_code == 400


@pytest.mark.parametrize("url", ["/livez", "/readyz"])
def test_answers_are_not_kept(healthy: Any, ask: Ask, url: str) -> None:
    healthy(refuses)
    assert "no-store" in ask("get", url)["Cache-Control"]


@pytest.mark.parametrize("url", ["/livez", "/readyz"])
@pytest.mark.parametrize(("method", "status"), [("head", 200), ("post", 405), ("delete", 405)])
def test_methods(healthy: Any, ask: Ask, url: str, method: str, status: int) -> None:
    healthy(passes)
    response = ask(method, url)
    assert response.status_code == status
    assert response.content == b""
    assert response.get("Allow") == (None if status == 200 else "GET, HEAD")


def test_one_failing_check_is_enough(healthy: Any, ask: Ask) -> None:
    healthy(passes, refuses)
    response = ask("get", "/readyz")
    assert (response.status_code, response.json()) == (
        503,
        {"status": "not ready", "checks": {"passes": "ok", "refuses": "failed"}},
    )
    assert ask("get", "/livez").status_code == 200


def test_what_a_check_raises_is_logged_and_not_shown(
    healthy: Any, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    healthy(breaks)
    response = ask("get", "/readyz")
    assert response.status_code == 503
    assert b"hunter2" not in response.content
    (record,) = caplog.records  # The status 503 is not logged each time that somebody asks.
    assert (record.levelno, record.getMessage()) == (
        logging.WARNING,
        "The readiness check breaks failed.",
    )
    assert record.exc_info is not None
    assert "hunter2" in str(record.exc_info[1])


def test_a_sync_check_leaves_the_event_loop_free(healthy: Any) -> None:
    healthy(in_a_thread, on_the_loop)

    async def within() -> Any:
        return await AsyncClient().get("/readyz")

    assert asyncio.run(within()).status_code == 200


def test_checks_that_take_too_long(
    healthy: Any, ask: Ask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, starts = threading.Event(), list[str]()

    def hangs() -> None:
        starts.append("thread")
        released.wait()

    async def hangs_on_loop() -> None:
        await asyncio.Event().wait()

    for check in (hangs, hangs_on_loop):
        monkeypatch.setitem(globals(), check.__name__, check)
    healthy(hangs, passes, hangs_on_loop, READINESS_TIMEOUT=0.05)
    try:
        responses = [ask("get", "/readyz") for _ in range(2)]
    finally:
        released.set()
    late = {"hangs": "failed", "passes": "ok", "hangs_on_loop": "failed"}
    assert [each.json()["checks"] for each in responses] == [late, late]
    assert starts == ["thread"]
    message = caplog.records[0].getMessage()
    assert message.endswith("hangs took longer than 0.05 seconds (READINESS_TIMEOUT).")


def test_a_check_that_was_late_is_asked_again(
    healthy: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, ended = threading.Event(), threading.Event()

    def slow() -> None:
        released.wait()
        ended.set()

    monkeypatch.setitem(globals(), "slow", slow)
    healthy(slow, READINESS_TIMEOUT=0.05)
    assert ask("get", "/readyz").status_code == 503
    released.set()
    assert ended.wait(10)
    with override_settings(READINESS_TIMEOUT=None):
        assert ask("get", "/readyz").status_code == 200


def test_checks_of_one_name_keep_apart(site: Any, ask: Ask) -> None:
    site(
        MIDDLEWARE=[HEALTH],
        READINESS_CHECKS=["math.cos", f"{__name__}.passes", "cmath.cos", "time.time"],
    )
    found = ask("get", "/readyz").json()["checks"]
    assert found == {"cos": "failed", "passes": "ok", "cmath.cos": "failed", "time": "ok"}


@pytest.mark.parametrize("entry", ["nowhere.check", "math.pi"])
def test_an_entry_that_is_no_check(configure: Any, entry: str) -> None:
    configure(MIDDLEWARE=[HEALTH], READINESS_CHECKS=[entry], ROOT_URLCONF=__name__)
    with pytest.raises(ImproperlyConfigured, match=f"'{entry}' of READINESS_CHECKS"):
        ASGIHandler()


def test_a_process_that_drains_is_alive_and_not_ready(healthy: Any) -> None:
    healthy(passes)

    async def within() -> list[Any]:
        client = AsyncClient()
        with draining_on_signals(0):
            before = await client.get("/readyz")
            start_draining()
            during = [await client.get(each) for each in ("/readyz", "/livez", "/")]
        return [before, *during, await client.get("/readyz")]

    before, ready, live, other, after = asyncio.run(within())
    assert (before.status_code, ready.status_code, after.status_code) == (200, 503, 200)
    assert (live.status_code, other.status_code) == (200, 200)
    assert ready.json() == {"status": "draining"}


@pytest.mark.parametrize(("folder", "status"), [(".", 200), ("nowhere", 503)])
def test_databases(site: Any, ask: Ask, tmp_path: Path, folder: str, status: int) -> None:
    database = {"ENGINE": "gingerdj.db.backends.sqlite3", "NAME": tmp_path / folder / "db"}
    site(
        MIDDLEWARE=[HEALTH],
        READINESS_CHECKS=["gingerdj.db.health.databases"],
        DATABASES={"default": database},
    )
    response = ask("get", "/readyz")
    assert response.status_code == status
    assert response.json()["checks"] == {"databases": "ok" if status == 200 else "failed"}


def test_no_databases_no_question(site: Any, ask: Ask) -> None:
    site(MIDDLEWARE=[HEALTH], READINESS_CHECKS=["gingerdj.db.health.databases"])
    assert ask("get", "/readyz").status_code == 200
