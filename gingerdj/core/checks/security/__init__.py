"""Checks of what is safe in development and not in production (`check --deploy`)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from gingerdj.conf import settings
from gingerdj.core.checks.messages import CheckMessage, Error, Warning
from gingerdj.core.checks.registry import Tags, register
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.http.origin import parse_origins
from gingerdj.utils.module_loading import import_string

SECURITY = "gingerdj.middleware.security.SecurityMiddleware"
CSRF = "gingerdj.middleware.csrf.CsrfViewMiddleware"
CLICKJACKING = "gingerdj.middleware.clickjacking.XFrameOptionsMiddleware"

KEY_LENGTH = 50
KEY_VARIETY = 5
INSECURE_PREFIX = "gingerdj-insecure-"

REFERRER_POLICIES = frozenset(
    {
        "no-referrer",
        "no-referrer-when-downgrade",
        "origin",
        "origin-when-cross-origin",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    }
)
OPENER_POLICIES = frozenset({"same-origin", "same-origin-allow-popups", "unsafe-none"})
WEAKNESS = (
    f"has fewer than {KEY_LENGTH} characters, fewer than {KEY_VARIETY} different ones, or begins "
    f"with {INSECURE_PREFIX!r}: what it signs can be forged."
)


class Rule(NamedTuple):
    """One finding, with the condition under which it is one."""

    id: str
    broken: Callable[[], bool]
    msg: str
    hint: str


def _guarded() -> bool:
    return SECURITY in settings.MIDDLEWARE


def _is_weak(key: str | bytes) -> bool:
    text = key.decode("latin-1") if isinstance(key, bytes) else key
    short = len(text) < KEY_LENGTH or len(set(text)) < KEY_VARIETY
    return short or text.startswith(INSECURE_PREFIX)


def _secret_key_is_weak() -> bool:
    try:
        return _is_weak(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return True


def _sends_csrf_cookie() -> bool:
    return CSRF in settings.MIDDLEWARE and not settings.CSRF_USE_SESSIONS


def _referrer_policies() -> list[str]:
    policy = settings.SECURE_REFERRER_POLICY
    names = policy.split(",") if isinstance(policy, str) else policy or []
    return [name.strip() for name in names]


def _sends_hsts() -> bool:
    return _guarded() and bool(settings.SECURE_HSTS_SECONDS)


RULES = (
    Rule(
        "security.W001",
        lambda: not _guarded(),
        "SecurityMiddleware is not among MIDDLEWARE, so the settings that begin with SECURE_ "
        "have no effect.",
        f"Put {SECURITY!r} first.",
    ),
    Rule(
        "security.W002",
        lambda: CLICKJACKING not in settings.MIDDLEWARE,
        "XFrameOptionsMiddleware is not among MIDDLEWARE, so other sites may show this one in a "
        "frame.",
        f"Add {CLICKJACKING!r}, unless the pages are meant to be framed.",
    ),
    Rule(
        "security.W003",
        lambda: CSRF not in settings.MIDDLEWARE,
        "CsrfViewMiddleware is not among MIDDLEWARE, so other sites can make a visitor's browser "
        "send forms to this one.",
        f"Add {CSRF!r}, unless the site takes no forms.",
    ),
    Rule(
        "security.W004",
        lambda: _guarded() and not settings.SECURE_HSTS_SECONDS,
        "SECURE_HSTS_SECONDS is 0, so browsers may go on using plain HTTP.",
        "Once the whole site is served over HTTPS, set it, to a small number first: browsers "
        "remember it.",
    ),
    Rule(
        "security.W005",
        lambda: _sends_hsts() and not settings.SECURE_HSTS_INCLUDE_SUBDOMAINS,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS is False, so an insecure subdomain can be used against "
        "the site.",
        "Set it to True if every subdomain is served over HTTPS.",
    ),
    Rule(
        "security.W006",
        lambda: _guarded() and settings.SECURE_CONTENT_TYPE_NOSNIFF is not True,
        "SECURE_CONTENT_TYPE_NOSNIFF is not True, so browsers may guess the types of files.",
        "Set it to True.",
    ),
    Rule(
        "security.W008",
        lambda: _guarded() and settings.SECURE_SSL_REDIRECT is not True,
        "SECURE_SSL_REDIRECT is not True, so the site answers over plain HTTP as well.",
        "Set it to True, unless a proxy in front redirects to HTTPS.",
    ),
    Rule(
        "security.W009",
        _secret_key_is_weak,
        f"SECRET_KEY {WEAKNESS}",
        "Give production a long random key of its own.",
    ),
    Rule(
        "security.W016",
        lambda: _sends_csrf_cookie() and settings.CSRF_COOKIE_SECURE is not True,
        "CSRF_COOKIE_SECURE is not True, so the cookie also travels over plain HTTP, where it can "
        "be read.",
        "Set it to True.",
    ),
    Rule(
        "security.W018",
        lambda: bool(settings.DEBUG),
        "DEBUG is True, so error pages show the project's code and settings to anyone.",
        "Set it to False in production.",
    ),
    Rule(
        "security.W019",
        lambda: CLICKJACKING in settings.MIDDLEWARE and settings.X_FRAME_OPTIONS != "DENY",
        "X_FRAME_OPTIONS is not 'DENY', so pages may be framed.",
        "Set it to 'DENY', unless parts of the site frame one another.",
    ),
    Rule(
        "security.W020",
        lambda: not settings.ALLOWED_HOSTS,
        "ALLOWED_HOSTS is empty, so every request is answered 400 once DEBUG is False.",
        "Name the hosts that the site is reached by.",
    ),
    Rule(
        "security.W021",
        lambda: _sends_hsts() and not settings.SECURE_HSTS_PRELOAD,
        "SECURE_HSTS_PRELOAD is not True, so the site cannot be entered in browsers' preload "
        "lists.",
        "Set it to True if the site is to be listed.",
    ),
    Rule(
        "security.W022",
        lambda: _guarded() and settings.SECURE_REFERRER_POLICY is None,
        "SECURE_REFERRER_POLICY is not set, so other sites may learn the addresses of pages.",
        "Set it, to 'same-origin' for example.",
    ),
    Rule(
        "security.E023",
        lambda: _guarded() and not REFERRER_POLICIES.issuperset(_referrer_policies()),
        "SECURE_REFERRER_POLICY holds a value that browsers do not know.",
        f"The values are {', '.join(sorted(REFERRER_POLICIES))}.",
    ),
    Rule(
        "security.E024",
        lambda: (
            _guarded()
            and settings.SECURE_CROSS_ORIGIN_OPENER_POLICY not in {None, *OPENER_POLICIES}
        ),
        "SECURE_CROSS_ORIGIN_OPENER_POLICY holds a value that browsers do not know.",
        f"The values are {', '.join(sorted(OPENER_POLICIES))}.",
    ),
)


@register(Tags.security, deploy=True)
def check_deployment(**kwargs: Any) -> list[CheckMessage]:
    """Report every rule of this module that the settings break."""
    kinds = {"W": Warning, "E": Error}
    return [
        kinds[rule.id.partition(".")[2][0]](rule.msg, hint=rule.hint, id=rule.id)
        for rule in RULES
        if rule.broken()
    ]


@register(Tags.security, deploy=True)
def check_secret_key_fallbacks(**kwargs: Any) -> list[CheckMessage]:
    """Report old keys that can be guessed, for what they sign still counts."""
    return [
        Warning(
            f"SECRET_KEY_FALLBACKS[{index}] {WEAKNESS}",
            hint="Take it out, or give another long random key.",
            id="security.W025",
        )
        for index, key in enumerate(settings.SECRET_KEY_FALLBACKS)
        if _is_weak(key)
    ]


@register(Tags.security)
def check_trusted_origins(**kwargs: Any) -> list[CheckMessage]:
    """Report what CSRF_TRUSTED_ORIGINS holds besides origins."""
    listed = settings.CSRF_TRUSTED_ORIGINS
    if not isinstance(listed, list | tuple):
        return []  # The check of types tells of it.
    return [
        Error(
            f"CSRF_TRUSTED_ORIGINS holds {origin!r}, which is no origin.",
            hint="Write scheme and host, such as 'https://www.example.com'.",
            id="4_0.E001",
        )
        for origin in listed
        if isinstance(origin, str) and not _is_origin(origin)
    ]


def _is_origin(text: str) -> bool:
    try:
        return bool(parse_origins([text], "CSRF_TRUSTED_ORIGINS"))
    except (ImproperlyConfigured, ValueError):
        return False


@register(Tags.security)
def check_csrf_failure_view(**kwargs: Any) -> list[CheckMessage]:
    """Report a CSRF_FAILURE_VIEW that is not there, or cannot be called."""
    path = settings.CSRF_FAILURE_VIEW
    try:
        view = import_string(str(path))
    except ImportError as error:
        return [
            Error(
                f"CSRF_FAILURE_VIEW names {path!r}, which cannot be imported ({error}).",
                hint="Mend the dotted path.",
                id="security.E102",
            )
        ]
    try:
        inspect.signature(view).bind(None, reason="")
    except TypeError:
        return [
            Error(
                f"CSRF_FAILURE_VIEW names {path!r}, which cannot be called with "
                "(request, reason=...).",
                hint="Let it take (request, reason).",
                id="security.E101",
            )
        ]
    return []
