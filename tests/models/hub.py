"""A hub on this machine: enough of its protocol for the real client, and faults on demand.

``HEAD /OWNER/NAME/resolve/REVISION/FILE`` answers with the commit, the ETag and the size; ``GET``
sends the content, from where ``Range`` asks for it. Errors bear ``X-Error-Code`` as the hub's do.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from tests.waiting import PATIENCE_S

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """A fake hub: its files, and its faults.

    Attributes:
        files: Content by ``OWNER/NAME/FILE``.
        refusal: Status and error code of every answer; None to behave.
        cut_after: Bytes after which a transfer breaks off, once each; empty to behave.
        stop_after: Bytes of a file after which the connection breaks and every further request
            for content is answered with 500; None to behave.
        stall_after: Bytes after which a transfer halts until ``go_on``; None to behave.
        knows_ranges: False for a server that sends a file whole whatever is asked.
        announced: Size by path where another than the true one is announced.
        tampered: Content by path where another than the announced one is sent.
        is_hub: False for a server that knows nothing of commits.
        log: Every request: method, path, range, token.
        revisions: Path and revision of every request.
        commits: The commits and branches that it has.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    refusal: tuple[int, str] | None = None
    cut_after: list[int] = field(default_factory=list)
    stop_after: int | None = None
    stall_after: int | None = None
    knows_ranges: bool = True
    announced: dict[str, int] = field(default_factory=dict)
    tampered: dict[str, bytes] = field(default_factory=dict)
    is_hub: bool = True
    log: list[tuple[str, str, str | None, str | None]] = field(default_factory=list)
    revisions: list[tuple[str, str]] = field(default_factory=list)
    commits: set[str] = field(default_factory=lambda: {"main", COMMIT})
    stalled: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def ranges(self, name: str) -> list[str | None]:
        """Return the Range headers of the requests for a file, in order."""
        return [asked for method, path, asked, _ in self.log if (method, path) == ("GET", name)]


@contextmanager
def serving() -> Iterator[Hub]:
    """A hub that runs until the block ends."""
    hub = Hub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        hub.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: ClassVar[Hub]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""

    def do_HEAD(self) -> None:
        self._answer(send=False)

    def do_GET(self) -> None:
        self._answer(send=True)

    def _answer(self, send: bool) -> None:
        repo, _, rest = self.path.lstrip("/").partition("/resolve/")
        revision, _, name = rest.partition("/")
        path = f"{repo}/{name}"
        asked = self.headers.get("Range") if self.hub.knows_ranges else None
        self.hub.revisions.append((path, revision))
        self.hub.log.append((self.command, path, asked, self.headers.get("Authorization")))
        if self.hub.refusal is not None:
            self._refuse(*self.hub.refusal)
        elif not any(known.startswith(f"{repo}/") for known in self.hub.files):
            self._refuse(404, "RepoNotFound")
        elif revision not in self.hub.commits:
            self._refuse(404, "RevisionNotFound")
        elif path not in self.hub.files:
            self._refuse(404, "EntryNotFound")
        elif send and asked and self.hub.stop_after is not None:
            self._refuse(500, "")
        else:
            self._content(path, asked, send)

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _content(self, path: str, asked: str | None, send: bool) -> None:
        data = self.hub.files[path]
        digest = sha256(data).hexdigest()
        first = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
        if send:
            data = self.hub.tampered.get(path, data)
        size = len(data) if send else self.hub.announced.get(path, len(data))
        self.send_response(206 if asked else 200)
        self.send_header("ETag", f'"{digest}"')
        if self.hub.is_hub:
            self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Content-Length", str(size - first))
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        self.end_headers()
        if not send:
            return
        rest = data[first:]
        cut = self.hub.stop_after
        if self.hub.cut_after and len(rest) > self.hub.cut_after[0]:
            cut = self.hub.cut_after.pop(0)
        if cut is not None and len(rest) > cut:
            self.wfile.write(rest[:cut])
            self.close_connection = True
            return
        if self.hub.stall_after is not None and len(rest) > self.hub.stall_after:
            self.wfile.write(rest[: self.hub.stall_after])
            rest = rest[self.hub.stall_after :]
            self.hub.stalled.set()
            self.hub.go_on.wait(PATIENCE_S)
        with suppress(ConnectionError):
            self.wfile.write(rest)
