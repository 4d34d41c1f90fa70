"""The view that answers what `CsrfViewMiddleware` refuses."""

from __future__ import annotations

from gingerdj.conf import settings
from gingerdj.http import HttpRequest, HttpResponse, HttpResponseForbidden
from gingerdj.utils.html import escape

_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Forbidden</title>
</head>
<body>
  <h1>Forbidden</h1>
  <p>This request does not seem to come from a page of this site.</p>
  <p>If you have turned off cookies, or the Referer header, turn them on for this site, load the
  page anew, and try again.</p>
{details}</body>
</html>
"""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403; while `DEBUG` is on, with the reason."""
    details = f"  <p>Reason: {escape(reason)}</p>\n" if settings.DEBUG and reason else ""
    return HttpResponseForbidden(_PAGE.format(details=details))
