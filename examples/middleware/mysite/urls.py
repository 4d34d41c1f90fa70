"""One view, to be wrapped."""

from gingerdj.http import HttpResponse
from gingerdj.urls import path


async def index(request):
    return HttpResponse("Not ready for visitors.\n")


urlpatterns = [path("", index)]
