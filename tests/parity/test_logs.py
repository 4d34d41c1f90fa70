"""Logs, the base of middleware, and what must not run on an event loop."""

from __future__ import annotations

from .both import compare

DIFFERENCES = {
    "len(ServerFormatter('{server_time}', style='{').format(record()))": "it ends with the second",
}

HELPERS = r"""
import logging, os, sys

class Kept(logging.Handler):
    def __init__(self):
        super().__init__()
        self.records = []
    def emit(self, record):
        self.records.append(record)

def logged(status, *args, message="Said: %s", before=False, times=1, **kwargs):
    logger = logging.getLogger("parity.logs")
    logger.propagate = False
    handler = Kept()
    logger.addHandler(handler)
    logger.setLevel("DEBUG")
    try:
        made, request = HttpResponse(status=status), HttpRequest()
        made._has_been_logged = before
        for _ in range(times):
            log_response(message, *args, response=made, request=request, logger=logger, **kwargs)
    finally:
        logger.removeHandler(handler)
    return [
        (each.levelname, each.getMessage(), each.status_code, each.request is request,
         each.exc_info and each.exc_info[0].__name__)
        for each in handler.records
    ]

def record(message="hello", **more):
    made = logging.LogRecord("name", logging.INFO, "path", 1, message, None, None)
    made.created = 0
    vars(made).update(more)
    return made

class Both(MiddlewareMixin):
    def process_request(self, request):
        return request if request == "early" else None
    def process_response(self, request, made):
        return f"{request}/{made}"

def inner(request):
    return "made"

async def ainner(request):
    return "amade"

async def on_loop(call):
    return call()

def environed(value, call):
    name = f"{'DJANGO' if FRAMEWORK == 'django' else 'GINGER'}_ALLOW_ASYNC_UNSAFE"
    os.environ[name] = value
    try:
        return call()
    finally:
        del os.environ[name]

FRAMEWORK = HttpResponse.__module__.split(".")[0]

@async_unsafe
def plain():
    "plain"
    return "ran"

@async_unsafe("why")
def told():
    return "ran"
"""
EXPRESSIONS = [
    *(f"logged({status}, 'x')" for status in (200, 302, 400, 404, 499, 500, 503)),
    "logged(404, 'x', times=2)",
    "logged(404, 'x', before=True)",
    "logged(404, 'x', level='info')",
    "logged(404, 5)",
    "logged(404, message='nothing')",
    "logged(404, 'x', exception=ValueError('y'))",
    "logged(404, 'a\\nb\\x1b[31m\\u2028')",
    "logged(404, 'a', 'b\\r', message='%s and %s')",
    "logged(404, 'é\\\\中')",
    "logged(404, 'a', level='nope')",
    "bool(CallbackFilter(lambda record: 0).filter(record()))",
    "bool(CallbackFilter(lambda record: record.name).filter(record()))",
    "RequireDebugFalse().filter(record()), RequireDebugTrue().filter(record())",
    "ServerFormatter('{server_time} {message}', style='{').format(record(server_time='then'))",
    "ServerFormatter('{message}', style='{').format(record(status_code=200))",
    "ServerFormatter('%(message)s').format(record(status_code=500))",
    "ServerFormatter('{server_time}', style='{').uses_server_time()",
    "ServerFormatter('{message}', style='{').uses_server_time()",
    "DEFAULT_LOGGING['version'], DEFAULT_LOGGING['disable_existing_loggers']",
    "Both(inner)('r'), Both(inner)('early')",
    "asyncio.run(Both(ainner)('r')), asyncio.run(Both(ainner)('early'))",
    "repr(Both(inner))",
    "repr(Both(Both(inner)))",
    "Both(None)",
    "Both()",
    "Both.sync_capable, Both.async_capable",
    "asyncio.iscoroutinefunction(Both(inner)), Both(ainner).async_mode",
    "plain(), plain.__name__, plain.__doc__, told()",
    "asyncio.run(on_loop(plain))",
    "asyncio.run(on_loop(told))",
    "environed('true', lambda: asyncio.run(on_loop(plain)))",
    "environed('', lambda: asyncio.run(on_loop(plain)))",
]
MODULES = ["http", "utils.log", "utils.deprecation", "utils.asyncio"]


def test_same() -> None:
    compare(MODULES, EXPRESSIONS, DIFFERENCES, HELPERS)
