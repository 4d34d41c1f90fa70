"""Reads the reference in a process of its own, once for all builds of the same code.

The package is imported for real, which no process with other work should have to bear, and each
language is built in a process of its own. So the first that asks starts the reading and keeps what
comes of it in ``build``, by the digest of the code; the others wait for it.
"""

import fcntl
import functools
import gc
import hashlib
import importlib
import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

from . import commands, findings, settings
from .model import Module, Reference, Setting
from .names import Names
from .sources import Sources

PACKAGE = "gingerdj"


class ReadingError(Exception):
    """The package could not be read; the message is what Python said."""


@functools.cache
def load(root: Path) -> Reference:
    """Return the reference of the checkout ``root``.

    Raises:
        ReadingError: the package cannot be imported.
    """
    folder = root / "build"
    folder.mkdir(exist_ok=True)
    # What other code has kept may be made of classes that this code does not have.
    kept = folder / f"reference-{_digest(root)}.pickle"
    with (folder / "reference.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_file():
            command = [sys.executable, "-m", __name__, str(kept)]
            done = subprocess.run(command, cwd=root, capture_output=True, text=True)
            if done.returncode:
                raise ReadingError(done.stderr.strip())
        found: Reference = pickle.loads(kept.read_bytes())  # noqa: S301 - main() wrote it.
        return found


def _digest(root: Path) -> str:
    """Return a digest of the code that is read, and of the code that reads it."""
    digest = hashlib.blake2b(digest_size=16)
    for folder in (root / PACKAGE, Path(__file__).parent):
        for path in sorted(folder.rglob("*.py")):
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def read(root: Path) -> Reference:
    """Read the package of a checkout, from the sources and from the imported modules."""
    sources = Sources(root, PACKAGE)
    names = Names(sources)
    modules: dict[str, Module] = {}
    for name in sources:
        if not any(part.startswith("_") for part in name.split(".")):
            modules[name] = names.module(name)
    problems: list[tuple[str, str]] = []
    listed: tuple[Setting, ...] = ()
    if settings.MODULE in sources:
        listed = tuple(settings.read(sources.module(settings.MODULE), problems))
    words = frozenset(setting.name for setting in listed)
    return Reference(
        modules,
        listed,
        tuple(commands.read(sources)) if commands.PACKAGE in sources else (),
        findings.read(sources, words, problems),
        tuple(problems),
    )


def main(path: str) -> None:
    """Write the reference of the checkout in the working folder, in place of what is kept there."""
    gc.disable()  # Syntax trees are many objects, and all of them stay until the process ends.
    warnings.simplefilter("ignore")
    os.environ["GINGER_SETTINGS_MODULE"] = settings.MODULE
    kept = Path(path)
    fresh = kept.with_suffix(".new")
    fresh.write_bytes(pickle.dumps(read(Path.cwd())))
    for old in kept.parent.glob("reference-*.pickle"):
        old.unlink()
    fresh.replace(kept)


if __name__ == "__main__":
    # Under the name of the module, by which those who load it know its classes.
    importlib.import_module("gingerdocs.reference.reading").main(*sys.argv[1:])
