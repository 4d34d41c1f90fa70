"""Checks the names in capitals to which samples give a value: a misspelt setting changes nothing.

Each must be a setting of GingerDJ, or stand in the samples of its page once more: something reads
it there.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from gingerdocs.sample import Problem, Sample

from .near import meant

_WORD = re.compile(r"[A-Z][A-Z0-9_]+")


def check(samples: Iterable[Sample], settings: Iterable[str]) -> list[Problem]:
    """Say which names nothing reads.

    Args:
        samples: the samples of a page, in its order; those that are not run do not count.
        settings: the names of GingerDJ's settings.
    """
    run = [sample for sample in samples if sample.norun is None]
    known = frozenset(settings)
    times = Counter(word for sample in run for word in _WORD.findall(sample.text))
    problems = []
    for sample in run:
        if sample.language != "python":
            continue
        for name, line in _given(sample.text):
            if name not in known and times[name] < 2:
                problems.append(
                    Problem(
                        sample.path,
                        sample.lines[line],
                        f"nothing on the page reads {name}, and GingerDJ has no such setting"
                        f"{meant(name, known)}",
                    )
                )
    return problems


def _given(text: str) -> Iterator[tuple[str, int]]:
    """Give the names that Python gives a value to, with their lines, counted from zero."""
    try:
        tree = ast.parse(text)
    except SyntaxError:  # Running it tells.
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name, line = node.id, node.lineno
        elif isinstance(node, ast.keyword) and node.arg:
            name, line = node.arg, node.lineno
        else:
            continue
        if _WORD.fullmatch(name):
            yield name, line - 1
