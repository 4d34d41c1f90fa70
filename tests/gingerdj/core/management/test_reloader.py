"""Which folders the reloader watches."""

import sys
import sysconfig
from pathlib import Path

import pytest

import gingerdj
from gingerdj.core.management.reloader import watched_folders


def test_pythonpath_is_watched_but_not_gingerdj(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    framework = Path(gingerdj.__file__).parents[1]
    monkeypatch.delenv("GINGER_SETTINGS_MODULE", raising=False)
    # Not those of this process: it may have a PYTHONPATH of its own.
    installed = [sysconfig.get_path(name) for name in ("stdlib", "purelib")]
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(framework), *installed])
    assert watched_folders() == [tmp_path]
