"""What a lie is: a change of the guide that makes it say what is not so."""

from dataclasses import dataclass

EVERYWHERE = "all"
"""The language of a lie that is told in all of them alike."""


@dataclass(frozen=True)
class Edit:
    """The lines ``first`` to ``last`` of a file, counted from one, become others."""

    path: str
    first: int
    last: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Lie:
    """A change of the guide that makes it say what is not so.

    ``page`` is where it is told: a page, or another file of the checkout.
    """

    kind: str
    lang: str
    page: str
    said: str
    edits: tuple[Edit, ...]

    def __str__(self) -> str:
        first = self.edits[0]
        return f"{self.kind}, {self.lang}, {first.path}:{first.first}: {self.said}"
