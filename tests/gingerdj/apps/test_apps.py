"""Applications: how entries of INSTALLED_APPS are read, and what the registry answers."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import gingerdj
from gingerdj.apps import AppConfig, apps
from gingerdj.apps.registry import Apps
from gingerdj.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
from gingerdj.test import override_settings
from gingerdj.utils.module_loading import autodiscover_modules

ONE = """
from gingerdj.apps import AppConfig
class {name}(AppConfig):
    name = "{package}"
    {more}
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make packages that can be imported until the test ends."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made: list[str] = []

    def make(name: str, **modules: str) -> str:
        folder = tmp_path.joinpath(*name.split("."))
        folder.mkdir(parents=True, exist_ok=True)
        for module, text in {"__init__": "", **modules}.items():
            (folder / f"{module}.py").write_text(text)
        made.append(name)
        return name

    yield make
    for loaded in list(sys.modules):
        if any(f"{loaded}.".startswith(f"{name}.") for name in made):
            del sys.modules[loaded]


def config(name: str, package: str, more: str = "pass") -> str:
    return ONE.format(name=name, package=package, more=more)


def test_a_package_without_a_config_gets_a_plain_one(package: Any, tmp_path: Path) -> None:
    registry = Apps([package("plain_polls")])
    app = registry.get_app_config("plain_polls")
    assert type(app) is AppConfig
    assert (app.name, app.verbose_name) == ("plain_polls", "Plain_Polls")
    assert app.path == str(tmp_path / "plain_polls")
    assert app.module is sys.modules["plain_polls"]
    assert app.apps is registry
    assert repr(app) == "<AppConfig: plain_polls>"


@pytest.mark.parametrize("entry", ["polls_a", "polls_a.apps.PollsConfig"])
def test_the_only_config_of_a_package_is_its_own(package: Any, entry: str) -> None:
    more = 'label = "votes"; verbose_name = "Votes"; path = "/srv/votes"'
    package("polls_a", apps=config("PollsConfig", "polls_a", more))
    [app] = Apps([entry]).get_app_configs()
    assert repr(app) == "<PollsConfig: votes>"
    assert (app.name, app.verbose_name, app.path) == ("polls_a", "Votes", "/srv/votes")


def test_one_of_several_configs_is_the_default(package: Any) -> None:
    text = config("First", "polls_b") + config("Second", "polls_b", "default = True")
    [app] = Apps([package("polls_b", apps=text)]).get_app_configs()
    assert type(app).__name__ == "Second"


def test_several_configs_without_a_default_leave_the_plain_one(package: Any) -> None:
    text = config("First", "polls_c") + config("Second", "polls_c")
    [app] = Apps([package("polls_c", apps=text)]).get_app_configs()
    assert type(app) is AppConfig


def test_a_config_that_is_no_default_must_be_named(package: Any) -> None:
    package("polls_d", apps=config("Odd", "polls_d", "default = False"))
    assert [repr(app) for app in Apps(["polls_d"]).get_app_configs()] == ["<AppConfig: polls_d>"]
    [app] = Apps(["polls_d.apps.Odd"]).get_app_configs()
    assert repr(app) == "<Odd: polls_d>"


@pytest.mark.parametrize(
    ("entry", "error", "message"),
    [
        ("nowhere_at_all", ImportError, "INSTALLED_APPS names 'nowhere_at_all', but there is no"),
        ("nowhere_at_all.apps.X", ImproperlyConfigured, "no module named 'nowhere_at_all'"),
        ("bad.missing", ImportError, "no module named 'bad.missing'"),
        ("bad.apps.Missing", ImportError, "does not contain a 'Missing' class.*'NoName', 'Wrong'"),
        ("bad.apps.number", ImproperlyConfigured, "'bad.apps.number' isn't a subclass of AppConf"),
        ("bad.apps.NoName", ImproperlyConfigured, "'bad.apps.NoName' must supply a name attribute"),
        ("bad.apps.Wrong", ImproperlyConfigured, "Cannot import 'wrong'.*'bad.apps.Wrong.name'"),
        ("bad.apps.Label", ImproperlyConfigured, "label 'a-b' is not a valid Python identifier"),
        ("broken", ModuleNotFoundError, "^No module named 'not_installed'$"),
        ("two", RuntimeError, "'two.apps' declares more than one default AppConfig: 'A', 'B'"),
        ("scattered", ImproperlyConfigured, "'scattered' lies in several folders .*/a, /b"),
        ("space", ImproperlyConfigured, "'space' lies in no folder"),
    ],
)
def test_what_is_wrong_is_named(
    package: Any, entry: str, error: type[Exception], message: str
) -> None:
    nameless = "class NoName(AppConfig): pass\n"
    text = config("NoName", "x") + nameless + config("Wrong", "wrong") + "number = 7\n"
    package("bad", apps=text + config("Label", "bad", 'label = "a-b"'))
    package("broken", __init__="import not_installed")
    two = config("A", "two", "default = True") + config("B", "two", "default = True")
    package("two", apps=two)
    package("scattered", __init__="__path__ = ['/a', '/b']")
    package("space", __init__="__path__ = []; __file__ = None")
    with pytest.raises(error, match=message):
        Apps([entry])


def test_a_label_belongs_to_one_app(package: Any) -> None:
    entries = [package("polls_e"), package("other_e.polls_e")]
    with pytest.raises(ImproperlyConfigured, match=r"aren't unique.*'polls_e'.*'other_e.polls_e'"):
        Apps(entries)


def test_a_name_belongs_to_one_app(package: Any) -> None:
    package("polls_f", apps=config("A", "polls_f", 'default = True; label = "a"'))
    with pytest.raises(ImproperlyConfigured, match="names aren't unique, duplicates: polls_f"):
        Apps([AppConfig("polls_f", import_module("polls_f")), "polls_f"])


def test_apps_are_made_ready_in_order_once_all_are_known(package: Any) -> None:
    text = config("Config", "{0}", "").replace("    \n", "") + (
        "    def ready(self):\n"
        "        made_ready.append((self.label, self.apps.is_installed('polls_h')))\n"
        "made_ready = []\n"
    )
    for name in ("polls_g", "polls_h"):
        package(name, apps=text.replace("{0}", name))
    registry = Apps(["polls_g", "polls_h"])
    registry.populate(["polls_g"])  # A second call does nothing.
    assert sys.modules["polls_g.apps"].made_ready == [("polls_g", True)]
    assert sys.modules["polls_h.apps"].made_ready == [("polls_h", True)]


def test_what_the_registry_knows(package: Any) -> None:
    registry = Apps([package("outer"), package("outer.inner")])
    assert registry.is_installed("outer.inner")
    assert not registry.is_installed("inner")
    for path, label in [
        ("outer.views.x", "outer"),
        ("outer.inner.views", "inner"),
        ("outer", "outer"),
    ]:
        found = registry.get_containing_app_config(path)
        assert found is not None
        assert found.label == label
    assert registry.get_containing_app_config("outerspace.views") is None
    with pytest.raises(LookupError, match=r"'outer.inner'\. Did you mean 'inner'\?"):
        registry.get_app_config("outer.inner")


@pytest.mark.parametrize(
    "ask",
    [
        lambda registry: registry.get_app_configs(),
        lambda registry: registry.get_app_config("polls"),
        lambda registry: registry.is_installed("polls"),
        lambda registry: registry.get_containing_app_config("polls.views"),
    ],
    ids=["configs", "config", "installed", "containing"],
)
def test_nothing_is_answered_too_early(ask: Any) -> None:
    with pytest.raises(AppRegistryNotReady, match=r"call gingerdj\.setup\(\) first"):
        ask(Apps(None))


def test_an_app_that_sets_up_while_it_is_loaded_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "eager.py").write_text("import gingerdj\ngingerdj.setup()\n")
    code = (
        "import gingerdj\nfrom gingerdj.conf import settings\n"
        "settings.configure(INSTALLED_APPS=['eager'])\ngingerdj.setup()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert "RuntimeError: populate() isn't reentrant: an app in INSTALLED_APPS" in done.stderr


def test_a_failure_leaves_the_registry_as_it_was(package: Any) -> None:
    registry = Apps([package("polls_i")])
    with pytest.raises(ImportError):
        registry.set_installed_apps(["nowhere_at_all"])
    assert registry.is_installed("polls_i")


def test_settings_of_a_test_bring_their_own_apps(package: Any, configure: Any) -> None:
    configure(INSTALLED_APPS=[])
    gingerdj.setup()
    with override_settings(INSTALLED_APPS=[package("polls_j")]):
        assert apps.is_installed("polls_j")
    assert not apps.is_installed("polls_j")


def test_submodules_of_apps_are_imported(package: Any, configure: Any) -> None:
    configure()
    package("polls_k", tasks="loaded = True")
    package("polls_l", tasks="import not_installed")
    package("polls_m")
    with override_settings(INSTALLED_APPS=["polls_m", "polls_k"]):
        autodiscover_modules("tasks", "jobs")
    assert sys.modules["polls_k.tasks"].loaded
    site = SimpleNamespace(_registry={"before": 1})
    broken = override_settings(INSTALLED_APPS=["polls_l"])
    with broken, pytest.raises(ModuleNotFoundError, match="not_installed"):
        autodiscover_modules("tasks", register_to=site)
    assert site._registry == {"before": 1}
