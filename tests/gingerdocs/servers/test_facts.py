"""What is measured of servers that do not behave."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

from gingerdocs.servers import facts
from gingerdocs.servers.launch import HOST, Site


def test_a_server_that_hangs_up_finishes_no_request(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as listener:
        hanging_up = threading.Thread(target=lambda: listener.accept()[0].close())
        hanging_up.start()
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
            site = Site(process, listener.getsockname(), tmp_path / "log")
            found = facts._graceful_end(site)
        hanging_up.join()
    assert found == {"finishes_requests": False, "exit_code": 143}
