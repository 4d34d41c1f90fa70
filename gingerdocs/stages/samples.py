"""Takes the samples from the pages: one Sphinx process per language, side by side."""

import argparse
import functools
import json
import sys

from gingerdocs import ROOT
from gingerdocs.languages import Language, chosen
from gingerdocs.sample import Page, page_from_json

from .sphinx_step import import_sphinx, sphinx_step
from .steps import Step, run

FOLDER = ROOT / "build" / "samples"


def steps(languages: tuple[Language, ...]) -> list[Step]:
    """Return the steps that write ``build/samples/<language>.json``."""
    import_sphinx()
    logs = ROOT / "build" / "logs"
    return [
        sphinx_step(
            f"The samples in {language.name}",
            "samples",
            language,
            FOLDER,
            logs / f"samples-{language.code}.log",
            *("-t", "html"),
        )
        for language in languages
    ]


def take(languages: tuple[Language, ...]) -> int:
    """Write ``build/samples/<language>.json``; return an exit code."""
    errors = run(steps(languages))
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


@functools.cache
def read(lang: str) -> dict[str, Page]:
    """Return the pages of a language by their paths, as they were taken.

    Raises FileNotFoundError, with the mend, where none were.
    """
    file = FOLDER / f"{lang}.json"
    if not file.is_file():
        raise FileNotFoundError(f"no samples in {lang!r} yet: run make samples first")
    found = (page_from_json(data) for data in json.loads(file.read_text("utf-8")))
    return {page.path: page for page in found}


def main(argv: list[str]) -> int:
    """The verb ``samples``."""
    parser = argparse.ArgumentParser(prog="python -m gingerdocs samples", description=take.__doc__)
    parser.add_argument("--langs", default="", help="for example en,pt (default: all)")
    try:
        languages = chosen(parser.parse_args(argv).langs)
    except ValueError as error:
        parser.error(str(error))
    return take(languages)
