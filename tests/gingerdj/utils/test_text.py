"""Text: put together late, or made into names."""

from __future__ import annotations

import pytest

from gingerdj.core.exceptions import SuspiciousFileOperation
from gingerdj.utils.functional import Promise, lazystr
from gingerdj.utils.text import format_lazy, get_valid_filename, normalize_newlines, slugify


def test_formatting_late() -> None:
    text = format_lazy("{}/{name}", lazystr("a"), name="b")
    assert isinstance(text, Promise)
    assert str(text) == "a/b"
    assert str(format_lazy(lazystr("{}"), 1)) == "1"


@pytest.mark.parametrize(
    ("text", "allow_unicode", "slug"),
    [
        ("Hello, World, you and I!", False, "hello-world-you-and-i"),
        (" __a -- _b c__ ", False, "a-_b-c"),
        ("Straße ßtöne", False, "strae-tone"),
        ("你好 World", True, "你好-world"),
    ],
)
def test_slugs(text: str, allow_unicode: bool, slug: str) -> None:
    assert slugify(text, allow_unicode) == slug
    assert str(slugify(lazystr(text), allow_unicode)) == slug


def test_newlines() -> None:
    assert normalize_newlines("a\r\nb\rc\n") == "a\nb\nc\n"


def test_names_of_files() -> None:
    assert get_valid_filename(" ^&'@{}[],$=!-#()%+~_a b/é.txt ") == "-_a_bé.txt"
    for name in ("??", "$.$", ".."):
        with pytest.raises(SuspiciousFileOperation, match="No name for a file"):
            get_valid_filename(name)
