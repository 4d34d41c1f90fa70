"""Middleware of every style, and decorators of functions, methods and classes."""

from __future__ import annotations

import asyncio
import sys
from functools import partial, wraps
from inspect import iscoroutinefunction
from itertools import product
from types import ModuleType
from typing import Any

import pytest
from asgiref.sync import iscoroutinefunction as is_async
from asgiref.sync import markcoroutinefunction


def note(request: Any, text: str) -> None:
    if not hasattr(request, "notes"):
        request.notes = []
    request.notes.append(text)


def layers(fw: Any) -> dict[str, Any]:
    """Return middleware of every kind, each of which leaves notes at the request."""
    http, decorators, mixin = (
        fw("http"),
        fw("utils.decorators"),
        fw("utils.deprecation.MiddlewareMixin"),
    )
    exceptions = fw("core.exceptions")

    def simple(name: str) -> Any:
        def factory(get_response: Any) -> Any:
            def middleware(request: Any) -> Any:
                note(request, f"{name}>")
                response = get_response(request)
                note(request, f"<{name}")
                return response

            return middleware

        return factory

    def both(get_response: Any) -> Any:
        if is_async(get_response):

            async def on_loop(request: Any) -> Any:
                note(request, "async both>")
                return await get_response(request)

            return on_loop

        def in_thread(request: Any) -> Any:
            note(request, "sync both>")
            return get_response(request)

        return in_thread

    def only_async(get_response: Any) -> Any:
        async def middleware(request: Any) -> Any:
            note(request, "async only>")
            return await get_response(request)

        return middleware

    def not_used(get_response: Any) -> Any:
        raise exceptions.MiddlewareNotUsed("why")

    class Hooks(mixin):  # type: ignore[misc, valid-type]
        def process_request(self, request: Any) -> Any:
            note(request, "request")

        def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
            note(request, f"view {view.__name__} {args} {kwargs}")

        def process_exception(self, request: Any, exception: Any) -> Any:
            note(request, f"exception {type(exception).__name__}")

        def process_template_response(self, request: Any, response: Any) -> Any:
            note(request, "template")
            response.context = "changed"
            return response

        def process_response(self, request: Any, response: Any) -> Any:
            note(request, "response")
            return response

    class AsyncHooks(mixin):  # type: ignore[misc, valid-type]
        async def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
            note(request, "async view")

        async def process_exception(self, request: Any, exception: Any) -> Any:
            note(request, "async exception")
            return http.HttpResponse("rescued async")

    class Early(Hooks):
        def process_request(self, request: Any) -> Any:
            note(request, "early")
            return http.HttpResponse("early")

    class EarlyView(Hooks):
        def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
            note(request, "early view")
            return http.HttpResponse("early view")

    class Rescue(Hooks):
        def process_exception(self, request: Any, exception: Any) -> Any:
            note(request, "rescue")
            return http.HttpResponse("rescued")

    class Plain:
        def __init__(self, get_response: Any) -> None:
            self.get_response = get_response

        def __call__(self, request: Any) -> Any:
            note(request, "plain>")
            return self.get_response(request)

    class Coroutine:
        sync_capable, async_capable = False, True

        def __init__(self, get_response: Any) -> None:
            self.get_response = get_response
            markcoroutinefunction(self)

        async def __call__(self, request: Any) -> Any:
            note(request, "coroutine>")
            return await self.get_response(request)

    class Failing(mixin):  # type: ignore[misc, valid-type]
        def process_request(self, request: Any) -> Any:
            raise http.Http404

    class FailingResponse(mixin):  # type: ignore[misc, valid-type]
        def process_response(self, request: Any, response: Any) -> Any:
            raise exceptions.PermissionDenied

    class FailingView(mixin):  # type: ignore[misc, valid-type]
        def process_view(self, request: Any, *args: Any) -> Any:
            raise ValueError

    class FailingException(mixin):  # type: ignore[misc, valid-type]
        def process_exception(self, request: Any, exception: Any) -> Any:
            raise KeyError

    class NoTemplate(mixin):  # type: ignore[misc, valid-type]
        def process_template_response(self, request: Any, response: Any) -> Any:
            return None

    def incapable(get_response: Any) -> Any: ...

    incapable.sync_capable = incapable.async_capable = False  # type: ignore[attr-defined]
    return {
        "a": simple("a"), "b": simple("b"), "Hooks": Hooks, "AsyncHooks": AsyncHooks, "Early": Early, "EarlyView": EarlyView,
        "Rescue": Rescue, "Plain": Plain, "Coroutine": Coroutine, "Failing": Failing, "FailingResponse": FailingResponse,
        "FailingView": FailingView, "FailingException": FailingException, "NoTemplate": NoTemplate, "incapable": incapable,
        "both": decorators.sync_and_async_middleware(both), "only": decorators.async_only_middleware(only_async),
        "sync": decorators.sync_only_middleware(simple("sync only")), "not_used": not_used, "returns_none": lambda get_response: None,
        "empty": lambda get_response: lambda request: None,
    }  # fmt: skip


def site(fw: Any) -> Any:
    http, u = fw("http"), fw("urls")

    def shown(request: Any, **kwargs: Any) -> Any:
        note(request, "view!")
        return http.HttpResponse("ok")

    async def shown_async(request: Any, **kwargs: Any) -> Any:
        note(request, "async view!")
        return http.HttpResponse("ok")

    def raises(request: Any) -> Any:
        raise ValueError

    async def raises_async(request: Any) -> Any:
        raise ValueError

    class Rendered(http.HttpResponse):  # type: ignore[misc, name-defined]
        context, is_rendered = "own", False

        def render(self) -> Any:
            self.content = f"rendered {self.context}"
            return self

    class Broken(Rendered):
        def render(self) -> Any:
            raise ValueError

    return fw.module(
        urlpatterns=[
            u.path("shown/<int:n>/", shown), u.path("async/<int:n>/", shown_async), u.path("raises/", raises),
            u.path("raises-async/", raises_async), u.path("rendered/", lambda request: Rendered()),
            u.path("broken/", lambda request: Broken()),
        ]
    )  # fmt: skip


def asked(fw: Any, names: Any, path: str, kind: str) -> Any:
    module = ModuleType(f"parity_{fw.name}_layers")
    module.__dict__.update(layers(fw))
    sys.modules[module.__name__] = module
    try:
        middleware = [f"{module.__name__}.{name}" for name in names]
        with fw.settings(ROOT_URLCONF=site(fw), MIDDLEWARE=middleware), fw.logs() as logs:
            client = fw(f"test.{kind}")(raise_request_exception=False)
            response = client.get(path)
            if kind == "AsyncClient":
                response = asyncio.run(response)
        request = response.asgi_request if kind == "AsyncClient" else response.wsgi_request
        return (
            response.status_code,
            response.content[:20] if response.status_code < 400 else b"",
            getattr(request, "notes", []),
            logs,
        )
    finally:
        del sys.modules[module.__name__]


STACKS = [
    [], ["a", "b"], ["Hooks"], ["a", "Hooks", "b"], ["both"], ["only"], ["sync"], ["both", "a", "both"], ["only", "sync", "only"],
    ["Plain", "Coroutine", "Plain"], ["Coroutine", "both", "sync"], ["not_used", "a"], ["a", "not_used"], ["not_used"], ["Early", "a"],
    ["a", "Early"], ["Hooks", "EarlyView", "a"], ["EarlyView", "Hooks"], ["Hooks", "Rescue"], ["Rescue", "Hooks"], ["AsyncHooks", "Hooks"],
    ["Hooks", "AsyncHooks"], ["Failing"], ["a", "Failing", "b"], ["FailingResponse", "a"], ["a", "FailingResponse"], ["FailingView"],
    ["Rescue", "FailingView"], ["FailingException", "Rescue"], ["Rescue", "FailingException"], ["NoTemplate"], ["incapable"], ["returns_none"],
    ["empty"], ["a", "empty"], ["missing"], ["sync", "both"], ["both", "sync"], ["only", "both"], ["both", "only"],
    ["sync", "both", "only"], ["both", "only", "both"], ["both", "sync", "both", "only"], ["only", "both", "sync", "both"],
]  # fmt: skip
PATHS = [
    "/shown/1/",
    "/async/1/",
    "/raises/",
    "/raises-async/",
    "/rendered/",
    "/broken/",
    "/nothing/",
]


@pytest.mark.usefixtures("unawaited")
@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_styles(differences: Any, kind: str) -> None:
    cases = [
        *product(STACKS, PATHS[:3]),
        *product([["Hooks"], ["Rescue"], ["NoTemplate"], ["AsyncHooks"], []], PATHS),
    ]
    found = differences(cases, lambda fw, case: asked(fw, *case, kind))
    incapable = {case for case in found if "incapable" in case or "missing" in case}
    assert {found[case][1] for case in incapable} == {
        ("raised", "MiddlewareIncapable"),  # Which is a RuntimeError, too, as there.
        ("raised", "MiddlewareNotFound"),  # Which is an ImportError, too.
    }
    # A middleware that returns nothing fails in the server there, and is a named 500 here.
    nothing = {case for case in found if "'empty'" in case}
    assert {(found[case][0], found[case][1][0]) for case in nothing} == {
        (("raised", "AttributeError"), 500)
    }
    assert found.keys() == incapable | nothing


def marking(name: str) -> Any:
    """Return a decorator that marks a function, and what it returns."""

    def decorator(function: Any) -> Any:
        if is_async(function):

            @wraps(function)
            async def wrapper(*args: Any, **kwargs: Any) -> Any:
                return f"{name}({await function(*args, **kwargs)})"
        else:

            @wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> Any:  # type: ignore[misc]
                return f"{name}({function(*args, **kwargs)})"

        wrapper.marked = [*getattr(function, "marked", []), name]  # type: ignore[attr-defined]
        return wrapper

    return decorator


def class_of(fw: Any, how: str) -> Any:
    md = fw("utils.decorators.method_decorator")
    one, two = marking("one"), marking("two")

    class Base:
        def method(self, *args: Any, **kwargs: Any) -> str:
            "Do it."
            return f"method {args} {kwargs} {type(self).__name__}"

        async def coroutine(self) -> str:
            return "coroutine"

        number = 3

    def unmarked(function: Any) -> Any:
        return lambda *args: function(*args)

    methods = {
        "method": lambda: setattr(Base, "method", md(one)(Base.method)),
        "list": lambda: setattr(Base, "method", md([one, two])(Base.method)),
        "tuple": lambda: setattr(Base, "method", md((two, one))(Base.method)),
        "nested": lambda: setattr(Base, "method", md(one)(md(two)(Base.method))),
        "coroutine": lambda: setattr(Base, "coroutine", md(one)(Base.coroutine)),
        "class": lambda: md(one, name="method")(Base),
        "class list": lambda: md([one, two], "method")(Base),
        "class coroutine": lambda: md(one, "coroutine")(Base),
        "class without name": lambda: md(one)(Base),
        "class empty name": lambda: md(one, "")(Base),
        "class wrong name": lambda: md(one, "missing")(Base),
        "class no method": lambda: md(one, "number")(Base),
        "unmarked": lambda: setattr(Base, "method", md(unmarked)(Base.method)),
        "no decorator": lambda: md(3)(Base.method),
        "partial": lambda: setattr(
            Base, "method", md(partial(lambda x, f: one(f), 1))(Base.method)
        ),
    }
    methods[how]()
    return Base


HOWS = [
    "method", "list", "tuple", "nested", "coroutine", "class", "class list", "class coroutine", "class without name",
    "class empty name", "class wrong name", "class no method", "unmarked", "no decorator", "partial",
]  # fmt: skip


def test_method_decorator(differences: Any) -> None:
    def act(fw: Any, how: str) -> Any:
        cls = class_of(fw, how)
        method, coroutine = cls.method, cls.coroutine
        return (
            cls().method(1, a=2), asyncio.run(cls().coroutine()), method.__name__, method.__doc__, getattr(method, "marked", None),
            is_async(coroutine), is_async(method), getattr(coroutine, "marked", None), method.__qualname__.rpartition(".")[2],
        )  # fmt: skip

    assert differences(HOWS, act) == {}


def test_method_decorator_s_own_name(both: Any) -> None:
    def act(fw: Any) -> Any:
        md = fw("utils.decorators.method_decorator")
        decorator = md(marking("one"))
        return decorator.__name__, md([marking("one")]).__name__, callable(decorator)

    both(act)


def test_a_bound_method_can_be_told_from_its_class(both: Any) -> None:
    def act(fw: Any) -> Any:
        def knows(function: Any) -> Any:
            @wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                return len(args), function(*args, **kwargs)

            return wrapper

        class Base:
            @fw("utils.decorators.method_decorator")(knows)
            def method(self, request: Any) -> Any:
                return request

        class Child(Base):
            def method(self, request: Any) -> Any:
                return super().method(request)

        return Child().method("r"), Base.method.__name__

    both(act)


@pytest.mark.parametrize("style", ["sync", "async"])
def test_decorator_from_middleware(differences: Any, style: str) -> None:
    def act(fw: Any, case: Any) -> Any:
        name, what = case
        http, d = fw("http"), fw("utils.decorators")

        class Rendered(http.HttpResponse):  # type: ignore[misc, name-defined]
            context = "own"

            def render(self) -> Any:
                self.content = f"rendered {self.context}"
                for callback in getattr(self, "callbacks", []):
                    callback(self)
                return self

            def add_post_render_callback(self, callback: Any) -> None:
                self.callbacks = [*getattr(self, "callbacks", []), callback]

        def answer(request: Any) -> Any:
            note(request, "view!")
            if what == "raises":
                raise ValueError
            return Rendered() if what == "rendered" else http.HttpResponse("ok")

        async def answer_async(request: Any, *args: Any, **kwargs: Any) -> Any:
            return answer(request)

        view = (
            answer_async if style == "async" else lambda request, *args, **kwargs: answer(request)
        )
        middleware = layers(fw)[name]
        decorated = d.decorator_from_middleware(middleware)(view)
        request = fw("http.HttpRequest")()
        response = decorated(request, 1, a=2)
        if style == "async":
            response = asyncio.run(response)
        notes = [re_named(each) for each in request.notes]
        return iscoroutinefunction(decorated), response.content, notes

    names = ["Hooks", "Early", "EarlyView", "Rescue", "Failing"]
    assert differences(product(names, ["plain", "raises", "rendered"]), act) == {}


def re_named(text: str) -> str:
    return text.replace("<lambda>", "answer").replace("answer_async", "answer")


def test_decorator_from_middleware_with_args(both: Any) -> None:
    def act(fw: Any) -> Any:
        class Own:
            def __init__(self, get_response: Any, *args: Any, **kwargs: Any) -> None:
                self.given = args, kwargs

            def process_request(self, request: Any) -> Any:
                return fw("http.HttpResponse")(repr(self.given))

        decorator = fw("utils.decorators.decorator_from_middleware_with_args")(Own)
        return decorator(1, a=2)(lambda request: None)(fw("http.HttpRequest")()).content

    assert both(act) == b"((1,), {'a': 2})"


def test_a_mixin_needs_the_next_layer(both: Any) -> None:
    both(lambda fw: fw("utils.deprecation.MiddlewareMixin")(None))


def test_a_mixin_is_a_coroutine_function_where_the_next_layer_is(both: Any) -> None:
    async def inner(request: Any) -> Any: ...

    def outer(request: Any) -> Any: ...

    def act(fw: Any) -> Any:
        kind = layers(fw)["Hooks"]
        return is_async(kind(inner)), is_async(kind(outer)), kind.sync_capable, kind.async_capable

    assert both(act) == (True, False, True, True)
