"""The forty points, and what the tests of a run say about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

__all__ = ["POINTS", "number", "table"]

#: What each point asks for, by its number.
POINTS = {
    1: "an unknown scope type raises",
    2: "an unknown event raises, and extra keys are tolerated",
    3: "missing versions have defaults",
    4: "the scope is not changed",
    5: "messages hold the specified types alone",
    6: "the event loop is never blocked",
    7: "optional entries of an HTTP scope have defaults",
    8: "headers may be any iterable, of any case, with duplicates",
    9: "several Cookie fields are one, and Set-Cookie fields stay apart",
    10: "nothing runs before the first http.request",
    11: "the body is joined, whatever the chunks",
    12: "a disconnect within the body ends the request",
    13: "one start, then bodies, the last of them final",
    14: "response headers are lower-case bytes without line breaks",
    15: "Content-Length is the length, and some responses have no body",
    16: "every send is awaited",
    17: "an error from send, or a disconnect, ends the request",
    18: "root_path is stripped on segment boundaries",
    19: "the query string is bytes",
    20: "a WebSocket is accepted or closed first",
    21: "an acceptance keeps to the versions and subprotocols",
    22: "a message is exactly one of text and bytes",
    23: "closes have a code, and a reason where the version has one",
    24: "a close before the acceptance refuses",
    25: "tasks stop after a disconnect",
    26: "optional entries of a WebSocket scope have defaults",
    27: "start-up answers once",
    28: "shutdown answers, then returns",
    29: "start-up is on the event loop of the requests",
    30: "state is shared as copies, where there is any",
    31: "requests need no lifespan",
    32: "a start-up that hangs has a limit",
    33: "a denial has no later WebSocket messages",
    34: "pathsend is one absolute path",
    35: "zerocopysend is a real descriptor",
    36: "trailers are announced and come last",
    37: "pushes and early hints come before the final body",
    38: "a missing tls means unknown",
    39: "debug is sent once, before the start",
    40: "odd values are tolerated",
}


def number(test_name: str) -> int:
    """Return the number of the point that a test of the suite is for."""
    return int(test_name.split("_")[1])


def table(outcomes: Iterable[tuple[int, str]]) -> Iterator[str]:
    """Yield a line for each point, and one that counts them.

    Args:
        outcomes: the number of a point and `passed`, `failed` or `skipped`, for each test.
    """
    tests: dict[int, Counter[str]] = {}
    for point, outcome in outcomes:
        tests.setdefault(point, Counter())[outcome] += 1
    width = max(map(len, POINTS.values()))
    totals: Counter[str] = Counter()
    for point, counts in sorted(tests.items()):
        result = next(each for each in ("failed", "passed", "skipped") if counts[each])
        totals[result] += 1
        share = "" if len(counts) == 1 else f" ({counts[result]} of {counts.total()} tests)"
        yield f"{point:2}  {POINTS[point]:{width}}  {result}{share}"
    yield (
        f"{len(tests)} points: {totals['passed']} passed, {totals['failed']} failed, "
        f"{totals['skipped']} skipped"
    )
