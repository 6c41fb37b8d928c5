"""The conversation with Shotlog through files, for Resolve from the App Store.

That Resolve lives in a sandbox: it starts no other program, and writes below ``~/Movies`` alone.
``shotlog watch``, which the user runs outside of it, answers requests in the hand-over folder:

- ``ID.request.json``: one request of the bridge; written here;
- ``ID.progress.json``: the latest event of its job, replaced by each next one;
- ``ID.result.json``: its last event, ``done`` or ``failed``, or the reply of another request;
- ``ID.cancel``: an empty file that cancels the job; written here.

Files are written under another name and renamed, so that none is read before it is whole.
"""

import json
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable, Dict, Optional

from shotlog_resolve.bridge import VERSION
from shotlog_resolve.errors import Cancelled, Refused, ScriptError

_TICK = 0.1
"""Seconds between two looks at the folder."""

_FIRST_WORD = 20.0
"""Seconds in which ``shotlog watch`` must take a request."""

_SILENCE = 600.0
"""Seconds without an event after which ``shotlog watch`` counts as ended: a model may load so
long."""

_FAREWELL = 15.0
"""Seconds to wait for the end of a job that was cancelled."""

_ANSWERED = ["analyze", "models", "settings", "status"]
"""Types of the requests that are answered through the folder."""

_START = "Open a terminal, start {} and leave it open; then run this entry again."

Message = Dict[str, Any]


class FolderRoute:
    """Requests to a ``shotlog watch``, with the methods of ``Bridge``; leave it as a context.

    Args:
        folder: The hand-over folder.
        log: Called with each line for the log.
        watch: Command that the user is told to run.
        first_word: Seconds in which the request must be taken.
    """

    def __init__(
        self,
        folder: str,
        log: Callable[[str], Any],
        watch: str = "shotlog watch",
        first_word: float = _FIRST_WORD,
    ) -> None:
        self._folder, self._log, self._watch = Path(folder), log, watch
        self._first_word = first_word

    def __enter__(self) -> "FolderRoute":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: each analysis removes its own files."""

    def hello(self) -> Message:
        """Return what a bridge's ``welcome`` would tell.

        Raises:
            ScriptError: The folder cannot be used.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable(error) from None
        return {"type": "welcome", "bridge": VERSION, "version": "", "capabilities": _ANSWERED}

    def request(self, kind: str, **fields: Any) -> Message:
        """Send a request and return its answer; see ``Bridge.request``.

        Raises:
            Refused: Shotlog has refused it.
            ScriptError: No watch answers, the folder cannot be used, or the request is impossible.
        """
        if kind not in self.hello()["capabilities"]:
            raise ScriptError(
                f'The request "{kind}" is not possible in Resolve from the App Store, which may'
                " not start other programs.",
                "Use the command shotlog in a terminal.",
            )
        return self._converse(dict(fields, type=kind), _ignore, _never)

    def analyse(
        self,
        edit_plain: Optional[Message],
        options: Message,
        on_progress: Callable[[Message], Any],
        is_cancelled: Callable[[], bool],
    ) -> Message:
        """Have an edit analysed, and return the findings; see ``Bridge.analyse``.

        Raises:
            Cancelled: The user has cancelled.
            Refused: Shotlog cannot analyse it.
            ScriptError: No watch answers, or the folder cannot be used.
        """
        self.hello()
        request = dict(options, type="analyze", edit=edit_plain)
        found: Message = self._converse(request, on_progress, is_cancelled)["found"]
        return found

    def _converse(
        self,
        request: Message,
        on_progress: Callable[[Message], Any],
        is_cancelled: Callable[[], bool],
    ) -> Message:
        """Send a request and return its result."""
        name = uuid.uuid4().hex
        try:
            self._write(f"{name}.request.json", json.dumps(dict(request, id=name)))
            self._log(f"request {name} in {self._folder}")
            return self._wait(name, on_progress, is_cancelled)
        except OSError as error:
            raise self._unusable(error) from None
        finally:
            self._tidy(name)

    def _wait(
        self, name: str, on_progress: Callable[[Message], Any], is_cancelled: Callable[[], bool]
    ) -> Message:
        """Return the result of a request, when it is there."""
        last: Optional[Message] = None
        heard, patience = time.monotonic(), self._first_word
        while True:
            result = self._read(f"{name}.result.json")
            if result is not None:
                return _checked(result)
            if is_cancelled():
                self._cancel(name)
            event = self._read(f"{name}.progress.json")
            if event is not None and event != last:
                last, heard, patience = event, time.monotonic(), _SILENCE
                if event.get("type") == "progress":
                    on_progress(event)
            if time.monotonic() - heard > patience:
                raise self._silence(last is not None)
            time.sleep(_TICK)

    def _cancel(self, name: str) -> None:
        """Cancel a job, and wait for its end.

        Raises:
            Cancelled: Always.
        """
        self._write(f"{name}.cancel", "")
        until = time.monotonic() + _FAREWELL
        while time.monotonic() < until:
            if self._read(f"{name}.result.json") is not None:
                with suppress(OSError):
                    (self._folder / f"{name}.cancel").unlink()
                break
            time.sleep(_TICK)
        raise Cancelled

    def _write(self, name: str, text: str) -> None:
        path = self._folder / f".{name}.part"
        path.write_text(text, encoding="utf-8")
        path.replace(self._folder / name)

    def _read(self, name: str) -> Optional[Message]:
        try:
            told = json.loads((self._folder / name).read_text(encoding="utf-8"))
        except (FileNotFoundError, PermissionError, ValueError):
            return None  # not there yet; on Windows it may be locked while it is renamed
        return told if isinstance(told, dict) else None

    def _tidy(self, name: str) -> None:
        for end in ("request.json", "progress.json", "result.json"):
            with suppress(OSError):  # it is not there, or its reader removes it
                (self._folder / f"{name}.{end}").unlink()

    def _silence(self, taken: bool) -> ScriptError:
        told = "no longer answers" if taken else "does not answer"
        return ScriptError(
            f"Shotlog {told} in the folder {self._folder}.", _START.format(self._watch)
        )

    def _unusable(self, error: OSError) -> ScriptError:
        return ScriptError(
            f"The folder {self._folder} cannot be used ({error.strerror}).",
            "Allow Resolve to write there, or free some disk space.",
        )


def _checked(result: Message) -> Message:
    """Return a result.

    Raises:
        Cancelled: It tells that the job was cancelled.
        Refused: It tells another error.
    """
    if result.get("type") not in ("failed", "error"):
        return result
    code, message, hint = (str(result.get(key) or "") for key in ("code", "message", "hint"))
    if code == "cancelled":
        raise Cancelled
    raise Refused(code, message, hint)


def _ignore(event: Message) -> None:
    """Take an event of a request that has none."""


def _never() -> bool:
    return False
