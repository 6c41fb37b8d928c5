"""The contract of targets, which the entry point group ``shotlog.delivery.upload`` names.

A target knows the requests of one service. Repeated attempts, the order of parts, sessions on the
disk, consent and quality control are the same for all (:mod:`shotlog.delivery.upload.sending`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Protocol

from pydantic import Field

from shotlog.media import MediaState
from shotlog.plugins import ConfigurablePlugin, PluginKind
from shotlog.schema import Model, UploadRefused, UploadTargetError, Words


class Privacy(StrEnum):
    """The people who may see a file at its target."""

    PRIVATE = "private"
    UNLISTED = "unlisted"
    PUBLIC = "public"


class UploadDetails(Model):
    """The words that go with a file to its target, and the people who may see it."""

    title: Words = ""
    """Its title; empty where the target knows none."""
    description: str = ""
    """Its description."""
    tags: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Its key words."""
    privacy: Privacy = Privacy.PRIVATE
    """The people who may see it."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that is sent.

    Attributes:
        path: The file, absolute.
        size: Bytes.
        identity: BLAKE2b of all its bytes, 32 hexadecimal digits.
        state: Its size and dates before it was read for that.
    """

    path: Path
    size: int
    identity: str
    state: MediaState


@dataclass(frozen=True, slots=True)
class SessionState:
    """The state of a session, as its target tells it.

    Attributes:
        received: Bytes from the start that are there.
        place: Address of the finished file; empty before it is finished.
        gone: True where the target does not know the session any more.
        absent: True where, besides, the target is sure that the file is not there.
    """

    received: int = 0
    place: str = ""
    gone: bool = False
    absent: bool = False


Marks = Mapping[str, str]
"""Marks by which a session can be found again: its address, its id. Never a token."""


class PassingFault(Exception):
    """A fault of the target or of the network that may pass; the request may have been carried out.

    Args:
        told: The reason, for people.
        after: Seconds that the target wants to wait; None lets us choose.
    """

    def __init__(self, told: str, after: float | None = None) -> None:
        super().__init__(told)
        self.told, self.after = told, after


class TargetConnection(Protocol):
    """A connection to a target, for one file.

    All methods raise :class:`PassingFault` for what may pass, and ``UploadRefused`` for what does
    not. None of them repeats a request that failed, except after a token was renewed.
    """

    def begin(self, file: SentFile, details: UploadDetails) -> Marks:
        """Begin a session, and return its marks; the file must not be visible there yet.

        A session that was begun and is forgotten leaves no file behind.
        """

    def state(self, marks: Marks, file: SentFile) -> SessionState:
        """Return the state of a session, also of one whose last answer was lost."""

    def send(self, marks: Marks, at: int, part: bytes, file: SentFile) -> SessionState:
        """Send the part that begins at a byte, and return the state after it."""

    def finish(self, marks: Marks, file: SentFile) -> str:
        """Make the file visible, once all bytes are there; return its address."""


class UploadTarget(ConfigurablePlugin, ABC):
    """A place that takes files; its fields are the parameters that users may choose.

    Attributes:
        summary: What it is, as a clause.
        privacies: The settings of privacy that it knows.
        titled: True where title, description and tags go with a file, and a title must.
        looks: True where it can tell, of its marks, that a finished file was taken away since.
        limits: Quota and rules that the target tells, as sentences.
    """

    summary: ClassVar[str]
    privacies: ClassVar[tuple[Privacy, ...]] = (Privacy.PRIVATE,)
    titled: ClassVar[bool] = False
    looks: ClassVar[bool] = False
    limits: ClassVar[tuple[str, ...]] = ()

    def require(self) -> None:
        """Check that packages and parameters are there; nothing is sent.

        Raises:
            UploadTargetError: Something is missing; the hint tells how to get it.
        """

    def check(self, file: SentFile, details: UploadDetails) -> None:
        """Check that the target can take a file with these details; nothing is sent.

        Raises:
            UploadRefused: It cannot.
        """
        if details.privacy not in self.privacies:
            known = ", ".join(self.privacies)
            hint = f"Choose one of: {known}."
            raise UploadRefused(self.name, f"it has no privacy '{details.privacy}'", hint)
        if self.titled and not details.title.strip():
            raise UploadRefused(self.name, "a file needs a title there", "Give it with --title.")

    @abstractmethod
    def place(self, file: SentFile) -> str:
        """Return where a file would go, for people; nothing is sent."""

    @abstractmethod
    def account(self) -> str:
        """Return the account that a file would go to, as it is known on this machine.

        Raises:
            UploadRefused: Nobody is signed in.
        """

    @abstractmethod
    def part_size(self, file: SentFile) -> int:
        """Return the bytes of a part; one part is in memory at a time."""

    @abstractmethod
    def open(self) -> AbstractContextManager[TargetConnection]:
        """Open a connection; everything is closed at the end of the block.

        Raises:
            UploadTargetError: A package or a parameter is missing.
            UploadRefused: Nobody is signed in.
        """


UPLOAD_TARGETS = PluginKind("shotlog.delivery.upload", UploadTarget, "target", UploadTargetError)
"""Targets of uploads; ``shotlog upload --to`` chooses one."""
