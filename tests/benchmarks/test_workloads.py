"""The workloads are the same for every process that asks for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks import workloads


def test_a_file_that_another_process_reads_is_never_half_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(b"half of an old one")
    monkeypatch.setattr(workloads, "FILE", file)
    reader = os.open(file, os.O_RDONLY)
    try:
        workloads.make_file()
        assert os.pread(reader, 100, 0) == b"half of an old one"
    finally:
        os.close(reader)
    assert file.read_bytes() == workloads.file_content()
    assert list(tmp_path.iterdir()) == [file]
