"""Text: put together late, cut short, split, or made into names."""

from __future__ import annotations

import asyncio
import gzip
import os
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gingerdj.core.exceptions import SuspiciousFileOperation
from gingerdj.utils.functional import Promise, lazystr
from gingerdj.utils.text import (
    StreamingBuffer,
    Truncator,
    acompress_sequence,
    camel_case_to_spaces,
    capfirst,
    compress_sequence,
    compress_string,
    format_lazy,
    get_text_list,
    get_valid_filename,
    normalize_newlines,
    phone2numeric,
    slugify,
    smart_split,
    trim_value,
    unescape_string_literal,
    wrap,
)


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
        with pytest.raises(SuspiciousFileOperation, match="Could not derive file name"):
            get_valid_filename(name)


@pytest.mark.parametrize(
    ("html", "chars", "cut"),
    [
        ("<p>one <b>two</b> three</p>", 6, "<p>one <b>t…</b></p>"),
        ("<p>one</p>", 4, "<p>one</p>"),
        ("a<br>b<img src='>'>cd", 3, "a<br>b<img src='>'>…"),
        ("<b>a</b><!-- gone -->bc", 3, "<b>a</b>bc"),
        ("a &amp; b &lt; c", 6, "a &amp; b…"),
        ("a &", 9, "a &amp;"),
        ("x <a", 9, "x &lt;a"),
        ("e\u0301\u0316e\u0316ee", 3, "\u00e9\u0316e\u0316…"),
        ("<script>if (a<b) '</b>'</script>text", 3, "<script>if (a<b) '</b>'</script>te…"),
        ("<STYLE>b > i { }", 1, "<STYLE>b > i { }"),
        ("<i/>ab", 1, "<i/></i>…"),
        ("<b><i>ab", 1, "<b><i>…</i></b>"),
    ],
)
def test_html_is_cut_after_characters(html: str, chars: int, cut: str) -> None:
    assert Truncator(html).chars(chars, html=True) == cut


def test_text_is_cut_with_what_is_given() -> None:
    text = Truncator(lazystr("one two three"))
    assert text.chars(8, "...") == "one t..."
    assert text.words(2, "[%(truncated_text)s]") == "[one two]"
    assert text.words(2, ' <a href="/">all</a>', html=True) == 'one two <a href="/">all</a>'
    assert (text.chars(0), text.words(-1)) == ("", "")


@given(
    st.lists(st.sampled_from(["<b>", "</b>", "<br>", "a", "&lt;", " ", "é", "<!-- -->"])),
    st.integers(1, 9),
)
def test_no_more_is_shown_than_asked_for(pieces: list[str], length: int) -> None:
    cut = Truncator("".join(pieces)).chars(length, html=True)
    shown = cut.replace("<br>", "").replace("<b>", "").replace("</b>", "").replace("&lt;", "<")
    assert len(shown) <= length


@pytest.mark.parametrize("piece", ["<", "<a", "<!", "&", "</a", "<a b='", "<script>", "<b>", '"'])
def test_a_long_text_is_cut_in_linear_time(piece: str) -> None:
    # A quadratic algorithm would need hours.
    html = piece * 100_000
    assert len(Truncator(html).words(1, html=True)) >= 1
    assert len(Truncator(html).chars(10, html=True)) >= 1


def test_words() -> None:
    assert capfirst("élan vital") == "Élan vital"
    assert capfirst("") == ""
    assert wrap("one two  threefour\n\nfive", 7) == "one two\nthreefour\n\nfive"
    assert get_text_list(["a", "b", 3], "and") == "a, b and 3"
    assert phone2numeric("0800-GINGER") == "0800-446437"
    assert camel_case_to_spaces("someHTTPName") == "some http name"
    assert list(smart_split("""a "b c"d x='y z' 'e""")) == ["a", '"b c"d', "x='y z'", "'e"]
    assert trim_value("abcd", 3) == ("abc", "… <trimmed 1 chars out of 4>")


def test_texts_in_quotes() -> None:
    assert unescape_string_literal(r"'a\'b\\c'") == r"a'b\c"
    for wrong in ("", "a", "'a\""):
        with pytest.raises(ValueError, match="Not a string literal"):
            unescape_string_literal(wrong)


def test_compression() -> None:
    data = [b"one", b"", b"two"]

    async def pieces() -> AsyncIterator[bytes]:
        for each in data:
            yield each

    async def compressed() -> list[bytes]:
        return [each async for each in acompress_sequence(pieces(), max_random_bytes=9)]

    assert gzip.decompress(compress_string(b"one", max_random_bytes=9)) == b"one"
    assert gzip.decompress(b"".join(compress_sequence(data))) == b"onetwo"
    assert gzip.decompress(b"".join(asyncio.run(compressed()))) == b"onetwo"


def test_random_bytes_vary_the_length() -> None:
    lengths = {len(compress_string(b"one", max_random_bytes=50)) for _ in range(50)}
    assert len(lengths) > 1
    assert max(lengths) <= len(compress_string(b"one")) + 51


def test_a_buffer_forgets_what_was_read() -> None:
    buffer = StreamingBuffer()
    buffer.write(b"one")
    assert (buffer.read(), buffer.read(), buffer.write(b"two"), buffer.read()) == (
        b"one",
        b"",
        3,
        b"two",
    )


def test_the_application_needs_no_tables() -> None:
    script = "import gingerdj.core.asgi, sys; print(*sys.modules)"
    # What measures coverage loads tables of its own.
    environ = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    loaded = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, check=True
    )
    assert not {b"gzip", b"secrets", b"unicodedata", b"html.entities"} & {*loaded.stdout.split()}
