"""What the stages hand to one another: samples, their outcomes, and what must be mended."""

from dataclasses import dataclass


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
