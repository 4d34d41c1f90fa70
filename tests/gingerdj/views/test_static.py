"""Files and folders as responses."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from gingerdj.conf.urls.static import static
from gingerdj.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from gingerdj.http import Http404
from gingerdj.test import Client, RequestFactory
from gingerdj.urls import path
from gingerdj.utils.http import http_date
from gingerdj.views.static import serve, was_modified_since

Configure = Callable[..., None]


MODIFIED = 1_700_000_000.5


@pytest.fixture
def root(tmp_path: Path, configure: Configure) -> Path:
    """Return a folder of files, beside one whose name begins alike."""
    configure()
    files = {
        "root/a.txt": b"hello",
        "root/data.csv.gz": gzip.compress(b"1,2"),
        "root/noext": b"",
        "root/.hidden": b"",
        "root/sub/b: <1>&é.txt": b"",
        "root-too/secret.txt": b"secret",
    }
    for name, content in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        os.utime(file, (MODIFIED, MODIFIED))
    return tmp_path / "root"


def get(root: Path, name: str, index: bool = False, **headers: str) -> Any:
    return serve(RequestFactory().get("/", headers=headers), name, root, index)


@pytest.mark.parametrize("name", ["a.txt", "/a.txt", "//a.txt", "./a.txt", "sub/../a.txt"])
def test_a_file(name: str, root: Path) -> None:
    with closing(get(root, name)) as response:
        assert response.getvalue() == b"hello"
        assert response["Content-Type"] == "text/plain"
        assert response["Content-Length"] == "5"
        assert response["Last-Modified"] == http_date(MODIFIED)
        assert "Content-Encoding" not in response


@pytest.mark.parametrize(
    ("name", "kind", "encoding"),
    [("data.csv.gz", "text/csv", "gzip"), ("noext", "application/octet-stream", None)],
)
def test_types(name: str, kind: str, encoding: str | None, root: Path) -> None:
    with closing(get(root, name)) as response:
        assert response["Content-Type"] == kind
        assert response.get("Content-Encoding") == encoding


@pytest.mark.parametrize("name", ["nope", "a.txt/x", "sub", "sub/", "", "/", "%61.txt", "a\0b"])
def test_not_found(name: str, root: Path) -> None:
    with pytest.raises(Http404):
        get(root, name)


@pytest.mark.parametrize("name", ["../root-too/secret.txt", "..", "sub/../../root-too/secret.txt"])
def test_nothing_outside_of_the_folder(name: str, root: Path) -> None:
    with pytest.raises(SuspiciousFileOperation):
        get(root, name, index=True)


def test_a_document_root_is_needed(configure: Configure) -> None:
    configure()
    with pytest.raises(ImproperlyConfigured, match="document_root"):
        serve(RequestFactory().get("/"), "a.txt")


@pytest.mark.parametrize("name", ["", "/", "./"])
def test_an_index(name: str, root: Path) -> None:
    text = get(root, name, index=True).content.decode()
    assert "Index of ./" in text or "Index of /" in text
    assert '<a href="sub/">sub/</a>' in text
    assert '<a href="a.txt">a.txt</a>' in text
    assert ".hidden" not in text
    assert "../" not in text


def test_names_in_an_index_are_escaped(root: Path) -> None:
    text = get(root, "sub", index=True).content.decode()
    assert "Index of sub/" in text
    assert '<a href="../">../</a>' in text
    assert '<a href="b%3A%20%3C1%3E%26%C3%A9.txt">b: &lt;1&gt;&amp;é.txt</a>' in text


@pytest.mark.parametrize(
    ("since", "status"),
    [
        (http_date(MODIFIED), 304),
        (http_date(MODIFIED + 60), 304),
        (http_date(MODIFIED - 1), 200),
        ("yesterday", 200),
        (f"{http_date(MODIFIED)}; length=5", 200),
    ],
)
def test_conditional_requests(since: str, status: int, root: Path) -> None:
    with closing(get(root, "a.txt", **{"If-Modified-Since": since})) as response:
        assert response.status_code == status


@pytest.mark.parametrize(
    ("header", "mtime", "modified"),
    [
        (None, 3, True),
        ("", 3, True),
        (http_date(1), 1.9, False),
        (http_date(1), 2.1, True),
        ("Mon, 28 May 999999999999 28:25:26 GMT", 1, True),
    ],
)
def test_was_modified_since(header: str | None, mtime: float, modified: bool) -> None:
    assert was_modified_since(header, mtime) is modified


def test_static_patterns_serve_while_debugging(root: Path, site: Configure) -> None:
    site(DEBUG=True)
    site(*static("/media/", document_root=root), *static("x.y/", document_root=root), DEBUG=True)
    with closing(Client().get("/media/a.txt")) as response:
        assert response.getvalue() == b"hello"
    assert Client().get("/media/../../root-too/secret.txt").status_code in (400, 404)
    with closing(Client().get("/x.y/a.txt", headers={"Range": "bytes=1-2"})) as response:
        assert (response.status_code, response.getvalue()) == (206, b"el")
    assert Client().get("/xxy/a.txt").status_code == 404


def test_static_patterns_take_another_view(site: Configure) -> None:
    site(DEBUG=True)
    (pattern,) = static("files/", view=test_a_file, more=1)
    assert (pattern.callback, pattern.default_args) == (test_a_file, {"more": 1})


def test_no_static_patterns(configure: Configure) -> None:
    configure(DEBUG=True)
    assert static("https://cdn.example.com/media/") == []
    with pytest.raises(ImproperlyConfigured, match="Empty static prefix not permitted"):
        static("")
    configure(DEBUG=False)
    assert static("/media/") == []


def test_a_view_under_path(root: Path, site: Configure) -> None:
    site(path("f/<path:path>", serve, {"document_root": root}))
    with closing(Client().head("/f/a.txt")) as response:
        assert response["Content-Length"] == "5"
    assert Client().get("/f/nope").status_code == 404
