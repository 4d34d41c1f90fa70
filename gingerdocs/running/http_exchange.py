"""HTTP samples: a request as bytes on a socket, and the response that it must get."""

import http.client
import re
import socket
from dataclasses import dataclass

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?")

LIMIT = 1 << 20
"""Bytes of a response's body that are read."""


class ExchangeError(ValueError):
    """An http block that is no exchange; ``line`` counts from zero."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Exchange:
    """A request, where it goes, and the response that the page shows for it."""

    host: str
    port: int
    request: bytes
    method: str
    response_line: int
    status: str
    headers: tuple[str, ...]
    body: tuple[str, ...]


def parse(text: str) -> Exchange:
    """Return the exchange that an http block shows.

    The request ends at an empty line followed by a status line; the response's headers end at
    the next empty line.
    Raises ExchangeError when there is no request line, Host header or response.
    """
    lines = text.rstrip("\n").split("\n")
    if len(lines[0].split(" ")) != 3:
        raise ExchangeError(0, "an http block begins with a request, as in «GET / HTTP/1.1»")
    response = next(
        (
            number
            for number in range(1, len(lines))
            if lines[number].startswith("HTTP/") and not lines[number - 1]
        ),
        None,
    )
    if response is None:
        raise ExchangeError(
            len(lines) - 1,
            "no response: after an empty line, show the status line, as in «HTTP/1.1 200 OK»",
        )
    request, answer = lines[: response - 1], lines[response:]
    head = request[: request.index("")] if "" in request else request
    body = request[len(head) + 1 :]
    host = next((line[5:].strip() for line in head if line.lower().startswith("host:")), None)
    if host is None:
        raise ExchangeError(0, "no Host header: it says which server the request goes to")
    address = _HOST.fullmatch(host)
    if address is None:
        raise ExchangeError(
            head.index(next(line for line in head if line.lower().startswith("host:"))),
            f"the Host header names no server: {host!r}; it reads like 127.0.0.1:8000",
        )
    end = answer.index("") if "" in answer else len(answer)
    return Exchange(
        host=address["name"].strip("[]"),
        port=int(address["port"] or 80),
        request="\r\n".join(head).encode() + b"\r\n\r\n" + "\n".join(body).encode(),
        method=lines[0].split(" ")[0],
        response_line=response,
        status=answer[0],
        headers=tuple(answer[1:end]),
        body=tuple(answer[end + 1 :]),
    )


def send(exchange: Exchange, seconds: float) -> tuple[str, list[tuple[str, str]], list[str]]:
    """Send the request; return the status line, the headers and the lines of the body.

    Raises OSError when there is no server, http.client.HTTPException when it speaks no HTTP.
    """
    with socket.create_connection((exchange.host, exchange.port), seconds) as connection:
        connection.sendall(exchange.request)
        response = http.client.HTTPResponse(connection, method=exchange.method)
        response.begin()
        content = response.read(LIMIT + 1)
        if len(content) > LIMIT:
            raise http.client.HTTPException(f"the body is longer than {LIMIT} bytes")
        body = content.decode(errors="backslashreplace").replace("\r\n", "\n")
        version = {10: "HTTP/1.0", 11: "HTTP/1.1"}[response.version]
        status = f"{version} {response.status} {response.reason}".rstrip()
        return status, response.getheaders(), body.rstrip("\n").split("\n") if body else []
