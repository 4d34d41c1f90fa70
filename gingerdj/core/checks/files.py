"""Checks of uploaded files."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from gingerdj.conf import settings

from .messages import CheckMessage, Error
from .registry import Tags, register


@register(Tags.files)
def check_setting_file_upload_temp_dir(**kwargs: Any) -> list[CheckMessage]:
    """Report a folder for temporary files that is not there."""
    folder = settings.FILE_UPLOAD_TEMP_DIR
    if not isinstance(folder, str | PathLike) or not folder or Path(folder).is_dir():
        return []
    return [
        Error(
            f"The setting FILE_UPLOAD_TEMP_DIR names {str(folder)!r}, but there is no such folder.",
            hint="Create the folder, or set it to None for the system's own.",
            id="files.E001",
        )
    ]
