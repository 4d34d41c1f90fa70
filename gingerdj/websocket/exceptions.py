"""The exceptions of WebSocket connections."""

from gingerdj.core.exceptions import BadRequest


class WebSocketDisconnect(Exception):
    """The connection has ended; a consumer that lets this through has ended well.

    Args:
        code: the close code (RFC 6455, 7.4).
        reason: the close reason; empty if none was given.
    """

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return f"The WebSocket was closed with {self.code}{self.reason and f' ({self.reason})'}."


class BadMessage(BadRequest):
    """The client sent a message that the consumer cannot take; the connection is closed for it.

    Args:
        message: what is wrong with it.
        code: the close code (RFC 6455, 7.4.1): 1003 for the wrong type of data, 1007 for data
            that is not what its type says.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code
