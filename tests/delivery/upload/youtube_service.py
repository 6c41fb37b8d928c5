"""A strict double of YouTube's resumable uploads, and of Google's consent, with faults on demand.

It follows https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol: parts
come in order, all but the last have a multiple of 256 KiB, and the last byte makes the video. What
a client must not send is counted in ``mistakes``; never bend it to our client.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from keyring.backend import KeyringBackend

from tests.delivery.upload.serving import serving

UNIT = 256 << 10
REFRESH = "1//refresh-token-of-the-test"
CLIENT_SECRET = "GOCSPX-client-secret-of-the-test"  # noqa: S105
CHANNEL = "Harbour Films"


@dataclass(frozen=True)
class Fault:
    """Something that happens to a request with a part of a video.

    Attributes:
        kept: Bytes of the part that are kept; None for all of them.
        forgets: True where all earlier bytes are lost as well.
        breaks: True where the connection breaks instead of an answer.
        gone: True where the session is not known any more.
        answer: Status and reason of an answer before anything is kept.
        after: ``Retry-After`` of it.
        hold: The answer waits for it.
    """

    kept: int | None = None
    forgets: bool = False
    breaks: bool = False
    gone: bool = False
    answer: tuple[int, str] | None = None
    after: str = ""
    hold: threading.Event | None = None


@dataclass
class _Session:
    size: int
    told: dict[str, Any]
    content: bytearray = field(default_factory=bytearray)
    video: str = ""


@dataclass
class YoutubeService:
    """The service.

    Attributes:
        faults: Those of the next parts, in order; None for a part without one.
        refusals: Answers to the next requests that begin a session.
        videos: The finished videos: content, and what was told of them.
        sessions: Sessions by id.
        mistakes: What a client must not send.
        parts: Start and length of every part that came.
        tokens: Access tokens that are accepted.
        refreshed: Access tokens that were made of a refresh token.
        consents: False where the account withdraws its consent.
    """

    faults: list[Fault | None] = field(default_factory=list)
    refusals: list[Fault] = field(default_factory=list)
    videos: list[tuple[bytes, dict[str, Any]]] = field(default_factory=list)
    sessions: dict[str, _Session] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    refreshed: int = 0
    begun: int = 0
    asked: int = 0
    consents: bool = True
    codes: set[str] = field(default_factory=set)

    def new_token(self) -> str:
        """Return an access token that is accepted."""
        token = f"ya29.access-token-{len(self.tokens)}-of-the-test"
        self.tokens.add(token)
        return token


def sign_in(ring: KeyringBackend, url: str) -> None:
    """Put an account into a keyring, as signing in does."""
    kept = {
        "channel": CHANNEL, "refresh_token": REFRESH, "client_id": "client",
        "client_secret": CLIENT_SECRET, "token_uri": f"{url}/token",
    }  # fmt: skip
    ring.set_password("shotlog", "upload:youtube", json.dumps(kept))


@contextmanager
def serving_youtube(service: YoutubeService) -> Iterator[str]:
    """A service that runs until the block ends; yields its address."""
    handler: type[_Handler] = type("Handler", (_Handler,), {"service": service, "connections": []})
    with serving(handler, handler.connections) as address:
        yield address


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    service: ClassVar[YoutubeService]
    connections: ClassVar[list[socket.socket]]

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path == "/auth":
            query = {key: values[0] for key, values in parse_qs(asked.query).items()}
            if "youtube.upload" not in query["scope"] or query["access_type"] != "offline":
                self._mistake("consent to the wrong things")
            back = {"state": query["state"], "code": "consent", "scope": query["scope"]}
            if not self.service.consents:
                back = {"state": query["state"], "error": "access_denied"}
            where = f"{query['redirect_uri']}?{urlencode(back)}"
            self._answer(302, None, {"Location": where})
        elif asked.path == "/youtube/v3/channels" and self._authorized():
            self._answer(200, {"items": [{"snippet": {"title": CHANNEL}}]})
        else:
            self._mistake(f"GET {self.path}")

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path)
        if path.path == "/token":
            self._give_token({k: v[0] for k, v in parse_qs(content.decode()).items()})
        elif path.path == "/upload/youtube/v3/videos":
            if self._authorized():
                self._begin(parse_qs(path.query), content)
        else:
            self._mistake(f"POST {self.path}")

    def do_PUT(self) -> None:
        service = self.service
        key = parse_qs(urlsplit(self.path).query).get("upload_id", [""])[0]
        length = int(self.headers["Content-Length"])
        span = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)", self.headers["Content-Range"] or "")
        session = service.sessions.get(key)
        if span is None or (session and int(span[3]) != session.size):
            self._mistake(f"Content-Range: {self.headers['Content-Range']}")
        elif span[1] is None:
            service.asked += 1
            if length:
                self._mistake("a question with a content")
            elif self._authorized():
                self._tell(session)
        else:
            fault = service.faults.pop(0) if service.faults else None
            self._take(session, key, int(span[1]), int(span[2]), length, fault)

    def _take(
        self, session: _Session | None, key: str, start: int, end: int, length: int,
        fault: Fault | None,
    ) -> None:  # fmt: skip
        service, fault = self.service, fault or Fault()
        broken = fault.breaks and fault.kept is not None
        content = self.rfile.read(fault.kept if broken else length)
        if not self._authorized():
            return
        if fault.gone:
            service.sessions.pop(key, None)
            session = None
        if fault.answer is not None:
            self._refuse(fault)
            return
        if session is None:
            self._tell(None)
            return
        service.parts.append((start, length))
        last = end + 1 == session.size
        if start != len(session.content) or end + 1 - start != length or session.video:
            self._mistake(f"bytes {start}-{end}, but {len(session.content)} are there")
            return
        if length % UNIT and not last:
            self._mistake(f"a part of {length} bytes")
            return
        session.content += content if fault.kept is None else content[: fault.kept]
        if fault.forgets:
            session.content.clear()
        if len(session.content) == session.size:
            service.videos.append((bytes(session.content), session.told))
            session.video = f"video{len(service.videos)}"
        if fault.hold is not None:
            fault.hold.wait(30)
        if fault.breaks:
            self.close_connection = True
            return
        self._tell(session)

    def _begin(self, query: dict[str, list[str]], content: bytes) -> None:
        service = self.service
        if service.refusals:
            self._refuse(service.refusals.pop(0))
            return
        told = json.loads(content)
        size = int(self.headers["X-Upload-Content-Length"])
        if query != {"uploadType": ["resumable"], "part": ["snippet,status"]} or set(told) != {
            "snippet", "status",
        }:  # fmt: skip
            self._mistake(f"begun with {query}")
            return
        service.begun += 1
        key = f"session{service.begun}"
        service.sessions[key] = _Session(size, told)
        host = self.headers["Host"]
        where = f"http://{host}/upload/youtube/v3/videos?uploadType=resumable&upload_id={key}"
        self._answer(200, None, {"Location": where})

    def _tell(self, session: _Session | None) -> None:
        """Answer with the state of a session."""
        if session is None:
            self._answer(404, {"error": {"code": 404, "message": "no such session"}})
        elif session.video:
            self._answer(201, {"id": session.video, "kind": "youtube#video"})
        else:
            there = len(session.content)
            self._answer(308, None, {"Range": f"bytes=0-{there - 1}"} if there else {})

    def _give_token(self, form: dict[str, str]) -> None:
        basic = "Basic " + b64encode(f"client:{CLIENT_SECRET}".encode()).decode()
        # RFC 6749, 2.3.1: by either way.
        right = form.get("client_secret") == CLIENT_SECRET
        right = right or self.headers.get("Authorization") == basic
        match form.get("grant_type"):
            case "authorization_code":
                right = right and form.get("code") == "consent"
                more = {"refresh_token": REFRESH, "scope": " ".join(_SCOPES)}
            case "refresh_token":
                right = right and form.get("refresh_token") == REFRESH and self.service.consents
                more = {}
                self.service.refreshed += 1
            case _:
                right, more = False, {}
        if not right:
            self._answer(400, {"error": "invalid_grant", "error_description": REFRESH})
            return
        token = self.service.new_token()
        self._answer(
            200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer", **more}
        )

    def _authorized(self) -> bool:
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if kind == "Bearer" and token in self.service.tokens:
            return True
        self._answer(401, {"error": {"code": 401, "errors": [{"reason": "authError"}]}})
        return False

    def _refuse(self, fault: Fault) -> None:
        assert fault.answer is not None
        status, reason = fault.answer
        body = {"error": {"code": status, "message": f"({reason})", "errors": [{"reason": reason}]}}
        self._answer(status, body, {"Retry-After": fault.after} if fault.after else {})

    def _mistake(self, told: str) -> None:
        self.service.mistakes.append(told)
        self._answer(400, {"error": {"code": 400, "message": told}})

    def _answer(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        with suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    def handle(self) -> None:
        self.connections.append(self.connection)
        with suppress(ConnectionResetError):
            super().handle()

    def log_message(self, *_: Any) -> None:
        pass


_SCOPES = (
    "https://www.googleapis.com/auth/youtube.readonly",
    "https://www.googleapis.com/auth/youtube.upload",
)
