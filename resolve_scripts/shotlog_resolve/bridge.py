"""The conversation with ``shotlog bridge``, a child process in Shotlog's own environment."""

import json
import time
from typing import Any, Callable, Dict, List, Optional

from shotlog_resolve.child import Child, Ended
from shotlog_resolve.errors import Cancelled, Refused, ScriptError

VERSION = 1
"""Version of the bridge that these scripts speak (docs/bridge.md)."""

_CLIENT = "menu of DaVinci Resolve"

_TICK = 0.1
"""Seconds between two looks at whether the user has cancelled."""

_PATIENCE = 300.0
"""Seconds to wait for an answer: a daemon may have to start, or to be started again."""

_START_PATIENCE = 120.0
"""Seconds to wait for the first answer: after an installation every module is compiled."""

_FAREWELL = 15.0
"""Seconds to wait for the end of a job that was cancelled."""

_REINSTALL = "Run the installer of Shotlog again; it mends the installation and keeps all settings."

Message = Dict[str, Any]


class Bridge:
    """A bridge that was started, and the requests to it. One thread; leave it as a context.

    Args:
        command: How to call Shotlog, as the installation has it: ``["/env/bin/shotlog"]``.
        log: Called with each line for the log.
    """

    def __init__(self, command: List[str], log: Callable[[str], Any]) -> None:
        self._command, self._log = [*command, "bridge"], log
        self._child: Optional[Child] = None
        self._count = 0
        self._welcome: Message = {}
        self._events: List[Message] = []

    def __enter__(self) -> "Bridge":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self, patience: float = _FAREWELL) -> None:
        """End the bridge; its unfinished job is cancelled.

        Args:
            patience: Seconds after which it is ended by force.
        """
        if self._child is not None:
            self._child.close(patience)
            self._child = None

    def hello(self) -> Message:
        """Start the bridge, if that was not done, and return its ``welcome``.

        Raises:
            ScriptError: The environment is missing or damaged, or of another version.
        """
        if self._welcome:
            return self._welcome
        try:
            self._child = Child(self._command, self._log)
        except OSError as error:
            raise ScriptError(
                f"Shotlog's program is not there any more: {self._command[0]} ({error.strerror}).",
                _REINSTALL,
            ) from None
        try:
            welcome = self._ask("hello", {"bridge": VERSION, "client": _CLIENT}, _START_PATIENCE)
        except Refused as error:
            if error.code != "protocol-mismatch":
                raise
            raise ScriptError(
                f"The menu entries and Shotlog itself are of different versions: {error.message}",
                _REINSTALL,
            ) from None
        if welcome.get("bridge") != VERSION:
            raise ScriptError(
                f"The menu entries are for version {VERSION} of Shotlog's bridge, and it speaks"
                f" version {welcome.get('bridge')}.",
                _REINSTALL,
            )
        self._welcome = welcome
        return welcome

    def request(self, kind: str, **fields: Any) -> Message:
        """Send a request and return its answer.

        Args:
            kind: Its type: ``status``.
            fields: Its other fields.

        Raises:
            Refused: Shotlog has refused it.
            ScriptError: Shotlog cannot be reached, or is too old to know the request.
        """
        welcome = self.hello()
        if kind not in welcome["capabilities"]:
            raise ScriptError(
                f'Shotlog {welcome["version"]} does not know the request "{kind}" of the menu'
                " entries: it is older than they are.",
                _REINSTALL,
            )
        return self._ask(kind, fields)

    def analyse(
        self,
        edit_plain: Optional[Message],
        options: Message,
        on_progress: Callable[[Message], Any],
        is_cancelled: Callable[[], bool],
    ) -> Message:
        """Have an edit analysed, and return the findings.

        Args:
            edit_plain: The edit, as ``PlainEdit``; None if ``options`` name a timeline file.
            options: Further fields of the ``analyze`` request.
            on_progress: Called with each ``progress`` event, at most ten times a second.
            is_cancelled: Asked ten times a second.

        Raises:
            Cancelled: The user has cancelled.
            Refused: Shotlog cannot analyse it.
            ScriptError: Shotlog cannot be reached, or has ended.
        """
        self.hello()
        mine = self._send("analyze", dict(options, edit=edit_plain))
        accepted = False
        while True:
            told = self._events.pop(0) if self._events else self._hear()
            if is_cancelled():
                self._cancel(mine, accepted)
            if told is None or told.get("id") != mine:
                continue
            kind = told["type"]
            accepted = accepted or kind == "accepted"
            if kind == "progress":
                on_progress(told)
            elif kind == "done":
                found: Message = told["found"]
                return found
            elif kind in ("failed", "error"):
                raise _refusal(told)

    def _cancel(self, mine: int, accepted: bool) -> None:
        """Cancel a job, and wait for its end.

        Raises:
            Cancelled: Always.
        """
        if accepted:
            self._send("cancel", {"request": mine})
            until = time.monotonic() + _FAREWELL
            while time.monotonic() < until:
                told = self._hear()
                if told and told.get("id") == mine and told["type"] in ("failed", "done"):
                    break
        else:  # there is no job yet to be cancelled; the end of the bridge cancels it
            self.close()
        raise Cancelled

    def _ask(self, kind: str, fields: Message, patience: float = _PATIENCE) -> Message:
        mine = self._send(kind, fields)
        until = time.monotonic() + patience
        while time.monotonic() < until:
            told = self._hear()
            if told is None:
                continue
            if told.get("id") != mine:
                self._events.append(told)
            elif told["type"] == "error":
                raise _refusal(told)
            else:
                return told
        raise ScriptError(
            f"Shotlog does not answer (for {patience:.0f} seconds).",
            "Restart it in a terminal: shotlog daemon restart.",
        )

    def _send(self, kind: str, fields: Message) -> int:
        self._count += 1
        line = json.dumps(dict(fields, id=self._count, type=kind)).encode("ascii")
        try:
            self._open().send(line)
        except Ended:
            raise self._death() from None
        return self._count

    def _hear(self) -> Optional[Message]:
        """Return the next message; None if there is none for a moment."""
        try:
            line = self._open().receive(_TICK)
        except Ended:
            raise self._death() from None
        if line is None:
            return None
        try:
            told = json.loads(line.decode("utf-8"))
        except ValueError:
            told = None
        if not isinstance(told, dict) or "type" not in told:
            self._log(f"not a message: {line[:200]!r}")
            return None
        if told["type"] == "notice":
            self._log(str(told.get("message")))
        return told

    def _open(self) -> Child:
        if self._child is None:
            raise ScriptError("The bridge to Shotlog is closed.")
        return self._child

    def _death(self) -> ScriptError:
        """Return the error for a bridge that has ended by itself."""
        child = self._open()
        child.close(patience=1.0)
        words = child.last_words[-1] if child.last_words else f"exit status {child.returncode}"
        if not self._welcome:
            return ScriptError(f"Shotlog could not be started: {words}.", _REINSTALL)
        return ScriptError(
            f"Shotlog ended while it worked: {words}.",
            "Run it again: what was analysed is kept. If it ends again, run the installer again.",
        )


def _refusal(told: Message) -> ScriptError:
    if told.get("code") == "cancelled":
        return Cancelled()
    return Refused(str(told.get("code")), str(told.get("message")), str(told.get("hint") or ""))
