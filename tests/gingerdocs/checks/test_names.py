"""The process that imports things tells what exists from what does not."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gingerdocs.checks import names

ROOT = Path(__file__).parents[3]


def ask(question: str, *asked: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-P", names.__file__, question],
        input="\n".join(asked),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stderr == ""
    return set(json.loads(done.stdout))


@pytest.fixture(scope="module")
def known() -> set[str]:
    return ask("known")


@pytest.mark.parametrize(
    "name",
    [
        "gingerdj",
        "gingerdj.core.asgi",
        "gingerdj.core.asgi.get_asgi_application",
        "get_asgi_application",
        "HttpRequest",
        "HttpRequest.method",
        "request.headers",
        "response.status_code",
        "DEBUG",
        "settings.DEBUG",
        "sync_to_async",
        "http.response.start",
        "lifespan.shutdown.complete",
        "root_path",
    ],
)
def test_our_packages_define(name: str, known: set[str]) -> None:
    assert name in known


@pytest.mark.parametrize(
    "name", ["HttpRequest._body", "request.metod", "settings.debug", "badrequest.body", ""]
)
def test_our_packages_do_not_define(name: str, known: set[str]) -> None:
    assert name not in known


def test_the_settings_are_those_of_gingerdj(known: set[str]) -> None:
    assert ask("settings") == {
        name.removeprefix("settings.") for name in known if re.fullmatch(r"settings\.[A-Z_]+", name)
    }
    assert "DEBUG" in ask("settings")


def test_says_which_names_exist() -> None:
    true = {"asyncio", "asyncio.run", "str.join", "uvicorn.Config", "os.path", "os.path.join"}
    false = {"asyncioo", "asyncio.rnu", "str.jion", "uvicorn.Confg", "os.pth.join", "no.such.thing"}
    assert ask("exist", *true, *false) == true


def test_imports_no_module_to_say_that_it_is_there() -> None:
    assert ask("exist", "this", "antigravity") == {"this", "antigravity"}
