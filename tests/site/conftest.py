"""A real browser over a real site: the scratch guide's, built once, and the project's own."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from gingerdocs.site.serve import HOST, Handler, Reloads, Server
from tests.site import scratch
from tests.site.needs import need

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 20_000
"""Milliseconds that a page has to show what a test waits for."""


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scratch repository, with the sites of both releases and of the checkout."""
    for program in ("git", "make"):
        need(program)
    base = tmp_path_factory.getbasetemp()
    # Test processes that run side by side share one, which the first of them builds.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "repository"
    with (shared / "repository.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = shared / "unfinished"
            unfinished.mkdir()
            scratch.create(unfinished)
            unfinished.rename(folder)
            done = scratch.build(folder, "html-all")
            assert done.returncode == 0, done.stdout
    return folder


@pytest.fixture(scope="session")
def site(repository: Path) -> Path:
    """The folder of the scratch guide's built site."""
    return repository / "build" / "html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without its own errands on the network.

    While it is open, Playwright's event loop runs in this thread, so that no other test could run
    one: it closes before the tests of another module begin.
    """
    command = need("chromium")
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=command, args=[*QUIET, *sandbox])
        yield browser
        browser.close()


@contextmanager
def tab(browser: Browser) -> Iterator[Page]:
    """A fresh tab; a message of an error, or a request that leaves this machine, fails the test."""
    context = browser.new_context(locale="en-US")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
    page.on(
        "console",
        lambda message: wrong.append(message.text) if message.type == "error" else None,
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "data:", "blob:", f"http://{HOST}:"))
            else wrong.append(f"foreign request: {request.url}")
        ),
    )
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh tab for a test."""
    with tab(browser) as page:
        yield page


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The address that the scratch guide is served at, without a slash at its end."""
    handler = partial(Handler, directory=str(site), reloads=Reloads())
    with Server((HOST, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://{HOST}:{server.server_port}"
        server.shutdown()
        thread.join()
