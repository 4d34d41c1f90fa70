"""Knows which pages of a build stand written already, so that only the others are written again.

What a reader sees of a page depends on the page as it was read, on the proofs of its samples, on
what the pages tell of one another (titles, tables of contents, labels, what is described where),
and on the code, the settings and the theme. The build is given an empty folder where the last have
changed; where what the pages tell has changed, all of them are written again.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from gingerdocs.evidence import Store
from gingerdocs.languages import by_locale
from gingerdocs.servers import results
from gingerdocs.taking.builder import Taking
from gingerdocs.translating.catalogs import FOLDER

_TOLD = (
    "dlfiles",
    "domaindata",
    "images",
    "longtitles",
    "titles",
    "toc_fignumbers",
    "toc_num_entries",
    "toc_secnumbers",
    "tocs",
    "toctree_includes",
)
"""What Sphinx's environment holds of a page that others may show."""


class Written:
    """The pages that stand in the output folder of a build.

    Args:
        app: the build.
        taking: what is taken from its pages, or was when they were written.
        proofs: the evidence that they show.
    """

    def __init__(self, app: Sphinx, taking: Taking, proofs: Store) -> None:
        self._env = app.env
        self._taking = taking
        self._proofs = proofs
        self._output = Path(app.outdir)
        self._list = self._output.with_name(f"{self._output.name}.json")
        language = by_locale(app.config.language).code
        self._catalogs = Path(app.config.gingerdocs_root) / "locale" / language / FOLDER
        self._index = self._output / "searchindex.js"
        self._table = proofs.get(results.digest())
        self._told = ""
        app.connect("env-get-updated", self._stale)
        app.connect("build-finished", self._keep, priority=600)  # When the samples are written.

    def _stale(self, *_: object) -> Iterable[str]:
        """Return the pages that are to be written, and forget them until they are."""
        try:
            kept = json.loads(self._list.read_text("utf-8"))
        except (OSError, ValueError):
            kept = {"told": "", "pages": {}}
        self._list.unlink(missing_ok=True)
        pages = self._env.found_docs
        self._told = self._tell()
        # Sphinx forgets the index entries of pages that it does not write.
        indexed = any(self._env.domaindata["index"]["entries"].values())
        if kept["told"] == self._told and not indexed and self._index.is_file():
            known = kept["pages"]
            return [name for name in pages if known.get(name, "") != self._key(name)]
        for folder in ("_images", "_downloads"):  # Those of the pages as they were.
            shutil.rmtree(self._output / folder, ignore_errors=True)
        return pages

    def _keep(self, _: Sphinx, exception: Exception | None) -> None:
        """Write down what stands there now, if the build has come to its end.

        Sphinx warns of a page when it writes it: where it has warned, and where a proof lacks,
        which is a warning, the next build is to say so again.
        """
        if exception is not None or self._taking.warned:
            return
        if self._table is None and results.needed():
            return
        keys = {name: self._key(name) for name in self._env.found_docs}
        pages = {name: key for name, key in keys.items() if key is not None}
        self._list.write_text(json.dumps({"told": self._told, "pages": pages}), "utf-8")

    def _key(self, docname: str) -> str | None:
        """Return what a page is known by: when it was read, what was taken, what proves it.

        None where a sample has no proof.
        """
        page = self._taking.page(docname)
        proofs = [self._proofs.get(sample.digest) for sample in page.samples] if page else [None]
        if None in proofs:
            return None
        catalog = self._catalogs / f"{docname}.po"
        translations = catalog.read_bytes() if catalog.is_file() else b""
        read = self._env.all_docs[docname]
        return _digest(f"{read} {page} {proofs} ".encode() + translations)

    def _tell(self) -> str:
        """Return a digest of what the pages tell of one another, and of what they share.

        That is the words of the theme, and the proof of the table of servers.
        """
        told = {name: getattr(self._env, name) for name in _TOLD}
        front = {name: {**data, "wordcount": 0} for name, data in self._env.metadata.items()}
        own = {self._catalogs / f"{name}.po" for name in self._env.found_docs}
        others = sorted({*self._catalogs.rglob("*.po")} - own)
        shared = [path.read_bytes() for path in others if path.is_file()]
        return _digest(_spelt([told, front, shared, self._table]).encode())


def _spelt(value: Any) -> str:
    """Return the same text for the same contents, in whatever order they came."""
    if isinstance(value, Mapping):
        return f"{{{sorted((_spelt(key), _spelt(held)) for key, held in value.items())}}}"
    if isinstance(value, AbstractSet):
        return f"{{{sorted(map(_spelt, value))}}}"
    if isinstance(value, nodes.Node):
        return str(value.pformat())
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_spelt, value))}]"
    return repr(value)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
