"""Runs a command again whenever the project's Python files change."""

from __future__ import annotations

import os
import signal
import site
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import cache_from_source, find_spec
from itertools import chain
from pathlib import Path
from typing import Any

from watchfiles import PythonFilter, watch

from gingerdj.core.management.base import CommandError

#: Set in the process that serves; its parent watches the files.
RUN_MAIN = "RUN_MAIN"
#: The exit code with which that process says: the project's code is broken, wait for the mend.
AWAITS_MEND = 3

POLL = 100  # Milliseconds between two looks at the child.
GRACE = 5.0  # Seconds that the child has to end after SIGTERM.


def in_child() -> bool:
    """Return whether this process is the one that serves."""
    return os.environ.get(RUN_MAIN) == "true"


def run_with_reloader(say: Callable[[str], None]) -> int:
    """Run this process's own command line in a child, again after every change of a file.

    Args:
        say: prints a line for the developer.

    Returns:
        The exit code: 0 after Ctrl+C or SIGTERM, the child's own where it failed to start.

    Raises:
        CommandError: the system lets no more files be watched.
    """
    end_on_signals()
    child: subprocess.Popen[bytes] | None = None
    reloaded = waiting = False
    try:
        for changed in _changes():
            if changed:
                _stop(child)
                say(f"{', '.join(changed)} changed, reloading.")
                child, reloaded, waiting = _start(), True, False
            elif child is None:
                # Not before the files are watched: no change goes unseen.
                child = _start()
            elif not waiting and (code := child.poll()) is not None:
                if code != AWAITS_MEND and not (reloaded and code):
                    return code
                waiting = True
                say("Waiting for a change to the code.")
        return 0
    except KeyboardInterrupt:
        return 0
    finally:
        ignore_signals()
        _stop(child)


def end_on_signals() -> None:
    """Let SIGTERM and Ctrl+C alike raise `KeyboardInterrupt` in the main thread."""
    _handle_signals(signal.default_int_handler)


def ignore_signals() -> None:
    """Keep the process from being ended twice: after Ctrl+C its parent sends it SIGTERM."""
    _handle_signals(signal.SIG_IGN)


def _handle_signals(handler: Any) -> None:
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, handler)
        signal.signal(signal.SIGTERM, handler)


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, *sys.orig_argv[1:]]
    # The child inherits that Ctrl+C is ignored, until it serves: its parent passes it on.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.Popen(command, env={**os.environ, RUN_MAIN: "true"})
    finally:
        signal.signal(signal.SIGINT, before)


def _stop(child: subprocess.Popen[bytes] | None) -> None:
    if child is None:
        return
    child.terminate()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _changes() -> Iterator[list[str]]:
    """Yield the files that changed, or nothing a few times a second while none does."""
    is_python = PythonFilter()
    # Filtered here, not by watch(), which yields nothing for as long as other files change.
    batches = watch(*watched_folders(), watch_filter=None, rust_timeout=POLL, yield_on_timeout=True)
    try:
        first = next(batches)
    except (OSError, RuntimeError) as error:
        raise CommandError(
            f"Cannot watch the project's files: {error}. Raise the system's limit, or do without "
            "by --noreload."
        ) from error
    for batch in chain([first], batches):
        paths = sorted({path for change, path in batch if is_python(change, path)})
        for path in paths:
            # Bytecode is matched by whole seconds and size, so a quick edit could go unseen.
            with suppress(OSError, NotImplementedError):
                Path(cache_from_source(path)).unlink()
        yield [_shorten(path) for path in paths]


def _shorten(path: str) -> str:
    with suppress(ValueError):
        return str(Path(path).relative_to(Path.cwd()))
    return path


def watched_folders() -> list[Path]:
    """Return the folders of the project's own code.

    They are the one that holds the settings module and those on `sys.path` before the
    installation's: the script's own and PYTHONPATH's. What is installed is not watched, nor is
    GingerDJ where PYTHONPATH leads to it.
    """
    installed = {Path(path).resolve() for path in _installation()}
    installed.add(Path(__file__).resolve().parents[3])
    folders: set[Path] = set()
    for entry in map(Path, sys.path):
        folder = entry.resolve()
        if folder in installed and folder.name == "site-packages":
            break
        if folder not in installed and folder.is_dir():
            folders.add(folder)
    if settings_module := os.environ.get("GINGER_SETTINGS_MODULE"):
        folders.update(_folder_of(settings_module.split(".")[0]))
    return sorted(
        folder for folder in folders if not any(other in folder.parents for other in folders)
    )


def _installation() -> Iterator[str]:
    yield from sysconfig.get_paths().values()
    yield from site.getsitepackages()
    yield site.getusersitepackages()
    yield str(Path(sysconfig.get_path("stdlib"), "lib-dynload"))


def _folder_of(top_level: str) -> Iterator[Path]:
    with suppress(ImportError, ValueError):
        spec = find_spec(top_level)
        if spec is not None and spec.submodule_search_locations:
            for location in spec.submodule_search_locations:
                yield Path(location).resolve().parent
        elif spec is not None and spec.origin:
            yield Path(spec.origin).resolve().parent
