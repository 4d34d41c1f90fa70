"""The checks of lifespan, health and proxies."""

from __future__ import annotations

from typing import Any

import pytest

from gingerdj.core.checks.serving import (
    HEALTH,
    PROXIES,
    check_health,
    check_lifespan,
    check_trusted_proxies,
)

SECURITY = "gingerdj.middleware.security.SecurityMiddleware"
CHECKS = (check_lifespan, check_health, check_trusted_proxies)


@pytest.mark.parametrize(
    ("options", "identifier", "part"),
    [
        ({"LIFESPAN": ["nowhere.hook"]}, "lifespan.E001", "'nowhere.hook' of LIFESPAN"),
        ({"LIFESPAN": ["math.pi"]}, "lifespan.E001", "must be callable, unlike 3.14"),
        ({"LIFESPAN_STARTUP_TIMEOUT": 0}, "lifespan.E002", "is 0, which is no length of time"),
        ({"LIFESPAN_STARTUP_TIMEOUT": "30"}, "lifespan.E002", "is '30'"),
        ({"DRAIN_DELAY": -1}, "lifespan.E003", "DRAIN_DELAY is -1"),
        ({"DRAIN_DELAY": None}, "lifespan.E003", "DRAIN_DELAY is None"),
        (
            {"READINESS_CHECKS": ["nowhere.check"], "MIDDLEWARE": [HEALTH]},
            "health.E001",
            "'nowhere.check' of READINESS_CHECKS",
        ),
        ({"READINESS_CHECKS": ["math.cos"]}, "health.W001", "READINESS_CHECKS has no effect"),
        ({"MIDDLEWARE": [SECURITY, HEALTH]}, "health.W002", f"'{SECURITY}' stands before Health"),
        ({"TRUSTED_PROXIES": ["*"]}, "proxies.E001", "trusts everybody"),
        ({"TRUSTED_PROXIES": ["proxy"]}, "proxies.E001", "'proxy' of TRUSTED_PROXIES"),
        ({"TRUSTED_PROXY_HEADERS": ["X-Real-IP"]}, "proxies.E001", "'X-Real-IP'"),
        ({"TRUSTED_PROXY_HOPS": -1}, "proxies.E001", "TRUSTED_PROXY_HOPS"),
        ({"TRUSTED_PROXIES": ["unix"]}, "proxies.W001", "counts for WebSockets alone"),
        ({"MIDDLEWARE": [SECURITY, PROXIES]}, "proxies.W002", f"'{SECURITY}' stands before"),
    ],
)
def test_what_is_wrong_is_found(
    configure: Any, options: dict[str, Any], identifier: str, part: str
) -> None:
    configure(**options)
    (found,) = [message for check in CHECKS for message in check()]
    assert found.id == identifier
    assert part in found.msg
    assert found.hint


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"LIFESPAN": ["contextlib.nullcontext"], "LIFESPAN_STARTUP_TIMEOUT": None},
        {"LIFESPAN_STARTUP_TIMEOUT": 0.5, "DRAIN_DELAY": 5},
        {"READINESS_CHECKS": ["math.cos"], "MIDDLEWARE": [HEALTH, SECURITY]},
        {"TRUSTED_PROXIES": ["unix", "10.0.0.0/8"], "MIDDLEWARE": [HEALTH, PROXIES, SECURITY]},
        {"TRUSTED_PROXIES": ["::1"], "MIDDLEWARE": [PROXIES], "TRUSTED_PROXY_HOPS": 2},
    ],
)
def test_what_is_right_is_left_alone(configure: Any, options: dict[str, Any]) -> None:
    configure(**options)
    assert [message for check in CHECKS for message in check()] == []
