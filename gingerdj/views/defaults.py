"""The views that answer errors, unless the URL configuration names others."""

from __future__ import annotations

from gingerdj.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseNotFound,
    HttpResponseServerError,
)

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{title}</title>
</head>
<body>
  <h1>{title}</h1>
  <p>{text}</p>
</body>
</html>
"""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400: the request cannot be understood."""
    text = "This server cannot make sense of the request."
    return HttpResponseBadRequest(_PAGE.format(title="Bad Request (400)", text=text))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403: the client may not do this."""
    text = "You are not allowed to do this."
    return HttpResponseForbidden(_PAGE.format(title="403 Forbidden", text=text))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: there is nothing at this address."""
    text = "There is nothing at this address."
    return HttpResponseNotFound(_PAGE.format(title="Not Found", text=text))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500: something went wrong here."""
    text = "Something went wrong on this server."
    return HttpResponseServerError(_PAGE.format(title="Server Error (500)", text=text))
