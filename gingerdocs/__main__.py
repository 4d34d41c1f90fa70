"""``python -m gingerdocs VERB``: the tools behind the Makefile."""

import errno
import importlib
import shutil
import sys

from .stages.steps import INTERRUPTED, say

VERBS = {
    "bench": "costs.measure",
    "html": "site.build",
    "html-all": "site.releases",
    "lies": "lying.planting",
    "po-stat": "translating.po_stat",
    "programs": "machine.programs",
    "samples": "stages.samples",
    "serve": "site.serve",
    "servers": "servers.measure",
    "update-po": "translating.update_po",
    "update-samples": "update",
}
"""The module behind each verb."""


REFUSALS = frozenset({errno.EACCES, errno.EDQUOT, errno.ENOSPC, errno.EPERM, errno.EROFS})
"""Why a system does not let a file be read or written, whatever the code does."""


def main(arguments: list[str]) -> int:
    """Run a verb; return its exit code."""
    if not arguments or arguments[0] not in VERBS:
        print(f"python -m gingerdocs VERB, where VERB is one of: {', '.join(VERBS)}")
        return 2
    verb, *rest = arguments
    module = importlib.import_module(f"gingerdocs.{VERBS[verb]}")
    try:
        return int(module.main(rest))
    except KeyboardInterrupt:
        say("\nInterrupted.")
        return INTERRUPTED
    except OSError as error:
        refusal = _refusal(error)
        if not refusal:
            raise
        say(f"\n{refusal}\n\nMake room there, or take the right to write there, and run it again.")
        return 1


def _refusal(error: OSError) -> str:
    """Return what a system that refuses says, or nothing for any other error."""
    if isinstance(error, shutil.Error):  # It lists all that could not be copied, each with why.
        return str(error.args[0][0][-1])
    return str(error) if error.errno in REFUSALS else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
