"""The hooks of LIFESPAN, with servers that speak of lifespan and with those that do not."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from types import ModuleType
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.handlers.asgi import ASGIHandler
from gingerdj.http import HttpRequest, JsonResponse
from gingerdj.urls import path

STARTUP = {"type": "lifespan.startup"}
SHUTDOWN = {"type": "lifespan.shutdown"}
COMPLETE = {"type": "lifespan.startup.complete"}
ENDED = {"type": "lifespan.shutdown.complete"}


async def state(request: Any) -> JsonResponse:
    return JsonResponse(request.state)


@pytest.fixture
def served(site: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Serve with hooks: `served(one, two)`, which are importable while the test runs."""

    def serve(*hooks: Any, **options: Any) -> None:
        module = ModuleType("hooks_of_the_test")
        for number, hook in enumerate(hooks):
            module.__dict__[f"hook_{number}"] = hook
        monkeypatch.setitem(sys.modules, module.__name__, module)
        names = [f"{module.__name__}.hook_{number}" for number in range(len(hooks))]
        site(path("", state), LIFESPAN=names, **options)

    return serve


class Life:
    """An application whose server speaks of lifespan."""

    def __init__(self, application: ASGIHandler, **entries: Any) -> None:
        scope = {"type": "lifespan", **entries}
        self.communicator = ApplicationCommunicator(application, scope)

    async def start(self) -> Any:
        await self.communicator.send_input(STARTUP)
        return await self.communicator.receive_output(5)

    async def stop(self) -> Any:
        await self.communicator.send_input(SHUTDOWN)
        message = await self.communicator.receive_output(5)
        await self.communicator.wait(5)
        return message

    async def failure(self) -> str:
        """Start, and return the message of the failure, which must be the last."""
        answer = await self.start()
        await self.communicator.wait(5)
        assert await self.communicator.receive_nothing()
        assert answer["type"] == "lifespan.startup.failed"
        return str(answer["message"])


class Diary:
    """Hooks that write down when they are entered and left, and in which thread."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self.threads: list[threading.Thread] = []

    def on_loop(self, name: str, value: Any = None, error: Exception | None = None) -> Any:
        @asynccontextmanager
        async def hook() -> AsyncIterator[Any]:
            self._write(f"+{name}")
            if error is not None:
                raise error
            try:
                yield value
            finally:
                self._write(f"-{name}")

        return hook

    def in_thread(self, name: str, value: Any = None) -> Any:
        @contextmanager
        def hook() -> Iterator[Any]:
            self._write(f"+{name}")
            yield value
            self._write(f"-{name}")

        return hook

    def _write(self, entry: str) -> None:
        self.entries.append(entry)
        self.threads.append(threading.current_thread())


@pytest.fixture
def diary() -> Diary:
    return Diary()


# With lifespan


def test_hooks_are_entered_in_order_and_left_in_reverse(
    served: Any, diary: Diary, asgi: Any
) -> None:
    served(diary.on_loop("one"), diary.in_thread("two"), diary.on_loop("three"))

    async def live() -> None:
        life = Life(asgi().application)
        assert await life.start() == COMPLETE
        assert diary.entries == ["+one", "+two", "+three"]
        assert await life.stop() == ENDED

    asyncio.run(live())
    assert diary.entries == ["+one", "+two", "+three", "-three", "-two", "-one"]


def test_a_sync_hook_has_one_thread_of_its_own(served: Any, diary: Diary, asgi: Any) -> None:
    served(diary.in_thread("one"))

    async def live() -> None:
        life = Life(asgi().application)
        await life.start()
        await life.stop()

    asyncio.run(live())
    entered, left = diary.threads
    assert entered is left
    assert entered is not threading.main_thread()
    entered.join(5)
    assert not entered.is_alive()


def test_30_what_hooks_yield_is_the_state_of_requests(served: Any, diary: Diary, asgi: Any) -> None:
    served(diary.on_loop("one", {"a": 1}), diary.in_thread("two", {"b": 2}), diary.on_loop("none"))
    given: dict[str, Any] = {"server": 0}

    async def live() -> bytes:
        application = asgi()
        life = Life(application.application, state=given)
        await life.start()
        answer = await application.ask(state=given.copy())
        await life.stop()
        return bytes(answer.body)

    assert json.loads(asyncio.run(live())) == {"server": 0, "a": 1, "b": 2}
    assert given == {"server": 0, "a": 1, "b": 2}


def test_30_requests_get_copies_where_the_server_keeps_no_state(
    site: Any, served: Any, asgi: Any
) -> None:
    kept: list[Any] = []

    async def changes(request: Any) -> JsonResponse:
        kept.append(request.state["list"])
        request.state["mine"] = len(request.state)
        return JsonResponse({"mine": request.state["mine"]})

    @asynccontextmanager
    async def hook() -> AsyncIterator[Any]:
        yield {"list": []}

    served(hook)
    site(path("", changes))

    async def live() -> list[bytes]:
        application = asgi()
        life = Life(application.application)
        await life.start()
        answers = [(await application.ask()).body for _ in range(2)]
        await life.stop()
        return answers

    assert asyncio.run(live()) == [b'{"mine": 1}', b'{"mine": 1}']
    assert kept[0] is kept[1]


def test_no_hooks_no_state(site: Any, asgi: Any) -> None:
    site(path("", state))
    assert asgi().get("/").body == b"{}"
    assert HttpRequest().state == {}


def test_a_hook_is_left_in_the_task_that_entered_it(served: Any, asgi: Any) -> None:
    ran = threading.Event()

    @asynccontextmanager
    async def hook() -> AsyncIterator[Any]:
        async with asyncio.TaskGroup() as group:  # Refuses to be left in another task.
            yield {"group": group}
            ran.set()

    served(hook)

    async def live() -> Any:
        life = Life(asgi().application)
        await life.start()
        return await life.stop()

    assert asyncio.run(live()) == ENDED
    assert ran.is_set()


def test_27_a_failing_hook_fails_the_start_and_those_before_it_are_left(
    served: Any, diary: Diary, asgi: Any, caplog: pytest.LogCaptureFixture
) -> None:
    served(diary.on_loop("one"), diary.on_loop("two", error=OSError("no route")))

    assert asyncio.run(Life(asgi().application).failure()) == (
        "The hook 'hooks_of_the_test.hook_1' in LIFESPAN failed: OSError: no route"
    )
    assert diary.entries == ["+one", "+two", "-one"]
    (record,) = [each for each in caplog.records if each.name == "gingerdj.lifespan"]
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None


def test_a_hook_cannot_hide_the_failure_of_another(served: Any, diary: Diary, asgi: Any) -> None:
    @asynccontextmanager
    async def hides() -> AsyncIterator[Any]:
        try:
            yield
        except RuntimeError:
            diary.entries.append("hidden")

    served(hides, diary.on_loop("two", error=OSError("no route")))
    assert "OSError: no route" in asyncio.run(Life(asgi().application).failure())
    assert diary.entries == ["+two", "hidden"]


@pytest.mark.parametrize("style", ["on the loop", "in a thread"])
def test_32_a_start_that_hangs_fails_in_time(served: Any, asgi: Any, style: str) -> None:
    go_on = threading.Event()

    @asynccontextmanager
    async def hangs() -> AsyncIterator[Any]:
        await asyncio.Event().wait()
        yield

    @contextmanager
    def blocks() -> Iterator[Any]:
        go_on.wait(10)
        yield

    served(hangs if style == "on the loop" else blocks, LIFESPAN_STARTUP_TIMEOUT=0.05)
    try:
        assert asyncio.run(Life(asgi().application).failure()) == (
            "The hook 'hooks_of_the_test.hook_0' in LIFESPAN was not entered within 0.05 seconds "
            "of the start-up (LIFESPAN_STARTUP_TIMEOUT)."
        )
    finally:
        go_on.set()


def test_a_timeout_of_the_hooks_own_is_its_failure(served: Any, diary: Diary, asgi: Any) -> None:
    served(diary.on_loop("one", error=TimeoutError("mine")))
    message = asyncio.run(Life(asgi().application).failure())
    assert message.endswith("failed: TimeoutError: mine")


@pytest.mark.parametrize(
    ("hooks", "problem"),
    [
        ([lambda: None], "TypeError: it must return a context manager, not None"),
        ([lambda: Diary().on_loop("x", 5)()], "it must yield a mapping or None, not 5"),
        (
            [lambda: Diary().on_loop("x", {"a": 1})(), lambda: Diary().on_loop("y", {"a": 2})()],
            "hook_1' in LIFESPAN failed: ValueError: another hook yields 'a' as well",
        ),
    ],
)
def test_what_is_wrong_with_a_hook_is_named(
    served: Any, asgi: Any, hooks: list[Any], problem: str
) -> None:
    served(*hooks)
    assert problem in asyncio.run(Life(asgi().application).failure())


def test_28_a_failing_end_is_told(served: Any, diary: Diary, asgi: Any) -> None:
    @asynccontextmanager
    async def fails() -> AsyncIterator[Any]:
        yield
        raise OSError("not flushed")

    served(diary.on_loop("one"), fails)

    async def live() -> Any:
        life = Life(asgi().application)
        await life.start()
        return await life.stop()

    assert asyncio.run(live()) == {
        "type": "lifespan.shutdown.failed",
        "message": "A hook in LIFESPAN failed at the end: OSError: not flushed",
    }
    assert diary.entries == ["+one", "-one"]


@pytest.mark.parametrize("events", [["lifespan.surprise"], ["lifespan.startup"] * 2])
def test_2_events_without_a_place(served: Any, diary: Diary, asgi: Any, events: list[str]) -> None:
    served(diary.on_loop("one"))

    async def live() -> None:
        life = Life(asgi().application)
        for event in events:
            await life.communicator.send_input({"type": event})
        await life.communicator.wait(5)

    with pytest.raises(ValueError, match=f"{events[-1]!r} within the lifespan protocol"):
        asyncio.run(live())
    assert diary.entries in ([], ["+one", "-one"])


def test_28_an_end_without_a_start(served: Any, diary: Diary, asgi: Any) -> None:
    served(diary.on_loop("one"))
    assert asyncio.run(Life(asgi().application).stop()) == ENDED
    assert diary.entries == []


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("nowhere.hook", "'nowhere.hook' of LIFESPAN cannot be imported: No module named"),
        ("json.nothing", "'json.nothing' of LIFESPAN cannot be imported: Module .json. does not"),
        ("sys.path", "'sys.path' of LIFESPAN must be callable"),
    ],
)
def test_an_entry_that_is_no_hook(configure: Any, entry: str, problem: str) -> None:
    configure(LIFESPAN=[entry])
    with pytest.raises(ImproperlyConfigured, match=problem):
        ASGIHandler()


# Without lifespan


def test_31_the_first_request_enters_the_hooks_once(served: Any, diary: Diary, asgi: Any) -> None:
    served(diary.on_loop("one", {"a": 1}))

    async def live() -> list[bytes]:
        application = asgi()
        answers = [await application.ask() for _ in range(3)]
        assert diary.entries == ["+one"]
        return [answer.body for answer in answers]

    assert asyncio.run(live()) == [b'{"a": 1}'] * 3
    assert diary.entries == ["+one", "-one"]  # The loop's end is the last chance.


def test_31_first_requests_at_once_wait_for_one_start(served: Any, asgi: Any) -> None:
    async def live() -> list[bytes]:
        entered, go_on = asyncio.Event(), asyncio.Event()
        entries = 0

        @asynccontextmanager
        async def hook() -> AsyncIterator[Any]:
            nonlocal entries
            entries += 1
            entered.set()
            await go_on.wait()
            yield {"entries": entries}

        served(hook)
        application = asgi()
        requests = [application.communicator() for _ in range(3)]
        for request in requests:
            await request.send_input({"type": "http.request"})
        await asyncio.wait_for(entered.wait(), 5)
        assert [await request.receive_nothing(0.01) for request in requests] == [True] * 3
        go_on.set()
        return [(await application.answer(request)).body for request in requests]

    assert asyncio.run(live()) == [b'{"entries": 1}'] * 3


def test_31_after_a_failure_the_next_request_tries_again(served: Any, asgi: Any) -> None:
    attempts: list[int] = []

    @asynccontextmanager
    async def hook() -> AsyncIterator[Any]:
        attempts.append(1)
        if len(attempts) == 1:
            raise OSError("no route")
        yield {"attempts": len(attempts)}

    served(hook)

    async def live() -> bytes:
        application = asgi()
        refused = application.communicator()
        with pytest.raises(RuntimeError, match="hook_0' in LIFESPAN failed: OSError: no route"):
            await refused.wait(5)
        return bytes((await application.ask()).body)

    assert asyncio.run(live()) == b'{"attempts": 2}'


def test_29_each_loop_has_hooks_of_its_own(served: Any, asgi: Any) -> None:
    loops: list[Any] = []

    @asynccontextmanager
    async def hook() -> AsyncIterator[Any]:
        loops.append(asyncio.get_running_loop())
        yield

    served(hook)
    application = asgi()
    served_on = []

    async def ask() -> None:
        served_on.append(asyncio.get_running_loop())
        await application.ask()

    asyncio.run(ask())
    asyncio.run(ask())
    assert loops == served_on
    assert loops[0] is not loops[1]


def test_a_cancelled_first_request_leaves_the_start_to_the_others(served: Any, asgi: Any) -> None:
    async def live() -> bytes:
        entered, go_on = asyncio.Event(), asyncio.Event()

        @asynccontextmanager
        async def hook() -> AsyncIterator[Any]:
            entered.set()
            await go_on.wait()
            yield {"entered": True}

        served(hook)
        application = asgi()
        first = asyncio.create_task(application.ask())
        await asyncio.wait_for(entered.wait(), 5)
        first.cancel()
        await asyncio.wait([first])
        go_on.set()
        return bytes((await application.ask()).body)

    assert asyncio.run(live()) == b'{"entered": true}'


def test_a_hook_within_a_mounted_application_adds_to_the_outer_state(
    served: Any, diary: Diary, asgi: Any
) -> None:
    served(diary.on_loop("one", {"ours": 1, "both": "ours"}))
    answer = asgi().get(state={"theirs": 2, "both": "theirs"})
    assert json.loads(answer.body) == {"ours": 1, "theirs": 2, "both": "theirs"}


PROGRAM = """
import asyncio
from contextlib import asynccontextmanager

from gingerdj.conf import settings
from gingerdj.core.asgi import get_asgi_application
from gingerdj.http import HttpResponse
from gingerdj.urls import path


@asynccontextmanager
async def hook():
    print("entered", flush=True)
    yield
    await asyncio.sleep(0)
    print("left", flush=True)


async def view(request):
    return HttpResponse("served")


urlpatterns = [path("", view)]
settings.configure(ROOT_URLCONF=__name__, LIFESPAN=[f"{__name__}.hook"], ALLOWED_HOSTS=["*"])
application = get_asgi_application()


async def receive():
    return {"type": "http.request"}


async def send(message):
    if message["type"] == "http.response.body":
        print(message["body"].decode(), flush=True)


scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"x")]}
loop = asyncio.new_event_loop()
loop.run_until_complete(application(scope, receive, send))
"""


def test_a_loop_that_is_left_open_is_cleaned_up_when_python_ends() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=30
    )
    assert (done.stdout.split(), done.stderr) == (["entered", "served", "left"], "")


def test_hooks_need_no_import_of_contextlib(served: Any, asgi: Any) -> None:
    class Resources:
        async def __aenter__(self) -> dict[str, Any]:
            return {"resources": 1}

        async def __aexit__(self, *_: object) -> None:
            pass

    served(Resources)
    assert isinstance(Resources(), AbstractAsyncContextManager)
    assert asgi().get().body == b'{"resources": 1}'
