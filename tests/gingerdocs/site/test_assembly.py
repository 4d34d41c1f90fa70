import json
from pathlib import Path

import pytest

from gingerdocs.site.assembly import assemble, newest_release, publish, read_versions


@pytest.fixture
def output(tmp_path: Path) -> Path:
    for page in (
        "en/dev/index.html",
        "en/dev/topics/async.html",
        "pt/dev/index.html",
        "en/v1.10/index.html",
        "en/v1.9/index.html",
        "en/v2.0rc1/index.html",
        "en/dev/_static/frame.html",
        "en/stray/index.html",
        ".git/index.html",
    ):
        path = tmp_path / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, "utf-8")
    return tmp_path


def test_the_versions_are_what_is_built(output: Path) -> None:
    versions = read_versions(output)
    assert [version.name for version in versions] == ["dev", "v2.0rc1", "v1.10", "v1.9"]
    assert versions[0].pages == {"index": ["en", "pt"], "topics/async": ["en"]}


def test_readers_are_led_to_the_newest_release(output: Path) -> None:
    assert newest_release(read_versions(output)) == "v1.10"


def test_without_a_release_readers_are_led_to_development(tmp_path: Path) -> None:
    page = tmp_path / "zh" / "dev" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("", "utf-8")
    assert newest_release(read_versions(tmp_path)) == "dev"


def test_the_data_names_what_is_there(output: Path) -> None:
    assemble(output)
    script = (output / "site-data.js").read_text("utf-8")
    data = json.loads(script.removeprefix("window.guideSite = ").removesuffix(";\n"))
    assert data["newest"] == "v1.10"
    assert [language["code"] for language in data["languages"]] == ["en", "pt"]
    assert [version["name"] for version in data["versions"]] == ["dev", "v2.0rc1", "v1.10", "v1.9"]


def test_the_front_door_links_what_is_there(output: Path) -> None:
    assemble(output)
    door = (output / "index.html").read_text("utf-8")
    assert 'href="pt/dev/index.html"' in door
    assert "pt/v1.9" not in door
    assert 'href="/en/v1.9/index.html"' in (output / "404.html").read_text("utf-8")


def test_nothing_built_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no built version"):
        assemble(tmp_path)


def test_a_new_build_takes_the_place_of_the_old_whole(tmp_path: Path) -> None:
    target = tmp_path / "html" / "en" / "dev"
    for content in ("old", "new"):
        stage = tmp_path / f"{content}-stage"
        stage.mkdir()
        (stage / f"{content}.html").write_text(content, "utf-8")
        publish(stage, target)
        assert [path.name for path in target.iterdir()] == [f"{content}.html"]
        (stage / f"{content}.html").write_text("built anew", "utf-8")
        assert (target / f"{content}.html").read_text("utf-8") == content
    assert [path.name for path in target.parent.iterdir()] == ["dev"]
