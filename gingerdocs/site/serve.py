"""Shows the site on a local port, rebuilds it on change, and has open pages reload themselves."""

import argparse
import os
import queue
import threading
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from watchfiles import Change, watch

from gingerdocs import ROOT
from gingerdocs.fingerprint import INPUTS, left_by_tools
from gingerdocs.stages.steps import PYTHON, Step, interrupt_on_terminate, run, say

from .build import OUTPUT, Site, add_languages

HOST = "127.0.0.1"
PORT = 8080
"""Not 8000, where readers of the guide try their own servers."""
EVENTS = "/.reload"
ALIVE = 10.0
"""Seconds between the signs of life that find out which pages have been closed."""
LISTENER = f"""<script>
  const events = new EventSource("{EVENTS}");
  events.onmessage = () => location.reload();
  addEventListener("pagehide", () => events.close());
</script>
""".encode()


class Reloads:
    """Tells the pages that are open in browsers when the site has been built anew."""

    def __init__(self) -> None:
        self._built = threading.Condition()
        self._count = 0

    def announce(self) -> None:
        """Have every open page reload itself."""
        with self._built:
            self._count += 1
            self._built.notify_all()

    def wait(self, seconds: float) -> bool:
        """Return whether the site has been built anew within that time."""
        with self._built:
            before = self._count
            return self._built.wait_for(lambda: self._count > before, seconds)


class Handler(SimpleHTTPRequestHandler):
    """Serves the built site; its pages listen for the next build."""

    def __init__(self, *args: Any, reloads: Reloads, **kwargs: Any) -> None:
        self._reloads = reloads
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        """Answer with a page that listens, the stream that it listens to, or a file as it is."""
        path = Path(self.translate_path(self.path))
        page = path / "index.html" if self.path.split("?")[0].endswith("/") else path
        if self.path == EVENTS:
            self._stream()
        elif page.suffix == ".html" and page.is_file():
            self._page(HTTPStatus.OK, page)
        else:
            super().do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a wrong address with the site's own page."""
        page = Path(self.directory, "404.html")
        if code == HTTPStatus.NOT_FOUND and page.is_file():
            self._page(HTTPStatus.NOT_FOUND, page)
        else:
            super().send_error(code, message, explain)

    def end_headers(self) -> None:
        """Have browsers ask again: the next build may have changed anything."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing; the terminal shows the builds."""

    def _page(self, status: HTTPStatus, page: Path) -> None:
        body = page.read_bytes().replace(b"</body>", LISTENER + b"</body>")
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            while True:
                built = self._reloads.wait(ALIVE)
                self.wfile.write(b"data: built\n\n" if built else b": alive\n\n")
                self.wfile.flush()
        except OSError:
            self.close_connection = True


class Server(ThreadingHTTPServer):
    """A server whose open streams do not keep it from ending."""

    daemon_threads = True
    block_on_close = False


def serve(site: Site, port: int) -> None:
    """Serve the site and rebuild it on change, until interrupted.

    Raises:
        OSError: the port is not to be had.
    """
    reloads = Reloads()
    changes: queue.SimpleQueue[None] = queue.SimpleQueue()
    stop = threading.Event()
    handler = partial(Handler, directory=str(site.output), reloads=reloads)
    folders = [ROOT / name for name in INPUTS if (ROOT / name).is_dir()]
    with Server((HOST, port), handler) as server:
        threads = [
            threading.Thread(target=server.serve_forever),
            threading.Thread(target=_watch, args=(changes, stop, folders, True)),
            # The files beside them, by their folder: editors put new files in the place of old.
            threading.Thread(target=_watch, args=(changes, stop, [ROOT], False)),
        ]
        try:
            for thread in threads:
                thread.start()
            _build(site)
            say(f"Serving http://{HOST}:{server.server_port}/ (Ctrl+C ends it)")
            while True:
                changes.get()
                while not changes.empty():
                    changes.get()
                if _build(site):
                    reloads.announce()
        finally:
            stop.set()
            server.shutdown()
            for thread in threads:
                thread.join()


def _watch(
    changes: "queue.SimpleQueue[None]", stop: threading.Event, paths: list[Path], recursive: bool
) -> None:
    def is_input(_: Change, path: str) -> bool:
        parts = Path(path).relative_to(ROOT).parts
        return parts[0] in INPUTS and not any(map(left_by_tools, parts))

    for _ in watch(*paths, watch_filter=is_input, stop_event=stop, recursive=recursive):
        changes.put(None)


def _build(site: Site) -> bool:
    # In a process of its own, so that a change of our own code counts too.
    command = (PYTHON, "-m", "gingerdocs", "html", "--langs", site.codes)
    errors = run([Step("The build", command, cwd=ROOT)])
    if errors:
        say("Still serving the site as it was; waiting for the next change")
    return not errors


def port_number(text: str) -> int:
    """Return the number of a port.

    Raises:
        argparse.ArgumentTypeError: no port has it.
    """
    port = int(text)
    if not 0 <= port < 1 << 16:
        raise argparse.ArgumentTypeError(f"{text} is no port: they go from 0 to 65535")
    return port


def main(argv: list[str]) -> int:
    """Show the site on a local port and rebuild it on change (``make serve``)."""
    parser = argparse.ArgumentParser(prog="python -m gingerdocs serve", description=main.__doc__)
    add_languages(parser)
    parser.add_argument("--port", type=port_number, default=os.environ.get("PORT") or PORT)
    options = parser.parse_args(argv)
    interrupt_on_terminate()
    try:
        serve(Site(languages=options.langs, output=OUTPUT), options.port)
    except KeyboardInterrupt:
        say("\nServed to the end.")
        return 0
    except OSError as error:
        say(f"Cannot serve on {HOST}:{options.port}: {error.strerror}; try PORT={options.port + 1}")
        return 1
    return 0
