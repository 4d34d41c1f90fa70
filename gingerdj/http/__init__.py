"""Requests and responses."""

from gingerdj.http.cookie import SimpleCookie, parse_cookie
from gingerdj.http.eventstream import EventSourceResponse, ServerSentEvent, get_last_event_id
from gingerdj.http.exceptions import Http404
from gingerdj.http.file import FileResponse
from gingerdj.http.headers import BadHeaderError, HttpHeaders
from gingerdj.http.querydict import QueryDict
from gingerdj.http.request import (
    HttpRequest,
    RawPostDataException,
    UnreadablePostError,
)
from gingerdj.http.response import (
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseForbidden,
    HttpResponseGone,
    HttpResponseNotAllowed,
    HttpResponseNotFound,
    HttpResponseNotModified,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
    HttpResponseServerError,
    JsonResponse,
)
from gingerdj.http.streaming import StreamingHttpResponse

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
