"""Reads the settings: each with its default, the comment above it and that of its group."""

import ast
from collections.abc import Iterator

from .model import Doc, Setting, Text
from .sources import Source

MODULE = "gingerdj.conf.global_settings"


def read(source: Source, problems: list[tuple[str, str]]) -> Iterator[Setting]:
    """Yield the settings in their order; what is wrong with them goes to ``problems``.

    A group begins at a comment with an empty line above it and no colon.
    """
    lines = source.text.split("\n")
    group = Text("", 1)
    last = 0
    for name, binding in source.names.items():
        node = binding.node
        if not name.isupper() or not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        group = _group(lines, last, node.lineno) or group
        last = node.lineno
        place = f"{source.path}:{node.lineno}"
        doc = Doc(source.path, node.lineno)
        try:
            doc = source.doc(binding.doc)
        except ValueError as error:
            problems.append((place, f"the setting {name}: {error}"))
        if binding.doc is None:
            problems.append(
                (
                    place,
                    f"the setting {name} has no comment above it that begins with #:; write one",
                )
            )
        value = ast.unparse(node.value) if node.value is not None else ""
        yield Setting(name, group, value, doc)


def _group(lines: list[str], first: int, last: int) -> Text | None:
    """Return the last comment between two lines that has an empty line above it."""
    for number in range(last - 1, max(first, 1), -1):
        line = lines[number - 1]
        if line.startswith("# ") and not lines[number - 2]:
            return Text(line.removeprefix("# ").rstrip("."), number)
    return None
