"""What the tests of sites need, and what becomes of them without it."""

import os
import shutil
from typing import NoReturn

import pytest


def not_here(missing: str) -> NoReturn:
    """Skip a test for want of something; where nothing may be missing, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


def need(program: str) -> str:
    """Return the path of a program that a test cannot do without."""
    command = shutil.which(program)
    if command is None:
        not_here(f"{program} is not installed (programs.toml says what holds it)")
    return command
