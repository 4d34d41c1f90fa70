"""What reports of errors hide."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest


def hidden(fw: Any) -> Any:
    return fw("views.debug.SafeExceptionReporterFilter")()


VALUES: list[tuple[Any, Any]] = [
    ("API_URL", 1), ("auth", 1), ("SECRET_KEY", "x"), ("passwd", "x"), ("PASSWORD", ""), ("TOKENS", [1]), ("KEYBOARD", 1), ("signature", None), ("PLAIN", "x"),
    ("PLAIN", {"secret": 1, "other": {"password": 2, "n": 3}}), ("PLAIN", [{"key": 1}, {"x": 2}]), ("PLAIN", ({"token": 1}, 2)), ("PLAIN", [[{"api": 1}]]),
    (3, {"x": 1}), ("HTTP_COOKIE", "a=b"), ("", {"KEY": 1}), ("PLAIN", {1: 2}), ("HTTP_AUTHORIZATION", "x"),
]  # fmt: skip


def test_values_are_cleansed(differences: Any) -> None:
    assert differences(VALUES, lambda fw, case: hidden(fw).cleanse_setting(*case)) == {}


def variables_of(fw: Any, function: Any, debug: bool) -> Any:
    try:
        asyncio.run(function()) if asyncio.iscoroutinefunction(function) else function()
    except ZeroDivisionError:
        traceback = sys.exc_info()[2]
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    assert traceback is not None
    with fw.settings(DEBUG=debug):
        found = hidden(fw).get_traceback_frame_variables(None, traceback.tb_frame)
    return sorted(
        (name, value) for name, value in dict(found).items() if isinstance(value, str | int)
    )


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("names", [None, (), ("secret",), ("secret", "other"), ("missing",)])
@pytest.mark.parametrize("is_async", [False, True])
def test_sensitive_variables(both: Any, debug: bool, names: Any, is_async: bool) -> None:
    def act(fw: Any) -> Any:
        decorator = (
            fw("views.decorators.debug.sensitive_variables")(*names)
            if names is not None
            else lambda f: f
        )

        async def on_loop() -> None:
            secret, other, plain = "hush", "psst", 1
            raise ZeroDivisionError((secret, other, plain))

        def in_thread() -> None:
            secret, other, plain = "hush", "psst", 1
            raise ZeroDivisionError((secret, other, plain))

        return variables_of(fw, decorator(on_loop if is_async else in_thread), debug)

    both(act)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("names", [None, (), ("secret",), ("secret", "missing")])
@pytest.mark.parametrize("is_async", [False, True])
def test_sensitive_post_parameters(both: Any, debug: bool, names: Any, is_async: bool) -> None:
    def act(fw: Any) -> Any:
        decorator = (
            fw("views.decorators.debug.sensitive_post_parameters")(*names)
            if names is not None
            else lambda f: f
        )

        async def on_loop(request: Any) -> Any:
            return request

        def in_thread(request: Any) -> Any:
            return request

        request = fw("test.RequestFactory")().post("/", {"secret": ["a", "b"], "other": "c"})
        view = decorator(on_loop if is_async else in_thread)
        request = asyncio.run(view(request)) if is_async else view(request)
        with fw.settings(DEBUG=debug):
            fields = hidden(fw).get_post_parameters(request)
        return dict(fields.lists()), hidden(fw).get_post_parameters(None)

    both(act)


WRONG: dict[str, Any] = {
    "variables": lambda d: d.sensitive_variables(lambda: 1),
    "post": lambda d: d.sensitive_post_parameters(lambda request: 1),
    "no request": lambda d: d.sensitive_post_parameters("a")(lambda request: 1)(3),
    "method": lambda d: d.sensitive_post_parameters()(lambda self, request: 1)(object(), 3),
}


def test_wrong_uses(differences: Any) -> None:
    assert differences(WRONG, lambda fw, case: WRONG[case](fw("views.decorators.debug"))) == {}


@pytest.mark.parametrize("accept", ["text/html", "text/plain", "*/*", "application/json"])
def test_pages(both: Any, accept: str) -> None:
    def act(fw: Any) -> Any:
        def view(request: Any) -> Any:
            local = "<b>shown</b>"
            raise ValueError(local)

        urlconf = fw.module(urlpatterns=[fw("urls").path("x/", view)])
        options = {
            "DEBUG": True,
            "ROOT_URLCONF": urlconf,
            "MIDDLEWARE": [],
            "OWN_PASSWORD": "hush" + "hush",
        }
        with fw.settings(**options), fw.logs():
            client = fw("test.Client")(raise_request_exception=False)
            response = client.get("/x/", headers={"Accept": accept})
            missing = client.get("/y/", headers={"Accept": accept})
        text = response.content.decode()
        return (
            response.status_code, response["Content-Type"], "hushhush" in text, "psstpsst" in text, "ValueError" in text, "/x/" in text,
            "<b>shown" in text if "html" in response["Content-Type"] else None, missing.status_code, missing["Content-Type"], "x/" in missing.content.decode(),
        )  # fmt: skip

    both(act)


#: What reports have no use for: templates, users, and hints on how to decode bytes.
ELSEWHERE = {
    "template_info", "template_does_not_exist", "postmortem", "user_str", "unicode_hint", "gingerdj_version_info",
}  # fmt: skip


@pytest.mark.parametrize("with_request", [False, True])
@pytest.mark.parametrize("with_exception", [False, True])
def test_the_data_of_reports(both: Any, with_request: bool, with_exception: bool) -> None:
    def act(fw: Any) -> Any:
        request = fw("test.RequestFactory")().post("/x/?a=b", {"c": "d"}) if with_request else None
        error: Any = (None, None, None)
        if with_exception:
            try:
                raise ValueError("oh") from KeyError("before")
            except ValueError:
                error = sys.exc_info()
        with fw.settings(DEBUG=True):
            report = fw("views.debug.ExceptionReporter")(request, *error)
            data = report.get_traceback_data()
            texts = report.get_traceback_html(), report.get_traceback_text()
        values = {
            name: list(data[name])
            for name in data
            if name.endswith("_items") and name != "request_COOKIES_items"
        }
        last = data.get("lastframe", {})
        return (
            sorted({name.replace("django", "gingerdj") if fw.name == "django" else name for name in data} - ELSEWHERE),
            values, data.get("exception_type"), data.get("exception_value"), data.get("request_insecure_uri"), data["is_email"],
            [last.get(name) for name in ("filename", "lineno", "pre_context", "context_line", "post_context")][: with_exception and 2],
            ["oh" in text for text in texts], ["/x/" in text for text in texts],
        )  # fmt: skip

    both(act)
