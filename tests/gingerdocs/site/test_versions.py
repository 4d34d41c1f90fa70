import pytest

from gingerdocs.site.versions import is_final, is_version, version_key


def test_versions_sort_as_they_came_out() -> None:
    order = ["v0.9", "v1.0a1", "v1.0b2", "v1.0rc1", "v1.0", "v1.0.1", "v1.2", "v1.10", "v2", "dev"]
    assert sorted(set(order), key=version_key) == order


@pytest.mark.parametrize("name", ["dev", "v1", "v1.0", "v10.2.3", "v1.0rc1"])
def test_a_version_has_a_name(name: str) -> None:
    assert is_version(name)


@pytest.mark.parametrize("name", ["", "1.0", "v", "v1.0.", "vx", "../v1.0", "v1.0/..", "v1.0\n"])
def test_anything_else_is_no_version(name: str) -> None:
    assert not is_version(name)
    with pytest.raises(ValueError, match="is no version"):
        version_key(name)


def test_only_a_finished_release_is_final() -> None:
    names = ["dev", "v1.0a1", "v1.0rc1", "v1.0", "v2"]
    assert [name for name in names if is_final(name)] == ["v1.0", "v2"]
