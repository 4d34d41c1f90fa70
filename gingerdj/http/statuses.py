"""Responses of one status each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from gingerdj.http.response import HttpResponse
from gingerdj.utils.lazy import LazyModule

if TYPE_CHECKING:
    from urllib import parse

    from gingerdj.core import exceptions
    from gingerdj.utils import encoding
    from gingerdj.utils import http as http_utils
else:
    encoding = LazyModule("gingerdj.utils.encoding")
    exceptions = LazyModule("gingerdj.core.exceptions")
    http_utils = LazyModule("gingerdj.utils.http")
    parse = LazyModule("urllib.parse")


class HttpResponseRedirectBase(HttpResponse):
    """A redirect.

    Args:
        redirect_to: where to.
        preserve_request: whether the client must repeat the method and the body there.

    Raises:
        DisallowedRedirect: the scheme is not one of `allowed_schemes`, or the address is longer
            than 16384 characters.
    """

    allowed_schemes: ClassVar[list[str]] = ["http", "https", "ftp"]
    status_code_preserve_request = 0

    def __init__(
        self, redirect_to: Any, preserve_request: bool = False, *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        target = str(redirect_to)
        if len(target) > http_utils.MAX_URL_REDIRECT_LENGTH:
            limit = http_utils.MAX_URL_REDIRECT_LENGTH
            raise exceptions.DisallowedRedirect(f"Unsafe redirect exceeding {limit} characters")
        try:
            scheme = parse.urlsplit(target).scheme
        except ValueError as error:
            raise exceptions.DisallowedRedirect(
                f"The redirect's address is malformed: {error}"
            ) from error
        if scheme and scheme not in self.allowed_schemes:
            raise exceptions.DisallowedRedirect(f"Unsafe redirect to URL with protocol {scheme!r}")
        self["Location"] = encoding.iri_to_uri(redirect_to)
        if preserve_request:
            self.status_code = self.status_code_preserve_request

    @property
    def url(self) -> str:
        """Where the redirect leads."""
        return self["Location"]

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} status_code={self.status_code}"
            f'{self._content_type_for_repr()}, url="{self.url}">'
        )


class HttpResponseRedirect(HttpResponseRedirectBase):
    """A redirect for now: 302, or 307 with `preserve_request`."""

    status_code = 302
    status_code_preserve_request = 307


class HttpResponsePermanentRedirect(HttpResponseRedirectBase):
    """A redirect for good: 301, or 308 with `preserve_request`."""

    status_code = 301
    status_code_preserve_request = 308


class HttpResponseNotModified(HttpResponse):
    """The client's copy is still good: 304, which has no body."""

    status_code = 304

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self["Content-Type"]

    @property
    def content(self) -> bytes:
        return super().content

    @content.setter
    def content(self, value: Any) -> None:
        if value:
            raise AttributeError("You cannot set content to a 304 (Not Modified) response")
        self._pieces = []


class HttpResponseBadRequest(HttpResponse):
    """The request cannot be understood: 400."""

    status_code = 400


class HttpResponseForbidden(HttpResponse):
    """The client may not do this: 403."""

    status_code = 403


class HttpResponseNotFound(HttpResponse):
    """There is nothing here: 404."""

    status_code = 404


class HttpResponseNotAllowed(HttpResponse):
    """The method is not for this address: 405.

    Args:
        permitted_methods: those that are.
    """

    status_code = 405

    def __init__(self, permitted_methods: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self["Allow"] = ", ".join(permitted_methods)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} [{self['Allow']}] status_code={self.status_code}"
            f"{self._content_type_for_repr()}>"
        )


class HttpResponseGone(HttpResponse):
    """There was something here: 410."""

    status_code = 410


class HttpResponseServerError(HttpResponse):
    """Something went wrong here: 500."""

    status_code = 500
