"""HTML: escaping, building and stripping."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from gingerdj.core.exceptions import SuspiciousOperation
from gingerdj.utils.functional import Promise, keep_lazy, keep_lazy_text
from gingerdj.utils.json import GingerJSONEncoder
from gingerdj.utils.lazy import LazyModule
from gingerdj.utils.safestring import SafeData, SafeString, mark_safe
from gingerdj.utils.tags import VOID, without_tags
from gingerdj.utils.text import normalize_newlines

if TYPE_CHECKING:
    import html as entities
else:
    entities = LazyModule("html")

_T = TypeVar("_T", bound=type)

#: The elements that have no end tag (HTML standard, 13.1.2).
VOID_ELEMENTS = VOID
#: How often tags may come to light by taking out others before `strip_tags` gives up.
MAX_STRIP_TAGS_DEPTH = 50

_HTML_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"}
)
_JSON_ESCAPES = {ord(letter): f"\\u{ord(letter):04X}" for letter in "<>&"}
_SCRIPT_ESCAPES = {
    **{code: f"\\u{code:04X}" for code in range(32)},
    **{ord(letter): f"\\u{ord(letter):04X}" for letter in "\\'\"<>&=-;`\u2028\u2029"},
}


@keep_lazy(SafeString)
def escape(text: Any) -> SafeString:
    """Return text with `&`, `<`, `>`, `"` and `'` escaped, even if they are already."""
    return SafeString(str(text).translate(_HTML_ESCAPES))


@keep_lazy(SafeString)
def escapejs(value: Any) -> SafeString:
    """Return text with what ends or breaks a string of JavaScript escaped."""
    return mark_safe(str(value).translate(_SCRIPT_ESCAPES))  # type: ignore[no-any-return]


def json_script(
    value: Any, element_id: str | None = None, encoder: type[json.JSONEncoder] | None = None
) -> SafeString:
    """Return a script element that holds a value as JSON, safe in any HTML.

    Args:
        value: the value.
        element_id: the element's id.
        encoder: the encoder's class; `GingerJSONEncoder` by default.
    """
    data = json.dumps(value, cls=encoder or GingerJSONEncoder).translate(_JSON_ESCAPES)
    id_attribute = format_html('id="{}" ', element_id) if element_id else ""
    return SafeString(f'<script {id_attribute}type="application/json">{data}</script>')


def conditional_escape(text: Any) -> Any:
    """Return text escaped as `escape` does, unless it is HTML already: has `__html__()`."""
    if isinstance(text, Promise):
        text = str(text)
    return text.__html__() if hasattr(text, "__html__") else escape(text)


def format_html(format_string: str, *args: Any, **kwargs: Any) -> SafeString:
    """Return `format_string.format(...)` as HTML, with each argument escaped that is not safe.

    Args:
        format_string: HTML with a `{}` for each argument.
    """
    if not args and not kwargs:
        # Perhaps the HTML was put together before, with nothing escaped.
        warnings.warn(
            "format_html() without arguments is deprecated, for it escapes nothing: write "
            "format_html('<b>{}</b>', name), or mark_safe() for HTML without arguments.",
            DeprecationWarning,
            stacklevel=2,
        )
    escaped = {name: conditional_escape(value) for name, value in kwargs.items()}
    return SafeString(format_string.format(*map(conditional_escape, args), **escaped))


def format_html_join(
    sep: str, format_string: str, args_generator: Iterable[Mapping[str, Any] | Iterable[Any]]
) -> SafeString:
    """Return `format_html` for each of several arguments, joined.

    Args:
        sep: what stands between, escaped unless it is safe.
        format_string: HTML with a `{}` for each argument.
        args_generator: for each part a mapping of named arguments, or a sequence.
    """
    parts = (
        format_html(format_string, **args)
        if isinstance(args, Mapping)
        else format_html(format_string, *args)
        for args in args_generator
    )
    return SafeString(conditional_escape(sep).join(parts))


@keep_lazy_text
def linebreaks(value: Any, autoescape: bool = False) -> str:
    """Return text as HTML: paragraphs where there are empty lines, `<br>` where lines end.

    Args:
        value: the text.
        autoescape: whether to escape it.
    """
    paragraphs = re.split("\n{2,}", normalize_newlines(str(value)))
    if autoescape:
        paragraphs = [escape(each) for each in paragraphs]
    return "\n\n".join(f"<p>{each.replace(chr(10), '<br>')}</p>" for each in paragraphs)


@keep_lazy_text
def strip_tags(value: Any) -> str:
    """Return text without anything that could be an HTML tag, in linear time.

    What comes back is no HTML: it still needs escaping.

    Raises:
        SuspiciousOperation: tags are nested in tags more than 50 levels deep.
    """
    text = str(value)
    for _ in range(MAX_STRIP_TAGS_DEPTH):
        stripped = without_tags(text)
        if stripped == text:
            return text
        text = stripped
    if without_tags(text) != text:
        raise SuspiciousOperation(
            f"The text nests tags in tags more than {MAX_STRIP_TAGS_DEPTH} levels deep."
        )
    return text


@keep_lazy_text
def strip_spaces_between_tags(value: Any) -> str:
    """Return HTML without the white space between a tag's end and the next one's beginning."""
    return re.sub(r">\s+<", "><", str(value))


def smart_urlquote(url: Any) -> str:
    """Return an address with everything quoted that must be, and nothing twice (RFC 3986)."""
    try:
        scheme, netloc, path, query, fragment = urlsplit(str(url))
    except ValueError:  # An address that has no parts, such as a broken IPv6 host.
        return _quoted(str(url))
    if query:
        # A query's parts keep their separators; "+" and "%2B" must not become one.
        fields = parse_qsl(query, keep_blank_values=True)
        query = urlencode([(unquote(name), unquote(value)) for name, value in fields], safe="~")
    return urlunsplit((scheme, _quoted(netloc), _quoted(path), query, _quoted(fragment)))


def _quoted(part: str) -> str:
    return quote(unquote(part), safe="!*'();:@&=+$,/?#[]~")


def avoid_wrapping(value: str) -> str:
    """Return text that is not broken at its spaces."""
    return value.replace(" ", "\u00a0")


def html_safe(klass: _T) -> _T:
    """Decorate a class whose `__str__()` returns HTML: it gets `__html__()`.

    Raises:
        ValueError: it has one already, or defines no `__str__()` of its own.
    """
    name = klass.__name__
    if "__html__" in klass.__dict__:
        raise ValueError(f"can't apply @html_safe to {name} because it defines __html__().")
    if "__str__" not in klass.__dict__:
        raise ValueError(f"can't apply @html_safe to {name} because it doesn't define __str__().")
    to_text = klass.__dict__["__str__"]

    def __str__(self: Any) -> Any:
        return mark_safe(to_text(self))

    def __html__(self: Any) -> str:
        return str(self)

    decorated: Any = klass
    decorated.__str__, decorated.__html__ = __str__, __html__
    return klass


@keep_lazy_text
def urlize(
    text: Any,
    trim_url_limit: int | None = None,
    nofollow: bool = False,
    autoescape: bool = False,
) -> str:
    """Return text as HTML in which web and mail addresses are links, in linear time.

    Links are made of what begins with `http://`, `https://` or `www.`, of hosts under the first
    top-level domains, and of mail addresses; punctuation around them stays outside.

    Args:
        text: the text.
        trim_url_limit: the most characters of an address to show.
        nofollow: whether links say `rel="nofollow"`.
        autoescape: whether to escape the text, unless it is safe.
    """
    escapes = autoescape and not isinstance(text, SafeData)
    words = _WORD_BORDER.split(str(text))
    return "".join(_linked(word, trim_url_limit, nofollow, escapes) for word in words)


_WORD_BORDER = re.compile(r"""([\s<>"']+)""")
_ENTITY_AT_END = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{1,31});\Z")
_BRACKETS = {")": "(", "]": "["}
_WEB = re.compile(r"https?://\[?\w", re.IGNORECASE)
_HOST = re.compile(
    r"(?!http|\w+://)\w[^@]+\.(?:com|edu|gov|int|mil|net|org)(?:/.*)?", re.IGNORECASE
)
_ATOM = r"[A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_TOP_LEVEL = r"(?:xn--[a-z0-9-]{1,59}|(?:[^\W\d_]|-){2,63})(?<!-)"
_MAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_TOP_LEVEL}", re.IGNORECASE)
_MAX_LINK_LENGTH = 2048
_MAX_MAIL_LENGTH = 320  # 64 before the sign, 255 behind (RFC 5321, 4.5.3.1).


def _linked(word: str, limit: int | None, nofollow: bool, escapes: bool) -> str:
    as_html = escape if escapes else str
    if not any(sign in word for sign in ".@:"):
        return str(as_html(word))
    before, middle, after = _bare(word)
    url = _address(entities.unescape(middle))
    if url is None:
        return str(as_html(word))
    shown = middle
    if limit is not None and len(middle) > limit:
        shown = f"{middle[: max(0, limit - 1)]}…"
    rel = ' rel="nofollow"' if nofollow and not url.startswith("mailto:") else ""
    link = f'<a href="{escape(url)}"{rel}>{as_html(shown)}</a>'
    return f"{as_html(before)}{link}{as_html(after)}"


def _bare(word: str) -> tuple[str, str, str]:
    """Split a word from the brackets and the punctuation around it."""
    start, end = 0, len(word)
    while start < end and word[start] in "([":
        start += 1
    surplus = {opening: word.count(closing, start) - word.count(opening, start)
               for closing, opening in _BRACKETS.items()}  # fmt: skip
    while end > start:
        last = word[end - 1]
        if last in _BRACKETS and surplus[_BRACKETS[last]] > 0:
            surplus[_BRACKETS[last]] -= 1
        elif last not in ".,:;!" or _ENTITY_AT_END.search(word, max(start, end - 40), end):
            break
        end -= 1
    return word[:start], word[start:end], word[end:]


def _address(text: str) -> str | None:
    if len(text) > _MAX_LINK_LENGTH:
        return None
    if _WEB.match(text):
        return smart_urlquote(text)
    if text.lower().startswith("www.") or _HOST.fullmatch(text):
        return smart_urlquote(f"http://{text}")
    if len(text) <= _MAX_MAIL_LENGTH and _MAIL.fullmatch(text):
        local, _, domain = text.rpartition("@")
        return f"mailto:{quote(local)}@{quote(domain)}"
    return None
