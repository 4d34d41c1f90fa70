"""One page of Quart."""

from __future__ import annotations

from quart import Quart, Response

application = Quart(__name__)


@application.get("/")
async def _hello() -> Response:
    return Response("Hello, World!", content_type="text/plain")
