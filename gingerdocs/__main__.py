"""``python -m gingerdocs VERB``: the tools behind the Makefile."""

import importlib
import sys

VERBS = {
    "bench": "bench",
    "html": "site",
    "html-all": "releases",
    "lies": "lies",
    "po-stat": "po_stat",
    "programs": "programs",
    "samples": "samples",
    "serve": "serve",
    "servers": "servers.measure",
    "update-po": "update_po",
    "update-samples": "update",
}
"""The module behind each verb."""


def main(arguments: list[str]) -> int:
    """Run a verb; return its exit code."""
    if not arguments or arguments[0] not in VERBS:
        print(f"python -m gingerdocs VERB, where VERB is one of: {', '.join(VERBS)}")
        return 2
    verb, *rest = arguments
    return int(importlib.import_module(f"gingerdocs.{VERBS[verb]}").main(rest))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
