"""runserver as a developer meets it: real processes, real sockets, real edits."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from gingerdj.core.management import CommandError, call_command

from .conftest import VIEWS, Run, environment
from .running import DEADLINE, alive, edit, eventually, serving


def test_what_it_prints_from_start_to_request(site: Path) -> None:
    with serving(site, "127.0.0.1:0", "--noreload") as server:
        address = server.address()
        assert httpx.get(address).text == "hello"
        assert httpx.get(address + "missing/").status_code == 404
        server.wait_for(r'"GET /missing/ HTTP/1\.1" 404 \d+$')
        port = address.rsplit(":", 1)[1].rstrip("/")
        date = server.lines[3]
        assert re.fullmatch(r"[A-Z]\w+ \d\d, \d{4} - \d\d:\d\d:\d\d", date)
        assert server.lines[:7] == [
            "Performing system checks...",
            "",
            "System check identified no issues (0 silenced).",
            date,
            "GingerDJ version 1.0.dev0, using settings 'mysite.settings'",
            f"Starting development server at http://127.0.0.1:{port}/",
            "Quit the server with CONTROL-C.",
        ]
        request = server.wait_for('"GET / HTTP/1.1"')
        stamp = r"\[\d\d/[A-Z][a-z]{2}/\d{4} \d\d:\d\d:\d\d\]"
        assert re.fullmatch(stamp + r' "GET / HTTP/1\.1" 200 5', request)


@pytest.mark.parametrize("options", [[], ["--noreload"]], ids=["reload", "noreload"])
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_it_ends_with_code_0(site: Path, options: list[str], end: signal.Signals) -> None:
    with serving(site, "127.0.0.1:0", *options) as server:
        httpx.get(server.address())
        family = psutil.Process(server.process.pid).children(True)
        assert len(family) == (0 if options else 1)
        server.process.send_signal(end)
        assert server.wait() == 0
        eventually(lambda: not any(alive(child.pid) for child in family))
    assert "Traceback" not in "\n".join(server.lines)


def test_ctrl_c_from_a_terminal_reaches_both_processes(site: Path) -> None:
    with serving(site, "127.0.0.1:0") as server:
        server.address()
        (child,) = psutil.Process(server.process.pid).children(True)
        child.send_signal(signal.SIGINT)
        server.process.send_signal(signal.SIGINT)
        assert server.wait() == 0
        eventually(lambda: not alive(child.pid))
    assert "Traceback" not in "\n".join(server.lines)


def test_an_edit_is_served_even_within_the_same_second(site: Path) -> None:
    views = site / "mysite" / "views.py"
    with serving(site, "127.0.0.1:0") as server:
        assert httpx.get(server.address()).text == "hello"
        for start, text in enumerate(["HELLO", "Hello"], 2):
            edit(views, VIEWS.format(text=text))
            server.wait_for(r"^mysite/views\.py changed, reloading\.$", start - 1)
            assert httpx.get(server.address(start)).text == text


@pytest.mark.parametrize("way", ["option", "variable"])
def test_a_project_elsewhere_is_watched_too(way: str, site: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    options = ["--pythonpath", str(site), "--settings", "mysite.settings"]
    variables = {"PYTHONPATH": str(site), "GINGER_SETTINGS_MODULE": "mysite.settings"}
    words, env = (options, {}) if way == "option" else ([], variables)
    with serving(elsewhere, "127.0.0.1:0", *words, program=("-m", "gingerdj"), **env) as server:
        assert httpx.get(server.address()).text == "hello"
        edit(site / "mysite" / "views.py", VIEWS.format(text="edited"))
        server.wait_for(r"mysite/views\.py changed, reloading\.$")
        assert httpx.get(server.address(2)).text == "edited"


def test_a_syntax_error_waits_for_its_mend(site: Path) -> None:
    views = site / "mysite" / "views.py"
    with serving(site, "127.0.0.1:0") as server:
        server.address()
        edit(views, "def home(request:\n")
        server.wait_for(r"^SyntaxError: ")
        server.wait_for(r"^Waiting for a change to the code\.$")
        assert server.process.poll() is None
        edit(views, VIEWS.format(text="mended"))
        assert httpx.get(server.address(2)).text == "mended"


@pytest.mark.parametrize("name", ["settings", "urls"])
def test_an_error_at_the_first_start_waits_too(name: str, site: Path) -> None:
    module = site / "mysite" / f"{name}.py"
    good = module.read_text()
    module.write_text("1/0\n")
    with serving(site, "127.0.0.1:0") as server:
        server.wait_for(r"^ZeroDivisionError: ")
        server.wait_for(r"^Waiting for a change to the code\.$")
        edit(module, good)
        assert httpx.get(server.address()).text == "hello"


def test_a_failed_check_waits_for_its_mend(site: Path) -> None:
    settings = site / "mysite" / "settings.py"
    good = settings.read_text()
    settings.write_text(good + "ROOT_URLCONF = 'mysite.nothing'\n")
    with serving(site, "127.0.0.1:0") as server:
        server.wait_for(r"\(urls\.E010\) ROOT_URLCONF is 'mysite\.nothing'")
        server.wait_for(r"^Waiting for a change to the code\.$")
        edit(settings, good)
        server.address()


@pytest.mark.parametrize("options", [[], ["--noreload"]], ids=["reload", "noreload"])
def test_a_port_in_use_is_one_sentence(site: Path, options: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(site, str(port), *options) as server:
            assert server.wait() == 1
            server.wait_for(
                rf"^CommandError: Cannot listen on 127\.0\.0\.1:{port}: the port is in use: "
            )
    assert "Traceback" not in "\n".join(server.lines)
    assert not [line for line in server.lines if line.startswith("Starting")]


@pytest.mark.parametrize("options", [[], ["--noreload"]], ids=["reload", "noreload"])
def test_a_wrong_settings_module_is_one_sentence(site: Path, options: list[str]) -> None:
    with serving(site, *options, GINGER_SETTINGS_MODULE="mysite.nothing") as server:
        assert server.wait() == 1
        error = server.wait_for("mysite.nothing")
    assert server.lines == [error]
    assert "GINGER_SETTINGS_MODULE" in error


@pytest.mark.parametrize("limit", ["max_inotify_instances", "max_inotify_watches"])
def test_a_system_that_watches_no_more_files_is_one_sentence(limit: str, site: Path) -> None:
    alone = ["unshare", "--user", "--map-root-user", "sh", "-c"]
    lower = f"echo 0 > /proc/sys/user/{limit}"
    if shutil.which("unshare") is None or subprocess.run([*alone, lower], check=False).returncode:
        pytest.skip("needs Linux and user namespaces, to lower the limit for itself alone")
    done = subprocess.run(
        [*alone, f'{lower} && exec "$0" manage.py runserver 0', sys.executable],
        cwd=site,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("CommandError: Cannot watch the project's files: ")
    assert line.endswith("--noreload.")


def test_ipv6(site: Path) -> None:
    with serving(site, "--ipv6", "--noreload", "0") as server:
        address = server.address()
        assert address.startswith("http://[::1]:")
        assert httpx.get(address).text == "hello"


@pytest.mark.parametrize("option", ["--nothreading", "--noreload"])
def test_threads(option: str, site: Path) -> None:
    with serving(site, "127.0.0.1:0", "--noreload", option) as server:
        address = server.address()
        port = int(address.rsplit(":", 1)[1].rstrip("/"))
        answer = b""
        with socket.create_connection(("127.0.0.1", port), DEADLINE) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            while not answer.endswith(b"hello"):
                chunk = client.recv(65536)
                assert chunk
                answer += chunk
        assert (b"Connection: close" in answer) == (option == "--nothreading")


def test_ctrl_c_ends_a_request_that_hangs_without_threads(site: Path) -> None:
    (site / "mysite" / "views.py").write_text(
        "import time\n\n\ndef home(request):\n"
        "    print('begun', flush=True)\n    time.sleep(3600)\n"
    )
    with serving(site, "127.0.0.1:0", "--noreload", "--nothreading") as server:
        port = int(server.address().rsplit(":", 1)[1].rstrip("/"))
        with socket.create_connection(("127.0.0.1", port), DEADLINE) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            server.wait_for("^begun$")
            server.process.send_signal(signal.SIGINT)
            assert server.wait() == 0


def test_it_serves_wsgi_application_and_not_asgis(site: Path) -> None:
    (site / "mysite" / "asgi.py").write_text("raise SystemExit('asgi.py was imported')\n")
    with (site / "mysite" / "wsgi.py").open("a") as wsgi:
        wsgi.write(
            "\n\ndef application(environ, start_response):\n"
            "    start_response('200 OK', [('Content-Length', '4')])\n"
            "    return [b'mine']\n"
        )
    with serving(site, "127.0.0.1:0", "--noreload") as server:
        assert httpx.get(server.address()).text == "mine"


def test_a_wsgi_application_that_is_not_there(site: Path) -> None:
    with (site / "mysite" / "settings.py").open("a") as settings:
        settings.write("WSGI_APPLICATION = 'mysite.wsgi.nothing'\n")
    with serving(site, "127.0.0.1:0", "--noreload") as server:
        assert server.wait() == 1
        server.wait_for(r"^ImproperlyConfigured: WSGI application .* could not be loaded ")


def test_without_debug_hosts_must_be_allowed(site: Path) -> None:
    with (site / "mysite" / "settings.py").open("a") as settings:
        settings.write("DEBUG = False\n")
    with serving(site, "127.0.0.1:0", "--noreload") as server:
        assert server.wait() == 1
        server.wait_for(r"^CommandError: .*ALLOWED_HOSTS must name the hosts")


@pytest.mark.parametrize(
    "address",
    ["eight", "127.0.0.1:eight", "127.0.0.1:", ":8000", "8000:", "65536", "-1", "::1", "::1:8000"],
)
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(CommandError, match="8000"):
        call_command("runserver", "--", address, use_reloader=False)


def test_help(manage: Run) -> None:
    done = manage("runserver", "--help")
    assert done.returncode == 0
    for option in ("--ipv6", "--noreload", "--nothreading", "--skip-checks", "addrport"):
        assert option in done.stdout
