"""An upload from its plan, which a person can agree to, to the address of the file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from shotlog.delivery.upload.contract import (
    PassingFault,
    SentFile,
    UploadDetails,
    UploadTarget,
)
from shotlog.delivery.upload.quality import Verdict, find_verdict
from shotlog.delivery.upload.sending import send_file
from shotlog.delivery.upload.sessions import UploadSession, UploadSessions
from shotlog.engine import RunProgress, SilentProgress
from shotlog.media import media_state, probe
from shotlog.schema import (
    MediaError,
    MediaReference,
    MediaUnreadable,
    Model,
    PathText,
    Seconds,
    UploadInterrupted,
    UploadNotAgreed,
    UploadRefused,
)

_SILENT = SilentProgress()
_BLOCK: Final = 4 << 20


@dataclass(frozen=True)
class UploadPlan:
    """All that somebody must know before a file is sent.

    Attributes:
        file: The file.
        duration: Its seconds; None where it tells none.
        target: The target.
        place: The place where it goes, for people.
        account: The account there.
        details: What is told of it there.
        verdict: The verdict of quality control; None where it was not asked for.
        session: The session that an earlier run has begun, or one without marks.
    """

    file: SentFile
    duration: Fraction | None
    target: UploadTarget
    place: str
    account: str
    details: UploadDetails
    verdict: Verdict | None
    session: UploadSession


class Uploaded(Model):
    """A file that is at its target."""

    path: PathText
    """The file."""
    size: int
    """Its bytes."""
    target: str
    """The target with its parameters."""
    place: str
    """Its address there."""
    resumed: bool
    """True where an earlier run had begun to send it."""
    sent: bool
    """False where it was there already."""


def plan_upload(
    path: Path,
    target: UploadTarget,
    details: UploadDetails,
    *,
    profile: str | None = "web",
    progress: RunProgress = _SILENT,
) -> UploadPlan:
    """Return what would be sent, and where; nothing is sent, and nobody is asked.

    Args:
        path: The file.
        target: The target.
        details: What is told of the file there.
        profile: Profile of quality control; None to do without.
        progress: Receives the reading of the file, and quality control.

    Raises:
        MediaError: The file cannot be read.
        UploadRefused: The target cannot take it, or it changed since its upload was begun.
        UploadTargetError: The target lacks something.
        QualityProfileUnusable: There is no such profile.
    """
    target.require()
    file = _read(path.absolute(), progress)
    target.check(file, details)
    session = _found(file, target, details)
    verdict = None
    if profile is not None and not session.place:
        verdict = find_verdict(file, profile, progress)
    return UploadPlan(
        file, _duration(file), target, target.place(file), target.account(), details, verdict,
        session,
    )  # fmt: skip


def carry_out(
    plan: UploadPlan, *, agreed: bool, force: bool = False, progress: RunProgress = _SILENT
) -> Uploaded:
    """Send the file of a plan.

    Args:
        plan: The plan.
        agreed: True where somebody has agreed to it.
        force: Send it although it has not passed quality control.
        progress: Receives one stage, in bytes.

    Raises:
        UploadNotAgreed: Nobody has agreed, or it has not passed quality control.
        UploadInterrupted: The target cannot be reached; the session is kept.
        UploadRefused: The target does not take it, or it has changed.
    """
    file, sessions = plan.file, UploadSessions()
    if not plan.session.place:
        _require_agreed(plan, agreed=agreed, force=force)
    with sessions.alone(plan.session.key):
        # Read anew: another run may have sent it meanwhile.
        session = sessions.find(file, plan.target, plan.details)
        resumed, sent = bool(session.marks), not session.place
        if sent:
            session = send_file(file, plan.target, session, sessions, progress)
    return Uploaded(
        path=str(file.path), size=file.size, target=plan.target.text, place=session.place,
        resumed=resumed and sent, sent=sent,
    )  # fmt: skip


def upload(
    path: Path,
    target: UploadTarget,
    details: UploadDetails,
    *,
    agreed: bool,
    force: bool = False,
    profile: str = "web",
    progress: RunProgress = _SILENT,
) -> Uploaded:
    """Send a file: :func:`plan_upload` and :func:`carry_out` in one call.

    The same call after a crash goes on where it stopped; once the file is there, it sends nothing.

    Raises:
        ShotlogError: As the two.
    """
    if not agreed:
        raise UploadNotAgreed(str(path))
    plan = plan_upload(path, target, details, profile=None if force else profile, progress=progress)
    return carry_out(plan, agreed=agreed, force=force, progress=progress)


def _read(path: Path, progress: RunProgress) -> SentFile:
    """Return a file with the identity of its content.

    Raises:
        MediaError: It cannot be read.
        UploadRefused: It is empty.
    """
    state = media_state(str(path))
    digest, size = hashlib.blake2b(digest_size=16), state.files[0].size
    try:
        with path.open("rb") as content, progress.stage("reading", size, "bytes") as stage:
            while block := content.read(_BLOCK):
                digest.update(block)
                stage.advance(len(block))
    except OSError as error:
        raise MediaUnreadable(str(path), f"it cannot be read: {error.strerror}") from error
    if not size:
        raise UploadRefused(str(path), "the file is empty", "Give a finished file.")
    return SentFile(path, size, digest.hexdigest(), state)


def _found(file: SentFile, target: UploadTarget, details: UploadDetails) -> UploadSession:
    """Return the session of an upload; a new one where its file was taken away since.

    Raises:
        UploadRefused: The file has changed since its upload was begun.
        UploadInterrupted: The target cannot tell for now.
    """
    sessions = UploadSessions()
    session = sessions.find(file, target, details)
    if not session.place or not target.looks:
        return session
    try:
        with target.open() as connection:
            absent = connection.state(session.marks, file).absent
    except PassingFault as error:
        raise UploadInterrupted(target.name, error.told) from error
    if absent:
        sessions.forget(session.key)
        session = sessions.find(file, target, details)
    return session


def _require_agreed(plan: UploadPlan, *, agreed: bool, force: bool) -> None:
    verdict, path = plan.verdict, str(plan.file.path)
    if not force and (verdict is None or not verdict.passed):
        found = f": {'; '.join(verdict.defects[:3])}" if verdict else ""
        message = f"nothing was sent: it has not passed quality control{found}"
        hint = "See all with: shotlog qc FILE. Send it all the same with --force."
        raise UploadNotAgreed(path, message, hint)
    if not agreed:
        raise UploadNotAgreed(path)


def _duration(file: SentFile) -> Seconds | None:
    try:
        return probe(MediaReference(path=str(file.path))).duration
    except MediaError:  # a subtitle file, a picture: no film, and no length
        return None
