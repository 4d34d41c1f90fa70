"""What the stages hand to one another: samples, their outcomes, and what must be mended."""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["console", "doctest", "file", "http", "python", "setup"]
Status = Literal["passed", "failed", "blocked", "norun", "unavailable"]


@dataclass(frozen=True)
class Problem:
    """Something in the sources that a person must mend.

    ``path`` is relative to the checkout and ``line`` counts from one.
    """

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Sample:
    """One block of a page, as a reader of one language sees it.

    ``path`` and ``lines`` say where a person edits each line of ``text``: the page, an included
    file, or the catalog of a translation.  ``page_line`` is the block's place on the page itself.
    ``message`` is the block in the language of the source, as catalogs key it.
    ``digest`` covers all that the outcome depends on.  ``hidden`` samples are set-up that no
    reader sees.
    """

    name: str
    kind: Kind
    language: str
    text: str
    path: str
    lines: tuple[int, ...]
    page_line: int
    message: str = ""
    file: str | None = None
    append: bool = False
    excerpt_of: str | None = None
    background: bool = False
    follows: str | None = None
    exit: int | None = None
    raises: str | None = None
    norun: str | None = None
    programs: tuple[str, ...] = ()
    digest: str = ""

    @property
    def hidden(self) -> bool:
        return self.kind == "setup"

    def place(self, line: int = 0) -> str:
        """The place of a line of the text, counted from zero, as ``path:line``."""
        last = len(self.lines) - 1
        return f"{self.path}:{self.lines[max(0, min(line, last))]}"


@dataclass(frozen=True)
class Claim:
    """A literal, a link or a number of the prose: it says that there is such a thing.

    So does a line of a sample that is not run.

    A docstring's ``path`` and line are those of the code, and those of text that the page includes
    of its file.
    """

    text: str
    line: int
    kind: Literal["literal", "link", "number", "unrun"]
    path: str = ""


def is_code(path: str) -> bool:
    """Return whether a path is that of code, of which a page shows docstrings."""
    return path.endswith(".py")


@dataclass(frozen=True)
class Page:
    """All that the tests need to know of one page in one language.

    ``listed_words`` are those that only ``docs/words.txt`` vouches for; ``problems`` are what each
    check found.
    """

    path: str
    lang: str
    samples: tuple[Sample, ...] = ()
    claims: tuple[Claim, ...] = ()
    listed_words: tuple[str, ...] = ()
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What came of running a sample.

    ``line`` counts from zero within the sample's text.  ``output`` is what really came back, in
    canonical form; ``text`` is the sample with that output in place of the one it shows.
    A ``broken`` page cannot run the samples that follow.
    """

    status: Status
    message: str = ""
    line: int = 0
    output: str = ""
    text: str = ""
    seconds: float = 0.0
    broken: bool = False


def to_json(value: Any) -> str:
    """What the stages hand to one another, as JSON."""
    return json.dumps(value, default=vars)


def sample_from_json(data: dict[str, Any]) -> Sample:
    """The sample that ``to_json`` wrote, read as JSON."""
    return Sample(**{**data, "lines": tuple(data["lines"]), "programs": tuple(data["programs"])})


def page_from_json(data: dict[str, Any]) -> Page:
    """The page that ``to_json`` wrote, read as JSON."""
    return Page(
        path=data["path"],
        lang=data["lang"],
        samples=tuple(map(sample_from_json, data["samples"])),
        claims=tuple(Claim(**c) for c in data["claims"]),
        listed_words=tuple(data["listed_words"]),
        problems={
            check: tuple(Problem(**p) for p in found) for check, found in data["problems"].items()
        },
    )
