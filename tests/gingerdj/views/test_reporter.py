"""Reports of exceptions, and what projects put in their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.http import HttpRequest
from gingerdj.test import Client, RequestFactory
from gingerdj.urls import path
from gingerdj.views.debug import (
    ExceptionReporter,
    SafeExceptionReporterFilter,
    get_default_exception_reporter_filter,
    get_exception_reporter_class,
    get_exception_reporter_filter,
)
from gingerdj.views.decorators.debug import sensitive_post_parameters

SECRET = "sword" + "fish"
MODULE = __name__


class OwnReporter(ExceptionReporter):
    def get_traceback_html(self) -> str:
        return f"own page: {self.get_traceback_data()['exception_value']}"


class OwnFilter(SafeExceptionReporterFilter):
    cleansed_substitute = "gone"


def reporter(request: HttpRequest | None, act: Callable[[], Any]) -> ExceptionReporter:
    with pytest.raises((KeyError, ValueError)) as caught:
        act()
    return ExceptionReporter(request, caught.type, caught.value, caught.tb)


def first() -> None:
    local = "<first>"
    raise KeyError(local)


def second() -> None:
    try:
        first()
    except KeyError as error:
        raise ValueError("second") from error


def request_with_form() -> HttpRequest:
    form = {"name": "shown-name", "secret": SECRET}
    return RequestFactory().post("/x/?page=3", form, HTTP_COOKIE=f"sessionid={SECRET}; plain=7")


def test_what_is_reported(configure: Any) -> None:
    configure(DEBUG=True)
    data = reporter(request_with_form(), second).get_traceback_data()
    assert data["exception_type"] == "ValueError"
    assert data["exception_value"] == "second"
    assert data["request_insecure_uri"] == "http://testserver/x/?page=3"
    assert data["request_GET_items"] == [("page", "3")]
    assert dict(data["request_COOKIES_items"])["plain"] == "7"
    assert [frame["function"] for frame in data["frames"]] == [
        "second",
        "first",
        "reporter",
        "second",
    ]
    assert data["lastframe"] is data["frames"][-1]
    assert isinstance(data["lastframe"]["exc_cause"], KeyError)


def test_a_frame_shows_its_source_and_its_variables(configure: Any) -> None:
    configure(DEBUG=True)
    frame = reporter(None, first).get_traceback_frames()[-1]
    assert frame["context_line"] == "    raise KeyError(local)"
    assert frame["pre_context"][-1] == '    local = "<first>"'
    assert frame["lineno"] == frame["pre_context_lineno"] + len(frame["pre_context"])
    assert ("local", "'<first>'") in frame["vars"]


@pytest.mark.parametrize("debug", [True, False])
def test_secrets_are_in_neither_form(configure: Any, debug: bool) -> None:
    configure(DEBUG=debug, OWN={"PASSWORD": SECRET, "NAME": "shown-setting"})
    request = request_with_form()
    request.META["HTTP_AUTHORIZATION"] = SECRET
    request.sensitive_post_parameters = ("secret",)  # type: ignore[attr-defined]
    report = reporter(request, first)
    for text in (report.get_traceback_html(), report.get_traceback_text()):
        assert "shown-name" in text
        assert "shown-setting" in text
        assert "KeyError" in text
        # Whoever develops may see the fields of a form.
        assert text.count(SECRET) == int(debug)
    assert "<first>" not in report.get_traceback_html()
    assert "<first>" in report.get_traceback_text()


def test_the_frames_of_a_cause_come_first_even_in_a_circle(configure: Any) -> None:
    configure()
    report = reporter(None, second)
    assert report.exc_value is not None
    assert report.exc_value.__cause__ is not None
    report.exc_value.__cause__.__cause__ = report.exc_value
    assert len(report.get_traceback_frames()) == 4


def test_a_report_needs_neither_request_nor_exception(configure: Any) -> None:
    configure()
    report = ExceptionReporter(None, None, None, None, is_email=True)
    assert "<h1>Report</h1>" in report.get_traceback_html()
    assert report.get_traceback_text().startswith("Report\n")
    assert "DEBUG is True" not in report.get_traceback_html() + report.get_traceback_text()
    assert report.get_traceback_frames() == []


def test_what_cannot_be_shown_does_not_matter(configure: Any) -> None:
    class Shy:
        def __repr__(self) -> str:
            raise RuntimeError

    def act() -> None:
        shy, long = Shy(), "x" * 9999
        raise ValueError(f"{type(shy)} {len(long)}")

    configure(DEBUG=True, DATA_UPLOAD_MAX_NUMBER_FIELDS=1)
    data = reporter(request_with_form(), act).get_traceback_data()
    shown = dict(data["lastframe"]["vars"])
    assert shown["shy"] == "<RuntimeError while it was shown>"
    assert shown["long"].endswith("<trimmed 5905 chars out of 10001>")
    assert data["filtered_POST_items"] == [("", "<TooManyFieldsSent while they were read>")]


def test_requests_and_settings_name_others(configure: Any) -> None:
    configure(
        DEFAULT_EXCEPTION_REPORTER=f"{MODULE}.OwnReporter",
        DEFAULT_EXCEPTION_REPORTER_FILTER=f"{MODULE}.OwnFilter",
    )
    request: Any = HttpRequest()
    assert get_exception_reporter_class(request) is OwnReporter
    assert isinstance(get_default_exception_reporter_filter(), OwnFilter)
    assert isinstance(get_exception_reporter_filter(request), OwnFilter)
    assert isinstance(ExceptionReporter(None, None, None, None).filter, OwnFilter)
    request.exception_reporter_filter = own = SafeExceptionReporterFilter()
    request.exception_reporter_class = ExceptionReporter
    assert get_exception_reporter_filter(request) is own
    assert get_exception_reporter_class(request) is ExceptionReporter


@pytest.mark.parametrize("name", ["nowhere.Reporter", f"{MODULE}.SECRET"])
def test_a_setting_that_names_nothing(configure: Any, name: str) -> None:
    configure(DEFAULT_EXCEPTION_REPORTER=name)
    with pytest.raises(ImproperlyConfigured, match="DEFAULT_EXCEPTION_REPORTER"):
        get_exception_reporter_class(None)


def test_the_page_is_the_named_one_s(site: Any) -> None:
    @sensitive_post_parameters()
    def view(request: Any) -> Any:
        request.exception_reporter_filter = OwnFilter()
        raise ValueError("oh")

    site(path("", view), DEBUG=True)
    client = Client(raise_request_exception=False, headers={"Accept": "text/html"})
    assert "<td>gone</td>" in client.get("/").text
    site(path("", view), DEBUG=True, DEFAULT_EXCEPTION_REPORTER=f"{MODULE}.OwnReporter")
    response = client.get("/")
    assert (response.status_code, response.text) == (500, "own page: oh")
