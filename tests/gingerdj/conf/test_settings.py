"""Settings: lazy, loaded from a module or set by hand, with errors that name the mend."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from gingerdj.conf import ENVIRONMENT_VARIABLE, LazySettings, Settings, per_request
from gingerdj.core.exceptions import ImproperlyConfigured
from gingerdj.core.signals import setting_changed
from gingerdj.test import modify_settings, override_settings


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write a settings module, and name it in the environment."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(text: str, name: str = "site_settings") -> str:
        (tmp_path / f"{name}.py").write_text(text)
        monkeypatch.delitem(sys.modules, name, raising=False)
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, name)
        return name

    return write


def test_a_module_over_the_defaults(bare_settings: LazySettings, module: Any) -> None:
    module("DEBUG = True\nMINE = 1\nlower = 2\n")
    assert not bare_settings.configured
    assert (bare_settings.DEBUG, bare_settings.MINE) == (True, 1)
    assert bare_settings.APPEND_SLASH is True
    assert bare_settings.configured
    assert bare_settings.is_overridden("DEBUG")
    assert not bare_settings.is_overridden("APPEND_SLASH")
    assert not hasattr(bare_settings, "lower")


def test_nothing_configured(bare_settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    with pytest.raises(ImproperlyConfigured) as caught:
        _ = bare_settings.DEBUG
    assert str(caught.value) == (
        "Requested setting DEBUG, but settings are not configured. Set the environment variable "
        "GINGER_SETTINGS_MODULE to the dotted path of your settings module (mysite.settings, for "
        "example), or call settings.configure() first."
    )


def test_a_variable_that_is_left_of_djangos(
    bare_settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "mysite.settings")
    with pytest.raises(ImproperlyConfigured) as caught:
        _ = bare_settings.DEBUG
    assert str(caught.value).endswith(
        "first. DJANGO_SETTINGS_MODULE, which is set, is Django's: nothing here reads it."
    )


def test_a_module_that_is_not_there(
    bare_settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, "nowhere.settings")
    with pytest.raises(
        ImproperlyConfigured, match="check the spelling of GINGER_SETTINGS"
    ) as caught:
        _ = bare_settings.DEBUG
    assert isinstance(caught.value, ImportError)


def test_a_module_whose_own_import_fails(bare_settings: LazySettings, module: Any) -> None:
    module("import nowhere_at_all\n")
    with pytest.raises(ModuleNotFoundError, match="nowhere_at_all"):
        _ = bare_settings.DEBUG


def test_a_string_is_no_list(module: Any) -> None:
    name = module("ALLOWED_HOSTS = 'example.org'\n")
    with pytest.raises(ImproperlyConfigured, match=f"ALLOWED_HOSTS setting must .* In {name}"):
        Settings(name)


def test_an_empty_secret_key(bare_settings: LazySettings) -> None:
    bare_settings.configure()
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY setting must not be empty"):
        _ = bare_settings.SECRET_KEY


def test_an_unknown_setting(bare_settings: LazySettings) -> None:
    bare_settings.configure()
    with pytest.raises(AttributeError, match="There is no setting NOPE"):
        _ = bare_settings.NOPE


def test_configure_works_once_and_in_upper_case(bare_settings: LazySettings) -> None:
    with pytest.raises(TypeError, match="'debug' must be uppercase"):
        bare_settings.configure(debug=True)
    bare_settings.configure(DEBUG=True)
    with pytest.raises(RuntimeError, match="already configured"):
        bare_settings.configure(DEBUG=False)
    assert bare_settings.DEBUG is True


def test_override_puts_back_and_tells(bare_settings: LazySettings) -> None:
    told: list[Any] = []

    def receiver(*, setting: str, value: Any, enter: bool, **_: Any) -> None:
        told.append((setting, value, enter))

    bare_settings.configure(MINE=1)
    setting_changed.connect(receiver)
    try:
        with override_settings(MINE=2):
            assert bare_settings.MINE == 2
    finally:
        setting_changed.disconnect(receiver)
    assert bare_settings.MINE == 1
    assert told == [("MINE", 2, True), ("MINE", 1, False)]


def test_what_requests_read_follows_the_settings(bare_settings: LazySettings) -> None:
    with pytest.raises(ImproperlyConfigured, match="Requested setting DEBUG"):
        _ = per_request.DEBUG
    bare_settings.configure(DEBUG=True)
    assert (per_request.DEBUG, per_request.APPEND_SLASH) == (True, True)
    with override_settings(DEBUG=False):
        assert (per_request.DEBUG, per_request.APPEND_SLASH) == (False, True)
        del bare_settings.DEBUG
        with pytest.raises(AttributeError, match="There is no setting DEBUG"):
            _ = per_request.DEBUG
        assert per_request.APPEND_SLASH is True
        bare_settings.APPEND_SLASH = False
        assert per_request.APPEND_SLASH is False
    assert (per_request.DEBUG, per_request.APPEND_SLASH) == (True, True)


def test_modify_lists(bare_settings: LazySettings) -> None:
    bare_settings.configure(ALLOWED_HOSTS=["a", "b"])
    with modify_settings(ALLOWED_HOSTS={"remove": "a", "append": ["c"], "prepend": "z"}):
        assert bare_settings.ALLOWED_HOSTS == ["z", "b", "c"]
    assert bare_settings.ALLOWED_HOSTS == ["a", "b"]


def test_a_deleted_setting_comes_back_after_the_override(bare_settings: LazySettings) -> None:
    bare_settings.configure(MINE=1)
    with override_settings():
        del bare_settings.MINE
        assert not hasattr(bare_settings, "MINE")
    assert bare_settings.MINE == 1


def test_others_in_their_place_leave_them_what_they_are(
    configure: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(X_FRAME_OPTIONS="SAMEORIGIN")
    monkeypatch.setattr("gingerdj.conf.settings", LazySettings())
    per_request.forget()
    assert per_request.X_FRAME_OPTIONS == "SAMEORIGIN"
