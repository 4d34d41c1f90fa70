"""The servers of a page: what they print and when they listen, from their start to Ctrl+C."""

import time

from gingerdocs.sample import Sample

from . import console, match
from .canonical import Canonical
from .console import Process, Shell
from .problems import FLOOD, SampleError, Seen, mismatch, refuse_strays, together

_START = 45.0
"""Seconds that a server may take to print what the page shows, or to listen if that is nothing."""

_PORT = 15.0
"""Seconds that it may take to listen once it has printed what the page shows."""

_LINES = 15.0
"""Seconds that the further lines of a server's log may take."""

_QUIET = 3.0
"""Seconds of silence after which a server that listens has said all it will."""

_IDLE = 10.0
"""Seconds after which a server that neither prints, computes nor listens never will."""

_LOOK = 0.5
"""Seconds between two looks at what its processes do."""


class Servers:
    """The servers that a page's samples start in the background.

    Args:
        shell: what starts them.
        canonical: what brings their logs to canonical form.
        seconds: how long a sample may run.
    """

    def __init__(self, shell: Shell, canonical: Canonical, seconds: float) -> None:
        self._shell = shell
        self._canonical = canonical
        self._seconds = seconds
        self._shown = dict[str, int]()
        self._logged = dict[int, list[str]]()
        self._stopped = set[str]()

    def start(self, sample: Sample, seen: Seen) -> None:
        """Start a server, and wait until it has printed what is shown, and listens."""
        steps = console.parse(sample.text)
        if len(steps) != 1:
            raise SampleError(
                steps[1].line, "a :background: block holds one command, that of its server"
            )
        step = steps[0]
        shown = list(step.shown)
        server = self._shell.servers[sample.name] = self._shell.start(step.command)
        limit = min(_START, self._seconds)

        rest = _Rest(server)

        def real() -> list[str]:
            return self._lines(server)

        self._await_log(server, shown, rest, limit)
        seen.report = "\n".join(real())
        count = match.prefix_length(shown, real())
        if server.flooded:
            raise SampleError(step.line, FLOOD, broken=True)
        if count is None:
            seen.text = "\n".join([*step.prompt, *real()])
            self._shown[sample.name] = len(real())
            ended = "" if server.exit is None else f" (it exited with {server.exit})"
            raise SampleError(
                step.first_shown + match.first_difference(shown, real()),
                f"the server did not print what is shown{ended}:\n"
                f"{match.difference(shown, real())}",
                broken=server.exit is not None,
            )
        self._shown[sample.name] = count
        limit = min(_PORT, limit) if shown else limit
        server.wait_for(lambda: server.listens() or rest.seconds() > _IDLE, limit)
        listens = server.listens()
        if server.flooded:
            raise SampleError(step.line, FLOOD, broken=True)
        seen.report = "\n".join(real())
        if shown and shown[-1].strip() == match.ANYTHING:
            self._shown[sample.name] = len(real())
        if not listens:
            if server.exit is not None:
                ended = f"exited with {server.exit}"
            elif rest.seconds() > _IDLE:
                ended = f"did nothing for {_IDLE:g} s"
            else:
                ended = f"did not within {limit:g} s"
            raise SampleError(
                step.line,
                "opened no port: a :background: sample is a server that listens, but this one "
                f"{ended}; it printed:\n{match.shortened(seen.report)}",
                broken=True,
            )

    def _await_log(self, server: Process, shown: list[str], rest: "_Rest", limit: float) -> None:
        """Wait until a server has printed what is shown, or is known not to print it any more."""
        quiet_since = time.monotonic()
        printed = 0

        def decided() -> bool:
            nonlocal quiet_since, printed
            lines = self._lines(server)
            if len(lines) != printed:
                quiet_since, printed = time.monotonic(), len(lines)
            return (
                match.prefix_length(shown, lines) is not None
                or server.flooded
                or (time.monotonic() - quiet_since > _QUIET and server.listens())
                or rest.seconds() > _IDLE
            )

        server.wait_for(decided, limit)

    def follow(self, sample: Sample, name: str, seen: Seen) -> None:
        """Wait for what a server prints next; end it where the sample presses Ctrl+C."""
        server = self._shell.servers.get(name)
        if server is None:
            raise SampleError(0, f":continue: {name}: no :background: sample of that name above")
        lines = console.strip_blank_end(sample.text.split("\n"))
        stop = lines.index(console.INTERRUPT) if console.INTERRUPT in lines else None
        if server.exit is not None and stop is not None:
            raise SampleError(stop, f"{name} had ended before Ctrl+C{self.logs()}", broken=True)
        before, early = self._expect(server, name, lines[:stop], 0)
        problems = [early] if early else []
        seen.report = "\n".join(before)
        if stop is not None:
            server.interrupt()
            self._stopped.add(name)
            if not server.wait_exit(min(console.COMMAND, self._seconds)):
                raise SampleError(stop, "Ctrl+C did not end the server" + self.logs(), broken=True)
            after, late = self._expect(server, name, lines[stop + 1 :], stop + 1)
            problems += [late] if late else []
            seen.report = "\n".join([*before, console.INTERRUPT, *after])
            refuse_strays(self._shell, stop)
            expected = {0, -2, 130} if sample.exit is None else {sample.exit}
            if server.exit not in expected:
                wanted = " or ".join(map(str, sorted(expected)))
                raise SampleError(
                    stop, f"the server exited with {server.exit} after Ctrl+C, not {wanted}"
                )
        if problems:
            seen.text = seen.report
            raise together(sample, problems)

    def _expect(
        self, server: Process, name: str, shown: list[str], first: int
    ) -> tuple[list[str], SampleError | None]:
        """Wait for the lines of a server's log, from where the page has shown it.

        Returns the real lines, and what is wrong with those that the page shows.
        """

        def real() -> list[str]:
            return self._lines(server)[self._shown.get(name, 0) :]

        def arrived() -> bool:
            return match.prefix_length(shown, real()) is not None

        if server.wait_for(arrived, min(_LINES, self._seconds)):
            # What comes unasked must be shown, or the page would hide it.
            server.wait_for(lambda: match.prefix_length(shown, real()) != len(real()), 0.1)
        lines = real()
        self._shown[name] = self._shown.get(name, 0) + len(lines)
        if match.matches(shown, lines):
            return lines, None
        return lines, SampleError(
            first + match.first_difference(shown, lines), mismatch(shown, lines)
        )

    def _lines(self, server: Process) -> list[str]:
        """The whole lines of a server's log; each is brought to canonical form once."""
        done = self._logged.setdefault(server.pid, [])
        ended = server.silent  # Before its output is read: only then is that all.
        lines = server.output.split("\n")
        if not ended:
            lines.pop()  # Nothing, or a line that goes on.
        if len(lines) > len(done):
            done += self._canonical("\n".join(lines[len(done) :])).split("\n")
        return console.strip_blank_end(done)

    def logs(self) -> str:
        """What the page's servers printed that it does not show, for a failure's message."""
        unseen = {
            name: self._lines(server)[self._shown.get(name, 0) :]
            for name, server in self._shell.servers.items()
        }
        said = ""
        for name, server in self._shell.servers.items():
            if server.exit is not None and name not in self._stopped:
                said += f"\n{name} has ended with exit status {server.exit}."
            if unseen[name]:
                said += f"\n{name} printed since:\n" + match.shortened("\n".join(unseen[name]))
        return said


class _Rest:
    """Tells for how long a server has neither printed nor computed, nor wanted to."""

    def __init__(self, server: Process) -> None:
        self._server = server
        self._looked = self._since = time.monotonic()
        self._done: tuple[float | None, int] = (None, 0)

    def seconds(self) -> float:
        now = time.monotonic()
        if now - self._looked > _LOOK:
            self._looked = now
            done = self._server.toil(), len(self._server.output)
            if done[0] is None or done != self._done:
                self._done, self._since = done, now
        return now - self._since
