from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from gingerdj.utils.lazy import LazyModule, lazy_names


@pytest.fixture
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Name a module that nobody has imported."""
    (tmp_path / "late_module.py").write_text("value = 1\n\ndef double():\n    return 2 * value\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "late_module"
    sys.modules.pop("late_module", None)


def test_a_lazy_module_is_imported_when_it_is_used(late: str) -> None:
    module = LazyModule(late)
    assert late not in sys.modules
    assert module.double() == 2
    assert late in sys.modules


def test_a_lazy_module_is_the_module_itself(late: str) -> None:
    module = LazyModule(late)
    assert module.value == 1
    module.value = 5
    assert sys.modules[late].double() == 10
    sys.modules[late].value = 6
    assert module.value == 6


def test_a_lazy_module_says_what_it_lacks(late: str) -> None:
    module = LazyModule(late)
    for _ in range(2):
        with pytest.raises(AttributeError, match=r"late_module.*nothing"):
            _ = module.nothing


def test_a_lazy_module_that_is_missing_says_so_when_it_is_used() -> None:
    module = LazyModule("no_such_module")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        _ = module.anything


def test_lazy_names_are_looked_up_when_they_are_asked_for(
    late: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = ModuleType("package")
    monkeypatch.setitem(sys.modules, "package", package)
    names = lazy_names("package", {late: ("value", "double")})
    package.__getattr__, package.__dir__ = names  # type: ignore[method-assign, assignment]
    assert {"value", "double", "__name__"} <= set(dir(package))
    assert late not in sys.modules
    assert package.value == 1
    assert vars(package)["value"] == 1
    with pytest.raises(AttributeError, match=r"module 'package' has no attribute 'nothing'"):
        _ = package.nothing
