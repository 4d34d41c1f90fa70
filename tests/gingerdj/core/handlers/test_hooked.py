"""Layers that only have hooks: run as one, they do what they do one around the other."""

from __future__ import annotations

import threading
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gingerdj.core.handlers.hooked import can_join
from gingerdj.http import HttpResponse
from gingerdj.middleware.common import CommonMiddleware
from gingerdj.middleware.csrf import CsrfViewMiddleware
from gingerdj.middleware.security import SecurityMiddleware
from gingerdj.urls import path
from gingerdj.utils.deprecation import MiddlewareMixin

# What each of the layers a, b and c shall do at its hooks.
PLAN: dict[str, str] = {}
LOG: list[str] = []


class Layer(MiddlewareMixin):
    name: ClassVar[str]
    hooks_block = False

    def process_request(self, request: Any) -> Any:
        LOG.append(f"{self.name} before")
        plan = PLAN.get(f"{self.name} before")
        if plan == "raise":
            raise ValueError(self.name)
        return HttpResponse(self.name, status=201) if plan == "answer" else None

    def process_response(self, request: Any, response: Any) -> Any:
        LOG.append(f"{self.name} after {response.status_code}")
        if PLAN.get(f"{self.name} after") == "raise":
            raise ValueError(self.name)
        return response


class LayerA(Layer):
    name = "a"
    hooks_block = False


class LayerB(Layer):
    name = "b"
    hooks_block = False


class LayerC(Layer):
    name = "c"
    hooks_block = False


class Alone:
    """The same, of which nobody can know what it does."""

    async_capable = True
    sync_capable = False
    kind: ClassVar[type[Layer]]

    def __new__(cls, get_response: Any) -> Any:
        layer = cls.kind(get_response)

        async def middleware(request: Any) -> Any:
            return await layer(request)

        return middleware


class AloneA(Alone):
    kind = LayerA


class AloneB(Alone):
    kind = LayerB


class AloneC(Alone):
    kind = LayerC


async def view(request: Any) -> HttpResponse:
    LOG.append("view")
    return HttpResponse("view")


HOOKS = [f"{layer} {hook}" for layer in "abc" for hook in ("before", "after")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plan=st.dictionaries(st.sampled_from(HOOKS), st.sampled_from(["raise", "answer"]), max_size=3)
)
def test_joined_layers_do_what_single_ones_do(
    site: Any, asgi: Any, caplog: Any, plan: dict[str, str]
) -> None:
    PLAN.clear()
    PLAN.update(plan)
    seen = []
    for kind in ("Layer", "Alone"):
        LOG.clear()
        middleware = [f"{__name__}.{kind}{letter}" for letter in "ABC"]
        site(path("", view), MIDDLEWARE=middleware)
        answer = asgi().get("/")
        seen.append((answer.status, answer.body, answer.headers, list(LOG)))
    assert seen[0] == seen[1]
    assert seen[0][3]


class Blocking(Layer):
    name = "blocking"
    hooks_block = True

    def process_request(self, request: Any) -> None:
        LOG.append(threading.current_thread().name)


class Inherits(CommonMiddleware):
    def process_response(self, request: Any, response: Any) -> Any:
        LOG.append(threading.current_thread().name)
        return response


class InheritsCsrf(CsrfViewMiddleware):
    def process_view(self, request: Any, callback: Any, args: Any, kwargs: Any) -> Any:
        LOG.append(threading.current_thread().name)
        return super().process_view(request, callback, args, kwargs)


@pytest.mark.parametrize("kind", ["Blocking", "Inherits", "InheritsCsrf"])
def test_hooks_that_may_block_run_in_a_thread(site: Any, asgi: Any, kind: str) -> None:
    PLAN.clear()
    LOG.clear()
    site(path("", view), MIDDLEWARE=[f"{__name__}.LayerA", f"{__name__}.{kind}"])
    assert asgi().get("/").status == 200
    assert any(line.startswith("gingerdj-sync-") for line in LOG)


class Redirects(SecurityMiddleware):
    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self.redirect = True


class Notes(SecurityMiddleware):
    hooks_block = False

    def process_request(self, request: Any) -> Any:
        LOG.append("noted")
        return super().process_request(request)


class NotesBySetting(SecurityMiddleware):
    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self.process_request = self.note  # type: ignore[method-assign]

    def note(self, request: Any) -> None:
        LOG.append("noted")


@pytest.mark.parametrize(
    ("kind", "status", "log"),
    [("Redirects", 301, []), ("Notes", 200, ["noted"]), ("NotesBySetting", 200, ["noted"])],
)
def test_a_hook_that_has_something_to_do_is_called(
    site: Any, asgi: Any, kind: str, status: int, log: list[str]
) -> None:
    LOG.clear()
    site(path("", view), MIDDLEWARE=[f"{__name__}.{kind}"])
    assert asgi().get("/").status == status
    assert [line for line in LOG if line != "view"] == log


class Calls(Layer):
    name = "calls"

    async def __acall__(self, request: Any) -> Any:
        return await super().__acall__(request)


async def beneath(request: Any) -> HttpResponse:
    return HttpResponse()


@pytest.mark.parametrize(
    ("middleware", "expected"),
    [
        (SecurityMiddleware, True),
        (LayerA, True),
        (Calls, False),
        (AloneA, False),
    ],
)
def test_which_layers_can_be_joined(site: Any, middleware: Any, expected: bool) -> None:
    site()
    assert can_join(middleware(beneath)) is expected


async def unawaited() -> HttpResponse:
    return HttpResponse()


class Requests(MiddlewareMixin):
    def process_request(self, request: Any) -> Any:
        return unawaited() if "forgets" in request.GET else 5


class Responses(MiddlewareMixin):
    def process_response(self, request: Any, response: Any) -> Any:
        return unawaited() if "forgets" in request.GET else 5


@pytest.mark.parametrize("name", ["Requests", "Responses"])
@pytest.mark.parametrize(
    ("query", "said"),
    [("", "returned 5"), ("forgets", "may need to add an 'await' into your middleware")],
)
def test_what_a_hook_returns_is_a_response(
    site: Any, asgi: Any, caplog: pytest.LogCaptureFixture, name: str, query: str, said: str
) -> None:
    site(path("", lambda request: HttpResponse()), MIDDLEWARE=[f"{__name__}.{name}"])
    assert asgi().get("/", query_string=query.encode()).status == 500
    errors = [record.exc_info[1] for record in caplog.records if record.exc_info]
    assert [type(error) for error in errors] == [ValueError]
    assert said in str(errors[0])
    assert f"{name}.process_" in str(errors[0])


class Sized(HttpResponse):
    """A response that counts for nothing while it is empty."""

    def __len__(self) -> int:
        return len(self.content)


@pytest.mark.parametrize("names", [["LayerA"], ["Passing"], ["Passing", "LayerA"]])
def test_a_response_may_count_for_nothing(site: Any, asgi: Any, names: list[str]) -> None:
    site(path("", lambda request: Sized()), MIDDLEWARE=[f"{__name__}.{name}" for name in names])
    PLAN.clear()
    assert asgi().get("/").status == 200


class Passing(MiddlewareMixin):
    def process_response(self, request: Any, response: Any) -> Any:
        return response
