"""The target of YouTube, by its protocol of resumable uploads.

Requests and answers are those of
https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol; Google's own client
is not used, because its uploads cannot be tried against another server.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final
from urllib.parse import urlsplit

import httpx2
from pydantic import Field

from shotlog.delivery.upload.contract import (
    Marks,
    PassingFault,
    Privacy,
    SentFile,
    SessionState,
    UploadDetails,
    UploadTarget,
)
from shotlog.delivery.upload.targets.google_account import GoogleAccount
from shotlog.delivery.upload.targets.unlogged import unlogged
from shotlog.http import CONNECT_SECONDS, retry_after, told_error
from shotlog.schema import UploadRefused, UploadTargetError

_UNIT: Final = 256 << 10
"""Bytes of which every part but the last must be a multiple."""
_PARTS: Final = 32
_LONGEST_TITLE: Final = 100
_LONGEST_DESCRIPTION: Final = 5000
_LONGEST_TAGS: Final = 500
"""Characters of a title, bytes of a description, characters of all tags:
https://developers.google.com/youtube/v3/docs/videos."""
_RANGE: Final = re.compile(r"(?:bytes=)?0-(\d{1,15})")
_CATEGORY: Final = "22"
"""People & Blogs, which every country has."""

_REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "quotaExceeded": (
        "the quota of your project at Google is used up for today",
        "Run the same command again after midnight in California, when the quota begins anew.",
    ),
    "uploadLimitExceeded": (
        "this channel may upload no more videos for now",
        "Run the same command again in 24 hours.",
    ),
    "youtubeSignupRequired": (
        "this account has no channel",
        "Make one at youtube.com, or sign in with another account: --sign-in.",
    ),
    "insufficientPermissions": (
        "the consent does not include uploads",
        "Sign in again, and agree to everything: --sign-in.",
    ),
    "forbidden": (
        "this account may not upload this video",
        "Check the account, its channel, and the settings of your project at Google.",
    ),
}
"""Reasons of refusals, for people: https://developers.google.com/youtube/v3/docs/errors."""


class YoutubeTarget(UploadTarget):
    """Uploads a video to the channel of the account that is signed in."""

    name: ClassVar[str] = "youtube"
    summary: ClassVar[str] = "a channel at YouTube"
    privacies: ClassVar[tuple[Privacy, ...]] = tuple(Privacy)
    titled: ClassVar[bool] = True
    limits: ClassVar[tuple[str, ...]] = (
        "A project at Google may send 100 videos a day.",
        "Videos of a project that Google has not verified stay private.",
    )

    base_url: str = "https://www.googleapis.com"
    """Address of the service."""
    seconds: Annotated[float, Field(gt=0, le=3600)] = 120
    """Longest time for an answer."""
    parts: Annotated[int, Field(ge=1, le=4096)] = _PARTS
    """Size of a part, in units of 256 KiB."""

    def check(self, file: SentFile, details: UploadDetails) -> None:
        """Check the lengths of title, description and tags.

        Raises:
            UploadRefused: One is too long, or has a sign that is not allowed.
        """
        super().check(file, details)
        told = f"{details.title}{details.description}"
        tags = sum(len(tag) + 1 + 2 * (" " in tag) for tag in details.tags) - 1
        faults = {
            f"the title has more than {_LONGEST_TITLE} characters": len(details.title)
            > _LONGEST_TITLE,
            f"the description has more than {_LONGEST_DESCRIPTION} bytes": len(
                details.description.encode()
            )
            > _LONGEST_DESCRIPTION,
            f"the tags have more than {_LONGEST_TAGS} characters": tags > _LONGEST_TAGS,
            "title and description must not have < or >": "<" in told or ">" in told,
        }
        for message, found in faults.items():
            if found:
                raise UploadRefused(self.name, message, "Change it.")

    def place(self, file: SentFile) -> str:
        """Return the address of the service."""
        return f"YouTube, {self._address}"

    def account(self) -> str:
        """Return the name of the channel.

        Raises:
            UploadRefused: Nobody is signed in.
        """
        return GoogleAccount.kept().channel

    def part_size(self, file: SentFile) -> int:
        """Return the bytes of a part."""
        return self.parts * _UNIT

    @contextmanager
    def open(self) -> Iterator[YoutubeConnection]:
        """Connect as the account that is signed in."""
        with self._connected(GoogleAccount.kept()) as connection:
            yield connection

    def sign_in(self, client_file: Path) -> str:
        """Ask for consent in the browser, and keep the account; return the name of its channel.

        Raises:
            UploadRefused: Consent was not given, or the account has no channel.
            KeyringUnusable: There is no keyring.
            UploadTargetError: A package is missing.
        """
        with unlogged():
            account = GoogleAccount.asked(client_file)
        with self._connected(account) as connection:
            try:
                channel = connection.channel()
            except PassingFault as error:
                raise UploadRefused(self.name, error.told, "Try it again.") from error
        account.keep(channel)
        return channel

    def sign_out(self) -> None:
        """Forget the account; consent itself is withdrawn at myaccount.google.com."""
        GoogleAccount.forget()

    @property
    def _address(self) -> str:
        return self.base_url.rstrip("/")

    @contextmanager
    def _connected(self, account: GoogleAccount) -> Iterator[YoutubeConnection]:
        parts = urlsplit(self._address)
        here = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if not parts.hostname or (parts.scheme != "https" and not here):
            hint = "Give an address with https://; http:// is for servers on this machine."
            raise UploadTargetError(self.name, f"'{self._address}' is no safe address", hint)
        wait = httpx2.Timeout(self.seconds, connect=min(self.seconds, CONNECT_SECONDS))
        with unlogged(), httpx2.Client(base_url=self._address, timeout=wait) as http:
            yield YoutubeConnection(http, account)


class YoutubeConnection:
    """A connection to YouTube.

    Args:
        http: The client, for the address of the service.
        account: The account.
    """

    def __init__(self, http: httpx2.Client, account: GoogleAccount) -> None:
        self._http, self._account = http, account

    def channel(self) -> str:
        """Return the name of the account's channel.

        Raises:
            UploadRefused: It has none.
        """
        query = {"part": "snippet", "mine": "true"}
        reply = self._ask("GET", "/youtube/v3/channels", params=query)
        if reply.status_code != 200:
            raise _refusal(reply)
        items = _json(reply).get("items")
        if not isinstance(items, list) or not items:
            raise UploadRefused("youtube", *_REASONS["youtubeSignupRequired"])
        snippet = items[0].get("snippet") if isinstance(items[0], dict) else None
        return str((snippet or {}).get("title") or "a channel without a name")

    def begin(self, file: SentFile, details: UploadDetails) -> Marks:
        """Begin a session; no video is made before its last byte has come."""
        snippet = {"title": details.title, "description": details.description,
                   "tags": list(details.tags), "categoryId": _CATEGORY}  # fmt: skip
        status = {"privacyStatus": str(details.privacy)}
        reply = self._ask(
            "POST", "/upload/youtube/v3/videos",
            params={"uploadType": "resumable", "part": "snippet,status"},
            headers={"X-Upload-Content-Length": str(file.size), "X-Upload-Content-Type": "video/*"},
            json={"snippet": snippet, "status": status},
        )  # fmt: skip
        if reply.status_code != 200:
            raise _refusal(reply)
        session = reply.headers.get("Location", "")
        self._check_address(session)
        return {"session": session}

    def state(self, marks: Marks, file: SentFile) -> SessionState:
        """Return the state of a session, by an empty request."""
        return self._put(marks, b"", f"bytes */{file.size}")

    def send(self, marks: Marks, at: int, part: bytes, file: SentFile) -> SessionState:
        """Send a part."""
        return self._put(marks, part, f"bytes {at}-{at + len(part) - 1}/{file.size}")

    def finish(self, marks: Marks, file: SentFile) -> str:
        """Return the address of the video, which the last part has made."""
        state = self.state(marks, file)
        if not state.place:
            raise PassingFault("all bytes are there, but it has made no video yet")
        return state.place

    def _put(self, marks: Marks, content: bytes, span: str) -> SessionState:
        session = marks["session"]
        self._check_address(session)
        reply = self._ask("PUT", session, headers={"Content-Range": span}, content=content)
        match reply.status_code:
            case 200 | 201:
                video = _json(reply).get("id")
                if not isinstance(video, str) or not video:
                    message = "it took the video, and told no address of it"
                    raise UploadRefused("youtube", message, "Look at your channel.")
                return SessionState(place=f"https://youtu.be/{video}")
            case 308:
                return SessionState(_received(reply))
            case 404 | 410:
                return SessionState(gone=True)
        raise _refusal(reply)

    def _ask(self, method: str, url: str, **more: Any) -> httpx2.Response:
        """Send a request; once more with a new access token where the last one has ended."""
        own = more.pop("headers", {})
        for renewed in (False, True):
            headers = {**self._account.headers(renewed=renewed), **own}
            reply = self._ask_once(method, url, headers, more)
            if reply.status_code != 401:
                return reply
        message = "it does not accept the account"
        raise UploadRefused("youtube", message, "Sign in again: --sign-in CLIENT.json.")

    def _ask_once(
        self, method: str, url: str, headers: Mapping[str, str], more: Mapping[str, Any]
    ) -> httpx2.Response:
        # Without causes: their requests hold tokens.
        try:
            reply = self._http.request(method, url, headers=headers, **more)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            raise PassingFault("nobody answers at its address") from None
        except httpx2.TimeoutException:
            raise PassingFault("it did not answer in time") from None
        except httpx2.HTTPError as error:
            raise PassingFault(f"the connection broke ({type(error).__name__})") from None
        if reply.status_code >= 500 or reply.status_code in (408, 429):
            told = f"it failed with status {reply.status_code}{told_error(reply.content)}"
            raise PassingFault(told, retry_after(reply))
        return reply

    def _check_address(self, session: str) -> None:
        """Keep the access token from any other server.

        Raises:
            UploadRefused: The address of a session is at another one.
        """
        here, there = self._http.base_url, urlsplit(session)
        same = (there.scheme, there.netloc) == (here.scheme, here.netloc.decode())
        google = there.scheme == "https" and (there.hostname or "").endswith(".googleapis.com")
        if not same and not google:
            message = "the upload is to go on at another address, which nobody agreed to"
            raise UploadRefused("youtube", message, "Check the parameter base_url.")


def _refusal(reply: httpx2.Response) -> UploadRefused | PassingFault:
    """Return a refusal in words; a fault that passes where fewer requests are wanted."""
    reason = _reason(reply)
    if reason in ("rateLimitExceeded", "userRateLimitExceeded"):
        return PassingFault("it wants fewer requests", retry_after(reply))
    told = f"({reply.status_code}{told_error(reply.content)})"
    message, hint = _REASONS.get(reason, ("it refused the upload", UploadRefused.hint))
    return UploadRefused("youtube", f"{message} {told}", hint)


def _received(reply: httpx2.Response) -> int:
    """Return the bytes that are there; without ``Range`` there are none."""
    told = reply.headers.get("Range")
    if told is None:
        return 0
    found = _RANGE.fullmatch(told.strip())
    if found is None:
        raise PassingFault("it tells no range of bytes that can be read")
    return int(found[1]) + 1


def _json(reply: httpx2.Response) -> dict[str, Any]:
    try:
        told = json.loads(reply.content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _reason(reply: httpx2.Response) -> str:
    """Return the reason of an error, as Google's services tell it."""
    error = _json(reply).get("error")
    errors = error.get("errors") if isinstance(error, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    return str(first.get("reason")) if isinstance(first, dict) else ""
