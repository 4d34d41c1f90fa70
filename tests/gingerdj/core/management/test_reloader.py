"""Which folders the reloader watches."""

import sys
from pathlib import Path

import pytest

import gingerdj
from gingerdj.core.management.reloader import watched_folders


def test_pythonpath_is_watched_but_not_gingerdj(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    framework = Path(gingerdj.__file__).parents[1]
    monkeypatch.delenv("GINGER_SETTINGS_MODULE", raising=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(framework), *sys.path])
    assert watched_folders() == [tmp_path]
