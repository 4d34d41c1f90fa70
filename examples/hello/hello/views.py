"""One view of each kind; each says where it runs."""

import asyncio

from gingerdj.http import HttpResponse


def place():
    """Say whether the caller runs on an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "in a thread"
    return "on the event loop"


# synchronous
def index(request):
    return HttpResponse(f"Hello, I run {place()}.\n")


# asynchronous
async def wait(request):
    await asyncio.sleep(0.1)
    return HttpResponse(f"Hello, I waited {place()}.\n")
