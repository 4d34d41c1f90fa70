"""Commands: `gingerdj-admin`, `manage.py`, and `call_command()` from a program."""

from __future__ import annotations

import os
import pkgutil
import sys
from argparse import Action
from collections.abc import Iterator
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gingerdj
from gingerdj.apps import apps
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.management import color
from gingerdj.core.management.base import (
    BaseCommand,
    CommandError,
    CommandParser,
    handle_default_options,
)
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from gingerdj.utils import absent
else:
    absent = LazyModule("gingerdj.utils.absent")

__all__ = [
    "BaseCommand",
    "CommandError",
    "CommandParser",
    "ManagementUtility",
    "call_command",
    "color",
    "execute_from_command_line",
    "find_commands",
    "get_commands",
    "load_command_class",
]

CORE = "gingerdj.core"


def find_commands(management_dir: str) -> list[str]:
    """Return the names of the commands in the folder `commands` of `management_dir`.

    Modules whose names begin with an underscore, and packages, are none.
    """
    modules = pkgutil.iter_modules([f"{management_dir}/commands"])
    return [name for _, name, is_package in modules if not is_package and name[0] != "_"]


def load_command_class(app_name: str, name: str) -> BaseCommand:
    """Return an instance of the command `name` of the package `app_name`.

    Raises:
        ImportError: the command's module cannot be imported.
        AttributeError: the module has no class `Command`.
    """
    module = import_module(f"{app_name}.management.commands.{name}")
    command: BaseCommand = module.Command()
    return command


def get_commands() -> dict[str, str]:
    """Return each command's name with the package it comes from.

    The project's apps (`INSTALLED_APPS`) add commands to GingerDJ's own and replace them; the
    app listed first wins. Before `gingerdj.setup()` there are GingerDJ's own only.
    """
    commands = dict.fromkeys(find_commands(str(Path(__file__).parent)), CORE)
    if apps.ready:
        for app in reversed(list(apps.get_app_configs())):
            commands.update(dict.fromkeys(find_commands(f"{app.path}/management"), app.name))
    return commands


def call_command(command_name: str | BaseCommand, *args: Any, **options: Any) -> str | None:
    """Run a command from a program.

    Args:
        command_name: the command's name, or a command object.
        args: the command line's words, as strings or as what `str()` makes of them.
        options: the command's options by name, such as `verbosity=0`; `stdout` and `stderr`
            take streams. The system checks are skipped unless `skip_checks=False`.

    Returns:
        What the command's `handle()` returned.

    Raises:
        CommandError: there is no such command, or it failed.
        TypeError: an option that the command does not have.
    """
    if isinstance(command_name, BaseCommand):
        command = command_name
        name = type(command).__module__.rsplit(".", 1)[-1]
    else:
        name = command_name
        commands = get_commands()
        if name not in commands:
            raise CommandError(" ".join([f"Unknown command: {name!r}", *_instead(name)]))
        command = load_command_class(commands[name], name)
    parser = command.create_parser("", name)
    actions = list(_walk(parser))
    # Options may be given under the name on the command line: call_command("x", dry_run=True)
    # for --dry-run, whatever `dest` the command keeps it in.
    dest_of = {
        min(action.option_strings).lstrip("-").replace("-", "_"): action.dest
        for action in actions
        if action.option_strings
    }
    named = {dest_of.get(option, option): value for option, value in options.items()}
    _refuse_unknown(name, command, actions, named, dest_of)
    words = [
        str(word) for arg in args for word in (arg if isinstance(arg, list | tuple) else [arg])
    ]
    for action in _required(parser, actions):
        if action.dest in named:
            words += _as_words(action, named[action.dest])
    defaults = vars(parser.parse_args(words))
    merged = {**defaults, **named}
    merged["skip_checks"] = options.get("skip_checks", True)
    positional = merged.pop("args", ())
    return command.execute(*positional, **merged)


def _walk(parser: CommandParser) -> Iterator[Action]:
    for action in parser._actions:
        yield action
        choices = getattr(action, "choices", None)
        if isinstance(choices, dict):
            for subparser in choices.values():
                yield from _walk(subparser)


def _required(parser: CommandParser, actions: list[Action]) -> Iterator[Action]:
    """Yield the options without which parsing fails, whatever their values by name are."""
    choices = {
        action
        for group in parser._mutually_exclusive_groups
        if group.required
        for action in group._group_actions
    }
    for action in actions:
        if action.option_strings and (action.required or action in choices):
            yield action


def _as_words(action: Action, value: Any) -> list[str]:
    option = min(action.option_strings)
    if action.nargs == 0:
        return [option]
    values = [str(each) for each in (value if isinstance(value, list | tuple) else [value])]
    if action.nargs is None:  # One value at a time, as `append` takes them.
        return [word for each in values for word in (option, each)]
    return [option, *values]


def _refuse_unknown(
    name: str,
    command: BaseCommand,
    actions: list[Action],
    given: dict[str, Any],
    dest_of: dict[str, str],
) -> None:
    known = {action.dest for action in actions}
    known.update(command.base_stealth_options, command.stealth_options)
    if unknown := sorted(set(given) - known):
        raise TypeError(
            f"Unknown option(s) for {name} command: {', '.join(unknown)}. "
            f"Valid options are: {', '.join(sorted(known | set(dest_of)))}."
        )


def _instead(name: str) -> list[str]:
    """Return what is said of a command of Django's that GingerDJ has not."""
    mend = absent.ABSENT_COMMANDS.get(name)
    return [f"GingerDJ has none: {mend}."] if mend else []


class ManagementUtility:
    """One command line: `argv` is `sys.argv` by default."""

    def __init__(self, argv: list[str] | None = None) -> None:
        self.argv = list(argv or sys.argv)
        self.prog_name = Path(self.argv[0]).name
        if self.prog_name == "__main__.py":
            self.prog_name = "python -m gingerdj"
        #: Why the project's settings could not be read, if they could not.
        self.settings_exception: Exception | None = None

    def main_help_text(self, commands_only: bool = False) -> str:
        """Return the list of commands, or their bare names, one per line."""
        commands = self._commands()
        if commands_only:
            return "\n".join(sorted(commands))
        lines = [
            "",
            f"Type '{self.prog_name} help <subcommand>' for help on a specific subcommand.",
            "",
            "Available subcommands:",
        ]
        for app in sorted(set(commands.values()), key=lambda app: (app != CORE, app)):
            lines += ["", f"[{'gingerdj' if app == CORE else app}]"]
            lines += [f"    {name}" for name in sorted(commands) if commands[name] == app]
        if self.settings_exception is not None:
            notice = color.color_style().NOTICE
            lines += ["", notice(f"The project's own commands are not listed: {self._why()}")]
        return "\n".join(lines)

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Return the command called `subcommand`; end the process with exit code 1 without one."""
        commands = self._commands()
        if subcommand in commands:
            return load_command_class(commands[subcommand], subcommand)
        words = [f"Unknown command: {subcommand!r}."]
        if instead := _instead(subcommand):
            words += instead
        else:
            near = get_close_matches(subcommand, commands, n=1)
            words += [f"Did you mean {name}?" for name in near]
        words += [f"Type '{self.prog_name} help' for usage."]
        if self.settings_exception is not None:
            words += [f"The project's own commands are not known: {self._why()}"]
        sys.stderr.write(" ".join(words) + "\n")
        sys.exit(1)

    def _commands(self) -> dict[str, str]:
        try:
            if os.environ.get("GINGER_SETTINGS_MODULE"):
                gingerdj.setup()
            return get_commands()
        except Exception as error:  # Whatever the project's settings module raises.
            # GingerDJ's own commands must work beside broken settings: startproject needs none,
            # and runserver waits for the mend. The others stumble over the same error themselves.
            self.settings_exception = error
            return dict.fromkeys(find_commands(str(Path(__file__).parent)), CORE)

    def _why(self) -> str:
        error = self.settings_exception
        if isinstance(error, ImproperlyConfigured):
            return str(error)
        return f"{type(error).__name__}: {error}"

    def autocomplete(self) -> None:
        """Print what may follow on the command line that bash completes, and end the process.

        The script `extras/bash_completion` sets the variables of the environment: while
        `GINGER_AUTO_COMPLETE` is set, `COMP_WORDS` holds the line, and `COMP_CWORD` says which of
        its words is to be completed.
        """
        if "GINGER_AUTO_COMPLETE" not in os.environ:
            return
        words = os.environ["COMP_WORDS"].split()[1:]
        position = int(os.environ["COMP_CWORD"])
        start = words[position - 1] if position <= len(words) else ""
        commands = [*self._commands(), "help"]
        if position == 1 or (position == 2 and words[0] == "help"):
            found = [name for name in commands if name.startswith(start)]
            print(" ".join(sorted(found)))
        elif words[0] in commands:
            for each in sorted(self._completions(words[0], words[1 : position - 1])):
                if each.startswith(start):
                    print(each)
        sys.exit(0)

    def _completions(self, name: str, before: list[str]) -> Iterator[str]:
        """Yield the options of a command that are not given yet, and the apps for some."""
        if name in ("check", "test"):
            yield from apps.app_configs
        given = {word.partition("=")[0] for word in before}
        for action in self.fetch_command(name).create_parser("", name)._actions:
            if action.option_strings and given.isdisjoint(action.option_strings):
                yield min(action.option_strings) + ("" if action.nargs == 0 else "=")

    def execute(self) -> None:
        """Run the command that the command line names."""
        name = self.argv[1] if len(self.argv) > 1 else "help"
        rest = self.argv[2:]
        # --settings and --pythonpath decide which commands there are, so they are read first.
        parser = CommandParser(usage="%(prog)s subcommand [options] [args]", add_help=False)
        parser.add_argument("--settings")
        parser.add_argument("--pythonpath")
        with suppress(CommandError):  # The command's own parser says it, with its usage.
            handle_default_options(parser.parse_known_args(rest)[0])
        self.autocomplete()
        if name == "version" or name == "--version":
            sys.stdout.write(gingerdj.get_version() + "\n")
        elif name in ("--help", "-h") or (name == "help" and not rest):
            sys.stdout.write(self.main_help_text() + "\n")
        elif name == "help" and rest[0] == "--commands":
            sys.stdout.write(self.main_help_text(commands_only=True) + "\n")
        elif name == "help":
            self.fetch_command(rest[0]).print_help(self.prog_name, rest[0])
        else:
            self.fetch_command(name).run_from_argv([self.prog_name, *self.argv[1:]])


def execute_from_command_line(argv: list[str] | None = None) -> None:
    """Run the command that `argv` (`sys.argv` by default) names."""
    ManagementUtility(argv).execute()
