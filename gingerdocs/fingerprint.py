"""Says, without building anything, whether what a site is made of has changed."""

import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from .machine import programs

INPUTS = (
    "Makefile",
    "README.md",
    "benchmarks",
    "conf.py",
    "docs",
    "examples",
    "extras",
    "gingerdj",
    "gingerdocs",
    "locale",
    "programs.toml",
    "pyproject.toml",
    "requirements.txt",
)
"""The files and folders of the checkout that a built site depends on."""


def fingerprint(root: Path, extra: Iterable[str] = ()) -> str:
    """Return a digest of everything that the site of the checkout ``root`` is made of.

    It covers the contents of the inputs, the interpreter, the programs that the pages run, and
    whatever else the caller names in ``extra``.
    """
    return digest_of(root, input_files(root), (*extra, *programs_of(root)))


def digest_of(root: Path, files: Iterable[Path], facts: Iterable[str]) -> str:
    """Return a digest of the interpreter, of some facts, and of files below ``root``."""
    digest = hashlib.blake2b(digest_size=20)
    for line in (sys.version, sys.prefix, *facts):
        digest.update(encoded(line) + b"\0")
    for path in files:
        content = path.read_bytes()
        digest.update(encoded(f"{path.relative_to(root)}\0{len(content)}\0"))
        digest.update(content)
    return digest.hexdigest()


def encoded(text: str) -> bytes:
    """Return a text in UTF-8; the name of a file in it may be what is no text (PEP 383)."""
    return text.encode("utf-8", "surrogateescape")


def input_files(root: Path) -> Iterator[Path]:
    """Yield the input files of a checkout, in order, without what tools leave among them.

    A link that leads nowhere is none.
    """
    for name in INPUTS:
        path = root / name
        if path.is_file():
            yield path
        for folder, folders, files in os.walk(path):
            folders[:] = sorted(entry for entry in folders if not left_by_tools(entry))
            found = (Path(folder, file) for file in sorted(files) if not left_by_tools(file))
            yield from filter(Path.is_file, found)


def left_by_tools(name: str) -> bool:
    """Return whether a file or folder of that name is no input, wherever it lies."""
    return name.startswith(".") or name == "__pycache__" or name.endswith((".pyc", ".mo", "~"))


def programs_of(root: Path) -> Iterator[str]:
    """Yield what changes with the programs that the pages run."""
    # A program's file changes with its version, and looking at it starts nothing.
    for command in programs.load(root / "programs.toml"):
        path = shutil.which(command)
        if path:
            status = Path(path).stat()
            yield f"{command} {os.path.realpath(path)} {status.st_size} {status.st_mtime_ns}"
        else:
            yield f"{command} missing"
