"""Start Python with the project's settings loaded."""

from __future__ import annotations

import code
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from gingerdj.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = (
        "Start a Python shell with the project's settings loaded: IPython or bpython where "
        "installed, plain Python otherwise. Reads a program from standard input or --command."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--no-startup",
            action="store_true",
            help="Plain Python reads neither `PYTHONSTARTUP` nor `~/.pythonrc.py`.",
        )
        parser.add_argument(
            "-i", "--interface", choices=list(INTERFACES), help="Which shell to start."
        )
        parser.add_argument("-c", "--command", help="Run this Python program instead, and end.")

    def handle(self, **options: Any) -> None:
        if options["command"] is not None:
            _execute(options["command"], "<command>", _new_namespace())
        elif options["interface"] is None and not sys.stdin.isatty():
            _execute(sys.stdin.read(), "<stdin>", _new_namespace())
        else:
            self._start(options["interface"], read_startup=not options["no_startup"])

    def _start(self, interface: str | None, read_startup: bool) -> None:
        for name in [interface] if interface else INTERFACES:
            try:
                INTERFACES[name](read_startup)
                return
            except ImportError as error:
                if interface:
                    raise CommandError(
                        f"{name} is not installed ({error}): install it, or leave --interface out."
                    ) from error


def _new_namespace() -> dict[str, Any]:
    return {"__name__": "__main__"}


def _execute(program: str, name: str, namespace: dict[str, Any]) -> None:
    exec(compile(program, name, "exec"), namespace)  # noqa: S102 - what a shell is for


def _ipython(read_startup: bool) -> None:
    import_module("IPython").start_ipython(argv=[])


def _bpython(read_startup: bool) -> None:
    import_module("bpython").embed()


def _python(read_startup: bool) -> None:
    namespace = _new_namespace()
    if read_startup:
        for path in filter(None, [os.environ.get("PYTHONSTARTUP"), "~/.pythonrc.py"]):
            file = Path(path).expanduser()
            if file.is_file():
                _execute(file.read_text("utf-8"), str(file), namespace)
    # Once imported, it gives input() a history and the arrow keys.
    readline = import_module("readline")
    readline.set_completer(import_module("rlcompleter").Completer(namespace).complete)
    readline.parse_and_bind("tab: complete")
    code.interact(local=namespace)


INTERFACES: dict[str, Callable[[bool], None]] = {
    "ipython": _ipython,
    "bpython": _bpython,
    "python": _python,
}
