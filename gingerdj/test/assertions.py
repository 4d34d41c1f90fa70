"""What test cases can state about responses, URLs, documents and exceptions."""

from __future__ import annotations

import difflib
import json
import unittest
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit
from xml.parsers.expat import ExpatError

from gingerdj.conf import settings
from gingerdj.http.host import validate_host
from gingerdj.http.querydict import QueryDict
from gingerdj.test.client import AsyncClient
from gingerdj.test.markup import Element, MarkupError, normal_xml, parse_html


class Assertions(unittest.TestCase):
    """The assertions of `SimpleTestCase`."""

    def assertRedirects(
        self,
        response: Any,
        expected_url: Any,
        status_code: int = 302,
        target_status_code: int = 200,
        msg_prefix: str = "",
        fetch_redirect_response: bool = True,
    ) -> None:
        """Fail unless a response is a redirect to the URL, which can be got.

        Args:
            response: the response; after `follow=True`, the chain's last.
            expected_url: where it leads.
            status_code: the redirect's status; the chain's first.
            target_status_code: the status of where it leads.
            msg_prefix: what the message of a failure begins with.
            fetch_redirect_response: whether to get where it leads.

        Raises:
            ValueError: it leads to a host that is not tested, and would have to be got.
        """
        prefix = _prefix(msg_prefix)
        if hasattr(response, "redirect_chain"):
            if not response.redirect_chain:
                self.fail(
                    f"{prefix}the response is no redirect; its status is {response.status_code}"
                )
            self._assert_status(response.redirect_chain[0][1], status_code, prefix)
            url = response.redirect_chain[-1][0]
            self._assert_status(response.status_code, target_status_code, f"{prefix}at the end ")
        else:
            self._assert_status(response.status_code, status_code, prefix)
            url = urljoin(
                response.wsgi_request.path
                if hasattr(response, "wsgi_request")
                else response.asgi_request.path,
                response.url,
            )
            if fetch_redirect_response:
                fetched = self._fetch(response, url)
                self._assert_status(fetched.status_code, target_status_code, f"{prefix}{url}: ")
        self.assertURLEqual(url, expected_url, msg_prefix)

    def _fetch(self, response: Any, url: str) -> Any:
        scheme, host, path, query, _ = urlsplit(url)
        domain = host.rpartition(":")[0] or host
        if domain and not validate_host(domain, settings.ALLOWED_HOSTS):
            raise ValueError(
                f"{url} is on a host that is not tested: pass fetch_redirect_response=False."
            )
        if isinstance(response.client, AsyncClient):
            raise TypeError(
                "An AsyncClient's redirects cannot be fetched from here: pass "
                "fetch_redirect_response=False, or let the client follow them."
            )
        return response.client.get(path, QueryDict(query), secure=scheme == "https")

    def _assert_status(self, status: int, expected: int, prefix: str) -> None:
        if status != expected:
            self.fail(f"{prefix}the status is {status}, not {expected}")

    def assertURLEqual(self, url1: Any, url2: Any, msg_prefix: str = "") -> None:
        """Fail unless two URLs are the same but for the order of their query strings' fields."""
        if _normal_url(url1) != _normal_url(url2):
            self.fail(f"{_prefix(msg_prefix)}{str(url1)!r} is not {str(url2)!r}")

    def assertContains(
        self,
        response: Any,
        text: Any,
        count: int | None = None,
        status_code: int = 200,
        msg_prefix: str = "",
        html: bool = False,
    ) -> None:
        """Fail unless a response has the status, and the text at all or so many times.

        Args:
            response: the response; one with a template that waits is rendered.
            text: the text, or bytes.
            count: how many times; at all by default.
            status_code: the status.
            msg_prefix: what the message of a failure begins with.
            html: whether to compare as `assertHTMLEqual` does.
        """
        prefix = _prefix(msg_prefix)
        found = self._occurrences(response, text, status_code, prefix, html)
        if found != count if count is not None else not found:
            times = "at all" if count is None else f"{count} times"
            self.fail(f"{prefix}{text!r} is {found} times in the response, not {times}")

    def assertNotContains(
        self,
        response: Any,
        text: Any,
        status_code: int = 200,
        msg_prefix: str = "",
        html: bool = False,
    ) -> None:
        """Fail unless a response has the status, and not the text; see `assertContains`."""
        prefix = _prefix(msg_prefix)
        found = self._occurrences(response, text, status_code, prefix, html)
        if found:
            self.fail(f"{prefix}{text!r} is {found} times in the response, where it must not be")

    def _occurrences(
        self, response: Any, text: Any, status_code: int, prefix: str, html: bool
    ) -> int:
        if callable(getattr(response, "render", None)) and not response.is_rendered:
            response.render()
        self._assert_status(response.status_code, status_code, prefix)
        content: Any = response.getvalue() if response.streaming else response.content
        if not isinstance(text, bytes):
            text, content = str(text), content.decode(response.charset)
        if not html:
            return int(content.count(text))
        return self._count_html(text, content)

    def assertHTMLEqual(self, html1: str, html2: str, msg: Any = None) -> None:
        """Fail unless two pieces of HTML mean the same.

        White space beside tags, the order of attributes and of classes, and the ways to write a
        character or an empty attribute do not count.
        """
        first, second = self._html(html1), self._html(html2)
        if first != second:
            lines = difflib.ndiff(str(first).splitlines(), str(second).splitlines())
            self.fail(self._formatMessage(msg, "the HTML differs:\n" + "\n".join(lines)))

    def assertHTMLNotEqual(self, html1: str, html2: str, msg: Any = None) -> None:
        """Fail if two pieces of HTML mean the same; see `assertHTMLEqual`."""
        first = self._html(html1)
        if first == self._html(html2):
            self.fail(self._formatMessage(msg, f"the HTML is the same:\n{first}"))

    def assertInHTML(
        self, needle: str, haystack: str, count: int | None = None, msg_prefix: str = ""
    ) -> None:
        """Fail unless a piece of HTML is in another, at all or so many times."""
        found = self._count_html(needle, haystack)
        if found != count if count is not None else not found:
            times = "at all" if count is None else f"{count} times"
            self.fail(f"{_prefix(msg_prefix)}{needle!r} is {found} times in the HTML, not {times}")

    def assertNotInHTML(self, needle: str, haystack: str, msg_prefix: str = "") -> None:
        """Fail if a piece of HTML is in another."""
        self.assertInHTML(needle, haystack, 0, msg_prefix)

    def _count_html(self, needle: Any, haystack: Any) -> int:
        wanted = self._html(needle)
        return self._html(haystack).count(wanted)

    def _html(self, html: Any) -> Element:
        try:
            return parse_html(html.decode() if isinstance(html, bytes) else str(html))
        except MarkupError as error:
            self.fail(f"this is no HTML: {error}\n{html}")

    def assertJSONEqual(self, raw: str | bytes, expected_data: Any, msg: Any = None) -> None:
        """Fail unless JSON holds the data, which may be JSON, too."""
        self.assertEqual(*self._json_pair(raw, expected_data), msg=msg)

    def assertJSONNotEqual(self, raw: str | bytes, expected_data: Any, msg: Any = None) -> None:
        """Fail if JSON holds the data, which may be JSON, too."""
        self.assertNotEqual(*self._json_pair(raw, expected_data), msg=msg)

    def _json_pair(self, raw: str | bytes, expected: Any) -> tuple[Any, Any]:
        return self._json(raw), self._json(expected) if isinstance(expected, str) else expected

    def _json(self, text: str | bytes) -> Any:
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            self.fail(f"this is no JSON: {error}\n{text!r}")

    def assertXMLEqual(self, xml1: str, xml2: str, msg: Any = None) -> None:
        """Fail unless two pieces of XML mean the same.

        Declarations, comments, the order of attributes and how much white space there is do not
        count.
        """
        if self._xml(xml1) != self._xml(xml2):
            lines = difflib.ndiff(xml1.splitlines(), xml2.splitlines())
            self.fail(self._formatMessage(msg, "the XML differs:\n" + "\n".join(lines)))

    def assertXMLNotEqual(self, xml1: str, xml2: str, msg: Any = None) -> None:
        """Fail if two pieces of XML mean the same; see `assertXMLEqual`."""
        if self._xml(xml1) == self._xml(xml2):
            self.fail(self._formatMessage(msg, f"the XML is the same:\n{xml1}"))

    def _xml(self, xml: str) -> Any:
        try:
            return normal_xml(xml)
        except ExpatError as error:
            self.fail(f"this is no XML: {error}\n{xml}")

    def assertRaisesMessage(
        self, expected_exception: Any, expected_message: str, *args: Any, **kwargs: Any
    ) -> Any:
        """Fail unless the exception is raised, with the message within its own.

        Args:
            expected_exception: the class.
            expected_message: the message, literally.
            args, kwargs: what to call, and with what; without, this is for a `with` block.
        """
        return self._with_message(
            self.assertRaises(expected_exception), "exception", expected_message, args, kwargs
        )

    def assertWarnsMessage(
        self, expected_warning: Any, expected_message: str, *args: Any, **kwargs: Any
    ) -> Any:
        """Fail unless there is the warning, with the message within its own; as
        `assertRaisesMessage`."""
        return self._with_message(
            self.assertWarns(expected_warning), "warning", expected_message, args, kwargs
        )

    def _with_message(
        self, context: Any, attribute: str, message: str, args: Any, kwargs: dict[str, Any]
    ) -> Any:
        @contextmanager
        def checked() -> Any:
            with context as entered:
                yield entered
            self.assertIn(message, str(getattr(entered, attribute)))

        if not args and "callable_obj" not in kwargs:
            return checked()
        if args:
            function, *args = args
        else:
            function = kwargs.pop("callable_obj")
        with checked():
            function(*args, **kwargs)
        return None


def _prefix(msg_prefix: str) -> str:
    return f"{msg_prefix}: " if msg_prefix else ""


def _normal_url(url: Any) -> Any:
    parts = urlsplit(str(url))
    return parts._replace(query="").geturl(), sorted(parse_qsl(parts.query))
