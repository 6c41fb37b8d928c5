"""Errors of timelines and their clips."""

from __future__ import annotations

from fractions import Fraction

from shotlog.schema.errors import ShotlogError


class TimelineError(ShotlogError):
    """The timeline cannot be used."""


class TimelineMissing(TimelineError):
    """No such file."""

    message = "there is no such file"
    hint = "Check the path."


class TimelineUnreadable(TimelineError):
    """Not a timeline of a known format, or a damaged one."""

    message = "this is not a timeline that can be read"
    hint = "Export it again from your editor."


class TimelineTooNew(TimelineError):
    """A schema that this OpenTimelineIO does not know yet."""

    message = "this timeline was written by a newer OpenTimelineIO than Shotlog knows"
    hint = "Export it for an older version, or update Shotlog."


class TimelineAmbiguous(TimelineError):
    """The file holds several sequences, and it is not known which is meant.

    Args:
        subject: See :class:`ShotlogError`, as are ``message`` and ``hint``.
        sequences: Name, rate and length in frames of each sequence of the file.
    """

    message = "it holds several sequences, and it is not known which is meant"
    hint = "Give the name of one with --sequence."

    def __init__(
        self,
        subject: str,
        message: str | None = None,
        hint: str | None = None,
        *,
        sequences: tuple[tuple[str, Fraction, int], ...] = (),
    ) -> None:
        super().__init__(subject, message, hint)
        self.sequences = sequences


class TimelineEmpty(TimelineError):
    """No video clip in it."""

    message = "there is no video clip in this timeline"
    hint = "Export a timeline that holds picture."


class TimelineTooShort(TimelineError):
    """It is shorter than the shortest stretch that is to be found in it."""

    message = "it is shorter than the shortest passage"
    hint = "Ask for shorter passages with --min-duration."


class TimecodeUnusable(TimelineError):
    """It is no timecode, or no frame of the timeline bears it."""

    message = "no frame of it bears this timecode"
    hint = "Give a timecode as the editor shows it: 01:02:10:00."


class ClipError(ShotlogError):
    """A clip of the timeline cannot be analysed."""


class ClipEmpty(ClipError):
    """A clip without length."""

    message = "the clip has no length"
    hint = "Nothing needs doing unless a picture should be there."


class ClipOutsideMedia(ClipError):
    """It uses frames that its media does not have."""

    message = "the clip uses frames that its media does not have"
    hint = "Check that it is linked to the right file."


class RetimeUnsupported(ClipError):
    """A time effect whose curve the timeline does not tell."""

    message = "the clip has a speed effect whose curve the timeline does not tell"
    hint = "Render the clip in place, or use a constant speed, and export again."


class NestRetimeUnsupported(RetimeUnsupported):
    """The same of a nest around the clip: where in the nest the clip is seen cannot be told."""
