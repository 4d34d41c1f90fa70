"""The check of uploaded files."""

from __future__ import annotations

from pathlib import Path

import pytest

from gingerdj.core.checks import Tags, run_checks

from .conftest import Configure


@pytest.mark.parametrize(
    ("name", "ids"), [(None, []), (".", []), ("nope", ["files.E001"]), ("file", ["files.E001"])]
)
def test_temporary_folder(
    name: str | None, ids: list[str], configure: Configure, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    configure(FILE_UPLOAD_TEMP_DIR=None if name is None else tmp_path / name)
    assert [message.id for message in run_checks(tags=[Tags.files])] == ids
