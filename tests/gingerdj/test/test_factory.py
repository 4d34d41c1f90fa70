"""The factories of requests."""

from __future__ import annotations

from typing import Any

import pytest

from gingerdj.test import AsyncRequestFactory, RequestFactory
from gingerdj.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart


@pytest.fixture(autouse=True)
def settings_of_requests(configure: Any) -> None:
    configure(DEFAULT_CHARSET="utf-8")


@pytest.mark.parametrize("query", ["a=é", "a=%C3%A9", "a=Ã©"], ids=["text", "escaped", "environ"])
def test_a_query_string_as_an_entry_of_the_environ(query: str) -> None:
    request = RequestFactory().get("/?b=1", QUERY_STRING=query)
    assert request.GET.dict() == {"a": "é"}


def test_a_query_string_that_no_environ_can_hold() -> None:
    assert RequestFactory().get("/", QUERY_STRING="a=€").GET["a"] == "€"


def test_a_query_string_under_asgi_is_text() -> None:
    assert AsyncRequestFactory().get("/", QUERY_STRING="a=Ã©").GET["a"] == "Ã©"


class Always(RequestFactory):
    """Sends whatever it is given as the type has it written, by any method."""

    def send(self, data: Any, content_type: str) -> Any:
        return self.generic("QUERY", "/", self._encode_json(data, content_type), content_type)


@pytest.mark.parametrize(
    ("data", "content_type", "body"),
    [
        ({"a": 1}, "application/json", b'{"a": 1}'),
        ([1], "application/vnd.x+json; charset=utf-8", b"[1]"),
        ("[2]", "application/json", b"[2]"),
        ("text", "text/plain", b"text"),
    ],
)
def test_a_factory_of_others_that_writes_json(data: Any, content_type: str, body: bytes) -> None:
    request = Always().send(data, content_type)
    assert (request.body, request.content_type) == (body, content_type.partition(";")[0])


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_form_that_is_written_already(method: str) -> None:
    form = encode_multipart(BOUNDARY, {"a": "é"})
    request = getattr(RequestFactory(), method)("/", form, content_type=MULTIPART_CONTENT)
    assert (request.body, request.content_type) == (form, "multipart/form-data")


@pytest.mark.parametrize("method", ["put", "patch"])
def test_fields_by_another_method_become_a_form(method: str) -> None:
    request = getattr(RequestFactory(), method)("/", {"a": "1"}, content_type=MULTIPART_CONTENT)
    assert request.body == encode_multipart(BOUNDARY, {"a": "1"})
