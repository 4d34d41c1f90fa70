"""The endpoints that an application under test may offer, and what each of them does.

They lie below one prefix, `/conformance/` unless `--asgi-prefix` says otherwise, and `index` tells
which of them are there.
`gingerdj.test.conformance.reference` offers all of them on the bare protocol, and
`gingerdj.test.conformance.project` does so with GingerDJ.

The journal counts what happened: each endpoint adds the notes that are written below in quotes.
Query strings are written as forms are, and repeated names keep their order.

Before its first request, on each event loop, an application notes "startup"; where a lifespan scope
has `state`, its start-up also puts "started" there under the name `conformance`.
Its shutdown notes "shutdown".

`index` answers with a JSON list of the names that are offered.

`facts` answers with a JSON object of what the application knows of the request: `method`,
`scheme`, `path` (the whole path), `root_path`, `path_info` (the path below it), `query` (names to
lists of values), `headers` (lower-case names to values, several joined with a comma), `cookies`,
`client` and `server` (lists of host and port, or null), `tls` (the extension's object, or null) and
`started` (whether start-up work has been done on this event loop).

`journal` answers with a JSON object of notes and how often each was made.

`echo` notes "echo" and answers with the request's body.

`answer` answers as its query says: `status`, `body`, and any number of `header` and `cookie`, each
of them a name, a colon and a value.

`stream` streams as many pieces of `PIECE` bytes as `pieces` in its query says, unless it says
otherwise three, notes "piece" as it makes each, and "stream closed" when it ends, however it does.

`work` notes "work started" and blocks, as synchronous code does, until somebody asks for `release`,
whose answer counts for nothing.
It answers with "released", or with "late" if that took `WORK` seconds.

`wait` notes "wait started", waits for ever, and notes "wait ended" when it is made to stop.

`state` puts "written" into the request's state under the name that `write` in its query gives, and
answers with the state as a JSON object.

`file` answers with the file `FILE`.

`trailers` streams "counted" and sends the trailer `x-checksum`.

`hints` hints early at `</style.css>; rel=preload`, pushes `/style.css` if it can, and answers with
"hinted".

`socket` accepts with the `subprotocol` and any number of `header` that its query gives.
It notes "socket opened", sends back what it receives, and notes "socket closed CODE REASON" on a
disconnect.
The text `close` lets it close, and `close CODE REASON` with that code and reason.

`socket-facts` accepts and sends the facts `scheme`, `http_version`, `subprotocols` and `path` as
JSON text.

`socket-refuse` closes without accepting.

`socket-deny` answers with status 401 and the body "denied" where the server can send that, and
closes where it cannot.

`socket-tick` accepts, sends the text "tick" again and again from a task beside the one that
receives, and notes "ticks stopped" when that task has ended.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["ENDPOINTS", "FILE", "PIECE", "PREFIX", "WORK"]

#: The path below which the endpoints lie.
PREFIX = "/conformance/"

#: The endpoints by name, with their paths below the prefix.
ENDPOINTS = {
    "index": "",
    "facts": "facts/",
    "journal": "journal/",
    "echo": "echo/",
    "answer": "answer/",
    "stream": "stream/",
    "work": "work/",
    "release": "release/",
    "wait": "wait/",
    "state": "state/",
    "file": "file/",
    "trailers": "trailers/",
    "hints": "hints/",
    "socket": "socket/",
    "socket-facts": "socket/facts/",
    "socket-refuse": "socket/refuse/",
    "socket-deny": "socket/deny/",
    "socket-tick": "socket/tick/",
}
#: The bytes in a piece of a stream.
PIECE = 1024

#: The seconds for which `work` blocks at most.
WORK = 5.0

#: The file that `file` answers with: this module.
FILE = Path(__file__)
