"""Servers of a page: their start, their log, their end; and HTTP against them."""

import re
import signal
import socket

import pytest

from gingerdocs.running import runner
from gingerdocs.sample import Outcome, Sample
from tests.gingerdocs.conftest import ScratchPage, make_sample

APPLICATION = """\
async def application(scope, receive, send):
    if scope["type"] != "http":
        raise RuntimeError("HTTP only")
    if scope["path"] == "/die":
        import os
        print("dying now", flush=True)
        os._exit(7)
    headers = [(b"content-type", b"text/plain"), (b"x-a", b"1"), (b"x-a", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": scope["path"].encode() + b"\\n"})


def wsgi(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello\\n"]
"""
FILE = make_sample("file", APPLICATION, file="app.py", language="python")
LOG = """\
INFO:     Started server process [4711]
INFO:     Waiting for application startup.
INFO:     ASGI 'lifespan' protocol appears unsupported.
INFO:     Application startup complete.
INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)"""
STOP = """\
INFO:     127.0.0.1:50000 - "GET / HTTP/1.1" 200 OK
^C
INFO:     Shutting down
INFO:     Finished server process [4711]"""
GET = """\
GET / HTTP/1.1
Host: 127.0.0.1:8000

HTTP/1.1 200 OK
Content-Type: text/plain
x-a: 1
x-a: 2
date: Thu, 01 Jan 2026 00:00:00 GMT

/"""

pytestmark = pytest.mark.skipif(
    not runner.namespaces(), reason="no namespaces here: 127.0.0.1:8000 may be in use"
)


def server(command: str = "uvicorn app:application", log: str = LOG, **options: object) -> Sample:
    text = "\n".join([f"$ {command}", *([log] if log else [])])
    return make_sample("console", text, **{"name": "serve", "background": True, **options})


def follow(text: str, **options: object) -> Sample:
    return make_sample("console", text, **{"follows": "serve", **options})


def failures(outcomes: list[Outcome]) -> list[str]:
    return [f"{o.status}: {o.message}" for o in outcomes if o.status != "passed"]


def test_a_server_from_its_start_to_its_end(page: ScratchPage) -> None:
    outcomes = page.run(FILE, server(), make_sample("http", GET), follow(STOP))
    assert failures(outcomes) == []
    assert outcomes[1].output == LOG
    assert "server: uvicorn" in outcomes[2].output
    assert outcomes[3].output == STOP


@pytest.mark.parametrize(
    ("command", "port"),
    [
        ("uvicorn app:application", 8000),
        ("uvicorn --workers 2 app:application", 8000),
        ("hypercorn --access-logfile - app:application", 8000),
        ("daphne app:application", 8000),
        ("granian --interface asgi --access-log app:application", 8000),
        ("gunicorn --no-control-socket --access-logfile - app:wsgi", 8000),
        ("gingerdj-admin startproject mysite . && exec python manage.py runserver", 8000),
    ],
)
def test_a_server_says_the_same_each_time(page: ScratchPage, command: str, port: int) -> None:
    # Each run has other process ids, ports and dates.
    request = make_sample("console", f"$ curl --silent http://127.0.0.1:{port}/a > out; sleep 0.4")
    # No worker may be caught by Ctrl+C while it starts.
    workers = 2 if "workers" in command else 0
    up = "...\nINFO:     Application startup complete.\n" * workers + "..."
    samples = [FILE, server(command, up), request, follow("...\n^C\n...")]
    runs = [page.run(*samples) for _ in range(2)]
    assert [failures(outcomes) for outcomes in runs] == [[], []]
    logs = [f"{outcomes[1].output}\n{outcomes[3].output}".strip() for outcomes in runs]
    # Workers start side by side, and Granian's beside what starts it.
    if "workers" in command or "granian" in command:
        logs = ["\n".join(sorted(re.sub("471.", "471x", log).split("\n"))) for log in logs]
    assert logs[0] == logs[1]
    assert logs[0].count("\n") > 2


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("4711", "4712", 1),
        ("8000", "8001", 5),
        ("complete.", "completed.", 4),
        ("Press", "press", 5),
    ],
)
def test_a_wrong_letter_in_a_log(page: ScratchPage, old: str, new: str, line: int) -> None:
    outcomes = page.run(FILE, server(log=LOG.replace(old, new)))
    assert (outcomes[1].status, outcomes[1].line, outcomes[1].broken) == ("failed", line, False)
    assert outcomes[1].text == f"$ uvicorn app:application\n{LOG}"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (STOP.replace("50000", "50001"), 0, '+ INFO:     127.0.0.1:50000 - "GET'),
        (STOP.replace("[4711]", "[4712]"), 3, "+ INFO:     Finished server process [4711]"),
        (STOP.split("\n", 1)[1], 0, '+ INFO:     127.0.0.1:50000 - "GET'),
        ("\n".join(STOP.split("\n")[:3]), 2, "+ INFO:     Finished"),
        ("...\n^C\n...\nINFO:     Finished server process [4712]", 3, "- INFO:     Finished"),
    ],
)
def test_a_wrong_line_in_what_a_server_says_later(
    page: ScratchPage, text: str, line: int, message: str
) -> None:
    outcomes = page.run(FILE, server(), make_sample("http", GET), follow(text))
    assert (outcomes[3].status, outcomes[3].line) == ("failed", line)
    assert message in outcomes[3].message
    if "..." not in text:
        assert outcomes[3].text == STOP


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("200 OK", "201 OK", 3),
        ("text/plain", "text/html", 4),
        ("x-a: 2", "x-a: 3", 6),
        ("\nx-a: 2", "", 6),
        ("x-a: 1", "x-b: 1", 5),
        ("01 Jan", "02 Jan", 7),
        ("\n\n/", "", 7),
        ("\n/", "\n/\nmore", 10),
    ],
)
def test_a_wrong_letter_in_a_response(page: ScratchPage, old: str, new: str, line: int) -> None:
    outcomes = page.run(FILE, server(), make_sample("http", GET.replace(old, new)))
    assert (outcomes[2].status, outcomes[2].line) == ("failed", line), outcomes[2].message


def test_two_servers_on_a_page(page: ScratchPage) -> None:
    other = GET.replace(":8000", ":8001")
    outcomes = page.run(
        FILE,
        server(),
        server(
            "uvicorn --port 8001 app:application",
            LOG.replace("8000", "8001").replace("4711", "4712"),
            name="other",
        ),
        make_sample("http", other),
        make_sample("http", GET),
        follow(STOP),
        follow(STOP.replace("4711", "4712").replace("50000", "50001"), follows="other"),
    )
    assert failures(outcomes) == []


def test_a_server_that_dies_tells_the_later_sample(page: ScratchPage) -> None:
    die = make_sample("console", "$ curl --silent http://127.0.0.1:8000/die || echo gone\ngone")
    outcomes = page.run(FILE, server(), die, make_sample("http", GET), follow(STOP))
    assert outcomes[2].status == "passed"
    assert "no HTTP answer from 127.0.0.1:8000" in outcomes[3].message
    assert "serve has ended with exit status 7." in outcomes[3].message
    assert "serve printed since:\ndying now" in outcomes[3].message
    assert "serve had ended before Ctrl+C" in outcomes[4].message


def test_a_server_that_the_page_has_stopped_is_no_news(page: ScratchPage) -> None:
    gets = make_sample("http", GET), make_sample("http", GET)
    *_, last = page.run(FILE, server(), gets[0], follow(STOP), gets[1])
    assert "no HTTP answer from 127.0.0.1:8000" in last.message
    assert "has ended" not in last.message


def test_who_neither_prints_nor_computes_nor_listens_is_not_waited_for(page: ScratchPage) -> None:
    *_, outcome = page.run(FILE, server("sleep 97", ""))
    assert "this one did nothing for 10 s" in outcome.message


def test_who_computes_is_waited_for(page: ScratchPage) -> None:
    compute = "for i in {1..20000}; do :; done"
    *_, outcome = page.run(FILE, server(f"while {compute}; do sleep 0.2; done", ""), seconds=12)
    assert "this one did not within 12 s" in outcome.message


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("sleep 97", "opened no port: a :background: sample is a server that listens"),
        ("echo on", "(it exited with 0)"),
        ("exit 3", "exited with 3"),
        ("setsid python -m http.server --bind 127.0.0.1 8000 > /dev/null 2>&1 &", "exited with 0"),
        ("gunicorn --daemon app:wsgi", "exited with 0"),
        ("yes", "printed more than 1048576 bytes and was stopped"),
        ("uvicorn nosuch:application", "exited with 3"),
    ],
)
def test_what_is_no_server(page: ScratchPage, command: str, message: str) -> None:
    log = "on and on" if "echo" in command else ""
    outcomes = page.run(FILE, server(command, log), make_sample("console", "$ true"), seconds=2)
    assert (outcomes[1].status, outcomes[2].status) == ("failed", "blocked")
    assert message in outcomes[1].message


def test_a_server_that_ignores_ctrl_c(page: ScratchPage) -> None:
    command = "trap '' INT; python -m http.server --bind 127.0.0.1 8000"
    outcomes = page.run(server(command, ""), follow("^C"), seconds=1)
    assert (outcomes[1].line, outcomes[1].broken) == (0, True)
    assert "Ctrl+C did not end the server" in outcomes[1].message


def test_the_exit_of_a_stopped_server(page: ScratchPage) -> None:
    stop = "trap 'exit 3' INT; python -m http.server --bind 127.0.0.1 8000 > /dev/null 2>&1; exit 3"
    wrong, right = (page.run(server(stop, ""), follow("^C", exit=code)) for code in (5, 3))
    assert failures(right) == []
    assert "the server exited with 3 after Ctrl+C, not 5" in wrong[1].message


def test_a_background_block_holds_one_command(page: ScratchPage) -> None:
    [outcome] = page.run(server("true\n$ false", ""))
    assert (outcome.line, outcome.status) == (1, "failed")
    assert "holds one command" in outcome.message


def test_no_server_of_that_name(page: ScratchPage) -> None:
    [outcome] = page.run(follow("x"))
    assert "no :background: sample of that name above" in outcome.message


def test_nobody_answers(page: ScratchPage) -> None:
    [outcome] = page.run(make_sample("http", GET))
    assert "no HTTP answer from 127.0.0.1:8000: ConnectionRefusedError" in outcome.message


def test_a_port_in_use_where_pages_share_the_network(page: ScratchPage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = f"uvicorn --port {port} app:application"
        outcomes = page.run(
            FILE,
            server(command, LOG.replace("8000", str(port))),
            make_sample("console", "$ true"),
            own_network=False,
        )
    assert [outcome.status for outcome in outcomes] == ["passed", "failed", "blocked"]
    assert outcomes[1].message.startswith(f"port {port} is in use by another program")
    assert "stop that program" in outcomes[1].message


def test_ctrl_c_works_where_the_callers_shell_ignores_it(page: ScratchPage) -> None:
    # A shell starts what it puts into the background with SIGINT ignored (POSIX, XCU 2.11).
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        started, stopped = page.run(
            server("python -m http.server --bind 127.0.0.1", "Serving HTTP on 127.0.0.1 ..."),
            follow("^C\n\nKeyboard interrupt received, exiting."),
            seconds=20,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert (started.status, stopped.status, stopped.message) == ("passed", "passed", "")
