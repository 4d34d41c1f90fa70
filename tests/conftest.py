"""What all tests stand on."""

import os
import signal
import sys
from collections.abc import Iterator

import hypothesis
import pytest

# A shell ignores SIGINT for what it puts into the background (POSIX, XCU 2.11), and programs
# inherit that; the tests that press Ctrl+C need it heard.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Some hundred processes import the package: they need not compile it anew each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Nothing timed is a test: a busy machine would fail it.
hypothesis.settings.register_profile("untimed", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("untimed")

_ENVIRONMENT = dict(os.environ)


@pytest.fixture(autouse=True)
def _same_settings_module() -> Iterator[None]:
    """Take out again what the entry points of projects put into the environment."""
    yield
    for name in [name for name in os.environ if name.endswith("SETTINGS_MODULE")]:
        if name not in _ENVIRONMENT:
            del os.environ[name]
