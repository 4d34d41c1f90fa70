"""The example `hello`: a synchronous and an asynchronous view."""

import httpx
import pytest


@pytest.mark.parametrize(
    ("path", "answer"),
    [("/", "Hello, I run in a thread.\n"), ("/wait/", "Hello, I waited on the event loop.\n")],
)
def test_each_view_says_where_it_runs(site: httpx.Client, path: str, answer: str) -> None:
    assert site.get(path).text == answer


def test_other_paths_are_not_found(site: httpx.Client) -> None:
    assert site.get("/nothing/").status_code == 404
