"""What the specifications say of the messages that applications send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gingerdj.test.conformance.driver import Message

__all__ = ["misplaced", "mistyped"]

_PAIRS = "pairs of bytes"
_PLAIN = (bytes, str, int, float, bool, type(None))
_LINKS = "bytes, any number"
_FILE = "a file"

_TYPES: dict[str, dict[str, Any]] = {
    "http.response.start": {"status": (int,), "headers": _PAIRS, "trailers": (bool,)},
    "http.response.body": {"body": (bytes,), "more_body": (bool,)},
    "http.response.trailers": {"headers": _PAIRS, "more_trailers": (bool,)},
    "http.response.pathsend": {"path": (str,)},
    "http.response.zerocopysend": {
        "file": _FILE,
        "offset": (int,),
        "count": (int,),
        "more_body": (bool,),
    },
    "http.response.push": {"path": (str,), "headers": _PAIRS},
    "http.response.early_hint": {"links": _LINKS},
    "http.response.debug": {"info": (dict,)},
    "websocket.accept": {"subprotocol": (str, type(None)), "headers": _PAIRS},
    "websocket.send": {"bytes": (bytes, type(None)), "text": (str, type(None))},
    "websocket.close": {"code": (int,), "reason": (str, type(None))},
    "websocket.http.response.start": {"status": (int,), "headers": _PAIRS},
    "websocket.http.response.body": {"body": (bytes,), "more_body": (bool,)},
    "lifespan.startup.complete": {},
    "lifespan.startup.failed": {"message": (str,)},
    "lifespan.shutdown.complete": {},
    "lifespan.shutdown.failed": {"message": (str,)},
}


def mistyped(messages: list[Message]) -> list[str]:
    """Return what in these messages is not of the specification's types, in words.

    A subclass of a type is not that type: servers in other languages take the type at its word.
    """
    return [problem for message in messages for problem in _mistyped(message)]


def _mistyped(message: Message) -> Iterator[str]:
    kind = message.get("type")
    if type(message) is not dict or kind not in _TYPES:
        yield f"{message!r} is no message of the specification"
        return
    for name, value in message.items():
        wanted = _TYPES[kind].get(name, (str,) if name == "type" else None)
        if not _fits(value, wanted):
            yield f"{kind}: {name} is {type(value).__name__} {value!r:.80}"


def _fits(value: Any, wanted: Any) -> bool:
    if wanted is _PAIRS:
        pairs = list(value)
        return all(len(pair) == 2 and all(type(part) is bytes for part in pair) for pair in pairs)
    if wanted is _LINKS:
        return all(type(link) is bytes for link in value)
    if wanted is _FILE:
        return hasattr(value, "fileno")
    if wanted is None:
        return _plain(value)
    return type(value) in wanted


def _plain(value: Any) -> bool:
    if type(value) is dict:
        return all(type(key) is str and _plain(each) for key, each in value.items())
    if type(value) in (list, tuple):
        return all(_plain(each) for each in value)
    return type(value) in _PLAIN


def misplaced(messages: list[Message]) -> str | None:
    """Return what is wrong with the order of an HTTP response's messages, in words, or None."""
    kinds = [message.get("type") for message in messages]
    if kinds.count("http.response.start") != 1:
        return f"not one start: {kinds}"
    before = kinds[: kinds.index("http.response.start")]
    if set(before) - {"http.response.debug", "http.response.early_hint"}:
        return f"something before the start: {kinds}"
    bodies = [
        (position, message)
        for position, message in enumerate(messages)
        if message["type"] in _BODIES
    ]
    if not bodies:
        return f"no body: {kinds}"
    finals = [position for position, message in bodies if not message.get("more_body", False)]
    if not finals:
        return f"no final body: {kinds}"
    if set(kinds[finals[0] + 1 :]) - {"http.response.trailers"}:
        return f"something after the final body: {kinds}"
    return None


_BODIES = ("http.response.body", "http.response.zerocopysend", "http.response.pathsend")
