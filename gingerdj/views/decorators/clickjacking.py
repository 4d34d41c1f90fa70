"""Decorators that say which pages may put a view's into a frame."""

from __future__ import annotations

from typing import Any

from gingerdj.views.decorators.after import AnyView, after


def xframe_options_deny(view_func: AnyView) -> AnyView:
    """Let no page: set X-Frame-Options to DENY, unless it is set."""
    return after(view_func, lambda response: _set(response, "DENY"))


def xframe_options_sameorigin(view_func: AnyView) -> AnyView:
    """Let pages of this site: set X-Frame-Options to `SAMEORIGIN`, unless it is set."""
    return after(view_func, lambda response: _set(response, "SAMEORIGIN"))


def xframe_options_exempt(view_func: AnyView) -> AnyView:
    """Let any page: keep `XFrameOptionsMiddleware` from setting the header."""
    return after(view_func, lambda response: setattr(response, "xframe_options_exempt", True))


def _set(response: Any, value: str) -> None:
    response.headers.setdefault("X-Frame-Options", value)
