"""What exists by itself, whatever a page's samples show: names, files, programs, headers."""

import functools
import http
import importlib.metadata
import json
import keyword
import logging
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from gingerdocs.languages import LANGUAGES
from gingerdocs.machine import programs

from . import options

TEMPLATES = ("project_template", "app_template")
PROJECT = "mysite"
"""What the pages call the project that they start."""

_BUILT = frozenset({"build", ".venv", ".git", "__pycache__"})
_PLAIN = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)(?:\[([\w,-]+)\])?(?:==([\w.]+))?")
_ENVIRONMENT = re.compile(r"""["']([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)["']""")

# Registered at iana.org/assignments/http-fields, as far as a guide on deployment speaks of them.
_REGISTERED_HEADERS = """
    Accept Accept-Charset Accept-Encoding Accept-Language Accept-Ranges Access-Control-Allow-Origin
    Age Allow Alt-Svc Authorization Cache-Control Connection Content-Disposition Content-Encoding
    Content-Language Content-Length Content-Location Content-Range Content-Security-Policy
    Content-Type Cookie Cross-Origin-Opener-Policy Date Early-Data ETag Expect Expires Forwarded
    From Host If-Match If-Modified-Since If-None-Match If-Range If-Unmodified-Since Last-Event-ID
    Last-Modified Link Location Max-Forwards Origin Permissions-Policy Pragma Priority
    Proxy-Authenticate Proxy-Authorization Range Referer Referrer-Policy Retry-After
    Sec-WebSocket-Accept Sec-WebSocket-Extensions Sec-WebSocket-Key Sec-WebSocket-Protocol
    Sec-WebSocket-Version Server Set-Cookie Strict-Transport-Security TE Trailer Transfer-Encoding
    Upgrade Upgrade-Insecure-Requests User-Agent Vary Via WWW-Authenticate X-Content-Type-Options
    X-Frame-Options
"""
# In use everywhere, registered nowhere.
_PROXY_HEADERS = frozenset(
    {"X-Accel-Buffering", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port"}
    | {"X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Real-IP", "X-Request-ID"}
)
_PROTOCOLS = frozenset(
    {"HTTP", "HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/3", "http", "https", "ws", "wss"}
    | {"http://", "https://", "ws://", "wss://"}
)
_STATUSES = frozenset(
    word
    for status in http.HTTPStatus
    for word in (str(status.value), *status.phrase.split(), f"{status.value} {status.phrase}")
)
_WELL_KNOWN = (
    frozenset(_REGISTERED_HEADERS.split())
    | _PROXY_HEADERS
    | _PROTOCOLS
    | _STATUSES
    | {method.value for method in http.HTTPMethod}
    | {name.name for name in signal.Signals}
    | set(logging.getLevelNamesMapping())
    | {name for code in LANGUAGES.values() for name in (code.code, code.locale, code.html)}
    | {*keyword.kwlist, *keyword.softkwlist}
)


class Known:
    """What exists in and around one checkout, looked up when it is first asked for."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.helps = options.Helps(root / "build" / "helps.json")
        self._exist: dict[str, bool] = {}

    def word(self, word: str) -> bool:
        """Return whether a word stands for something, save for Python names not our own."""
        return (
            word in _WELL_KNOWN
            or word in self._python
            or word in self._environment
            or word in self.targets
            or self._is_requirement(word)
            or self._is_there(word)
        )

    @staticmethod
    def status(number: str) -> bool:
        """Return whether a number is a status of HTTP."""
        return number in _STATUSES

    def python(self, names: Iterable[str]) -> set[str]:
        """Return those of the names that Python's or an installed package's modules define."""
        asked = {name for name in names if _PLAIN.fullmatch(name)}
        if unknown := asked - self._exist.keys():
            found = set(_ask("exist", unknown, self.root))
            self._exist.update((name, name in found) for name in unknown)
        return {name for name in asked if self._exist[name]}

    def vocabulary(self) -> set[str]:
        """Return the words to look for near ones in."""
        files = {name for file in self.templates for name in (file.name, file.as_posix())}
        return set(_WELL_KNOWN | self._python | self._environment | self.targets | files)

    @functools.cached_property
    def templates(self) -> dict[Path, str]:
        """The files that startproject and startapp write, with the texts they are made of."""
        conf = self.root / "gingerdj" / "conf"
        found = {}
        for template in TEMPLATES:
            for file in sorted((conf / template).rglob("*-tpl")):
                name = str(file.relative_to(conf / template)).removesuffix("-tpl")
                text = file.read_text("utf-8")
                found[Path(name.replace("project_name", PROJECT))] = _filled_in(text)
        return found

    @functools.cached_property
    def targets(self) -> frozenset[str]:
        """What one may write in a call of make: its name, the Makefile's targets and variables."""
        try:
            text = (self.root / "Makefile").read_text("utf-8")
        except OSError:
            return frozenset()
        variables = re.findall(r"^([A-Z_]+)\s*[:?+]?=|\$\(([A-Z_]+)\)", text, re.MULTILINE)
        return frozenset(
            ["make", *re.findall(r"^([a-z][\w-]*):", text, re.MULTILINE), *map("".join, variables)]
        )

    @functools.cached_property
    def settings(self) -> frozenset[str]:
        """The names of GingerDJ's settings."""
        return frozenset(_ask("settings", (), self.root))

    @functools.cached_property
    def _python(self) -> frozenset[str]:
        names = _ask("known", (), self.root)
        modules = {
            ".".join((*file.parent.parts, file.stem)) for file in self.templates if file.parent.name
        }
        return frozenset({*names, *modules})

    @functools.cached_property
    def _environment(self) -> frozenset[str]:
        """The names in our own code that may be environment variables."""
        return frozenset(
            name
            for package in ("gingerdj", "examples")
            for file in (self.root / package).rglob("*.py")
            for name in _ENVIRONMENT.findall(file.read_text("utf-8"))
        )

    def _is_there(self, word: str) -> bool:
        try:
            return self._is_file(word) or self._is_program(word)
        except OSError:  # No file can have so long a name.
            return False

    def _is_file(self, word: str) -> bool:
        path = Path(word)
        if path.is_absolute() or ".." in path.parts or _BUILT & {*path.parts} or word == ".":
            return False
        names = [file for template in self.templates for file in (template, *template.parents[:-1])]
        if path in names or word in {file.name for file in self.templates}:
            return True
        if re.fullmatch(r"\.\w+", word) and not (self.root / word).exists():
            folders = ("gingerdj", "docs", "examples", "locale")
            return any(next((self.root / f).rglob(f"*{word}"), None) for f in folders)
        return (self.root / path).exists() or (self.root / "docs" / f"{word}.md").exists()

    def _is_program(self, word: str) -> bool:
        # Not any program that this machine happens to have: a misspelt one might be among them.
        return word in self._programs or ("/" not in word and (options.BIN / word).is_file())

    @functools.cached_property
    def _programs(self) -> frozenset[str]:
        path = self.root / programs.LIST.name
        return frozenset(programs.load(path)) if path.exists() else frozenset()

    @staticmethod
    def _is_requirement(word: str) -> bool:
        match = _REQUIREMENT.fullmatch(word)
        if match is None:
            return False
        try:
            distribution = importlib.metadata.distribution(match[1])
        except (importlib.metadata.PackageNotFoundError, ValueError):
            return False
        extras = distribution.metadata.get_all("Provides-Extra") or []
        return all(extra in extras for extra in filter(None, (match[2] or "").split(","))) and (
            match[3] in (None, distribution.version)
        )


@functools.cache
def around(root: Path) -> Known:
    """Return what exists in and around a checkout; it is looked up once in a process."""
    return Known(root)


def _filled_in(text: str) -> str:
    return re.sub(r"\{\{\s*project_name\s*\}\}", PROJECT, text)


def _ask(question: str, names: Iterable[str], root: Path) -> list[str]:
    """Ask the process that imports things."""
    done = subprocess.run(
        [sys.executable, "-P", str(Path(__file__).with_name("names.py")), question],
        input="\n".join(sorted(names)),
        capture_output=True,
        text=True,
        check=True,
        cwd=root,
    )
    answer: list[str] = json.loads(done.stdout)
    return answer
