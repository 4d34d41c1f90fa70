"""One spelling for what differs from run to run: process ids, dates, ports, folders.

The pages show the canonical spelling, and real output is brought to it before the two are
compared; so a wrong digit on a page is found, even in a date.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

FIRST_PID = 4711
FIRST_PORT = 50000
EPHEMERAL_PORTS = 32768
"""Where Linux begins to give out ports by itself; those a page chooses lie below."""

_PAST, _FUTURE = timedelta(days=1), timedelta(days=400)
"""What a clock shows, or what soon expires, is changed; any other date is a program's own data."""

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_TIME = r"\d\d:\d\d:\d\d"
_DAY = r"(?P<day>\d\d)"
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_YEAR = r"(?P<year>\d{4})"

_Replacement = str | Callable[[re.Match[str]], str]


def _iso(match: re.Match[str]) -> str:
    mark, between, fraction, zone = match["mark"], match["between"], match["part"], match["zone"]
    return (
        f"2026{mark}01{mark}01{between}00:00:00"
        + re.sub(r"\d", "0", fraction or "")
        + re.sub(r"\d", "0", zone or "")
    )


_DATES: list[tuple[re.Pattern[str], _Replacement]] = [
    (
        re.compile(rf"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), {_DAY} {_MONTH} {_YEAR} {_TIME} GMT"),
        "Thu, 01 Jan 2026 00:00:00 GMT",
    ),
    (
        re.compile(rf"\b{_DAY}/{_MONTH}/{_YEAR}([ :]){_TIME}(?P<zone> [+-]\d{{4}})?"),
        lambda match: f"01/Jan/2026{match[4]}00:00:00" + re.sub(r"\d", "0", match["zone"] or ""),
    ),
    (
        re.compile(rf"\b{_MONTH}[a-z]* {_DAY}, {_YEAR} - {_TIME}"),
        "January 01, 2026 - 00:00:00",
    ),
    (
        re.compile(
            rf"\b{_YEAR}(?P<mark>[-/])(?P<month>\d\d)(?P=mark){_DAY}(?P<between>[ T]){_TIME}"
            r"(?P<part>[.,]\d+)?(?P<zone> ?[+-]\d\d:?\d\d|Z)?"
        ),
        _iso,
    ),
]
_FIXED = [
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        (r"\bin \d+\.\d\ds\b", "in 0.10s"),
        (r"(HTTP/[\d.]+\" \d{3}) \d+\.\d{3}$", r"\1 0.100"),  # Granian's milliseconds.
        (r"\b(C?Python)([ /])3\.(\d+)\.\d+", r"\1\g<2>3.\3"),
        (r"\bcurl/\d+\.\d+\.\d+", "curl/7.88.1"),
        (r"^bash: (?:-c: )?line \d+: ", "bash: "),  # The samples' shell is no terminal's.
    )
]
_PID = re.compile(
    r"(?<=\[)\d{3,}(?=\])"
    r"|(?i:(?<=\bpid )|(?<=\bpid: )|(?<=\bpid:)|(?<=\bpid=))\d+"
    r"|(?<=:\d{4} \()\d+(?=\))"
    r"|(?<=\] )\d+(?=#\d+: )|(?<=\d#)\d+(?=: )"  # nginx: a process and its thread.
)
_PORT = re.compile(r"(?P<host>\b127\.0\.0\.1(?::|', |\", )|\blocalhost:|\[::1\]:)(?P<port>\d{5})\b")


@dataclass
class Canonical:
    """The canonical spelling over one page: a process keeps its number from block to block.

    ``folders`` maps real paths to the ones that pages show.  No process of the page has an id
    below ``first_pid``, so that a lesser number in brackets is something else.
    """

    folders: Mapping[str, str] = field(default_factory=dict)
    first_pid: int = 0
    _pids: dict[str, str] = field(default_factory=dict)
    _ports: dict[str, str] = field(default_factory=dict)

    def __call__(self, text: str) -> str:
        """Return ``text`` as a page would show it."""
        for real in sorted(self.folders, key=len, reverse=True):
            text = text.replace(real, self.folders[real])
        for pattern, replacement in _DATES:
            text = pattern.sub(_if_of_now(replacement), text)
        for pattern, fixed in _FIXED:
            text = pattern.sub(fixed, text)
        text = _PORT.sub(self._port, text)
        return _PID.sub(self._pid, text)

    def _port(self, match: re.Match[str]) -> str:
        if int(match["port"]) < EPHEMERAL_PORTS:
            return match[0]
        port = self._ports.setdefault(match["port"], str(FIRST_PORT + len(self._ports)))
        return match["host"] + port

    def _pid(self, match: re.Match[str]) -> str:
        if int(match[0]) < self.first_pid:
            return match[0]
        return self._pids.setdefault(match[0], str(FIRST_PID + len(self._pids)))


def _if_of_now(replacement: _Replacement) -> Callable[[re.Match[str]], str]:
    today = datetime.now(UTC).date()

    def replaced(match: re.Match[str]) -> str:
        month = match["month"]
        number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
        try:
            shown = date(int(match["year"]), number, int(match["day"]))
        except ValueError:
            return match[0]
        if not today - _PAST <= shown <= today + _FUTURE:
            return match[0]
        return replacement if isinstance(replacement, str) else replacement(match)

    return replaced
