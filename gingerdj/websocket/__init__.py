"""WebSocket connections: the object that consumers get, and consumers that are classes."""

from gingerdj.websocket.exceptions import BadMessage, WebSocketDisconnect
from gingerdj.websocket.live import drain
from gingerdj.websocket.socket import WebSocket
from gingerdj.websocket.view import WebSocketView

__all__ = ["BadMessage", "WebSocket", "WebSocketDisconnect", "WebSocketView", "drain"]
