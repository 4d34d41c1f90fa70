"""Decorators about the request's body."""

from collections.abc import Callable
from typing import Any

from gingerdj.views.decorators.marks import marked


def stream_body(view: Callable[..., Any]) -> Callable[..., Any]:
    """Call the view at once under ASGI, before the request's body has arrived.

    The view reads the body with `request.aiter_body()` or `request.iter_body()`, piece by piece
    and without a limit of its length.  If it comes in more than one piece, nothing else has it:
    `request.body` raises `RawPostDataException`, and `request.POST` is empty, so that
    `CsrfViewMiddleware` takes its token from the header alone.

    Args:
        view: the view.
    """
    return marked(view, streams_body=True)
