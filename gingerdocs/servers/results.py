"""What the table of servers says, and the evidence that it is true."""

import functools
import hashlib
import json
import platform
import sys
from pathlib import Path
from typing import Any

from gingerdocs import ROOT
from gingerdocs.evidence import Evidence, Store

Results = dict[str, dict[str, Any]]
"""The facts of each server by name."""

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
"""What the table shows; ``make update-servers`` writes it."""
EVIDENCE = ROOT / "build" / "evidence.json"


@functools.cache
def read() -> Results:
    """Return what the table says."""
    results: Results = json.loads(RESULTS.read_text("utf-8"))
    return results


def write(results: Results) -> None:
    """Let the table say this."""
    RESULTS.write_text(_text(results), "utf-8")
    read.cache_clear()


def _text(results: Results) -> str:
    return json.dumps(results, indent=2, ensure_ascii=False) + "\n"


def differences(said: Results, seen: Results) -> list[str]:
    """Return where what is said is not what was seen, in words."""
    return [
        f"{server}: {fact} is {json.dumps(seen.get(server, {}).get(fact))}, "
        f"where {RESULTS.name} says {json.dumps(said.get(server, {}).get(fact))}"
        for server in sorted({*said, *seen})
        for fact in sorted({*said.get(server, {}), *seen.get(server, {})})
        if said.get(server, {}).get(fact) != seen.get(server, {}).get(fact)
    ]


def digest() -> str:
    """Return a digest of what the table says, and of all that this depends on."""
    files = (RESULTS, ROOT / "requirements.txt", *sorted(HERE.glob("*.py")))
    texts = (sys.version, *(file.read_text("utf-8") for file in files))
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def proof() -> Evidence | None:
    """Return the evidence that the table is true, if there is any."""
    return Store(EVIDENCE).get(digest())


def needed() -> bool:
    """Return whether a page has the table, and nothing proves it."""
    pages = (ROOT / "docs").rglob("*.md")
    return any("{server-matrix}" in page.read_text("utf-8") for page in pages) and proof() is None


def prove(seen: Results, seconds: float) -> None:
    """Keep as evidence that what the table says was seen."""
    versions = dict.fromkeys(f"{each['program']} {each['version']}" for each in seen.values())
    ran_on = (f"Python {platform.python_version()}", *versions)
    store = Store(EVIDENCE)
    store.add(digest(), Evidence("passed", "", _text(seen), seconds, ran_on))
    store.save()
