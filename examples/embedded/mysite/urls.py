"""The URLs of the project, relative to where it is embedded."""

from gingerdj.http import HttpResponse
from gingerdj.urls import path, reverse


async def index(request):
    return HttpResponse(f"GingerDJ answers at {reverse('index')}.\n")


urlpatterns = [path("", index, name="index")]
