"""A server of the smallest contract, with faults on demand, and a base for others."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import av

from tests.waiting import PATIENCE_S

LABELS = ("CS", "ECS", "FS", "LS", "MS")
"""Alphabetical, as the published predictor has them."""


@dataclass(frozen=True)
class Answer:
    """What a server answers to a request: status, JSON, headers."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


Handle = Callable[[str, str, dict[str, str], bytes], Answer | None]
"""Answers method, path, headers and content; None breaks the connection."""


@contextmanager
def serving(handle: Handle) -> Iterator[str]:
    """A server that runs until the block ends; yields its address."""
    handler = type("Handler", (_Handler,), {"handle_request": staticmethod(handle)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    handle_request: ClassVar[Handle]
    timeout = 5

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = type(self).handle_request(self.command, self.path, headers, content)
        if reply is None:
            self.close_connection = True
            return
        body = b"" if reply.body is None else json.dumps(reply.body).encode()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    def handle(self) -> None:
        with suppress(ConnectionResetError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        pass


def answer_of_film(film: bytes, task: str, side: int = 224) -> dict[str, Any]:
    """Return the answer to a task that follows from a film, which must be 16 squares.

    As of the model with two heads, movements come together with sizes.
    """
    bright = _brightness(film, side)
    rest = (1 - bright) / 4
    sizes = {label: bright if label == "CS" else rest for label in LABELS}
    match task:
        case "size":
            return {"scores": sizes}
        case "movement":
            movements = {"Static": bright, "Push": 1 - bright, "Pull": 0.0, "Motion": 0.0}
            return {"tasks": {"size": {"scores": sizes}, "movement": {"scores": movements}}}
        case "move":
            return {"scores": {"Pan Left": bright, "shake": 1.0, "undefined": 0.0}}
    raise ValueError(f"no model here answers for {task}")


def _brightness(film: bytes, side: int) -> float:
    with av.open(io.BytesIO(film), "r") as container:
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    if len(frames) != 16 or frames[0].shape != (side, side):
        raise ValueError(f"{len(frames)} frames of {frames[0].shape}")
    bright = float(sum(frame.mean() for frame in frames)) / (16 * 255)
    if bright < 0.02:
        raise ValueError("too dark")
    return bright


def film_of(data_uri: str) -> bytes:
    """Return the content of a data URI of an MP4 file."""
    prefix = "data:video/mp4;base64,"
    if not data_uri.startswith(prefix):
        raise ValueError(data_uri[:40])
    return base64.b64decode(data_uri.removeprefix(prefix), validate=True)


def digest_of(film: bytes) -> str:
    """Return a digest of a film."""
    return blake2b(film, digest_size=16).hexdigest()


@dataclass
class HttpJsonServer:
    """A server of the contract in docs/remote.md.

    Attributes:
        faults: By number of the new clip, from 0, the answers before the right one.
        paid: Digest of each film that was computed, in order.
        token: The token that it wants; None for none.
        seconds: Seconds that it charges.
        identity: Name and version of its model; None where it does not tell them.
        hold: Answers wait for it; None to answer at once.
        places: Requests that it works on at a time; None for any number.
        turned_away: Requests that found no place.
        side: Pixels of a side of the pictures that it wants.
    """

    faults: dict[int, list[Answer | None]] = field(default_factory=dict)
    paid: list[str] = field(default_factory=list)
    token: str | None = None
    seconds: float = 0.25
    identity: tuple[str, str] | None = ("sizes", "v1")
    hold: threading.Event | None = None
    places: threading.Semaphore | None = None
    turned_away: int = 0
    side: int = 224
    _numbers: dict[str, int] = field(default_factory=dict)
    _answered: dict[str, Answer] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(
        self, method: str, path: str, headers: dict[str, str], content: bytes
    ) -> Answer | None:
        if self.token is not None and headers.get("authorization") != f"Bearer {self.token}":
            return Answer(401, {"error": "wrong token"})
        if method != "POST" or path != "/sizes":
            return Answer(404, {"error": "no such place"})
        asked = json.loads(content)
        if set(asked) != {"id", "task", "video"} or headers["idempotency-key"] != asked["id"]:
            return Answer(400, {"error": "not the contract"})
        film = film_of(asked["video"])
        with self._lock:
            number = self._numbers.setdefault(digest_of(film), len(self._numbers))
            if waiting := self.faults.get(number):
                return waiting.pop(0)
        if self.places is not None and not self.places.acquire(blocking=False):
            with self._lock:
                self.turned_away += 1
            return Answer(409, {"error": "At capacity"})
        if self.hold is not None:
            self.hold.wait(PATIENCE_S)
        if self.places is not None:
            self.places.release()
        with self._lock:
            if asked["id"] not in self._answered:
                self._answered[asked["id"]] = self._compute(film, asked["task"])
            return self._answered[asked["id"]]

    def _compute(self, film: bytes, task: str) -> Answer:
        self.paid.append(digest_of(film))
        try:
            answer = answer_of_film(film, task, self.side)
        except ValueError as error:
            return Answer(200, {"error": str(error), "seconds": self.seconds})
        told = dict(zip(("model", "version"), self.identity or (), strict=False))
        return Answer(200, {**answer, "seconds": self.seconds, **told})
