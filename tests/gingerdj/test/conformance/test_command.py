"""The suite as its users run it: from the command line, over an application that they name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SUITE = "gingerdj.test.conformance"
REFERENCE = (
    f"--asgi-app={SUITE}.reference:application()",
    f"--asgi-app-failing={SUITE}.reference:failing()",
    f"--asgi-app-hanging={SUITE}.reference:hanging()",
)
BARE = """
async def application(scope, receive, send):
    if scope["type"] != "http":
        raise ValueError(scope["type"])
    while (message := await receive())["type"] == "http.request":
        if not message.get("more_body"):
            break
    if message["type"] not in ("http.request", "http.disconnect"):
        raise ValueError(message)
    if message["type"] == "http.request":
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 404, "headers": headers})
        await send({"type": "http.response.body", "body": b"no" * (scope["method"] != "HEAD")})
"""


def run(folder: Path, *arguments: str, alone: bool = True) -> tuple[int, str]:
    """Run the suite in a folder; return the exit code and what was printed.

    Other plugins that are installed, most of which take longer to load than the suite, are left out
    of a run `alone`.
    """
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} if alone else None
    command = (sys.executable, "-m", "pytest", "-q", "-ra", "-p", "no:cacheprovider")
    suite = ("-p", f"{SUITE}.plugin", "--pyargs", SUITE)
    done = subprocess.run(
        [*command, *suite, *arguments], cwd=folder, env=env, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def test_the_reference_passes_every_test(tmp_path: Path) -> None:
    code, output = run(tmp_path, *REFERENCE, alone=False)
    assert code == 0, output
    found = re.search(r"^(\d+) passed in", output, re.MULTILINE)
    assert found, output
    assert int(found[1]) >= 60


def test_what_an_application_does_not_offer_is_skipped_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "site_of_mine.py").write_text(BARE)
    code, output = run(tmp_path, "--asgi-app=site_of_mine:application")
    assert code == 0, output
    assert re.search(r"^\d\d passed, \d\d skipped in", output, re.MULTILINE), output
    assert "the application offers no 'echo' at /conformance/echo/" in output
    assert "the application knows no lifespan: ValueError('lifespan')" in output


def test_a_failure_names_the_point(tmp_path: Path) -> None:
    (tmp_path / "site_of_mine.py").write_text(
        BARE.replace('b"content-length"', 'b"Content-Length"')
    )
    code, output = run(tmp_path, "--asgi-app=site_of_mine:application")
    assert code == 1
    failed = re.findall(r"^FAILED .*::(\w+)", output, re.MULTILINE)
    assert failed == ["test_14_response_header_names_are_lower_case_bytes"]
    assert re.findall(r"^(\d\d) .* failed \(1 of 2 tests\)$", output, re.MULTILINE) == ["14"]
    assert re.search(r"^40 points: \d\d passed, 1 failed, \d\d skipped$", output, re.MULTILINE)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name the application: --asgi-app mysite.asgi:application"),
        (["--asgi-app=site_of_mine"], "'site_of_mine' names no application: write module:name"),
        (
            ["--asgi-app=no_such_module:app"],
            "The application 'no_such_module:app' cannot be loaded",
        ),
        ([f"--asgi-app={SUITE}.reference:app"], "reference:app' cannot be loaded"),
        ([*REFERENCE, "--asgi-path=/echo/"], "--asgi-path '/echo/' names no endpoint"),
        ([*REFERENCE, "--asgi-path=eco=/echo/"], "--asgi-path 'eco=/echo/' names no endpoint"),
    ],
)
def test_what_is_wrong_with_the_options_is_said_once(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    code, output = run(tmp_path, *arguments)
    assert code == pytest.ExitCode.USAGE_ERROR
    assert output.count(said) == 1
    assert "test_01" not in output


def test_endpoints_may_lie_elsewhere_and_extensions_be_left_out(tmp_path: Path) -> None:
    where = ("--asgi-prefix=/none/", "--asgi-path=echo=/conformance/echo/")
    code, output = run(tmp_path, *REFERENCE, *where, "--asgi-extension=http.response.push")
    assert code == 0, output
    assert "the application offers no 'facts' at /none/facts/" in output
    assert "no 'echo'" not in output
    assert "the extension http.response.debug is not to be tested (--asgi-extension)" in output


def test_pytest_is_imported_by_nothing_else() -> None:
    code = "import sys, gingerdj.test, gingerdj.core.asgi; sys.exit('pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
