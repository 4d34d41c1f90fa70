"""Requests and responses."""

from typing import TYPE_CHECKING

from gingerdj.http.request import HttpRequest
from gingerdj.http.response import HttpResponse, HttpResponseBase
from gingerdj.utils.lazy import lazy_names

if TYPE_CHECKING:
    from gingerdj.http.cookie import SimpleCookie, parse_cookie
    from gingerdj.http.eventstream import EventSourceResponse, ServerSentEvent, get_last_event_id
    from gingerdj.http.exceptions import (
        BadHeaderError,
        Http404,
        RawPostDataException,
        UnreadablePostError,
    )
    from gingerdj.http.file import FileResponse
    from gingerdj.http.jsonresponse import JsonResponse
    from gingerdj.http.meta import HttpHeaders
    from gingerdj.http.querydict import QueryDict
    from gingerdj.http.statuses import (
        HttpResponseBadRequest,
        HttpResponseForbidden,
        HttpResponseGone,
        HttpResponseNotAllowed,
        HttpResponseNotFound,
        HttpResponseNotModified,
        HttpResponsePermanentRedirect,
        HttpResponseRedirect,
        HttpResponseServerError,
    )
    from gingerdj.http.streaming import StreamingHttpResponse
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "gingerdj.http.cookie": ("SimpleCookie", "parse_cookie"),
            "gingerdj.http.eventstream": (
                "EventSourceResponse",
                "ServerSentEvent",
                "get_last_event_id",
            ),
            "gingerdj.http.exceptions": (
                "BadHeaderError",
                "Http404",
                "RawPostDataException",
                "UnreadablePostError",
            ),
            "gingerdj.http.file": ("FileResponse",),
            "gingerdj.http.jsonresponse": ("JsonResponse",),
            "gingerdj.http.meta": ("HttpHeaders",),
            "gingerdj.http.querydict": ("QueryDict",),
            "gingerdj.http.statuses": (
                "HttpResponseBadRequest",
                "HttpResponseForbidden",
                "HttpResponseGone",
                "HttpResponseNotAllowed",
                "HttpResponseNotFound",
                "HttpResponseNotModified",
                "HttpResponsePermanentRedirect",
                "HttpResponseRedirect",
                "HttpResponseServerError",
            ),
            "gingerdj.http.streaming": ("StreamingHttpResponse",),
        },
    )

__all__ = [
    "BadHeaderError",
    "EventSourceResponse",
    "FileResponse",
    "Http404",
    "HttpHeaders",
    "HttpRequest",
    "HttpResponse",
    "HttpResponseBadRequest",
    "HttpResponseBase",
    "HttpResponseForbidden",
    "HttpResponseGone",
    "HttpResponseNotAllowed",
    "HttpResponseNotFound",
    "HttpResponseNotModified",
    "HttpResponsePermanentRedirect",
    "HttpResponseRedirect",
    "HttpResponseServerError",
    "JsonResponse",
    "QueryDict",
    "RawPostDataException",
    "ServerSentEvent",
    "SimpleCookie",
    "StreamingHttpResponse",
    "UnreadablePostError",
    "get_last_event_id",
    "parse_cookie",
]
