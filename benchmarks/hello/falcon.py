"""One page of Falcon."""

from __future__ import annotations

from typing import Any

from falcon.asgi import App


class _Hello:
    async def on_get(self, _: Any, resp: Any) -> None:
        resp.content_type = "text/plain"
        resp.text = "Hello, World!"


application = App()
application.add_route("/", _Hello())
