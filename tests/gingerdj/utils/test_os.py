"""Paths that stay in their folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from gingerdj.core.exceptions import SuspiciousFileOperation
from gingerdj.utils._os import safe_join


@pytest.mark.parametrize(
    ("paths", "joined"),
    [
        ([], ""),
        (["a", "b"], "a/b"),
        (["a/../b"], "b"),
        (["./"], ""),
        (["..hidden"], "..hidden"),
        (["../folder/a"], "a"),
    ],
)
def test_inside(paths: list[str], joined: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    assert safe_join(folder, *paths) == str(folder / joined)


@pytest.mark.parametrize("path", ["..", "../a", "/etc/passwd", "a/../../b", "../folder-too/a"])
def test_outside(path: str, tmp_path: Path) -> None:
    with pytest.raises(SuspiciousFileOperation, match="is located outside of"):
        safe_join(tmp_path / "folder", path)


def test_everything_is_in_the_root() -> None:
    assert safe_join("/", "etc", "passwd") == "/etc/passwd"
