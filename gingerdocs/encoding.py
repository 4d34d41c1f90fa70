"""Refuses pages that are not in UTF-8 by file and line, of which Sphinx would name neither."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError

from .sample import Problem


def misread(path: Path, root: Path) -> Problem | None:
    """Return what is wrong with the encoding of a file, if anything is.

    Args:
        path: the file.
        root: the checkout, from which a problem names the file.
    """
    content = path.read_bytes()
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = content[error.start]
        message = f"is not UTF-8 (byte 0x{byte:02x}); save the page as UTF-8"
        return Problem(path.relative_to(root).as_posix(), line, message)
    return None


def _look(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    root = Path(app.config.gingerdocs_root)
    problems = (misread(Path(env.doc2path(docname)), root) for docname in docnames)
    if found := [str(problem) for problem in problems if problem]:
        raise SphinxError("\n".join(found))


def setup(app: Sphinx) -> None:
    """Look at the pages before they are read."""
    app.connect("env-before-read-docs", _look)
