"""Which releases a folder has to build, in whatever state it was handed on."""

import subprocess
from pathlib import Path

import pytest

from gingerdocs.site import releases
from gingerdocs.stages.steps import StepError


def git(folder: Path, *arguments: str) -> None:
    own = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "tag.gpgsign=false")
    subprocess.run(("git", "-C", str(folder), *own, *arguments), check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with releases, a tag that names none, and one commit."""
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--no-gpg-sign", "-m", "A commit")
    for tag in ("v1.10", "v1.9", "vague"):
        git(tmp_path, "tag", tag)
    git(tmp_path, "tag", "--annotate", "-m", "A release", "v1.9rc1")
    monkeypatch.setattr(releases, "ROOT", tmp_path)
    return tmp_path


def test_the_releases_are_the_tags_that_name_one(clone: Path) -> None:
    found = releases.find_releases()
    assert [release.tag for release in found] == ["v1.9rc1", "v1.9", "v1.10"]
    assert len({release.commit for release in found}) == 1


def test_the_tags_of_a_checkout_around_the_project_are_none_of_its_releases(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clone / "unpacked").mkdir()
    monkeypatch.setattr(releases, "ROOT", clone / "unpacked")
    with pytest.raises(StepError, match="another project's, in its folder unpacked/; the releases"):
        releases.find_releases()


def test_without_a_repository_the_mend_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "ROOT", tmp_path)
    with pytest.raises(StepError, match=r"not a git repository.* the tags of a clone, make html"):
        releases.find_releases()
