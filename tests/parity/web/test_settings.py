"""Settings: their holders, their overriding, and Django's defaults."""

from __future__ import annotations

import asyncio
import sys
import unittest
from types import ModuleType
from typing import Any

import django.conf.global_settings
import pytest

import gingerdj.conf.global_settings

THEIRS, OURS = (
    {name: value for name, value in vars(module).items() if name.isupper()}
    for module in (django.conf.global_settings, gingerdj.conf.global_settings)
)
# Django's settings that nothing here reads, by what would.
LEFT_OUT = {
    "mail": "ADMINS MANAGERS IGNORABLE_404_URLS DEFAULT_FROM_EMAIL SERVER_EMAIL EMAIL_BACKEND EMAIL_HOST EMAIL_HOST_PASSWORD "
    "EMAIL_HOST_USER EMAIL_PORT EMAIL_SSL_CERTFILE EMAIL_SSL_KEYFILE EMAIL_SUBJECT_PREFIX EMAIL_TIMEOUT EMAIL_USE_LOCALTIME "
    "EMAIL_USE_SSL EMAIL_USE_TLS",
    "translation and formats": "LANGUAGES LANGUAGES_BIDI LANGUAGE_CODE LANGUAGE_COOKIE_AGE LANGUAGE_COOKIE_DOMAIN "
    "LANGUAGE_COOKIE_HTTPONLY LANGUAGE_COOKIE_NAME LANGUAGE_COOKIE_PATH LANGUAGE_COOKIE_SAMESITE LANGUAGE_COOKIE_SECURE "
    "LOCALE_PATHS USE_I18N USE_THOUSAND_SEPARATOR THOUSAND_SEPARATOR NUMBER_GROUPING DECIMAL_SEPARATOR FIRST_DAY_OF_WEEK "
    "FORMAT_MODULE_PATH DATE_FORMAT DATE_INPUT_FORMATS DATETIME_FORMAT DATETIME_INPUT_FORMATS TIME_FORMAT TIME_INPUT_FORMATS "
    "MONTH_DAY_FORMAT YEAR_MONTH_FORMAT SHORT_DATE_FORMAT SHORT_DATETIME_FORMAT",
    "sessions, users and messages": "SESSION_CACHE_ALIAS SESSION_COOKIE_AGE SESSION_COOKIE_DOMAIN SESSION_COOKIE_HTTPONLY "
    "SESSION_COOKIE_NAME SESSION_COOKIE_PATH SESSION_COOKIE_SAMESITE SESSION_COOKIE_SECURE SESSION_ENGINE "
    "SESSION_EXPIRE_AT_BROWSER_CLOSE SESSION_FILE_PATH SESSION_SAVE_EVERY_REQUEST SESSION_SERIALIZER AUTH_USER_MODEL "
    "AUTH_PASSWORD_VALIDATORS AUTHENTICATION_BACKENDS LOGIN_REDIRECT_URL LOGIN_URL LOGOUT_REDIRECT_URL PASSWORD_HASHERS "
    "PASSWORD_RESET_TIMEOUT MESSAGE_STORAGE",
    "models": "ABSOLUTE_URL_OVERRIDES DATABASES DATABASE_ROUTERS DEFAULT_AUTO_FIELD DEFAULT_INDEX_TABLESPACE DEFAULT_TABLESPACE "
    "FIXTURE_DIRS MIGRATION_MODULES TEST_NON_SERIALIZED_APPS",
    "templates and forms": "TEMPLATES FORM_RENDERER FORMS_URLFIELD_ASSUME_HTTPS INTERNAL_IPS",
    "storages and caches": "MEDIA_ROOT MEDIA_URL STORAGES FILE_UPLOAD_PERMISSIONS FILE_UPLOAD_DIRECTORY_PERMISSIONS CACHES "
    "CACHE_MIDDLEWARE_ALIAS CACHE_MIDDLEWARE_KEY_PREFIX",
    "pytest, which is the test runner": "TEST_RUNNER",
    "salts of cookies that other names can have, too": "SIGNED_COOKIE_LEGACY_SALT_FALLBACK",
}
NAMES = {name for names in LEFT_OUT.values() for name in names.split()}


def test_every_setting_of_django_is_there_or_left_out_for_a_reason() -> None:
    assert THEIRS.keys() - OURS.keys() <= NAMES
    assert len(THEIRS.keys() & OURS.keys()) >= 55


def test_the_defaults_are_django_s() -> None:
    # Django's connections fill DATABASES in place.
    ours = {name: OURS[name] for name in THEIRS.keys() & OURS.keys() - {"DATABASES"}}
    found = {
        name: (THEIRS[name], value) for name, value in ours.items() if _named(THEIRS[name]) != value
    }
    assert found == {
        # The zone and the awareness that Django's own startproject writes.
        "TIME_ZONE": ("America/Chicago", "UTC"),
    }


def _named(value: Any) -> Any:
    if isinstance(value, list):
        return [_named(each) for each in value]
    return value.replace("django.", "gingerdj.", 1) if isinstance(value, str) else value


class Own:
    A, B, lower = 1, [2], 3


def lazy(fw: Any) -> Any:
    return fw("conf.LazySettings")()


def module(name: str, **names: Any) -> str:
    created = ModuleType(name)
    created.__dict__.update(names)
    sys.modules[name] = created
    return name


def from_module(fw: Any, **names: Any) -> Any:
    return fw("conf.Settings")(module("parity_settings", **names))


HOLDERS: dict[str, Any] = {
    "configure": lambda fw: (s := lazy(fw), s.configure(A=1), s.A, s.configured, s.DEBUG)[2:],
    "configure twice": lambda fw: (s := lazy(fw), s.configure(), s.configure()),
    "configure lower": lambda fw: lazy(fw).configure(debug=True),
    "configure mixed": lambda fw: lazy(fw).configure(Debug=True),
    "configure defaults": lambda fw: (s := lazy(fw), s.configure(Own, C=3), s.A, s.B, s.C, s.is_overridden("C"), s.is_overridden("A"))[2:],
    "configure without default": lambda fw: (s := lazy(fw), s.configure(Own), s.DEBUG),
    "configured": lambda fw: lazy(fw).configured,
    "missing": lambda fw: (s := lazy(fw), s.configure(), s.MISSING),
    "lower name": lambda fw: (s := lazy(fw), s.configure(Own), s.lower),
    "repr": lambda fw: (s := lazy(fw), repr(s), s.configure(), repr(s))[1::2],
    "repr of settings": lambda fw: repr(from_module(fw, A=1)),
    "repr of lazy settings": lambda fw: (s := lazy(fw), setattr(s, "_wrapped", from_module(fw, A=1)), repr(s))[2],
    "set": lambda fw: (s := lazy(fw), s.configure(), setattr(s, "A", 1), s.A, s.is_overridden("A"))[3:],
    "set wrapped": lambda fw: (s := lazy(fw), s.configure(A=1), s.A, setattr(s, "_wrapped", fw("conf.UserSettingsHolder")(Own)), s.B)[2:],
    "delete": lambda fw: (s := lazy(fw), s.configure(A=1), delattr(s, "A"), hasattr(s, "A"))[3],
    "delete default": lambda fw: (s := lazy(fw), s.configure(), delattr(s, "DEBUG"), hasattr(s, "DEBUG"), "DEBUG" in dir(s))[3:],
    "delete and set": lambda fw: (s := lazy(fw), s.configure(A=1), delattr(s, "A"), setattr(s, "A", 2), s.A, "A" in dir(s))[4:],
    "delete missing": lambda fw: (s := lazy(fw), s.configure(), delattr(s, "MISSING"))[2],
    "secret empty": lambda fw: (s := lazy(fw), s.configure(SECRET_KEY=""), s.SECRET_KEY),
    "secret missing": lambda fw: (s := lazy(fw), s.configure(), s.SECRET_KEY),
    "secret bytes": lambda fw: (s := lazy(fw), s.configure(SECRET_KEY=b"x"), s.SECRET_KEY)[2],
    "dir": lambda fw: (s := lazy(fw), s.configure(Own, C=1), [n for n in dir(s) if n.isupper()])[2],
    "holder": lambda fw: (h := fw("conf.UserSettingsHolder")(Own), h.A, h.is_overridden("A"), setattr(h, "A", 5), h.A, h.is_overridden("A"))[1:],
    "holder lower": lambda fw: fw("conf.UserSettingsHolder")(Own).lower,
    "holder dir": lambda fw: [n for n in dir(fw("conf.UserSettingsHolder")(Own)) if n.isupper()],
    "holder repr": lambda fw: repr(fw("conf.UserSettingsHolder")(Own)),
    "holder nested": lambda fw: (
        h := fw("conf.UserSettingsHolder")(Own), setattr(h, "Z", 1), i := fw("conf.UserSettingsHolder")(h), i.Z, i.is_overridden("Z"),
        i.is_overridden("A"), i.SETTINGS_MODULE,
    )[3:],
    "module": lambda fw: (s := from_module(fw, A=1, lower=2, _B=3), s.A, hasattr(s, "lower"), hasattr(s, "_B"), s.SETTINGS_MODULE)[1:],
    "module overridden": lambda fw: (s := from_module(fw, A=1, DEBUG=True), s.is_overridden("A"), s.is_overridden("DEBUG"), s.is_overridden("TIME_ZONE"))[1:],
    "module missing": lambda fw: fw("conf.Settings")("there.is.none"),
    "module missing name": lambda fw: fw("conf.Settings")("nonesuch"),
    **{
        f"{name} as {type(value).__name__}": lambda fw, name=name, value=value: getattr(from_module(fw, **{name: value}), name)
        for name in ("ALLOWED_HOSTS", "INSTALLED_APPS", "SECRET_KEY_FALLBACKS", "TEMPLATE_DIRS", "LOCALE_PATHS")
        for value in ("text", ["a"], ("a",), {"a"})
        if name not in ("TEMPLATE_DIRS", "LOCALE_PATHS") or isinstance(value, list)
    },
    "time zone": lambda fw: from_module(fw, TIME_ZONE="Europe/Paris").TIME_ZONE,
    "bad time zone": lambda fw: from_module(fw, TIME_ZONE="No/Where"),
    "variable": lambda fw: fw("conf.ENVIRONMENT_VARIABLE").replace("GINGER", "DJANGO"),
    "not configured": lambda fw: lazy(fw).DEBUG,
}  # fmt: skip


@pytest.fixture
def _unset(monkeypatch: pytest.MonkeyPatch, frameworks: Any) -> Any:
    for name in ("GINGER_SETTINGS_MODULE", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.delenv(name, raising=False)
    yield
    sys.modules.pop("parity_settings", None)
    for fw in frameworks:  # Settings with a zone have set that of the process.
        fw("core.signals.setting_changed").send(None, setting="TIME_ZONE", value=None, enter=False)


@pytest.mark.usefixtures("_unset")
def test_holders(differences: Any) -> None:
    found = differences(HOLDERS, lambda fw, case: HOLDERS[case](fw))
    # A ModuleNotFoundError that says so.
    assert {case: ours[1] for case, (_, ours) in found.items()} == {
        "'module missing'": "SettingsModuleNotFound",
        "'module missing name'": "SettingsModuleNotFound",
    }


def changes(fw: Any) -> tuple[list[Any], Any]:
    seen: list[Any] = []

    def note(*, sender: Any, setting: str, value: Any, enter: bool, **kwargs: Any) -> None:
        if setting.startswith("OWN"):
            seen.append((sender.__name__, setting, value, enter))

    fw("test.signals.setting_changed").connect(note)
    return seen, note


def context(fw: Any, seen: list[Any]) -> None:
    with fw("test.override_settings")(OWN=1, OWN_TWO=2):
        with fw("test.override_settings")(OWN=3):
            seen.append(fw("conf.settings").OWN)
        seen.append(fw("conf.settings").OWN)
    seen.append(hasattr(fw("conf.settings"), "OWN"))


def function(fw: Any, seen: list[Any]) -> None:
    @fw("test.override_settings")(OWN=1)
    def decorated(a: Any, b: Any = 2) -> Any:
        seen.append((fw("conf.settings").OWN, a, b))

    decorated(1, b=3)
    seen.append((decorated.__name__, hasattr(fw("conf.settings"), "OWN")))


def coroutine(fw: Any, seen: list[Any]) -> None:
    @fw("test.override_settings")(OWN=1)
    async def decorated() -> Any:
        seen.append(fw("conf.settings").OWN)

    asyncio.run(decorated())
    seen.append((asyncio.iscoroutinefunction(decorated), hasattr(fw("conf.settings"), "OWN")))


def raises(fw: Any, seen: list[Any]) -> None:
    with pytest.raises(ValueError, match="why"), fw("test.override_settings")(OWN=1):
        raise ValueError("why")
    seen.append(hasattr(fw("conf.settings"), "OWN"))


def deleting(fw: Any, seen: list[Any]) -> None:
    with fw("test.override_settings")(OWN=1):
        del fw("conf.settings").OWN
        seen.append(hasattr(fw("conf.settings"), "OWN"))
        fw("conf.settings").OWN = 5
    seen.append(hasattr(fw("conf.settings"), "OWN"))


def modifying(fw: Any, seen: list[Any]) -> None:
    modify = fw("test.modify_settings")
    with fw("test.override_settings")(OWN=["a", "b"]):
        for operations in (
            {"append": "c"}, {"append": ["c", "a"]}, {"prepend": "z"}, {"prepend": ["z", "y", "a"]}, {"remove": "a"}, {"remove": ["a", "q"]},
            {"append": "c", "remove": "c"}, {"remove": "a", "append": "a"}, {"prepend": ("x",), "append": ("y",), "remove": ("a",)},
        ):  # fmt: skip
            with modify(OWN=operations):
                seen.append(fw("conf.settings").OWN)
        with modify([("OWN", {"append": "1"}), ("OWN", {"prepend": "0"})]):
            seen.append(fw("conf.settings").OWN)
        seen.append(fw("conf.settings").OWN)
    with modify(OWN={"append": "first"}):
        seen.append(fw("conf.settings").OWN)


def modifying_wrongly(fw: Any, seen: list[Any]) -> None:
    with fw("test.modify_settings")(OWN={"insert": "x"}):
        pass


def on_classes(fw: Any, seen: list[Any]) -> None:
    override, base = fw("test.override_settings"), fw("test.SimpleTestCase")

    @override(OWN=1)
    class Parent(base):  # type: ignore[misc, valid-type]
        def runTest(self) -> None:  # noqa: N802
            seen.append((fw("conf.settings").OWN, getattr(fw("conf.settings"), "OWN_TWO", None)))

    @override(OWN_TWO=2)
    class Child(Parent): ...

    @override(OWN=3)
    class Grandchild(Child): ...

    for kind in (Parent, Child, Grandchild):
        unittest.TestSuite([kind()]).run(unittest.TestResult())


def on_a_plain_class(fw: Any, seen: list[Any]) -> None:
    fw("test.override_settings")(OWN=1)(type("Plain", (), {}))


def on_a_plain_test_case(fw: Any, seen: list[Any]) -> None:
    fw("test.override_settings")(OWN=1)(type("Plain", (unittest.TestCase,), {}))


def modifying_a_plain_test_case(fw: Any, seen: list[Any]) -> None:
    fw("test.modify_settings")(OWN={"append": "x"})(type("Plain", (unittest.TestCase,), {}))


def failing_receiver(fw: Any, seen: list[Any]) -> None:
    def fail(*, setting: str, enter: bool, **kwargs: Any) -> None:
        if setting == "OWN_TWO" and enter:
            raise KeyError

    signal = fw("test.signals.setting_changed")
    signal.connect(fail)
    try:
        with pytest.raises(KeyError), fw("test.override_settings")(OWN=1, OWN_TWO=2):
            pass
    finally:
        signal.disconnect(fail)
    seen.append(hasattr(fw("conf.settings"), "OWN"))


OVERRIDES = [context, function, coroutine, raises, deleting, modifying, modifying_wrongly, on_classes, on_a_plain_class,
             on_a_plain_test_case, modifying_a_plain_test_case, failing_receiver]  # fmt: skip


@pytest.mark.parametrize("what", OVERRIDES)
def test_overriding(both: Any, what: Any) -> None:
    def act(fw: Any) -> Any:
        seen, receiver = changes(fw)
        try:
            what(fw, seen)
        finally:
            fw("test.signals.setting_changed").disconnect(receiver)
        return seen

    both(act)
