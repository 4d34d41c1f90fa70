"""Where the endpoints lie."""

from gingerdj.test.conformance.contract import ENDPOINTS, PREFIX
from gingerdj.test.conformance.project import consumers, views
from gingerdj.urls import path

__all__ = ()

VIEWS = {
    "index": views.index,
    "facts": views.facts,
    "journal": views.show_journal,
    "echo": views.echo,
    "answer": views.answer,
    "stream": views.stream,
    "work": views.work,
    "release": views.release,
    "wait": views.wait,
    "state": views.state,
    "file": views.file,
    "trailers": views.trailers,
    "hints": views.hints,
}

CONSUMERS = {
    "socket": consumers.echo,
    "socket-facts": consumers.facts,
    "socket-refuse": consumers.refuse,
    "socket-deny": consumers.deny,
    "socket-tick": consumers.tick,
}

urlpatterns = [path(PREFIX[1:] + ENDPOINTS[name], view) for name, view in VIEWS.items()]
websocket_urlpatterns = [
    path(PREFIX[1:] + ENDPOINTS[name], consumer) for name, consumer in CONSUMERS.items()
]
