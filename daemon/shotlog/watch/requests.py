"""Requests of scripts that cannot start a program: files in the watched folder.

A script in a sandbox writes ``ID.request.json``, which holds one request of the bridge, most often
``analyze``. ``ID.progress.json`` then holds the latest event of its job, the first one being
``accepted``, and ``ID.result.json`` at last ``done`` or ``failed``; or ``error``, where the request
was refused; or the reply, for requests other than ``analyze``. The file ``ID.cancel`` cancels the
job, as does the removal of the request. All files are written whole: under another name first. The
request and its progress are removed when the result is there; the script removes the result.
"""

from __future__ import annotations

import json
import os
import re
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from shotlog.bridge import LINE_BYTES, Accepted, DoneEvent, Error, Event, FailedEvent, Reply
from shotlog.files import replace_file
from shotlog.watch.conversation import Conversation
from shotlog.watch.events import Answered, WatchEvent
from shotlog.watch.names import CANCEL, PROGRESS, REQUEST, RESULT
from shotlog.watch.scan import Found, is_others

KEY = "request "
"""Beginning of the keys of requests in the conversation."""

_ANSWERED = frozenset({"analyze", "models", "settings", "status"})
"""Types of the requests that are answered: none of them changes the daemon for other programs, or
writes a file."""

_KEPT_SECONDS = 24 * 3600
"""Time for which a result waits for its script."""

_DRAFT = re.compile(r"\.shotlog-[0-9a-f]{16}\.part")
"""Names of drafts of :mod:`shotlog.files`."""

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_BINARY = getattr(os, "O_BINARY", 0)


@dataclass
class _Run:
    """A request that is being answered.

    Attributes:
        type: Its type.
        id: The id in it, which its answer repeats.
        progress: The latest event, if it is not written yet.
        cancelled: True once its job was cancelled.
    """

    type: str
    id: Any
    progress: Event | Reply | None = None
    cancelled: bool = False


class _Unusable(Exception):
    """A request that cannot be read; the reason as a clause."""


class Requests:
    """Answers the requests in a folder.

    Args:
        folder: The watched folder.
        conversation: The connection to the daemon.
        tell: Takes the events.
        settle: Seconds after which a request that is no JSON will not become any.
        clock: Returns the time in seconds.
    """

    def __init__(
        self,
        folder: Path,
        conversation: Conversation,
        tell: Callable[[WatchEvent], None],
        settle: float,
        clock: Callable[[], float],
    ) -> None:
        self._folder, self._conversation, self._tell = folder, conversation, tell
        self._settle, self._clock = settle, clock
        self._running: dict[str, _Run] = {}
        self._incomplete: dict[str, float] = {}
        self._tidied = float("-inf")

    @property
    def busy(self) -> bool:
        """True while requests are being answered."""
        return bool(self._running or self._incomplete)

    def begin(self, found: Found) -> None:
        """Take new requests, cancel those that are withdrawn, and write the progress of others."""
        for request, run in self._running.items():
            if request not in found.requests or f"{request}{CANCEL}" in found.names:
                if not run.cancelled:
                    self._conversation.cancel(KEY + request)
                run.cancelled = True
            elif run.progress is not None:
                self._write(f"{request}{PROGRESS}", run.progress, run.id)
                run.progress = None
        for request in found.requests:
            if f"{request}{RESULT}" in found.names and request not in self._running:
                self._remove(request)  # the watch ended before it could
            elif request not in self._running:
                self._begin(request)
        self._tidy(found)

    def hear(self, key: str, message: Reply | Event) -> None:
        """Take a message of the bridge about a request."""
        request = key.removeprefix(KEY)
        run = self._running.get(request)
        if run is None:
            return
        is_last = isinstance(message, DoneEvent | FailedEvent | Error) or run.type != "analyze"
        if is_last:
            del self._running[request]
            self._answer(request, message, run.id)
        elif isinstance(message, Accepted):
            self._write(f"{request}{PROGRESS}", message, run.id)
        else:
            run.progress = message

    def close(self) -> None:
        """Tell the scripts that wait that the watch has ended."""
        for request, run in self._running.items():
            words, hint = "the watch of the folder was ended", "Start it again: shotlog watch."
            self._answer(request, _error("watch-ended", words, hint, retryable=True), run.id)
        self._running.clear()

    def _begin(self, request: str) -> None:
        try:
            asked = self._read(request)
        except FileNotFoundError:
            return
        except ValueError:
            # Written in its place, not under another name first: it may not be complete yet.
            since = self._incomplete.setdefault(request, self._clock())
            if self._clock() - since >= self._settle:
                self._refuse(request, "it is no JSON object in UTF-8", None)
            return
        except (OSError, _Unusable) as error:
            self._refuse(request, f"it cannot be read: {error}", None)
            return
        kind, own = asked.get("type"), asked.get("id")
        if not isinstance(kind, str) or kind not in _ANSWERED:
            words = f"requests of type {kind!r} are not answered through a folder"
            self._refuse(request, words, own)
            return
        self._incomplete.pop(request, None)
        self._running[request] = _Run(kind, own)
        named = asked.get("timeline")
        if isinstance(named, str):  # a name is that of a file in the folder
            asked["timeline"] = str(self._folder / named)
        self._conversation.ask(KEY + request, asked)

    def _read(self, request: str) -> dict[str, Any]:
        handle = os.open(self._folder / f"{request}{REQUEST}", os.O_RDONLY | _NOFOLLOW | _BINARY)
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or is_others(status):
                raise _Unusable("it is not an ordinary file of this user")
            content = file.read(LINE_BYTES + 1)
        if len(content) > LINE_BYTES:
            raise _Unusable(f"a request has at most {LINE_BYTES:,} bytes")
        asked = from_json(content)  # not json: that runs out of stack on nested brackets
        if not isinstance(asked, dict):
            raise ValueError("no object")
        return asked

    def _refuse(self, request: str, words: str, own: Any) -> None:
        self._incomplete.pop(request, None)
        hint = "See docs/bridge.md; or update the older of the two, the script or Shotlog."
        self._answer(request, _error("bad-message", words, hint), own)

    def _answer(self, request: str, message: Reply | Event, own: Any) -> None:
        self._write(f"{request}{RESULT}", message, own)
        self._remove(request)
        self._tell(Answered(request=request, result=message.type))

    def _write(self, name: str, message: Reply | Event, own: Any) -> None:
        text = json.dumps({**message.model_dump(mode="json"), "id": own}, separators=(",", ":"))
        with suppress(OSError):  # a full disk: the script gives up waiting
            replace_file(self._folder / name, text.encode("ascii") + b"\n")

    def _remove(self, request: str) -> None:
        for suffix in (REQUEST, PROGRESS, CANCEL):
            with suppress(OSError):
                (self._folder / f"{request}{suffix}").unlink()

    def _tidy(self, found: Found) -> None:
        """Remove results that no script has fetched, and drafts of processes that were killed."""
        if self._clock() - self._tidied < _KEPT_SECONDS / 24:
            return
        self._tidied = self._clock()
        for name in found.names:
            path = self._folder / name
            with suppress(OSError):
                status = path.lstat()
                old = time.time() - status.st_mtime > _KEPT_SECONDS
                ours = name.endswith((RESULT, CANCEL)) or _DRAFT.fullmatch(name)
                if ours and old and not is_others(status):
                    path.unlink()


def _error(code: str, message: str, hint: str, *, retryable: bool = False) -> Error:
    return Error(id=None, code=code, message=message, hint=hint, retryable=retryable)
