"""Whatever a setting is set to by mistake, a check names it: none breaks off, none is silent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from gingerdj.conf import global_settings
from gingerdj.core.checks import ERROR, Tags, run_checks
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.http import HttpResponse
from gingerdj.urls import path

from .conftest import Configure

NAMES = sorted(name for name in vars(global_settings) if name.isupper())

urlpatterns = [path("", lambda request: HttpResponse())]

# Text is made of any key, and any object may be a router, or a module; the checks of static files
# are those of their application, and applications are looked at before any check.
FREE = {
    "DATABASE_ROUTERS",
    "INSTALLED_APPS",
    "MEDIA_ROOT",
    "ROOT_URLCONF",
    "SECRET_KEY",
    "STATICFILES_DIRS",
    "STATIC_ROOT",
}


class Odd:
    """What no setting can be."""


def errors(**options: Any) -> list[tuple[str | None, str]]:
    found = run_checks(tags=[Tags.settings, Tags.security, Tags.files, Tags.urls])
    return [(str(each.id), each.msg) for each in found if each.level >= ERROR]


@pytest.mark.parametrize("name", sorted(set(NAMES) - FREE))
def test_a_value_of_a_wrong_type_is_named(configure: Configure, name: str) -> None:
    configure(ROOT_URLCONF=__name__, MIDDLEWARE=[])
    assert errors() == []
    value: Any = getattr(global_settings, name)
    configure(**{name: [Odd()] if isinstance(value, list) else Odd()})
    assert [message for _, message in errors() if name in message], errors()


def test_an_app_is_named_by_its_path(configure: Configure) -> None:
    with pytest.raises(ImproperlyConfigured, match="INSTALLED_APPS must hold the dotted paths"):
        configure(INSTALLED_APPS=[Odd()])


@pytest.mark.parametrize(
    ("option", "found", "message"),
    [
        ({"DEBUG": "False"}, "E005", "DEBUG must be True or False, unlike the str that it is."),
        (
            {"THREAD_POOL_SIZE": "40"},
            "E005",
            "THREAD_POOL_SIZE must be a whole number, unlike the str that it is.",
        ),
        (
            {"SEND_TIMEOUT": "60"},
            "E005",
            "SEND_TIMEOUT must be a number or None, unlike the str that it is.",
        ),
        (
            {"TRUSTED_PROXY_HOPS": True},
            "E005",
            "TRUSTED_PROXY_HOPS must be a whole number or None, unlike the bool that it is.",
        ),
        (
            {"DISALLOWED_USER_AGENTS": ["bot"]},
            "E005",
            "must be a list or a tuple of compiled regular expressions, unlike the list of str",
        ),
        (
            {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO",)},
            "E005",
            "must be a pair of strings or None, unlike the tuple of str that it is.",
        ),
        ({"THREAD_POOL_SIZE": 0}, "E006", "THREAD_POOL_SIZE is 0, but must be at least 1."),
        ({"SEND_TIMEOUT": 0}, "E006", "SEND_TIMEOUT is 0, but must be at least 0.001."),
        (
            {"SIGNING_BACKEND": "nowhere.Signer"},
            "E007",
            "'nowhere.Signer' of SIGNING_BACKEND cannot be imported: No module named 'nowhere'",
        ),
        (
            {"FILE_UPLOAD_HANDLERS": ["Handler"]},
            "E007",
            "FILE_UPLOAD_HANDLERS cannot be imported: Handler doesn't look like a module path",
        ),
        ({"DEFAULT_CHARSET": "utf-9"}, "E008", "DEFAULT_CHARSET is 'utf-9', which is no charset"),
    ],
)
def test_what_is_wrong_with_it_is_said(
    configure: Configure, option: dict[str, Any], found: str, message: str
) -> None:
    configure(ROOT_URLCONF=__name__, **option)
    [(id_, text)] = errors()
    assert id_ == f"settings.{found}"
    assert message in text


@pytest.mark.parametrize(
    "option",
    [
        {"DEBUG": 1},
        {"ALLOWED_HOSTS": ("testserver",)},
        {"CSRF_COOKIE_SAMESITE": False},
        {"DISALLOWED_USER_AGENTS": [re.compile("bot")]},
        {"FILE_UPLOAD_TEMP_DIR": Path("/")},
        {"REQUEST_BODY_TIMEOUT": 0.5},
        {"SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"]},
        {"SECURE_REFERRER_POLICY": ["no-referrer", "same-origin"]},
    ],
)
def test_other_right_values(configure: Configure, option: dict[str, Any]) -> None:
    configure(ROOT_URLCONF=__name__, **option)
    assert errors() == []
