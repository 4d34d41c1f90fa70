"""One page of GingerDJ."""

from __future__ import annotations

from gingerdj.conf import settings
from gingerdj.core.asgi import get_asgi_application
from gingerdj.http import HttpRequest, HttpResponse
from gingerdj.urls import path

settings.configure(
    SECRET_KEY="a key of the benchmark",  # noqa: S106 - it guards nothing.
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
)


async def _hello(_: HttpRequest) -> HttpResponse:
    return HttpResponse("Hello, World!", content_type="text/plain")


urlpatterns = [path("", _hello)]
application = get_asgi_application()
