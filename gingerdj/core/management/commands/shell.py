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
            help="Plain Python reads neither PYTHONSTARTUP nor ~/.pythonrc.py.",
        )
        parser.add_argument(
            "-i", "--interface", choices=list(INTERFACES), help="Which shell to start."
        )
        parser.add_argument("-c", "--command", help="Run this Python program instead, and end.")

    def handle(self, **options: Any) -> None:
        if options["command"] is not None:
            _run(options["command"], "<command>")
        elif options["interface"] is None and not sys.stdin.isatty():
            _run(sys.stdin.read(), "<stdin>")
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


def _run(program: str, name: str) -> None:
    exec(compile(program, name, "exec"), {"__name__": "__main__"})


def _ipython(read_startup: bool) -> None:
    import_module("IPython").start_ipython(argv=[])


def _bpython(read_startup: bool) -> None:
    import_module("bpython").embed()


def _python(read_startup: bool) -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    if read_startup:
        for path in filter(None, [os.environ.get("PYTHONSTARTUP"), "~/.pythonrc.py"]):
            file = Path(path).expanduser()
            if file.is_file():
                exec(compile(file.read_text("utf-8"), str(file), "exec"), namespace)
    # Importing it is what gives input() a history and the arrow keys.
    import_module("readline")
    completer = import_module("rlcompleter").Completer(namespace)
    import_module("readline").set_completer(completer.complete)
    import_module("readline").parse_and_bind("tab: complete")
    code.interact(local=namespace)


INTERFACES: dict[str, Callable[[bool], None]] = {
    "ipython": _ipython,
    "bpython": _bpython,
    "python": _python,
}
