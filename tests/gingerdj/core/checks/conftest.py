"""What the tests of checks share."""

from __future__ import annotations

from collections.abc import Callable

Configure = Callable[..., None]
