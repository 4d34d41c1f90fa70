"""What every command is made of."""

from __future__ import annotations

import os
import sys
from argparse import SUPPRESS, Action, ArgumentParser, HelpFormatter, Namespace
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, ClassVar, NoReturn

import gingerdj
from gingerdj.apps import AppConfig, apps
from gingerdj.core import checks
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.management.color import Style, color_style, is_a_tty, no_style
from gingerdj.db.utils import connections
from gingerdj.utils.lazy import absent_names

__getattr__ = absent_names(__name__)

#: What `requires_system_checks` is for every check.
ALL_CHECKS = "__all__"

#: The groups of a check report, the worst first.
LEVELS = (
    (checks.CRITICAL, sys.maxsize, "CRITICALS"),
    (checks.ERROR, checks.CRITICAL, "ERRORS"),
    (checks.WARNING, checks.ERROR, "WARNINGS"),
    (checks.INFO, checks.WARNING, "INFOS"),
    (0, checks.INFO, "DEBUGS"),
)


class CommandError(Exception):
    """What went wrong, for the person who typed the command.

    Raised inside a command started from a shell, it is printed as one line and the process ends
    with `returncode`; from `call_command()` it reaches the caller.
    """

    def __init__(self, *args: Any, returncode: int = 1, **kwargs: Any) -> None:
        self.returncode = returncode
        super().__init__(*args, **kwargs)


class SystemCheckError(CommandError):
    """The system checks found something serious; the message is their report."""


class CommandParser(ArgumentParser):
    """An argument parser that raises `CommandError` when a program, not a person, called."""

    def __init__(
        self,
        *,
        missing_args_message: str | None = None,
        called_from_command_line: bool = False,
        **kwargs: Any,
    ) -> None:
        self.missing_args_message = missing_args_message
        self.called_from_command_line = called_from_command_line
        super().__init__(**kwargs)

    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: Namespace | None = None
    ) -> Namespace:
        given = list(args or ())
        asks = not {"-h", "--help", "--version"}.isdisjoint(given)
        if self.missing_args_message and not asks and all(arg.startswith("-") for arg in given):
            self.error(self.missing_args_message)
        return super().parse_args(given, namespace)

    def error(self, message: str) -> NoReturn:
        if self.called_from_command_line:
            super().error(message)
        raise CommandError(f"Error: {message}")


class HelpOrder(HelpFormatter):
    """Lists a command's own arguments before those that every command has."""

    common: ClassVar[frozenset[str]] = frozenset(
        {
            "--version",
            "--verbosity",
            "--settings",
            "--pythonpath",
            "--traceback",
            "--no-color",
            "--force-color",
            "--skip-checks",
        }
    )

    def _own_first(self, actions: Iterable[Action]) -> list[Action]:
        return sorted(
            actions, key=lambda action: bool(self.common.intersection(action.option_strings))
        )

    def add_usage(
        self, usage: str | None, actions: Iterable[Action], *args: Any, **kwargs: Any
    ) -> None:
        super().add_usage(usage, self._own_first(actions), *args, **kwargs)

    def add_arguments(self, actions: Iterable[Action]) -> None:
        super().add_arguments(self._own_first(actions))


class OutputWrapper:
    """A stream that ends each message with a line feed and paints it on a terminal."""

    def __init__(self, out: IO[str], ending: str = "\n") -> None:
        self._out = out
        self._style: Callable[[str], str] = str
        self.ending = ending

    @property
    def style_func(self) -> Callable[[str], str]:
        """How messages are painted; `None` or a stream that is no terminal leaves them plain."""
        return self._style

    @style_func.setter
    def style_func(self, style_func: Callable[[str], str] | None) -> None:
        self._style = style_func if style_func and self.isatty() else str

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)

    def isatty(self) -> bool:
        """Return whether the stream behind is a terminal."""
        return is_a_tty(self._out)

    def flush(self) -> None:
        """Flush the stream behind."""
        if hasattr(self._out, "flush"):
            self._out.flush()

    def write(
        self,
        msg: str = "",
        style_func: Callable[[str], str] | None = None,
        ending: str | None = None,
    ) -> None:
        """Write `msg`, followed by `ending` (the wrapper's own if `None`) if it lacks it."""
        ending = self.ending if ending is None else ending
        text = msg if not ending or msg.endswith(ending) else msg + ending
        self._out.write((style_func or self._style)(text))


class BaseCommand:
    """A command: subclass it as `Command` in `<app>/management/commands/<name>.py`.

    `handle()` does the work; what it returns, if it returns a string, is printed.

    Args:
        stdout: the stream to write to; the process's own by default.
        stderr: the stream for what went wrong; the process's own by default.
        no_color: write without colors, whatever the terminal can show.
        force_color: write with colors, whatever the terminal can show.

    Raises:
        CommandError: `no_color` and `force_color` exclude each other.
    """

    help: str = ""
    #: What to say when arguments are missing, instead of Python's own words.
    missing_args_message: str | None = None
    #: Which checks must pass first: `"__all__"`, or a collection of tags, empty for none.
    requires_system_checks: str | Collection[str] = ALL_CHECKS
    #: Whether what `handle()` returns is SQL to be printed between BEGIN and COMMIT.
    output_transaction: bool = False
    #: Whether the command needs the project's settings.
    requires_settings: bool = True
    #: Options that `call_command()` accepts though the parser does not list them.
    stealth_options: Collection[str] = ()
    base_stealth_options: Collection[str] = ("stderr", "stdout")
    #: Options of every command that this one's help leaves out.
    suppressed_base_arguments: Collection[str] = ()

    _called_from_command_line = False

    def __init__(
        self,
        stdout: IO[str] | None = None,
        stderr: IO[str] | None = None,
        no_color: bool = False,
        force_color: bool = False,
    ) -> None:
        self.stdout = OutputWrapper(stdout or sys.stdout)
        self.stderr = OutputWrapper(stderr or sys.stderr)
        if no_color and force_color:
            raise CommandError("'no_color' and 'force_color' can't be used together.")
        if isinstance(self.requires_system_checks, str):
            if self.requires_system_checks != ALL_CHECKS:
                raise TypeError("requires_system_checks must be a list or tuple.")
        elif not isinstance(self.requires_system_checks, list | tuple):
            raise TypeError("requires_system_checks must be a list or tuple.")
        self._paint(no_color, force_color)

    style: Style

    def _paint(self, no_color: bool, force_color: bool) -> None:
        self.style = no_style() if no_color else color_style(force_color)
        self.stderr.style_func = None if no_color else self.style.ERROR

    def get_version(self) -> str:
        """Return the version that `--version` prints: GingerDJ's, unless overridden."""
        return gingerdj.get_version()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Return the parser of this command's arguments; `kwargs` go to the parser."""
        kwargs.setdefault("formatter_class", HelpOrder)
        parser = CommandParser(
            prog=f"{Path(prog_name).name} {subcommand}",
            description=self.help or None,
            missing_args_message=self.missing_args_message,
            called_from_command_line=self._called_from_command_line,
            **kwargs,
        )
        self._add_base_arguments(parser)
        self.add_arguments(parser)
        return parser

    def _add_base_arguments(self, parser: CommandParser) -> None:
        add = self.add_base_argument
        add(
            parser,
            "--version",
            action="version",
            version=self.get_version(),
            help="Show GingerDJ's version and exit.",
        )
        add(
            parser,
            "-v",
            "--verbosity",
            default=1,
            type=int,
            choices=[0, 1, 2, 3],
            help="How much to print: 0 least, 1 normal, 2 more, 3 everything.",
        )
        add(
            parser,
            "--settings",
            help="Dotted path of the settings module, such as `mysite.settings`; "
            "GINGER_SETTINGS_MODULE by default.",
        )
        add(
            parser,
            "--pythonpath",
            help="A folder to import from first, such as `/srv/mysite`.",
        )
        add(
            parser,
            "--traceback",
            action="store_true",
            help="Show where an error arose, not only what it says.",
        )
        add(parser, "--no-color", action="store_true", help="Print without colors.")
        add(
            parser,
            "--force-color",
            action="store_true",
            help="Print with colors even where the output is no terminal.",
        )
        if self.requires_system_checks:
            add(parser, "--skip-checks", action="store_true", help="Do not run the system checks.")

    def add_base_argument(self, parser: CommandParser, *args: str, **kwargs: Any) -> None:
        """Add an argument that every command has, hidden where this command suppresses it."""
        if set(args).intersection(self.suppressed_base_arguments):
            kwargs["help"] = SUPPRESS
        parser.add_argument(*args, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the command's own arguments to `parser`."""

    def print_help(self, prog_name: str, subcommand: str) -> None:
        """Print the command's help on standard output."""
        self.create_parser(prog_name, subcommand).print_help()

    def run_from_argv(self, argv: list[str]) -> None:
        """Run the command with a command line, `["manage.py", "<name>", ...]`.

        User errors are printed in one line and end the process with their exit code;
        `--traceback` lets them through.
        """
        self._called_from_command_line = True
        parser = self.create_parser(argv[0], argv[1])
        parsed = parser.parse_args(argv[2:])
        handle_default_options(parsed)
        options = vars(parsed)
        args = options.pop("args", ())
        try:
            self.set_up(**options)
            self.execute(*args, **options)
        except (CommandError, ImproperlyConfigured) as error:
            if options["traceback"]:
                raise
            self.report(error)
            sys.exit(getattr(error, "returncode", 1))
        finally:
            with suppress(ImproperlyConfigured):  # Wrong DATABASES, which no command has used.
                connections.close_all()

    def set_up(self, **options: Any) -> None:
        """Load the settings and what they configure, before `execute()` in a process of ours."""
        if self.requires_settings and not apps.ready:  # Finding the command may have done it.
            gingerdj.setup()

    def report(self, error: Exception) -> None:
        """Print a user error on standard error."""
        if isinstance(error, SystemCheckError):
            self.stderr.write(str(error), str)  # The report is already painted, level by level.
        else:
            self.stderr.write(f"{type(error).__name__}: {error}")

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the checks, then `handle()`; return what it returned, having printed it."""
        no_color, force_color = options.get("no_color"), options.get("force_color")
        if no_color and force_color:
            raise CommandError("The --no-color and --force-color options can't be used together.")
        if no_color or force_color:
            self._paint(bool(no_color), bool(force_color))
        if options.get("stdout"):
            self.stdout = OutputWrapper(options["stdout"])
        if options.get("stderr"):
            self.stderr = OutputWrapper(options["stderr"])
        if self.requires_system_checks and not options.get("skip_checks", True):
            self.check(tags=self._required_tags())
        output = self.handle(*args, **options)
        if output:
            if self.output_transaction:
                keyword = self.style.SQL_KEYWORD
                output = f"{keyword('BEGIN;')}\n{output}\n{keyword('COMMIT;')}"
            self.stdout.write(output)
        return output

    def _required_tags(self) -> Collection[str] | None:
        needed = self.requires_system_checks
        return None if needed == ALL_CHECKS else needed

    def check(
        self,
        app_configs: Sequence[Any] | None = None,
        tags: Collection[str] | None = None,
        display_num_errors: bool = False,
        include_deployment_checks: bool = False,
        fail_level: int = checks.ERROR,
        databases: Collection[str] | None = None,
        **facts: Any,
    ) -> None:
        """Run the system checks and print what they found on standard error.

        Args:
            app_configs: handed to the checks.
            tags: run only the checks with one of these; all of them by default.
            display_num_errors: whether to print the count even when nothing was found.
            include_deployment_checks: whether to run also those for deployment.
            fail_level: what is serious.
            databases: handed to the checks.
            facts: handed to the checks as well.

        Raises:
            SystemCheckError: a finding that is not silenced is of `fail_level` or worse.
        """
        found = checks.run_checks(
            app_configs=app_configs,
            tags=tags,
            include_deployment_checks=include_deployment_checks,
            databases=databases,
            **facts,
        )
        shown = [message for message in found if not message.is_silenced()]
        report = self._report_of(shown)
        count = ""
        if display_num_errors:
            amount = {0: "no issues", 1: "1 issue"}.get(len(shown), f"{len(shown)} issues")
            count = f"System check identified {amount} ({len(found) - len(shown)} silenced)."
        if any(message.is_serious(fail_level) for message in shown):
            raise SystemCheckError(
                self.style.ERROR("SystemCheckError: ") + "\n\n".join(filter(None, [report, count]))
            )
        if report:
            self.stderr.write("\n".join(filter(None, [report, count and "\n" + count])), str)
        elif count:
            self.stdout.write(count)

    def _report_of(self, messages: Sequence[checks.CheckMessage]) -> str:
        groups = []
        for lowest, limit, title in LEVELS:
            group = sorted(str(m) for m in messages if lowest <= m.level < limit)
            if group:
                paint = self.style.ERROR if lowest >= checks.ERROR else self.style.WARNING
                groups.append("\n".join([f"{title}:", *map(paint, group)]))
        if not groups:
            return ""
        return "\n\n".join(["System check identified some issues:", *groups])

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Do the command's work; every command has its own."""
        raise NotImplementedError("subclasses of BaseCommand must provide a handle() method")


class LabelCommand(BaseCommand):
    """A command that does the same with each of its arguments, through `handle_label()`."""

    label = "label"
    missing_args_message = "Enter at least one %s."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.missing_args_message == LabelCommand.missing_args_message:
            self.missing_args_message %= self.label

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("args", metavar=self.label, nargs="+")

    def handle(self, *labels: str, **options: Any) -> str:
        outputs = (self.handle_label(label, **options) for label in labels)
        return "\n".join(output for output in outputs if output)

    def handle_label(self, label: str, **options: Any) -> str | None:
        """Do the command's work for one label."""
        raise NotImplementedError("subclasses of LabelCommand must provide a handle_label() method")


class AppCommand(BaseCommand):
    """A command that does the same with each of some apps, through `handle_app_config()`."""

    missing_args_message = "Enter at least one application label."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("args", metavar="app_label", nargs="+", help="Label of an app.")

    def handle(self, *app_labels: str, **options: Any) -> str:
        try:
            configs = [apps.get_app_config(label) for label in app_labels]
        except LookupError as error:
            raise CommandError(
                f"{error} Are you sure your INSTALLED_APPS setting is correct?"
            ) from error
        outputs = (self.handle_app_config(config, **options) for config in configs)
        return "\n".join(output for output in outputs if output)

    def handle_app_config(self, app_config: AppConfig, **options: Any) -> str | None:
        """Do the command's work for one app."""
        raise NotImplementedError(
            "Subclasses of AppCommand must provide a handle_app_config() method."
        )


def handle_default_options(options: Namespace) -> None:
    """Make `--settings` and `--pythonpath` true before anything reads the settings."""
    if options.settings:
        os.environ["GINGER_SETTINGS_MODULE"] = options.settings
    if options.pythonpath and options.pythonpath not in sys.path:
        sys.path.insert(0, options.pythonpath)
