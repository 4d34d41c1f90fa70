"""The options of the conformance suite; pytest finds them by the entry point `pytest11`."""

from __future__ import annotations

import pytest

__all__ = ["pytest_addoption"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, each of which begins with `--asgi-`."""
    group = parser.getgroup("asgi", "the ASGI conformance suite (gingerdj.test.conformance)")
    group.addoption(
        "--asgi-app",
        metavar="MODULE:NAME",
        help="the application under test; MODULE:NAME() makes a new one for each test",
    )
    group.addoption(
        "--asgi-app-failing", metavar="MODULE:NAME", help="the same, with a start-up that raises"
    )
    group.addoption(
        "--asgi-app-hanging",
        metavar="MODULE:NAME",
        help="the same, with a start-up that never ends by itself, and a limit",
    )
    group.addoption(
        "--asgi-prefix",
        metavar="PATH",
        default="/conformance/",
        help="where the endpoints of the contract lie (default: %(default)s)",
    )
    group.addoption(
        "--asgi-path",
        metavar="NAME=PATH",
        action="append",
        default=[],
        help="where one endpoint lies; the name page stands for any page that answers GET",
    )
    group.addoption(
        "--asgi-spec-version",
        metavar="VERSION",
        default="2.5",
        help="the version of the specification that scopes announce (default: %(default)s)",
    )
    group.addoption(
        "--asgi-extension",
        metavar="NAME",
        action="append",
        help="test this extension, and none that is not named (default: all)",
    )
    group.addoption(
        "--asgi-deadline",
        metavar="SECONDS",
        type=float,
        default=5.0,
        help="how long to wait for what must come (default: %(default)s)",
    )
    group.addoption(
        "--asgi-patience",
        metavar="SECONDS",
        type=float,
        default=0.1,
        help="how long to wait for what must not come (default: %(default)s)",
    )
