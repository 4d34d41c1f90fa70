"""A client of HTTP/2 that keeps whatever a server sends."""

import socket
from dataclasses import dataclass, field

from h2 import events
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.exceptions import ProtocolError

MOST = 2**16


@dataclass
class Exchange:
    """What came back for one request."""

    status: str = ""
    hints: list[str] = field(default_factory=list)
    pushed: list[str] = field(default_factory=list)
    trailers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def ask(connection: socket.socket, path: str) -> Exchange | None:
    """Send a request on a new connection; return None if the server speaks no HTTP/2."""
    client = H2Connection(H2Configuration(client_side=True, header_encoding="utf-8"))
    client.initiate_connection()
    request = {":method": "GET", ":path": path, ":scheme": "https", ":authority": "localhost"}
    client.send_headers(1, [*request.items(), ("te", "trailers")], end_stream=True)
    exchange = Exchange()
    try:
        connection.sendall(client.data_to_send())
        while data := connection.recv(MOST):
            for event in client.receive_data(data):
                if _take(event, exchange, client):
                    return exchange
            connection.sendall(client.data_to_send())
    except (ProtocolError, ConnectionError, TimeoutError):
        return None
    return None


def _take(event: events.Event, exchange: Exchange, client: H2Connection) -> bool:
    """Keep what an event tells; return whether it is the last."""
    if isinstance(event, events.PushedStreamReceived):
        exchange.pushed.append(dict(_text(event.headers)).get(":path", ""))
    elif getattr(event, "stream_id", 1) != 1:
        pass
    elif isinstance(event, events.InformationalResponseReceived):
        exchange.hints += [value for name, value in _text(event.headers) if name == "link"]
    elif isinstance(event, events.ResponseReceived):
        exchange.status = dict(_text(event.headers))[":status"]
    elif isinstance(event, events.TrailersReceived):
        exchange.trailers = dict(_text(event.headers))
    elif isinstance(event, events.DataReceived):
        exchange.body += event.data or b""
        client.acknowledge_received_data(event.flow_controlled_length or 0, 1)
    elif isinstance(event, events.StreamReset):
        return True
    return isinstance(event, events.StreamEnded)


def _text(headers: object) -> list[tuple[str, str]]:
    def text(value: str | bytes) -> str:
        return value.decode() if isinstance(value, bytes) else value

    return [(text(pair[0]), text(pair[1])) for pair in headers or ()]  # type: ignore[attr-defined]
