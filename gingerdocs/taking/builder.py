"""Takes from the pages what the tests need to know of them: a JSON file for each language.

The "samples" builder does nothing else; a build of HTML does it by the way when it is told where to
(``gingerdocs_samples``).
"""

import json
import logging
import re
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.dummy import DummyBuilder
from sphinx.util.logging import WarningLogRecordTranslator

from gingerdocs.checks import prose, spelling
from gingerdocs.checks.hints import Hints
from gingerdocs.languages import SOURCE, by_locale
from gingerdocs.sample import Page, Problem, page_from_json, to_json
from gingerdocs.translating import catalog_check, catalogs

from . import seen
from .extract import Extraction, extract, page_path
from .leads import Sections

_PLACE = re.compile(r"(?P<path>.*?)(?::(?P<line>\d+))?(?P<translated>:<translated>.*)?")

UNPROVED = "unproved"
"""The kind of warning that a sample has no proof: that is no mistake of the page's."""

_DECORATION = re.compile(r"^\S+: WARNING: |(?: \[[\w.]+\])+$")


class Warnings(logging.Handler):
    """Keeps Sphinx's warnings as (place, message) pairs."""

    def __init__(self, app: Sphinx) -> None:
        super().__init__(logging.WARNING)
        self.addFilter(WarningLogRecordTranslator(app))
        self.addFilter(Hints(app))
        self.kept: dict[tuple[str, str], None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if getattr(record, "subtype", None) == UNPROVED:
            return
        # Sphinx hands a buffered record on again, with its place and its kind written into it.
        message = _DECORATION.sub("", record.getMessage().strip())
        self.kept[str(getattr(record, "location", None) or ""), message] = None


class Taking:
    """What is taken from the pages of one build, while it goes through them.

    Args:
        app: the build.
        folder: where the file of the build's language goes.
    """

    def __init__(self, app: Sphinx, folder: Path) -> None:
        self._env = app.env
        self._root = Path(app.config.gingerdocs_root)
        self._first = str(app.config.root_doc)
        self._language = by_locale(app.config.language)
        self._target = folder / f"{self._language.code}.json"
        self._earlier = self._read()
        self._found: dict[str, Extraction] = {}
        self._pages: dict[str, Page] = {}
        self._messages: dict[str, list[catalogs.Message]] = {}
        self._texts: list[spelling.Text] = []
        self._warnings = Warnings(app)
        logging.getLogger("sphinx").addHandler(self._warnings)
        app.connect("env-get-outdated", self._outdated)

    def _read(self) -> dict[str, Page]:
        """Return what the file holds of an earlier build, by the paths of the pages."""
        try:
            pages = map(page_from_json, json.loads(self._target.read_text("utf-8")))
            return {page.path: page for page in pages}
        except (OSError, ValueError, TypeError, KeyError):
            return {}

    def _outdated(self, *_: object) -> list[str]:
        """Read pages with problems anew: Sphinx warns of a page only when it reads it."""
        pages = {name: self.page(name) for name in self._env.found_docs}
        return [name for name, page in pages.items() if not page or any(page.problems.values())]

    def page(self, docname: str) -> Page | None:
        """Return what was taken from a page, in this build or else in an earlier one."""
        return self._pages.get(docname) or self._earlier.get(page_path(self._env, docname))

    @cached_property
    def _sections(self) -> Sections:
        return Sections(self._env)

    @property
    def warned(self) -> bool:
        """Whether the build has warned of anything but lacking proofs."""
        return bool(self._warnings.kept)

    def take(self, docname: str, doctree: nodes.document, found: Extraction) -> None:
        """Take what there is on a page, resolved and translated, of which the samples are found."""
        code = {
            node["msgid"]: node.get("language", "")
            for node in doctree.findall(nodes.literal_block)
            if "msgid" in node
        }
        messages = [
            catalogs.Message(text, line, code.get(text), self._path(file), place)
            for file, line, text, place in doctree.get("messages", [])
        ]
        self._found[docname] = found
        self._messages[docname] = messages
        texts = spelling.texts(found.path, messages, found.catalog)
        self._texts += texts
        front_matter = self._env.metadata[docname]
        self._pages[docname] = Page(
            found.path,
            self._language.code,
            tuple(found.samples),
            (*prose.collect(doctree, self._root), *prose.of_unrun(found.samples)),
            tuple(sorted(spelling.listed(texts, self._root))),
            {
                "build": (
                    *found.problems,
                    *seen.check(doctree, found.path, front_matter),
                    *self._sections.check(doctree, found.path),
                ),
                "catalog": tuple(self._translation(found, messages)),
                "spelling": (),
            },
        )

    def _path(self, file: str) -> str:
        return Path(file).relative_to(self._root).as_posix() if file else ""

    def _translation(self, found: Extraction, messages: list[catalogs.Message]) -> list[Problem]:
        if self._language.code == SOURCE or not messages:
            return []
        if found.catalog is None:
            mend = "run make update-po and translate it"
            return [Problem(found.path, 1, f"has no catalog in {self._language.name}: {mend}")]
        return catalog_check.check(found.catalog, self._language, found.path, messages)

    def write(self) -> None:
        """Write the file, with what the build has warned of.

        A page that it has not gone through is as it was.
        """
        for docname in self._env.found_docs - self._pages.keys():
            self._pages[docname] = self._earlier[page_path(self._env, docname)]
        for place, message in self._warnings.kept:
            self._keep(place, message)
        logging.getLogger("sphinx").removeHandler(self._warnings)
        for problem in spelling.check(self._language, self._texts, self._root):
            self._lay("spelling", self._page_of(problem.path), problem)
        pages = [self._pages[docname] for docname in sorted(self._pages)]
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._target.write_text(to_json(pages), "utf-8")

    def _keep(self, place: str, message: str) -> None:
        """Lay a warning at the page, or at the catalog line, that it is about."""
        match = _PLACE.fullmatch(place)
        path, number, translated = match.groups() if match else ("", None, None)
        line = int(number or 1)
        if path.endswith(".po"):
            self._keep_catalog(Problem(path, line, message))
            return
        docname = self._env.path2doc(path) if path else None
        if docname in self._pages:
            problem = Problem(self._pages[docname].path, line, message)
        elif Path(path).is_relative_to(self._root):  # A docstring's.
            docname = self._first
            problem = Problem(self._path(path), line, message)
        else:
            docname = self._first
            message = f"{place}: {message}" if place else message
            problem = Problem(self._pages[docname].path, line, message)
        catalog = self._found[docname].catalog
        if translated and catalog is not None:
            for known in self._messages[docname]:
                entry = catalog.find(known.text) if known.line == line else None
                if entry is not None:
                    problem = Problem(catalog.path, catalogs.line_of(entry, 0), message)
        self._lay("build", docname, problem)

    def _lay(self, check: str, docname: str, problem: Problem) -> None:
        problems = self._pages[docname].problems
        problems[check] = (*problems[check], problem)

    def _page_of(self, path: str) -> str:
        """The page that a path of a page or of a catalog belongs to; the first for any other."""
        for docname, found in self._found.items():
            if path == found.path or (found.catalog is not None and path == found.catalog.path):
                return docname
        return self._first

    def _keep_catalog(self, problem: Problem) -> None:
        """Lay a catalog's problem at the first page, unless the page that it translates has it."""
        known = (found.catalog.path for found in self._found.values() if found.catalog)
        if problem.path not in known:
            page = self._pages[self._first]
            page.problems["build"] = (*page.problems["build"], problem)


class SamplesBuilder(DummyBuilder):
    """Resolves every page as readers see it, and writes no page."""

    name = "samples"
    format = ""
    epilog = "The samples are in %(outdir)s."
    supported_image_types: ClassVar[list[str]] = ["image/svg+xml", "image/png", "image/webp"]
    allow_parallel = False

    def init(self) -> None:
        self._taking = Taking(self.app, Path(self.outdir))

    def write_doc(self, docname: str, doctree: nodes.document) -> None:
        self._taking.take(docname, doctree, extract(doctree, self.env, docname))

    def finish(self) -> None:
        self._taking.write()
