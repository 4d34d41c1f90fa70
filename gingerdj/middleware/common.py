"""What most sites want of each request: one form of each address, and a length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gingerdj.conf import per_request
from gingerdj.utils.deprecation import MiddlewareMixin
from gingerdj.utils.functional import classproperty
from gingerdj.utils.http import escape_leading_slashes
from gingerdj.utils.lazy import LazyModule, absent_names

__getattr__ = absent_names(__name__)

if TYPE_CHECKING:
    from gingerdj.core import exceptions
    from gingerdj.http import statuses
    from gingerdj.urls import base as urls
else:
    exceptions = LazyModule("gingerdj.core.exceptions")
    statuses = LazyModule("gingerdj.http.statuses")
    urls = LazyModule("gingerdj.urls.base")


class CommonMiddleware(MiddlewareMixin):
    """Checks the host, refuses unwanted user agents, mends addresses, sets Content-Length.

    With `PREPEND_WWW`, hosts without `www.` are redirected to those with it.  With
    `APPEND_SLASH`, a path that no view has, but that one would have with a slash at its end, is
    redirected there.
    """

    hooks_block = False

    @classproperty
    def response_redirect_class(self) -> Any:
        return statuses.HttpResponsePermanentRedirect

    def before_body(self, request: Any) -> None:
        """Check the host before the rest of a long body is received.

        Raises:
            DisallowedHost: the host is not listed in `ALLOWED_HOSTS`.
        """
        request.get_host()

    def process_request(self, request: Any) -> Any:
        """Return a redirect where the address is not in its one form.

        Raises:
            DisallowedHost: the host is not listed in `ALLOWED_HOSTS`.
            PermissionDenied: the user agent is listed in `DISALLOWED_USER_AGENTS`.
            RuntimeError: `DEBUG` is on, and the redirect would lose the request's body.
        """
        if per_request.DISALLOWED_USER_AGENTS:
            self._check_user_agent(request)
        host = request.get_host()
        if per_request.PREPEND_WWW and not host.startswith("www."):
            path = request.get_full_path()
            if self.should_redirect_with_slash(request):
                path = self.get_full_path_with_slash(request)
            return self.response_redirect_class(f"{request.scheme}://www.{host}{path}")
        return None

    def _check_user_agent(self, request: Any) -> None:
        user_agent = request.META.get("HTTP_USER_AGENT")
        if user_agent is None:
            return
        if any(unwanted.search(user_agent) for unwanted in per_request.DISALLOWED_USER_AGENTS):
            raise exceptions.PermissionDenied("This user agent is not served here.")

    def should_redirect_with_slash(self, request: Any) -> bool:
        """Return whether a slash at its end would lead the path to a view."""
        if not per_request.APPEND_SLASH or request.path_info.endswith("/"):
            return False
        urlconf = request.urlconf
        if urls.is_valid_path(request.path_info, urlconf):
            return False
        match = urls.is_valid_path(f"{request.path_info}/", urlconf)
        return match is not False and getattr(match.func, "should_append_slash", True)

    def get_full_path_with_slash(self, request: Any) -> str:
        """Return the request's path with a slash at its end.

        Raises:
            RuntimeError: `DEBUG` is on, and the redirect would lose the request's body.
        """
        path = escape_leading_slashes(request.get_full_path(force_append_slash=True))
        if per_request.DEBUG and request.method in ("DELETE", "POST", "PUT", "PATCH"):
            raise RuntimeError(
                f"{request.method} {request.get_full_path()} lacks the slash at its end, and "
                f"APPEND_SLASH cannot redirect it while maintaining {request.method} data. Change "
                f"your form to point to {request.get_host()}{path}, or set APPEND_SLASH to False."
            )
        return path

    def process_response(self, request: Any, response: Any) -> Any:
        """Redirect where nothing was found without the slash; else set Content-Length."""
        if response.status_code == 404 and self.should_redirect_with_slash(request):
            return self.response_redirect_class(self.get_full_path_with_slash(request))
        response._fill_length()
        return response
