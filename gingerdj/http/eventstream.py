"""Server-sent events (HTML standard, 9.2)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from contextlib import aclosing, nullcontext
from dataclasses import dataclass
from typing import Any

from gingerdj.core.draining import is_draining, on_draining
from gingerdj.http.streaming import StreamingHttpResponse

# What ends a line of an event stream, and nothing else (HTML standard, 9.2.5).
_LINE_END = re.compile(r"\r\n|\r|\n")
_BREAKS = re.compile(r"[\r\n\0]")
_KEEP_ALIVE = b":\n\n"

# Seconds in which a source may end by itself once the process drains.
_FAREWELL = 1.0


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """An event, as browsers' `EventSource` receives it.

    Args:
        data: the message, of one line or several; without it browsers dispatch no event.
        event: the event's type; `message` by default.
        id: what the browser sends as `Last-Event-ID` when it connects again.
        retry: the milliseconds after which the browser connects again.
        comment: text that the browser ignores.

    Raises:
        TypeError: an argument is of the wrong type.
        ValueError: a line break or NUL in `event` or `id`, or `retry` is negative.
    """

    data: str | None = None
    event: str | None = None
    id: str | None = None
    retry: int | None = None
    comment: str | None = None

    def __post_init__(self) -> None:
        for name in ("data", "event", "id", "comment"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                raise TypeError(f"The {name} of an event must be a string, not {value!r}.")
        for name in ("event", "id"):
            if _BREAKS.search(getattr(self, name) or ""):
                raise ValueError(
                    f"The {name} of an event may not hold line breaks or NUL, as this does: "
                    f"{getattr(self, name)!r}"
                )
        if self.retry is not None:
            if type(self.retry) is not int:
                raise TypeError(f"retry must be whole milliseconds, not {self.retry!r}.")
            if self.retry < 0:
                raise ValueError(f"retry must not be negative, unlike {self.retry}.")

    def encode(self) -> bytes:
        """Return the event as it is sent, in UTF-8, with the empty line at its end."""
        fields = [
            *_lines("", self.comment),
            *_lines("event", self.event),
            *_lines("id", self.id),
            *_lines("retry", None if self.retry is None else str(self.retry)),
            *_lines("data", self.data),
        ]
        return "".join([*fields, "\n"]).encode()


class EventSourceResponse(StreamingHttpResponse):
    """A stream of events, each sent as soon as there is one.

    Proxies are told neither to keep nor to buffer nor to change it.  When the client goes away,
    an asynchronous iterable, which runs in a task of its own, is cancelled and closed.  A second
    after the process has begun to drain, it is so as well, and an iterable is not asked for any
    more events: the server need not wait, and browsers connect again.

    Args:
        events: an iterable or asynchronous iterable of `ServerSentEvent`, or of strings, each
            the `data` of an event.
        keep_alive: after how many seconds without an event an empty comment is sent, so that
            nobody takes the connection for dead; None for never.  It takes an asynchronous
            iterable.
        args, kwargs: see `HttpResponseBase`.

    Raises:
        ValueError: `keep_alive` is not positive, or another content type is given.
    """

    def __init__(
        self,
        events: Iterable[Any] | AsyncIterable[Any] = (),
        *args: Any,
        keep_alive: float | None = 15,
        **kwargs: Any,
    ) -> None:
        if keep_alive is not None and keep_alive <= 0:
            raise ValueError(f"keep_alive must be positive or None, not {keep_alive!r}.")
        super().__init__((), "text/event-stream", *args, **kwargs)
        self.headers.setdefault("Cache-Control", "no-cache, no-transform")
        self.headers.setdefault("X-Accel-Buffering", "no")
        if not isinstance(events, AsyncIterable):
            self.streaming_content = _from_iterable(events)
            if hasattr(events, "close"):
                self._resource_closers.append(events.close)
        else:
            self.streaming_content = _from_source(aiter(events), keep_alive)


def get_last_event_id(request: Any) -> str | None:
    """Return the `id` of the last event that a browser received before it connected again.

    Args:
        request: the request.

    Returns:
        The identifier; None if the browser connects for the first time, or got none.
    """
    value = request.META.get("HTTP_LAST_EVENT_ID")
    # Browsers encode it in UTF-8 (HTML standard, 9.2.3); META holds bytes as Latin-1.
    return value.encode("latin-1").decode(errors="replace") if value else None


def _lines(field: str, value: str | None) -> list[str]:
    return [] if value is None else [f"{field}: {line}\n" for line in _LINE_END.split(value)]


def _encoded(event: Any) -> bytes:
    if isinstance(event, str):
        event = ServerSentEvent(event)
    if not isinstance(event, ServerSentEvent):
        raise TypeError(f"An event must be a ServerSentEvent or a string, not {event!r}.")
    return event.encode()


def _from_iterable(events: Iterable[Any]) -> Iterator[bytes]:
    for event in events:
        yield _encoded(event)
        if is_draining():
            return


async def _from_source(events: AsyncIterator[Any], interval: float | None) -> AsyncIterator[bytes]:
    # The source has one task from its beginning to its end: steps in a task each would part
    # what it holds around its yields, such as timeouts and task groups, from their task.
    queue: asyncio.Queue[Any] = asyncio.Queue()
    wanted = asyncio.Semaphore(0)

    async def pump() -> None:
        async with _closing(events):
            async for event in events:
                queue.put_nowait(event)
                await wanted.acquire()

    loop = asyncio.get_running_loop()
    source = loop.create_task(pump())
    source.add_done_callback(lambda _: queue.put_nowait(_END))

    def end_soon() -> None:
        loop.call_soon_threadsafe(lambda: loop.call_later(_FAREWELL, source.cancel))

    forget = on_draining(end_soon)
    if is_draining():
        end_soon()
    try:
        while True:
            try:
                async with asyncio.timeout(interval):
                    event = await queue.get()
            except TimeoutError:
                yield _KEEP_ALIVE
                continue
            if event is _END:
                if not (source.cancelled() and is_draining()):
                    await source  # Raises what the source did.
                return
            yield _encoded(event)
            wanted.release()
    finally:
        forget()
        source.cancel()
        await asyncio.wait([source])


def _closing(events: Any) -> Any:
    """Return the context at whose end an asynchronous generator is closed; iterators have none."""
    return aclosing(events) if hasattr(events, "aclose") else nullcontext()


_END: Any = object()
