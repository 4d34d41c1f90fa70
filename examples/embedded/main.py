"""A plain ASGI application with a GingerDJ project under /ginger."""

from mysite.asgi import application as ginger


async def application(scope, receive, send):
    if scope["type"] == "lifespan" or scope["path"].startswith("/ginger/"):
        await ginger({**scope, "root_path": "/ginger"}, receive, send)
    else:
        await plain(scope, receive, send)


async def plain(scope, receive, send):
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"The other application answers.\n"})
