"""Commands called from programs and from command lines, and the system checks."""

from __future__ import annotations

import pytest

from .both import compare

COMMANDS = """
import argparse, contextlib, sys

class Plain(BaseCommand):
    help = 'Helps.'
    requires_system_checks = []
    stealth_options = ('st',)
    def add_arguments(self, parser):
        parser.add_argument('pos', nargs='*')
        parser.add_argument('--a-b', dest='ab')
        parser.add_argument('--flag', action='store_true')
        parser.add_argument('--no-it', action='store_false', dest='it')
        parser.add_argument('--const', action='store_const', const=7, dest='cc')
        parser.add_argument('--app', action='append', dest='apps')
        parser.add_argument('-n', '--need', type=int)
    def handle(self, *args, **options):
        self.stdout.write(str(sorted((k, v) for k, v in options.items() if k in SHOWN)))
        self.stderr.write('e')

SHOWN = {'pos', 'ab', 'flag', 'it', 'cc', 'apps', 'need', 'st', 'verbosity', 'sub', 'bar', 'req'}
SHOWN |= {'x', 'y', 'z', 'ap', 'lst', 'no_color', 'force_color', 'skip_checks'}

class Group(Plain):
    def add_arguments(self, parser):
        parser.add_argument('--need', required=True, type=int)
        parser.add_argument('--lst', required=True, nargs='+')
        group = parser.add_mutually_exclusive_group(required=True)
        group.add_argument('--x', type=int)
        group.add_argument('--y', action='store_true')
        group.add_argument('--z', nargs='*')
        group.add_argument('--ap', action='append')

class Sub(Plain):
    def add_arguments(self, parser):
        parsers = parser.add_subparsers(dest='sub', required=True)
        foo = parsers.add_parser('foo')
        foo.add_argument('--bar', type=int)
        foo.add_argument('--req', required=True)

class Label(LabelCommand):
    requires_system_checks = []
    def handle_label(self, label, **options):
        return label * 2 if label != 'n' else None

class Painted(BaseCommand):
    requires_system_checks = []
    def handle(self, *args, **options):
        self.stdout.write('o', self.style.SUCCESS)
        self.stderr.write('e')

class Sql(BaseCommand):
    requires_system_checks = []
    output_transaction = True
    def handle(self, *args, **options):
        return 'SELECT 1;'

class Fails(BaseCommand):
    requires_system_checks = []
    def handle(self, *args, **options):
        raise CommandError('bad', returncode=4)

class Wrong(BaseCommand):
    requires_system_checks = 'urls'

def run(command, *args, **options):
    out, err = io.StringIO(), io.StringIO()
    made = command if isinstance(command, (str, BaseCommand)) else command()
    returned = call_command(made, *args, stdout=out, stderr=err, **options)
    return returned, out.getvalue(), err.getvalue()

def typed(command, *args):
    out, err = io.StringIO(), io.StringIO()
    code = None
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            command().run_from_argv(['manage.py', 'cmd', *args])
        except SystemExit as end:
            code = end.code
    return code, out.getvalue() if code != 0 else '', code == 2 or err.getvalue()

def wrote(*calls, **options):
    stream = io.StringIO()
    wrapper = OutputWrapper(stream, **options)
    for args, kwargs in calls:
        wrapper.write(*args, **kwargs)
    return stream.getvalue()
"""
CALLS = """
run(Plain); run(Plain, 'x', 'y'); run(Plain, 1, ['a', 'b']); run(Plain, ('a', 'b')); run(Plain, a_b=3)
run(Plain, ab=3); run(Plain, flag=True); run(Plain, no_it=False); run(Plain, it=False); run(Plain, const=1)
run(Plain, '--app', '1', '--app=2'); run(Plain, apps=[1, 2]); run(Plain, app=[1, 2]); run(Plain, need='5')
run(Plain, '--need', 'x'); run(Plain, zzz=1); run(Plain, st=1); run(Plain, verbosity=5); run(Plain, '-v', '5')
run(Plain, skip_checks=False); run(Plain, no_color=True, force_color=True); run(Plain, '--no-color', '--force-color')
run(Plain, '--flag', '--a-b', 'q', flag=False); run(Plain, '--nope'); run(Plain, None); run(Plain, '--a-b', '-1')
run(Group); run(Group, need=1, lst=['a', 'b'], x=1); run(Group, need=1, lst=['a'], y=True); run(Group, need=1, lst='ab', z=['1'])
run(Group, need=1, lst=['a']); run(Group, need='x', lst=['a'], x=1); run(Group, need=1, lst=['a'], x=1, y=True)
run(Group, need=1, lst=['a'], ap=['1']); run(Group, need=1, lst=['a'], y=False); run(Group, need=1, lst=['a'], z=[])
run(Sub, 'foo', '--req', '1'); run(Sub, 'foo', req='1'); run(Sub, 'foo'); run(Sub); run(Sub, 'zip'); run(Sub, 'foo', '--req=1', '--bar=x')
run(Label, 'a'); run(Label, 'a', 'n', 'b'); run(Label); run(Sql); run(Fails); Wrong(); run('nothing'); run('')
run(Painted, no_color=True); run(Painted()); BaseCommand(no_color=True, force_color=True); BaseCommand().handle()
LabelCommand().handle_label('x'); typed(Plain, '--flag'); typed(Plain, '--nope'); typed(Label); typed(Fails); typed(Plain, '-v', '9')
typed(Plain, '--version'); typed(Fails, '--traceback'); typed(Plain, '--help'); CommandError('x').returncode
CommandParser(missing_args_message='m').parse_args([]); CommandParser().error('x'); find_commands('/nothing')
wrote((('a',), {}), (('b\\n',), {})); wrote((('a',), {'ending': ''}), ((), {})); wrote((('a',), {'style_func': str.upper}))
wrote((('a', str.upper, '!'), {})); wrote((('a',), {}), ending='-'); OutputWrapper(io.StringIO()).isatty()
handle_default_options(argparse.Namespace(settings=None, pythonpath=None)); get_commands()['check'] > ''
load_command_class('nowhere', 'x'); color.no_style().ERROR('x'); color.no_style() is color.no_style()
color.color_style(True).SUCCESS('x'); color.color_style(True).WARNING('x'); color.color_style(True).ERROR('x')
color.make_style('error=yellow/blue,blink').ERROR('x'); color.make_style('light;success=blue').SUCCESS('x')
color.make_style('nocolor').ERROR('x'); color.make_style('bogus').ERROR('x'); color.make_style('error=zzz').ERROR('x')
color.supports_color(); BaseCommand.help; Label.label; BaseCommand.requires_system_checks; BaseCommand.base_stealth_options
"""
CHECKS = """
def found(*checks, **options):
    registry = CheckRegistry()
    for check, args, kwargs in checks:
        registry.register(check, *args, **kwargs)
    # Django keeps its checks in a set, in no order.
    return sorted(str(message) for message in registry.run_checks(**options))

def one(app_configs=None, **kwargs):
    return [Error('x', hint='h', obj='o', id='a.E1')]

def two(**kwargs):
    return (Warning('y'),)

def lonely(app_configs):
    return []

def tags(*args, **kwargs):
    registry = CheckRegistry()
    registry.register(one, 'b', 'c')
    registry.register('d', 'e', deploy=True)(two)
    return sorted(registry.tags_available(*args, **kwargs)), registry.tag_exists('d', *args)
"""
FINDINGS = """
found((one, (), {})); found((one, ('t',), {}), (two, (), {})); found((one, ('t',), {}), (two, ('u',), {}), tags=['u'])
found((one, (), {'deploy': True})); found((one, (), {'deploy': True}), include_deployment_checks=True)
found((lonely, (), {})); found((lambda **k: 'text', (), {})); found((lambda **k: None, (), {})); tags(); tags(True)
Error('x') == Error('x'); Error('x') == CheckMessage(40, 'x'); Error('x') == Warning('x'); Error('x') == 3
repr(Error('x', 'h', obj=3, id='i')); str(Error('x', obj=3)); str(Error('x', 'h', 'o', 'i')); str(Error('x'))
CheckMessage('a', 'b'); Error('x').is_serious(); Error('x').is_serious(50); Warning('x').is_serious(level=WARNING)
Debug('x').level; Info('x').level; Critical('x').level; Warning('x', id='z').is_silenced(); one.__name__
"""
DIFFERENCES = {
    "found((lambda **k: 'text', (), {}))": "a text is no list of findings",
    "Error('x') == CheckMessage(40, 'x')": "findings with the same in them are equal",
}
MANAGEMENT = ("core.management.base", "core.management")


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GINGER_COLORS", raising=False)
    monkeypatch.delenv("DJANGO_COLORS", raising=False)


def expressions(text: str) -> list[str]:
    """Split at semicolons and ends of lines, but not within quotes."""
    return [part.strip() for line in text.strip().splitlines() for part in _parts(line)]


def _parts(line: str) -> list[str]:
    parts = line.split("; ")
    joined: list[str] = []
    for part in parts:
        if joined and joined[-1].count("'") % 2:
            joined[-1] += "; " + part
        else:
            joined.append(part)
    return joined


def test_commands() -> None:
    compare(MANAGEMENT, expressions(CALLS), {}, COMMANDS)


def test_checks() -> None:
    compare(("core.checks", "core.checks.registry"), expressions(FINDINGS), DIFFERENCES, CHECKS)
