"""An ASGI middleware: it needs nothing of GingerDJ and wraps any ASGI application."""


class NoIndex:
    """Ask search engines to leave every answer of an application out of their index."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        async def send_with_header(message):
            if message["type"] == "http.response.start":
                header = (b"x-robots-tag", b"noindex")
                message = {**message, "headers": [*message["headers"], header]}
            await send(message)

        await self.application(scope, receive, send_with_header)
