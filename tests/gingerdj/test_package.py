"""The package itself: its version, and its set-up."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

import gingerdj
from gingerdj.urls import get_script_prefix, set_script_prefix
from gingerdj.utils.module_loading import import_string, module_has_submodule


def test_the_version_is_one() -> None:
    assert gingerdj.__version__ == gingerdj.get_version()


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ((1, 0, 0, "alpha", 0), "1.0.dev0"),
        ((1, 2, 0, "alpha", 1), "1.2a1"),
        ((1, 2, 3, "rc", 2), "1.2.3rc2"),
        ((1, 2, 3, "final", 0), "1.2.3"),
    ],
)
def test_versions(version: Any, text: str) -> None:
    assert gingerdj.get_version(version) == text


def test_a_wrong_stage() -> None:
    with pytest.raises(ValueError, match="'gamma' is no release stage"):
        gingerdj.get_version((1, 0, 0, "gamma", 0))


def test_setup_sets_the_prefix(configure: Any) -> None:
    configure(FORCE_SCRIPT_NAME="/app", LOGGING_CONFIG=None)
    try:
        gingerdj.setup()
        assert get_script_prefix() == "/app/"
    finally:
        set_script_prefix("/")


def test_importing_the_package_alone_is_light() -> None:
    code = "import sys, gingerdj; print(sorted(n for n in sys.modules if 'gingerdj' in n))"
    finished = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60
    )
    assert finished.stdout.strip() == "['gingerdj', 'gingerdj.utils', 'gingerdj.utils.lazy']"


@pytest.mark.parametrize("dotted_path", ["plain", "gingerdj.nope", "nowhere.name"])
def test_a_wrong_dotted_path(dotted_path: str) -> None:
    with pytest.raises(ImportError):
        import_string(dotted_path)


def test_dotted_paths() -> None:
    assert import_string("gingerdj.get_version") is gingerdj.get_version
    assert module_has_submodule(gingerdj, "http")
    assert not module_has_submodule(gingerdj, "nope")
