"""One page of BlackSheep."""

from __future__ import annotations

from blacksheep import Application, Request, Response, text

application = Application()


@application.router.get("/")
async def _hello(_: Request) -> Response:
    return text("Hello, World!")
