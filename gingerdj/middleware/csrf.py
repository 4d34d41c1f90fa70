"""Protection against requests that other sites make a user's browser send.

A form or a script proves that it comes from this site by a token, which only this site's pages
can know; the cookie beside it holds the token's secret (OWASP, "Cross-Site Request Forgery
Prevention": signed double-submit cookie and origin checks).
"""

from __future__ import annotations

import logging
import string
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from gingerdj.conf import per_request, settings
from gingerdj.urls import get_callable
from gingerdj.utils.deprecation import MiddlewareMixin
from gingerdj.utils.functional import cached_property
from gingerdj.utils.lazy import LazyModule
from gingerdj.utils.log import log_response

if TYPE_CHECKING:
    from urllib import parse

    from gingerdj.core import exceptions
    from gingerdj.http import exceptions as http_exceptions
    from gingerdj.http import origin as origins
    from gingerdj.utils import cache, crypto, http
else:
    cache = LazyModule("gingerdj.utils.cache")
    crypto = LazyModule("gingerdj.utils.crypto")
    exceptions = LazyModule("gingerdj.core.exceptions")
    http = LazyModule("gingerdj.utils.http")
    http_exceptions = LazyModule("gingerdj.http.exceptions")
    origins = LazyModule("gingerdj.http.origin")
    parse = LazyModule("urllib.parse")

logger = logging.getLogger("gingerdj.security.csrf")

#: Why a request of another origin is refused.
REASON_BAD_ORIGIN = "Origin checking failed - %s does not match any trusted origins."
#: Why a request by HTTPS with neither Origin nor Referer is refused.
REASON_NO_REFERER = "Referer checking failed - no Referer."
#: Why a request with the Referer of another site is refused.
REASON_BAD_REFERER = "Referer checking failed - %s does not match any trusted origins."
#: Why a request is refused of which the Referer cannot be read.
REASON_MALFORMED_REFERER = "Referer checking failed - Referer is malformed."
#: Why a request by HTTPS with a Referer without it is refused.
REASON_INSECURE_REFERER = "Referer checking failed - Referer is insecure while host is secure."
#: Why a request without the cookie is refused.
REASON_NO_CSRF_COOKIE = "CSRF cookie not set."
#: Why a request without a token is refused.
REASON_CSRF_TOKEN_MISSING = "CSRF token missing."  # noqa: S105 - a message
#: What is wrong with a token that is too short or too long.
REASON_INCORRECT_LENGTH = "has incorrect length"
#: What is wrong with a token of other characters than `CSRF_ALLOWED_CHARS`.
REASON_INVALID_CHARACTERS = "has invalid characters"

#: The characters of secrets and tokens.
CSRF_ALLOWED_CHARS = string.ascii_letters + string.digits
_PLACES = {char: place for place, char in enumerate(CSRF_ALLOWED_CHARS)}
#: The characters of a secret.
CSRF_SECRET_LENGTH = 32
#: The characters of a token: a mask, and the secret under it.
CSRF_TOKEN_LENGTH = 2 * CSRF_SECRET_LENGTH
#: What the secret is called in the session where `CSRF_USE_SESSIONS` is set.
CSRF_SESSION_KEY = "_csrftoken"

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")  # RFC 9110, 9.2.1.


class InvalidTokenFormat(Exception):
    """A token or a secret cannot be one.

    Args:
        reason: what is wrong with it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RejectRequest(Exception):
    """A request must not reach its view.

    Args:
        reason: why not.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _mask_cipher_secret(secret: str) -> str:
    """Return a token for a secret, another one each time: compressed pages that hold the secret
    itself would give it away (BREACH)."""
    mask = crypto.get_random_string(CSRF_SECRET_LENGTH, CSRF_ALLOWED_CHARS)
    return mask + _shifted(secret, mask, 1)


def _unmask_cipher_token(token: str) -> str:
    """Return the secret of a token."""
    return _shifted(token[CSRF_SECRET_LENGTH:], token[:CSRF_SECRET_LENGTH], -1)


def _shifted(text: str, mask: str, direction: int) -> str:
    chars, places = CSRF_ALLOWED_CHARS, _PLACES
    return "".join(
        [
            chars[(places[letter] + direction * places[shift]) % len(chars)]
            for letter, shift in zip(text, mask, strict=True)
        ]
    )


def _check_token_format(token: str) -> None:
    if len(token) not in (CSRF_SECRET_LENGTH, CSRF_TOKEN_LENGTH):
        raise InvalidTokenFormat(REASON_INCORRECT_LENGTH)
    if not (token.isascii() and token.isalnum()):
        raise InvalidTokenFormat(REASON_INVALID_CHARACTERS)


def _does_token_match(request_csrf_token: str, csrf_secret: str) -> bool:
    if len(request_csrf_token) == CSRF_TOKEN_LENGTH:
        request_csrf_token = _unmask_cipher_token(request_csrf_token)
    return crypto.constant_time_compare(request_csrf_token, csrf_secret)


def _reads_long_form(request: Any) -> bool:
    return request.method == "POST" and bool(request.reading_blocks)


def get_token(request: Any) -> str:
    """Return a token for a form of the response to a request; the cookie is sent along."""
    if "CSRF_COOKIE" not in request.META:
        rotate_token(request)
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    return _mask_cipher_secret(request.META["CSRF_COOKIE"])


def rotate_token(request: Any) -> None:
    """Give the client a new secret, as is due at a login: the old tokens count no more."""
    secret = crypto.get_random_string(CSRF_SECRET_LENGTH, CSRF_ALLOWED_CHARS)
    request.META.update(CSRF_COOKIE=secret, CSRF_COOKIE_NEEDS_UPDATE=True)


class CsrfViewMiddleware(MiddlewareMixin):
    """Refuses requests that may change something and do not come from this site.

    The settings `CSRF_...` say how; `csrf_exempt` lets a view out.
    """

    hooks_block = False

    def blocks(self, request: Any) -> bool:
        """Return whether the session may be read from a database, or a long form from the body."""
        return self.hooks_block or per_request.CSRF_USE_SESSIONS or _reads_long_form(request)

    def _blocker(self, hook: str) -> Callable[[Any], bool] | None:
        if type(self) is not CsrfViewMiddleware or per_request.CSRF_USE_SESSIONS:
            return self.blocks
        return _reads_long_form if hook == "process_view" else None

    @cached_property
    def _trusted_origins(self) -> list[origins.Origin]:
        return origins.parse_origins(settings.CSRF_TRUSTED_ORIGINS, "CSRF_TRUSTED_ORIGINS")

    def process_request(self, request: Any) -> None:
        """Note the client's secret, where `get_token` finds it."""
        if not per_request.CSRF_USE_SESSIONS and not request._has_cookies():
            return
        try:
            secret = self._get_secret(request)
        except InvalidTokenFormat:
            rotate_token(request)
        else:
            if secret is not None:
                request._note("CSRF_COOKIE", secret)

    def process_view(
        self, request: Any, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> Any:
        """Return a refusal; None to let the request through."""
        if getattr(request, "csrf_processing_done", False):
            return None
        if getattr(callback, "csrf_exempt", False):
            return None
        # By Django's flag, tests and programs of their own accord let single requests through.
        if request.method not in _SAFE_METHODS and not getattr(
            request, "_dont_enforce_csrf_checks", False
        ):
            try:
                self._check(request)
            except RejectRequest as rejection:
                return self._reject(request, rejection.reason)
        request.csrf_processing_done = True
        return None

    def process_response(self, request: Any, response: Any) -> Any:
        """Send the secret, if a token was made with it."""
        meta = request._meta  # Whoever makes a token asks for META.
        if meta is not None and meta.get("CSRF_COOKIE_NEEDS_UPDATE"):
            self._set_secret(request, response)
            meta["CSRF_COOKIE_NEEDS_UPDATE"] = False
        return response

    def _reject(self, request: Any, reason: str) -> Any:
        response = get_callable(settings.CSRF_FAILURE_VIEW)(request, reason=reason)
        log_response(
            "Forbidden (%s): %s",
            reason,
            request.path,
            response=response,
            request=request,
            logger=logger,
        )
        return response

    def _get_secret(self, request: Any) -> str | None:
        if per_request.CSRF_USE_SESSIONS:
            secret = self._session(request).get(CSRF_SESSION_KEY)
        else:
            secret = request.COOKIES.get(per_request.CSRF_COOKIE_NAME)
        if secret is None:
            return None
        _check_token_format(secret)
        # Older cookies hold a token.
        return _unmask_cipher_token(secret) if len(secret) == CSRF_TOKEN_LENGTH else secret

    def _set_secret(self, request: Any, response: Any) -> None:
        secret = request.META["CSRF_COOKIE"]
        if per_request.CSRF_USE_SESSIONS:
            session = self._session(request)
            if session.get(CSRF_SESSION_KEY) != secret:
                session[CSRF_SESSION_KEY] = secret
            return
        response.set_cookie(
            per_request.CSRF_COOKIE_NAME,
            secret,
            max_age=settings.CSRF_COOKIE_AGE,
            domain=settings.CSRF_COOKIE_DOMAIN,
            path=settings.CSRF_COOKIE_PATH,
            secure=settings.CSRF_COOKIE_SECURE,
            httponly=settings.CSRF_COOKIE_HTTPONLY,
            samesite=settings.CSRF_COOKIE_SAMESITE,
        )
        cache.patch_vary_headers(response, ("Cookie",))

    def _session(self, request: Any) -> Any:
        try:
            return request.session
        except AttributeError:
            raise exceptions.ImproperlyConfigured(
                "CSRF_USE_SESSIONS is enabled, but request.session is not set. SessionMiddleware "
                "must appear before CsrfViewMiddleware in MIDDLEWARE."
            ) from None

    def _check(self, request: Any) -> None:
        """Raise RejectRequest unless the request comes from here, with the right token."""
        origin = request.META.get("HTTP_ORIGIN")
        if origin is not None:
            if not self._origin_verified(request):
                raise RejectRequest(REASON_BAD_ORIGIN % origin)
        elif request.is_secure():
            # By HTTP, an attacker on the wire could write whatever header this looked at.
            self._check_referer(request)
        self._check_token(request)

    def _origin_verified(self, request: Any) -> bool:
        return origins.is_trusted(request, request.META["HTTP_ORIGIN"], self._trusted_origins)

    def _check_referer(self, request: Any) -> None:
        header = request.META.get("HTTP_REFERER")
        if header is None:
            raise RejectRequest(REASON_NO_REFERER)
        try:
            referer = parse.urlsplit(header)
        except ValueError:
            raise RejectRequest(REASON_MALFORMED_REFERER) from None
        if not referer.scheme or not referer.netloc:
            raise RejectRequest(REASON_MALFORMED_REFERER)
        if referer.scheme != "https":
            raise RejectRequest(REASON_INSECURE_REFERER)
        if any(http.is_same_domain(referer.netloc, host) for _, host in self._trusted_origins):
            return
        try:
            own = self._own_domain(request)
        except exceptions.DisallowedHost:
            own = ""
        if not http.is_same_domain(referer.netloc, own):
            raise RejectRequest(REASON_BAD_REFERER % referer.geturl())

    def _own_domain(self, request: Any) -> str:
        domain = None if per_request.CSRF_USE_SESSIONS else settings.CSRF_COOKIE_DOMAIN
        if domain is None:
            return str(request.get_host())
        port = request.get_port()
        return domain if port in ("443", "80") else f"{domain}:{port}"

    def _check_token(self, request: Any) -> None:
        try:
            secret = self._get_secret(request)
        except InvalidTokenFormat as error:
            raise RejectRequest(f"CSRF cookie {error.reason}.") from None
        if secret is None:
            raise RejectRequest(REASON_NO_CSRF_COOKIE)
        token, source = self._sent_token(request)
        try:
            _check_token_format(token)
        except InvalidTokenFormat as error:
            raise RejectRequest(f"CSRF token from {source} {error.reason}.") from None
        if not _does_token_match(token, secret):
            raise RejectRequest(f"CSRF token from {source} incorrect.")

    def _sent_token(self, request: Any) -> tuple[str, str]:
        token = ""
        if request.method == "POST":
            # A client that has gone will see no answer.
            with suppress(http_exceptions.UnreadablePostError):
                token = request.POST.get("csrfmiddlewaretoken", "")
        if token:
            return token, "POST"
        name = settings.CSRF_HEADER_NAME
        token = request.META.get(name)
        if token is None:
            raise RejectRequest(REASON_CSRF_TOKEN_MISSING)
        header = name.removeprefix("HTTP_").replace("_", "-").title()
        return token, f"the '{header}' HTTP header"
