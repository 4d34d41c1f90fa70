"""Runs Sphinx in a process of its own that need not import it again.

Catalogs are global in Sphinx, hence a process per build; to import Sphinx and its extensions takes
longer than to build a small guide. So this process imports them once, creates no application, and
every build is a child forked from it.
"""

import functools
import gc
import importlib
import logging
from collections.abc import Sequence
from pathlib import Path

from gingerdocs import ROOT
from gingerdocs.languages import Language

from .steps import Step

IMPORTED = (
    "sphinx.cmd.build",
    "docutils.languages.en",
    "furo",
    "gingerdocs.extension",
    "jinja2.ext",
    "myst_parser.parsers.sphinx_",
    "myst_parser.sphinx_ext.directives",
    "myst_parser.sphinx_ext.main",
    "myst_parser.sphinx_ext.mathjax",
    "myst_parser.sphinx_ext.myst_refs",
    "pygments.lexers.python",
    "pygments.lexers.shell",
    "pygments.lexers.textfmts",
    "pygments.styles.gh_dark",
    "sphinx.builders.latex.transforms",
    "sphinx.ext.mathjax",
    "sphinx_basic_ng",
    "sphinx_copybutton",
    "sphinx_design.extension",
    "xml.dom.minidom",
)
"""What every build imports sooner or later. One that is left out costs time and nothing else."""

COLLECTIONS = (200_000, 10, 1000)
"""When garbage is collected: after so many new objects, and how often the older ones are looked at.

Python's own measure is 700, 10, 10. A page is garbage once it is written; what stays is much, and
to go through it would find nothing.
"""


def sphinx_step(
    title: str, builder: str, language: Language, output: Path, log: Path, *options: str
) -> Step:
    """Return the step that builds the pages in a language with a builder, into ``output``.

    ``options`` are further ones of ``sphinx-build``.
    """
    arguments = (
        *("-q", "-b", builder, "--no-color", "-c", str(ROOT)),
        *("-d", str(ROOT / "build" / "doctrees" / language.code)),
        *("-D", f"language={language.locale}", *options, str(ROOT / "docs"), str(output)),
    )
    return Step(title, functools.partial(_build, arguments), log, cwd=ROOT)


@functools.cache
def import_sphinx() -> None:
    """Import and read what Sphinx builds are made of, for the children that are forked later."""
    gc.disable()
    application = importlib.import_module("sphinx.application")
    for name in (*application.builtin_extensions, *IMPORTED):
        importlib.import_module(name)
    importlib.import_module("gingerdocs.stages.spared").keep()
    # Each translation's build needs it.
    importlib.import_module("gingerdocs.translating.glossary").load()
    gc.freeze()  # What is here to stay need not be looked through, nor copied, in each child.
    gc.enable()


def _build(arguments: Sequence[str]) -> int:
    gc.set_threshold(*COLLECTIONS)
    logging.disable(logging.DEBUG)  # A log that nobody reads; Sphinx would format each line of it.
    return int(importlib.import_module("sphinx.cmd.build").main(arguments))
