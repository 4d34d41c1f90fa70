"""Whole builds of the scratch guide: what they leave behind, and what they say when they fail."""

import http.client
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gingerdocs.site.serve import EVENTS, HOST
from tests.site import scratch


@pytest.fixture
def copy(repository: Path, tmp_path: Path) -> Path:
    """The scratch repository and its sites, free to be changed."""
    return shutil.copytree(repository, tmp_path / "repository", symlinks=True)


def test_the_pages_are_built_without_a_word(repository: Path) -> None:
    logs = list((repository / "build" / "logs").glob("html-dev-*.log"))
    assert len(logs) == 3
    assert [log.read_text("utf-8") for log in logs] == ["", "", ""]


def test_a_build_without_changes_does_nothing(repository: Path) -> None:
    landing = repository / "build/html/en/dev/index.html"
    before = landing.stat().st_mtime_ns
    done = scratch.build(repository, "html")
    assert done.returncode == 0, done.stdout
    assert "Nothing has changed since the site was built." in done.stdout
    assert f"Open {(repository / 'build/html/index.html').as_uri()}" in done.stdout
    assert landing.stat().st_mtime_ns == before


def test_releases_are_not_built_twice(repository: Path) -> None:
    done = scratch.build(repository, "html-all")
    assert done.returncode == 0, done.stdout
    assert "Release v1.0: built before" in done.stdout
    assert "Release v1.1: built before" in done.stdout
    listed = subprocess.run(
        ("git", "-C", str(repository), "worktree", "list"), capture_output=True, text=True
    )
    assert len(listed.stdout.splitlines()) == 1


def test_a_wrong_sample_stops_the_build_and_the_site_stays(copy: Path) -> None:
    page = copy / "docs" / "deploy.md"
    built = copy / "build/html/en/dev/deploy.html"
    before = built.read_bytes()
    page.write_text(page.read_text("utf-8").replace("echo Hello", "echo Hallo"), "utf-8")
    for _ in range(2):
        done = scratch.build(copy, "html", LANGS="en")
        assert done.returncode != 0
        assert "docs/deploy.md" in done.stdout
        assert "The site was not built." in done.stdout
        assert built.read_bytes() == before


def test_a_page_without_proof_is_not_published(copy: Path) -> None:
    built = copy / "build/html/pt/dev/deploy.html"
    before = built.read_bytes()
    (copy / "build" / "evidence.json").unlink()
    # As if the proofs had been lost between the stages.
    build = "import gingerdocs.site.build as s; s._build_pages(s.Site(), s.Site().languages)"
    command = (sys.executable, "-c", build)
    done = subprocess.run(
        command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True
    )
    assert done.returncode != 0
    assert "has no proof" in done.stderr.decode()
    assert built.read_bytes() == before


def test_one_release_that_fails_leaves_the_others(copy: Path) -> None:
    makefile = copy / "Makefile"
    working = makefile.read_text("utf-8")
    makefile.write_text("html:\n\t@echo 'It is out of order.'; false\n", "utf-8")
    scratch.git(copy, "commit", "--quiet", "--all", "--message", "Break the build")
    scratch.git(copy, "tag", "v1.2")
    makefile.write_text(working, "utf-8")
    scratch.git(copy, "tag", "--delete", "v1.0")
    done = scratch.build(copy, "html-all", LANGS="en")
    assert done.returncode != 0
    assert "Release v1.2 failed" in done.stdout
    assert "It is out of order." in done.stdout
    assert "build/logs/release-v1.2.log" in done.stdout
    data = (copy / "build/html/site-data.js").read_text("utf-8")
    assert '"newest":"v1.1"' in data
    assert "v1.2" not in data
    assert "v1.0" not in data
    assert not (copy / "build/html/en/v1.0").exists()


@pytest.fixture
def server(copy: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        (sys.executable, "-m", "gingerdocs", "serve", "--langs", "en", "--port", "0"),
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def test_serve_rebuilds_on_change_and_leaves_nothing_behind(
    copy: Path, server: "subprocess.Popen[str]"
) -> None:
    assert server.stdout is not None
    line = next(line for line in server.stdout if line.startswith("Serving "))
    port = int(line.split("/")[2].split(":")[1])
    client = http.client.HTTPConnection(HOST, port, timeout=60)
    client.request("GET", "/en/dev/index.html")
    answer = client.getresponse()
    assert answer.status == 200
    assert EVENTS in answer.read().decode()
    events = http.client.HTTPConnection(HOST, port, timeout=60)
    events.request("GET", EVENTS)
    stream = events.getresponse()
    css = copy / "gingerdocs" / "theme" / "static" / "guide.css"
    css.write_text(css.read_text("utf-8") + "/* a change */\n", "utf-8")
    lines = iter(stream.readline, b"")
    assert next(line for line in lines if line.startswith(b"data:")) == b"data: built\n"
    client.request("GET", "/en/dev/_static/guide.css")
    assert client.getresponse().read().decode().endswith("/* a change */\n")
    server.send_signal(signal.SIGINT)
    assert server.wait(30) == 0
    assert not [p for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == str(copy)]
