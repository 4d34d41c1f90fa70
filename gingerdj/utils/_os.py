"""Paths of files."""

from __future__ import annotations

import os
from pathlib import PurePath

from gingerdj.core.exceptions import SuspiciousFileOperation


def safe_join(base: str | os.PathLike[str], *paths: str | os.PathLike[str]) -> str:
    """Return the absolute path of something in a folder, or of the folder itself.

    Args:
        base: the folder.
        paths: what to join to it.

    Raises:
        SuspiciousFileOperation: the path leads out of the folder.
    """
    folder = os.path.abspath(base)  # noqa: PTH100 - pathlib would leave the dots in
    joined = os.path.abspath(os.path.join(folder, *paths))  # noqa: PTH100, PTH118 - the same
    if not PurePath(joined).is_relative_to(folder):
        raise SuspiciousFileOperation(
            f"The joined path ({joined}) is located outside of the base path component ({folder})"
        )
    return joined
