"""Test cases with a real server."""

from __future__ import annotations

import socket
import threading
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from gingerdj.contrib.staticfiles.testing import StaticLiveServerTestCase
from gingerdj.db import connection
from gingerdj.http import HttpResponse
from gingerdj.test import LiveServerTestCase, override_settings
from gingerdj.test.testcases import LiveServerThread
from gingerdj.urls import path

Configure = Callable[..., None]


def hello(request: Any) -> HttpResponse:
    return HttpResponse(f"{request.get_host()} in {threading.current_thread().name}")


@pytest.fixture
def project(site: Configure, tmp_path: Path) -> Path:
    """Serve a view, with a static and an uploaded file."""
    for name in ("static/site.css", "media/photo.txt", "found/found.css"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(name)
    site(
        path("hello/", hello),
        STATIC_URL="static/",
        STATIC_ROOT=tmp_path / "static",
        STATICFILES_DIRS=[tmp_path / "found"],
        STATICFILES_FINDERS=["gingerdj.contrib.staticfiles.finders.FileSystemFinder"],
        MEDIA_URL="media/",
        MEDIA_ROOT=tmp_path / "media",
        MIDDLEWARE=["gingerdj.middleware.common.CommonMiddleware"],
    )
    return tmp_path


def run(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def checked(case: type[unittest.TestCase]) -> None:
    result = run(case)
    assert result.testsRun == 1
    assert [text for _, text in result.failures + result.errors] == []


def test_a_live_server_answers_and_ends(project: Path) -> None:
    seen: dict[str, Any] = {}

    class Case(LiveServerTestCase):
        def test(self) -> None:
            seen.update(url=self.live_server_url, thread=self.server_thread)
            for name in ("static/site.css", "media/photo.txt"):
                response = httpx.get(f"{self.live_server_url}/{name}")
                assert (response.status_code, response.text) == (200, name)
            response = httpx.get(f"{self.live_server_url}/hello/")
            assert response.text.startswith("localhost:")
            assert "MainThread" not in response.text
            assert httpx.get(f"{self.live_server_url}/static/nope").status_code == 404

    checked(Case)
    assert seen["url"] == f"http://localhost:{seen['thread'].port}"
    assert not seen["thread"].is_alive()
    with pytest.raises(httpx.ConnectError):
        httpx.get(seen["url"])


def test_connections_are_kept_and_answered_side_by_side(project: Path) -> None:
    class Case(LiveServerTestCase):
        def test(self) -> None:
            with (
                httpx.Client(base_url=self.live_server_url) as one,
                httpx.Client(base_url=self.live_server_url) as other,
            ):
                first = [one.get("/hello/").text, other.get("/hello/").text]
                assert first == [one.get("/hello/").text, other.get("/hello/").text]
                assert len(set(first)) == 2

    checked(Case)


def test_the_settings_of_a_test_reach_the_server(project: Path) -> None:
    class Case(LiveServerTestCase):
        def test(self) -> None:
            with override_settings(ALLOWED_HOSTS=["elsewhere"]):
                assert httpx.get(f"{self.live_server_url}/hello/").status_code == 400
            assert httpx.get(f"{self.live_server_url}/hello/").status_code == 200

    checked(Case)


def test_without_static_and_uploaded_files(site: Configure) -> None:
    site(path("hello/", hello))

    class Case(LiveServerTestCase):
        host = "127.0.0.1"

        def test(self) -> None:
            assert httpx.get(f"{self.live_server_url}/hello/").status_code == 200
            assert httpx.get(f"{self.live_server_url}/static/x").status_code == 404

    checked(Case)


def test_static_files_without_collecting_them(project: Path) -> None:
    class Case(StaticLiveServerTestCase):
        def test(self) -> None:
            response = httpx.get(f"{self.live_server_url}/static/found.css")
            assert response.text == "found/found.css"

    checked(Case)


def count(request: Any) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO visit (path) VALUES (%s)", [request.path])
        cursor.execute("SELECT count(*) FROM visit")
        return HttpResponse(str(cursor.fetchone()[0]))


@pytest.mark.parametrize("name", [":memory:", "file"])
def test_the_server_sees_the_tests_databases(name: str, site: Configure, tmp_path: Path) -> None:
    name = name if name == ":memory:" else str(tmp_path / name)
    site(path("count/", count), DATABASES={"default": {"NAME": name}})
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE visit (path text)")

    class Case(LiveServerTestCase):
        def test(self) -> None:
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO visit (path) VALUES ('/before/')")
            assert httpx.get(f"{self.live_server_url}/count/").text == "2"
            assert httpx.get(f"{self.live_server_url}/count/").text == "3"
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM visit")
                assert cursor.fetchone() == (3,)

    checked(Case)


def test_a_port_in_use_is_the_error_of_the_class(project: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:

        class Case(LiveServerTestCase):
            host = "127.0.0.1"
            port = taken.getsockname()[1]

            def test(self) -> None:
                raise AssertionError("there is no server to test")

        result = run(Case)
    assert result.testsRun == 0
    ((_, text),) = result.errors
    assert "Address already in use" in text


def test_a_failing_application_is_the_error_of_the_class(project: Path) -> None:
    class Case(LiveServerTestCase):
        def test(self) -> None:
            raise AssertionError("there is no server to test")

    with override_settings(MIDDLEWARE=["nowhere.Middleware"]):
        result = run(Case)
    ((_, text),) = result.errors
    assert "nowhere.Middleware" in text
    assert not Case.server_thread.is_alive()


def test_a_thread_that_never_started_serving_can_be_ended() -> None:
    thread = LiveServerThread("no such host", lambda application: application)
    thread.start()
    thread.is_ready.wait()
    thread.terminate()
    assert thread.error is not None
