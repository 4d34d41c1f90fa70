"""What test cases can state about responses, URLs, documents and exceptions."""

from __future__ import annotations

import difflib
import json
import unittest
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
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
            said = f"{prefix}Response didn't redirect as expected: Response code was"
            self.assertTrue(
                response.redirect_chain, f"{said} {response.status_code} (expected {status_code})"
            )
            url, first = response.redirect_chain[-1][0], response.redirect_chain[0][1]
            said = f"{prefix}Initial response didn't redirect as expected: Response code was"
            self._assert_status(first, status_code, said)
            said = f"{prefix}Response didn't redirect as expected: Final Response code was"
            self._assert_status(response.status_code, target_status_code, said)
        else:
            said = f"{prefix}Response didn't redirect as expected: Response code was"
            self._assert_status(response.status_code, status_code, said)
            url = urljoin(
                response.wsgi_request.path
                if hasattr(response, "wsgi_request")
                else response.asgi_request.path,
                response.url,
            )
            if fetch_redirect_response:
                fetched = self._fetch(response, url)
                said = f"{prefix}Couldn't retrieve redirection page '{url}': response code was"
                self._assert_status(fetched.status_code, target_status_code, said)
        said = f"{prefix}Response redirected to '{url}', expected '{expected_url}'"
        self.assertURLEqual(url, expected_url, said)

    def _fetch(self, response: Any, url: str) -> Any:
        scheme, host, path, query, _ = urlsplit(url)
        domain = host.rpartition(":")[0] or host
        if domain and not validate_host(domain, settings.ALLOWED_HOSTS):
            raise ValueError(
                f"The test client is unable to fetch remote URLs (got {url}). Pass "
                f"fetch_redirect_response=False, or add {domain!r} to ALLOWED_HOSTS."
            )
        if isinstance(response.client, AsyncClient):
            raise TypeError(
                "An AsyncClient's redirects cannot be fetched from here: pass "
                "fetch_redirect_response=False, or let the client follow them."
            )
        return response.client.get(path, QueryDict(query), secure=scheme == "https")

    def _assert_status(self, status: int, expected: int, said: str) -> None:
        self.assertEqual(status, expected, f"{said} {status} (expected {expected})")

    def assertURLEqual(self, url1: Any, url2: Any, msg_prefix: str = "") -> None:
        """Fail unless two URLs are the same but for the order of their query strings' fields."""
        said = f"{_prefix(msg_prefix)}Expected '{url1}' to equal '{url2}'."
        self.assertEqual(_normal_url(url1), _normal_url(url2), said)

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
        found, content = self._occurrences(response, text, status_code, prefix, html)
        self._assert_count(found, count, text, content, prefix)

    def _assert_count(
        self, found: int, count: int | None, text: Any, content: Any, prefix: str
    ) -> None:
        shown, where = _shown(text), f"in the following response\n{content!r}"
        if count is None:
            self.assertTrue(found != 0, f"{prefix}Couldn't find {shown} {where}")
        else:
            said = f"{prefix}Found {found} instances of {shown} (expected {count}) {where}"
            self.assertEqual(found, count, said)

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
        found, content = self._occurrences(response, text, status_code, prefix, html)
        self._assert_none(found, text, content, prefix)

    def _assert_none(self, found: int, text: Any, content: Any, prefix: str) -> None:
        where = f"in the following response\n{content!r}"
        self.assertEqual(found, 0, f"{prefix}{_shown(text)} unexpectedly found {where}")

    def _occurrences(
        self, response: Any, text: Any, status_code: int, prefix: str, html: bool
    ) -> tuple[int, bytes]:
        if callable(getattr(response, "render", None)) and not response.is_rendered:
            response.render()
        said = f"{prefix}Couldn't retrieve content: Response code was"
        self._assert_status(response.status_code, status_code, said)
        content: bytes = response.getvalue() if response.streaming else response.content
        if isinstance(text, bytes) and not html:
            return content.count(text), content
        decoded = content.decode(response.charset)
        if not html:
            return decoded.count(str(text)), content
        wanted = self._html(text, "Second argument")
        return self._html(decoded, "Response's content").count(wanted), content

    def assertHTMLEqual(self, html1: str, html2: str, msg: Any = None) -> None:
        """Fail unless two pieces of HTML mean the same.

        White space beside tags, the order of attributes and of classes, and the ways to write a
        character or an empty attribute do not count.
        """
        first, second = self._html_pair(html1, html2)
        if first != second:
            lines = difflib.ndiff(str(first).splitlines(), str(second).splitlines())
            differs = "\n".join([f"{first} != {second}", *lines])
            self.fail(self._formatMessage(msg, differs))

    def assertHTMLNotEqual(self, html1: str, html2: str, msg: Any = None) -> None:
        """Fail if two pieces of HTML mean the same; see `assertHTMLEqual`."""
        first, second = self._html_pair(html1, html2)
        if first == second:
            self.fail(self._formatMessage(msg, f"{first} == {second}"))

    def assertInHTML(
        self, needle: str, haystack: str, count: int | None = None, msg_prefix: str = ""
    ) -> None:
        """Fail unless a piece of HTML is in another, at all or so many times."""
        wanted, within = self._html_pair(needle, haystack)
        self._assert_count(within.count(wanted), count, needle, haystack, _prefix(msg_prefix))

    def assertNotInHTML(self, needle: str, haystack: str, msg_prefix: str = "") -> None:
        """Fail if a piece of HTML is in another."""
        wanted, within = self._html_pair(needle, haystack)
        self._assert_none(within.count(wanted), needle, haystack, _prefix(msg_prefix))

    def _html_pair(self, first: Any, second: Any) -> tuple[Element, Element]:
        return self._html(first, "First argument"), self._html(second, "Second argument")

    def _html(self, html: Any, what: str) -> Element:
        try:
            return parse_html(html.decode() if isinstance(html, bytes) else str(html))
        except MarkupError as error:
            self.fail(f"{what} is not valid HTML:\n{error}\n{html}")

    def assertJSONEqual(self, raw: str | bytes, expected_data: Any, msg: Any = None) -> None:
        """Fail unless JSON holds the data, which may be JSON, too."""
        self.assertEqual(*self._json_pair(raw, expected_data), msg=msg)

    def assertJSONNotEqual(self, raw: str | bytes, expected_data: Any, msg: Any = None) -> None:
        """Fail if JSON holds the data, which may be JSON, too."""
        self.assertNotEqual(*self._json_pair(raw, expected_data), msg=msg)

    def _json_pair(self, raw: str | bytes, expected: Any) -> tuple[Any, Any]:
        data = self._json(raw, "First argument")
        return data, (
            self._json(expected, "Second argument") if isinstance(expected, str) else expected
        )

    def _json(self, text: str | bytes, what: str) -> Any:
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            self.fail(f"{what} is not valid JSON: {text!r}\n{error}")

    def assertXMLEqual(self, xml1: str, xml2: str, msg: Any = None) -> None:
        """Fail unless two pieces of XML mean the same.

        Declarations, comments, the order of attributes and how much white space there is do not
        count.
        """
        if self._xml(xml1, msg) != self._xml(xml2, msg):
            lines = difflib.ndiff(xml1.splitlines(), xml2.splitlines())
            differs = "\n".join([f"{xml1!r} != {xml2!r}", *lines])
            self.fail(self._formatMessage(msg, differs))

    def assertXMLNotEqual(self, xml1: str, xml2: str, msg: Any = None) -> None:
        """Fail if two pieces of XML mean the same; see `assertXMLEqual`."""
        if self._xml(xml1, msg) == self._xml(xml2, msg):
            self.fail(self._formatMessage(msg, f"{xml1!r} == {xml2!r}"))

    def _xml(self, xml: str, msg: Any) -> Any:
        try:
            return normal_xml(xml)
        except ExpatError as error:
            malformed = f"First or second argument is not valid XML\n{error}\n{xml}"
            self.fail(self._formatMessage(msg, malformed))

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


def _shown(text: Any) -> str:
    return repr(text if isinstance(text, bytes) else str(text))


def _normal_url(url: Any) -> str:
    parts = urlsplit(str(url))
    return parts._replace(query=urlencode(sorted(parse_qsl(parts.query)))).geturl()
