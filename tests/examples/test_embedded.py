"""The example `embedded`: a project inside another ASGI application."""

import httpx
import pytest


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", "The other application answers.\n"),
        ("/ginger", "The other application answers.\n"),
        ("/gingerbread", "The other application answers.\n"),
        ("/ginger/", "GingerDJ answers at /ginger/.\n"),
    ],
)
def test_the_path_decides_who_answers(site: httpx.Client, path: str, answer: str) -> None:
    assert site.get(path).text == answer


def test_the_project_knows_its_own_paths_only(site: httpx.Client) -> None:
    assert site.get("/ginger/nothing/").status_code == 404
