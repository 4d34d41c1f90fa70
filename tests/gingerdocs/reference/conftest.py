"""A scratch package that is read as the reference is."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from gingerdocs.reference.model import Reference

ROOT = Path(__file__).parents[3]

FILES = {
    "gingerdj/__init__.py": '"""The package."""\n',
    "gingerdj/shop/__init__.py": '''\
"""A shop."""

from collections import OrderedDict

from gingerdj.shop.stock import LIMIT, Shelf, count

__all__ = ["LIMIT", "OrderedDict", "Shelf", "count"]
''',
    "gingerdj/shop/stock.py": '''\
"""What is on the shelves."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
Key = Callable[[str], str]
logger = logging.getLogger(__name__)

#: The most things
#: on a shelf.
LIMIT = 3


class Base:
    def common(self) -> int:
        """Return what all have."""
        return 1

    def hidden(self) -> int:
        return 2


class Shelf(Base):
    """A shelf.

    Args:
        width: in metres.

    Raises:
        ValueError: it is too wide.
    """

    #: What it is made of.
    wood = "oak"

    def __init__(self, width: float = 1.0, *, deep: bool = False) -> None:
        #: The things on it.
        self.things: list[str] = []
        self._width = width

    @property
    def width(self) -> float:
        """The width."""
        return self._width

    @width.setter
    def width(self, value: float) -> None:
        self._width = value

    async def empty(self) -> None:
        """Take everything off."""

    @staticmethod
    def new(*names: str) -> Shelf:
        """Make one with things on it."""
        return Shelf()


def count(shelf: Any, default: object = object()) -> int:
    """Count things.

    Args:
        shelf: the shelf.
        self: what is no argument.
    """
    return 0


def bare(x: int) -> int:
    return x
''',
    "gingerdj/conf/__init__.py": '"""Settings."""\n',
    "gingerdj/conf/global_settings.py": '''\
"""Defaults."""

# Opening
#: Whether the shop is open: `OPEN`.
OPEN = True
CLOSED: bool | None = None

# Prices
#: In cents.
PRICE = 1_000
''',
    "gingerdj/core/__init__.py": '"""The core."""\n',
    "gingerdj/core/management/__init__.py": '"""Commands."""\n',
    "gingerdj/core/management/base.py": '''\
"""What commands are."""

import argparse


class BaseCommand:
    help = ""

    def add_arguments(self, parser):
        pass

    def create_parser(self, program, name):
        parser = argparse.ArgumentParser(prog=f"{program} {name}")
        parser.add_argument("--quiet", "-q", action="store_true", help="Print nothing.")
        self.add_arguments(parser)
        return parser
''',
    "gingerdj/core/management/commands/__init__.py": '"""The commands."""\n',
    "gingerdj/core/management/commands/sell.py": '''\
"""Sell."""

from gingerdj.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Sell things while OPEN is True, see opening_hours()."

    def add_arguments(self, parser):
        parser.add_argument("thing", nargs="?", help="What to sell.")
        parser.add_argument("--price", type=int, help="In cents.")
        parser.add_argument("--secret")
''',
    "gingerdj/core/checks.py": '''\
"""What may be wrong."""

ADVICE = "key"


class Warning:
    def __init__(self, msg, hint=None, id=None):
        pass


def check(door):
    found = [
        Warning(
            f"The door {door!r} is open, and OPEN is not.",
            hint=f"Turn {ADVICE!r}.",
            id="shop.W001",
        ),
        Warning("Nobody is there.", id="shop.W001"),
    ]
    return found, "shop.E002"
''',
}


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with a package of that name, and nothing else in it."""
    root = tmp_path_factory.mktemp("reference")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (root / "gingerdocs").symlink_to(ROOT / "gingerdocs")
    return root


@pytest.fixture(scope="session")
def reference(checkout: Path) -> Reference:
    """The reference of that package, read in a process of its own."""
    kept = checkout / "kept.pickle"
    command = [sys.executable, "-m", "gingerdocs.reference.reading", str(kept)]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = pickle.loads(kept.read_bytes())
    assert isinstance(found, Reference)
    return found
