"""What a server prints is read whole, whenever it ends."""

from types import SimpleNamespace
from typing import Any

from gingerdocs.running.canonical import Canonical
from gingerdocs.running.servers import Servers


class Ending:
    """A server that prints its last line, and ends, just after somebody has looked at its log."""

    pid = 4711
    exit = None
    silent = False

    @property
    def output(self) -> str:
        said = "Last.\n" if self.silent else ""
        self.silent = True
        return f"First.\n{said}"


def test_the_last_line_counts_though_the_server_ends_while_its_log_is_read() -> None:
    shell: Any = SimpleNamespace(servers={"ending": Ending()})
    servers = Servers(shell, Canonical({}, first_pid=1), 1.0)
    assert servers.logs() == "\nending printed since:\nFirst."
    assert servers.logs() == "\nending printed since:\nFirst.\nLast."
