"""The example `middleware`: an ASGI middleware around the project."""

import httpx
import pytest


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/nothing/", 404)])
def test_every_answer_has_the_header(site: httpx.Client, path: str, status: int) -> None:
    response = site.get(path)

    assert response.status_code == status
    assert response.headers["x-robots-tag"] == "noindex"
