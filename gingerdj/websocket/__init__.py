"""WebSocket connections: the object that consumers get, and consumers that are classes."""

from typing import TYPE_CHECKING

from gingerdj.utils.lazy import lazy_names

if TYPE_CHECKING:
    from gingerdj.websocket.exceptions import BadMessage, WebSocketDisconnect
    from gingerdj.websocket.live import drain
    from gingerdj.websocket.socket import WebSocket
    from gingerdj.websocket.view import WebSocketView
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "gingerdj.websocket.exceptions": ("BadMessage", "WebSocketDisconnect"),
            "gingerdj.websocket.live": ("drain",),
            "gingerdj.websocket.socket": ("WebSocket",),
            "gingerdj.websocket.view": ("WebSocketView",),
        },
    )

__all__ = ["BadMessage", "WebSocket", "WebSocketDisconnect", "WebSocketView", "drain"]
