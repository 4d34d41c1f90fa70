"""A file is in the language that its name and its block say."""

import pytest

from gingerdocs.checks import form
from gingerdocs.taking.extract import FILES, RUN


@pytest.mark.parametrize(
    ("name", "language", "text"),
    [
        ("mysite/urls.py", "python", "urlpatterns = []"),
        ("sites/mysite.conf", "nginx", "server {}"),
        ("supervisor.conf", "ini", "[program:mysite]\ncommand = %(here)s"),
        ("Dockerfile", "docker", "FROM debian"),
        ("site.toml", "toml", "[server]\nport = 8000"),
        ("data.json", "json", ""),
        ("notes", "text", "x"),
    ],
)
def test_a_file_in_the_language_of_its_name_passes(name: str, language: str, text: str) -> None:
    assert form.doubt(name, language, text) == ""


@pytest.mark.parametrize(
    ("name", "language", "text", "said"),
    [
        ("nginx.conf", "systemd", "", "in nginx or ini, not in systemd"),
        ("nginx.conf", "ini", "server {}", "this is no ini: File contains no section headers."),
        ("mysite.service", "ini", "[Unit]", "in systemd, not in ini"),
        ("Dockerfile", "bash", "", "in docker or dockerfile"),
        ("a.toml", "toml", "port: 8000", "this is no toml: Expected '='"),
        ("a.json", "json", "{", "this is no json: Expecting property name"),
    ],
)
def test_a_file_in_another_is_told(name: str, language: str, text: str, said: str) -> None:
    assert said in form.doubt(name, language, text)


def test_each_language_is_one_that_a_block_can_have() -> None:
    assert {language for found in form.LANGUAGES.values() for language in found} <= {*FILES, *RUN}
