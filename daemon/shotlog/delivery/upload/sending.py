"""The sending of a file: parts in order, repeated attempts, and the session on the disk.

After every fault the target is asked for its state before anything is sent again, so a part whose
answer was lost is not sent twice, and no file becomes two. A session that the target has forgotten
is begun anew only while the last part was not sent: after that the file may be there.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from shotlog.delivery.upload.contract import (
    PassingFault,
    SentFile,
    SessionState,
    TargetConnection,
    UploadTarget,
)
from shotlog.delivery.upload.sessions import UploadSession, UploadSessions
from shotlog.engine import RunProgress, StageProgress
from shotlog.http import ATTEMPTS, PAUSE
from shotlog.media import MediaState, media_state
from shotlog.schema import MediaError, UploadInterrupted, UploadRefused

_LONGEST_PAUSE = 300.0
"""Seconds that a target may let us wait; a longer time is told, and ends the run."""

T = TypeVar("T")


def send_file(
    file: SentFile,
    target: UploadTarget,
    session: UploadSession,
    sessions: UploadSessions,
    progress: RunProgress,
) -> UploadSession:
    """Send a file to its end, or go on with what an earlier run has begun.

    Args:
        file: The file.
        target: The target.
        session: The session as it is on the disk; one without marks is begun.
        sessions: The place where it is kept.
        progress: Receives one stage, in bytes.

    Returns:
        The finished session.

    Raises:
        UploadInterrupted: The target cannot be reached, or failed again and again.
        UploadRefused: It does not take the file, or the file has changed.
        UploadTargetError: It lacks something.
    """
    try:
        with target.open() as connection, file.path.open("rb") as content:
            stage = progress.stage("sending", file.size, "bytes", saved=True)
            with stage as shown:
                steps = _Steps(file, target, connection, session, sessions, content, shown)
                return steps.run()
    except OSError as error:  # of the file alone: targets map their own
        message = f"it cannot be read: {error.strerror or error}"
        raise UploadRefused(str(file.path), message, "Check the disk that it is on.") from error


class _Steps:
    """The steps of one upload."""

    def __init__(
        self, file: SentFile, target: UploadTarget, connection: TargetConnection,
        session: UploadSession, sessions: UploadSessions, content: BinaryIO,
        shown: StageProgress,
    ) -> None:  # fmt: skip
        self._file, self._target, self._connection = file, target, connection
        self._session, self._sessions = session, sessions
        self._content, self._shown = content, shown
        self._told = 0
        self._known: SessionState | None = None

    def run(self) -> UploadSession:
        """Take steps until the file is there; a step that gets on may fail as often as any."""
        while not self._session.place:
            self._repeated(self._step)
        self._show(self._file.size)
        return self._session

    def _step(self) -> None:
        """Begin, send a part, or finish, from what the target knows.

        Raises:
            PassingFault: It failed for now; the state is asked for before the next attempt.
        """
        state, self._known = self._known, None
        if not self._session.marks:
            self._require_unchanged()
            self._note(marks=dict(self._connection.begin(self._file, self._session.details)))
            state = SessionState()
        elif state is None:
            state = self._connection.state(self._session.marks, self._file)
        if state.gone:
            self._forget(state)
            return
        if not state.place:
            state = self._advance(state)
        if state.place:
            self._note(place=state.place, received=self._file.size)
            return
        self._known = self._checked(state)
        self._show(state.received)

    def _advance(self, state: SessionState) -> SessionState:
        """Send the next part, or finish where all of them are there."""
        self._show(self._checked(state).received)
        at = state.received
        if at == self._file.size:
            self._require_unchanged()
            self._note(complete=True, received=at)
            return SessionState(at, place=self._connection.finish(self._session.marks, self._file))
        self._content.seek(at)
        part = self._content.read(self._target.part_size(self._file))
        self._require_unchanged()
        self._note(complete=at + len(part) >= self._file.size, received=at)
        after = self._connection.send(self._session.marks, at, part, self._file)
        if not after.place and not after.gone and after.received <= at:
            raise PassingFault("it took nothing of what was sent")
        return after

    def _repeated(self, step: Callable[[], T]) -> T:
        attempts = Retrying(
            retry=retry_if_exception_type(PassingFault),
            stop=stop_after_attempt(ATTEMPTS), wait=_pause, reraise=True,
        )  # fmt: skip
        try:
            return attempts(step)
        except PassingFault as error:
            raise UploadInterrupted(self._target.name, error.told) from error

    def _checked(self, state: SessionState) -> SessionState:
        if not 0 <= state.received <= self._file.size:
            message = f"it tells of {state.received} bytes of a file of {self._file.size}"
            hint = "Look what is there; begin anew with: shotlog upload sessions --forget "
            raise UploadRefused(self._target.name, message, f"{hint}{self._session.key}.")
        return state

    def _forget(self, gone: SessionState) -> None:
        """Let the session be begun anew, unless the file may be there.

        Raises:
            UploadRefused: It may be.
        """
        if self._session.complete and not gone.absent:
            message = (
                "it has forgotten this upload after all bytes were sent: the file may be there"
            )
            hint = (
                "Look there first. If it is not there, begin anew with: shotlog upload sessions"
                f" --forget {self._session.key}."
            )
            raise UploadRefused(self._target.name, message, hint)
        self._note(marks={}, received=0, complete=False)
        self._show(0)

    def _require_unchanged(self) -> None:
        if _state_of(self._file) != self._file.state:
            message = "the file has changed since it was read"
            hint = f"Begin anew with: shotlog upload sessions --forget {self._session.key}."
            raise UploadRefused(str(self._file.path), message, hint)

    def _note(self, **changed: object) -> None:
        fresh = self._session.model_copy(update=changed)
        if fresh != self._session:
            self._sessions.keep(fresh)
            self._session = fresh

    def _show(self, received: int) -> None:
        self._shown.advance(received - self._told)
        self._told = received


def _pause(state: RetryCallState) -> float:
    """Return the seconds until the next attempt.

    Raises:
        PassingFault: The target wants a longer pause than we make.
    """
    fault = state.outcome.exception() if state.outcome else None
    if not isinstance(fault, PassingFault) or fault.after is None:
        return PAUSE(state)
    if fault.after > _LONGEST_PAUSE:
        raise PassingFault(f"{fault.told}; it can be tried again in {fault.after:.0f} s")
    return fault.after


def _state_of(file: SentFile) -> MediaState:
    """Return size and dates of a file.

    Raises:
        UploadRefused: It is not there any more.
    """
    with suppress(MediaError):
        return media_state(str(file.path))
    message = "the file is not there any more"
    raise UploadRefused(str(file.path), message, "Put it back, and run the command again.")
