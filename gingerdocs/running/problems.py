"""What is wrong with a sample that was run, and what it printed all the same."""

from dataclasses import dataclass

from gingerdocs.sample import Sample

from . import console, match

FLOOD = f"printed more than {console.MAX_OUTPUT} bytes and was stopped"


@dataclass
class Seen:
    """What came of a sample so far: all that it printed, and its text with what is really so."""

    text: str
    report: str = ""


class SampleError(Exception):
    """Why a sample failed; ``line`` counts from zero within its text."""

    def __init__(self, line: int, message: str, *, broken: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.broken = broken


def together(sample: Sample, problems: list[SampleError], logs: str = "") -> SampleError:
    """All that a block shows and that is not so, in one error at the place of the first."""
    first, *others = problems
    said = [str(first), *(f"{sample.place(other.line)}: {other}" for other in others)]
    return SampleError(first.line, "\n".join(said) + logs)


def mismatch(shown: list[str], real: list[str]) -> str:
    return (
        "the page shows (-) what is not so (+); «make update-samples» writes what is:\n"
        + match.difference(shown, real)
    )


def refuse_strays(shell: console.Shell, line: int) -> None:
    """End what the samples left running beside their servers, and say what it was."""
    if strays := shell.strays():
        names = [console.describe(stray) for stray in strays]
        console.end_descendants(keep=shell.servers.values())
        raise SampleError(line, f"left a process behind: {'; '.join(names)}", broken=True)
