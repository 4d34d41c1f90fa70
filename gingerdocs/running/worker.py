"""The process in which the samples of one page run, one after another.

It reads samples from its standard input and writes their outcomes to its standard output, a line
of JSON each.  When its input ends, it ends everything that the page has started.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import queue
import resource
import shutil
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from gingerdocs.sample import Sample, sample_from_json, to_json

from . import console
from .page import PageWorker

_FIRST_PID = 40000
"""Process ids begin here, so that none is mistaken for another number."""

_LAST = 1.5
"""Seconds that a page has to end by itself."""

_LARGEST_FILE = 1 << 28
"""Bytes that a sample may write to one file, lest it fill the disk."""

_PR_SET_CHILD_SUBREAPER = 36
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1
_NO_CAPABILITIES = struct.pack("=Ii", 0x20080522, 0), bytes(24)
"""What capset(2) takes: the version and the process, and three sets of 64 bits, all empty."""


def _enter_namespaces() -> None:
    """Bring up this namespace's loopback interface, and set its process ids apart.

    After that, this process and those that it starts have no more rights than a reader has.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", _IFF_UP)
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, request)
    with contextlib.suppress(OSError):
        Path("/proc/sys/kernel/ns_last_pid").write_text(str(_FIRST_PID))
    ctypes.CDLL(None).capset(*_NO_CAPABILITIES)


def _adopt_orphans() -> None:
    """Become the parent of what a sample leaves behind, so that it can be seen and ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _supervise() -> None:
    """Split in two: the one half works, the other ends whatever the first one leaves running.

    Where the page has process ids of its own, the system does that.
    """
    child = os.fork()
    if child == 0:
        return
    _, status = os.waitpid(child, 0)
    console.end_descendants()
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        with contextlib.suppress(OSError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def _requests(folder: Path) -> Iterator[Sample]:
    """The samples that come in, read by a thread that ends the work when no more can come.

    That is so when the one who asks has ended, whatever a sample is doing then.
    """
    source = os.fdopen(os.dup(0), encoding="utf-8")
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), 0)
    lines = queue.SimpleQueue[str]()

    def read() -> None:
        for line in source:
            lines.put(line)
        lines.put("")
        time.sleep(_LAST)
        console.end_descendants()
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=read, daemon=True).start()
    while line := lines.get():
        yield sample_from_json(json.loads(line))


def _prepare(root: Path, folder: Path) -> None:
    """Lay out the page's folder, and make it home."""
    work = folder / "guide"
    work.mkdir()
    if (root / "examples").is_dir():
        shutil.copytree(
            root / "examples",
            work / "examples",
            ignore=shutil.ignore_patterns("__pycache__"),
            copy_function=shutil.copyfile,  # With today's date, which is canonical.
        )
    for variable, name in (("HOME", "home"), ("TMPDIR", "tmp")):
        (folder / name).mkdir()
        os.environ[variable] = str(folder / name)
    # Where its output is no terminal, curl draws its progress into it; a reader's is a terminal.
    (folder / "home" / ".curlrc").write_text("no-progress-meter\n")
    os.chdir(work)
    sys.path[0] = str(work)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))


def main(arguments: list[str]) -> int:
    """Serve one page: ``root folder seconds [--namespaces]``."""
    root, folder, seconds = Path(arguments[0]), Path(arguments[1]), float(arguments[2])
    # What a caller in the background ignores, a reader's terminal does not.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    if "--namespaces" in arguments:
        _enter_namespaces()
    _adopt_orphans()
    if "--namespaces" not in arguments:
        _supervise()
        _adopt_orphans()
    _prepare(root, folder)
    page = PageWorker(root, folder, seconds, _FIRST_PID if os.getpid() == 1 else os.getpid())
    try:
        for sample in _requests(folder):
            answers.write(f"{to_json(page.run(sample))}\n")
    finally:
        page.end()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
