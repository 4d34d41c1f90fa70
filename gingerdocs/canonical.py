"""One spelling for what differs from run to run: process ids, dates, ports, folders.

The pages show the canonical spelling, and real output is brought to it before the two are
compared; so a wrong digit on a page is found, even in a date.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

FIRST_PID = 4711
FIRST_PORT = 50000
EPHEMERAL_PORTS = 32768
"""Where Linux begins to give out ports by itself; those a page chooses lie below."""

_TIME = r"\d\d:\d\d:\d\d"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MONTH_NAME = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)

_FIXED = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (rf"\b{_DAY}, \d\d {_MONTH} \d{{4}} {_TIME} GMT", "Thu, 01 Jan 2026 00:00:00 GMT"),
        (rf"\b\d\d/{_MONTH}/\d{{4}}([ :]){_TIME}( [+-]\d{{4}})?", r"01/Jan/2026\g<1>00:00:00"),
        (rf"\b{_MONTH_NAME} \d\d, \d{{4}} - {_TIME}", "January 01, 2026 - 00:00:00"),
        (
            rf"\b\d{{4}}-\d\d-\d\d([ T]){_TIME}([.,]\d+)?( ?[+-]\d\d:?\d\d|Z)?",
            lambda m: (
                f"2026-01-01{m[1]}00:00:00"
                + (f"{m[2][0]}{'0' * (len(m[2]) - 1)}" if m[2] else "")
                + ("" if not m[3] else m[3] if m[3] == "Z" else re.sub(r"\d", "0", m[3]))
            ),
        ),
        (r"\bin \d+\.\d\ds\b", "in 0.10s"),
        (r"\b(C?Python)([ /])3\.(\d+)\.\d+", r"\1\g<2>3.\3"),
        (r"\bcurl/\d+\.\d+\.\d+", "curl/7.88.1"),
    )
]
_PID = re.compile(
    r"(?<=\[)\d{3,}(?=\])|(?i:(?<=\bpid )|(?<=\bpid: )|(?<=\bpid=))\d+|(?<=:\d{4} \()\d+(?=\))"
)
_PORT = re.compile(r"(?P<host>\b127\.0\.0\.1(?::|', |\", )|\blocalhost:|\[::1\]:)(?P<port>\d{5})\b")


@dataclass
class Canonical:
    """The canonical spelling over one page: a process keeps its number from block to block.

    ``folders`` maps real paths to the ones that pages show.
    """

    folders: Mapping[str, str] = field(default_factory=dict)
    _pids: dict[str, str] = field(default_factory=dict)
    _ports: dict[str, str] = field(default_factory=dict)

    def __call__(self, text: str) -> str:
        """Return ``text`` as a page would show it."""
        for real in sorted(self.folders, key=len, reverse=True):
            text = text.replace(real, self.folders[real])
        for pattern, replacement in _FIXED:
            text = pattern.sub(replacement, text)
        text = _PORT.sub(self._port, text)
        return _PID.sub(_numbered(self._pids, FIRST_PID), text)

    def _port(self, match: re.Match[str]) -> str:
        if int(match["port"]) < EPHEMERAL_PORTS:
            return match[0]
        port = self._ports.setdefault(match["port"], str(FIRST_PORT + len(self._ports)))
        return match["host"] + port


def _numbered(seen: dict[str, str], first: int) -> Callable[[re.Match[str]], str]:
    return lambda match: seen.setdefault(match[0], str(first + len(seen)))
