"""Takes the samples from the pages: one Sphinx process per language, side by side."""

import argparse
import functools
import json
import sys
from pathlib import Path

from .languages import Language, chosen
from .sample import Page, page_from_json
from .steps import PYTHON, Step, run

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "samples"


def take(languages: tuple[Language, ...]) -> int:
    """Write ``build/samples/<language>.json``; return an exit code."""
    steps = [
        Step(
            f"The samples in {language.name}",
            (
                *(PYTHON, "-m", "sphinx", "-q", "-b", "samples", "-t", "html", "--no-color"),
                *("-c", str(ROOT), "-d", str(ROOT / "build" / "doctrees" / language.code)),
                *("-D", f"language={language.locale}", str(ROOT / "docs"), str(FOLDER)),
            ),
            ROOT / "build" / "logs" / f"samples-{language.code}.log",
        )
        for language in languages
    ]
    errors = run(steps)
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
