"""The contract of a check: parameters, examiners of pictures and sound, defects."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import ClassVar, Literal

from shotlog.media import Frame, SoundTrack
from shotlog.media.subtitle_files import SubtitleTrack
from shotlog.plugins import ConfigurablePlugin, PluginKind
from shotlog.schema import Media, Model, QualityCheckError, Rate, Samples, Seconds, TimeRange

Severity = Literal["error", "warning"]
"""An error keeps a file from passing; a warning is told."""


class Defect(Model):
    """A defect of a file."""

    check: str
    """Name of the check that found it."""
    severity: Severity
    """Its weight: ``error`` keeps the file from passing."""
    message: str
    """The defect, for people: ``black for 2.00 s``."""
    range: TimeRange | None = None
    """Where it is, in media time; None for the whole file."""
    track: int | None = None
    """Number of the sound track, from 1; None where it is not of sound."""
    value: float | None = None
    """The measured value that breaks the limit, where there is one."""


class Figure(Model):
    """A measured property of a file."""

    name: str
    """Its name: ``integrated loudness``."""
    value: float | None
    """Its value; None where it cannot be measured, as the loudness of silence."""
    unit: str
    """Its unit: ``LUFS``."""
    track: int | None = None
    """Number of the sound track, from 1; None where it is not of sound."""


class AskedFor(Model):
    """Properties that a file was to have, as a timeline says; None where any will do."""

    rate: Rate | None = None
    """Frames per second."""
    duration: Seconds | None = None
    """Length in seconds."""


_NOTHING_ASKED = AskedFor()


@dataclass(frozen=True)
class FileFacts:
    """A file that is checked.

    Attributes:
        media: Its description by :func:`~shotlog.media.probe`.
        tracks: Its sound streams.
        subtitles: Files of subtitles that belong to it.
        subtitle_tracks: Its subtitle streams.
        asked: What it was to be.
        picture_end: End of its last picture in media time, once it was read; None without one.
        sound_ends: End of each track in media time, by its number, once it was read.
        damage: Description of the damage that decoding met; None where there was none.
    """

    media: Media
    tracks: tuple[SoundTrack, ...]
    subtitles: tuple[Path, ...] = ()
    subtitle_tracks: tuple[SubtitleTrack, ...] = ()
    asked: AskedFor = _NOTHING_ASKED
    picture_end: Fraction | None = None
    sound_ends: Mapping[int, Fraction] = field(default_factory=dict)
    damage: str | None = None


@dataclass(frozen=True)
class SeenFrame:
    """A picture of a file.

    Attributes:
        start: First moment at which it is shown, in media time.
        end: First moment at which it is no longer shown.
        frame: The picture, for pixels.
        facts: What the filters of this examiner wrote about it.
    """

    start: Fraction
    end: Fraction
    frame: Frame
    facts: Mapping[str, str]


@dataclass(frozen=True)
class HeardBlock:
    """Successive samples of a sound track.

    Attributes:
        at: Number of the first, from media time 0.
        samples: (channels, n) float32; full scale is 1.
    """

    at: int
    samples: Samples


class Examiner(ABC):
    """The part of a check that reads a file along, and judges it at the end."""

    @abstractmethod
    def defects(self) -> Sequence[Defect]:
        """Return the defects, in order of time, once everything was read."""

    def figures(self) -> Sequence[Figure]:
        """Return what was measured, whether it breaks a limit or not; nothing by default."""
        return ()


class PictureExaminer(Examiner):
    """An examiner of pictures.

    Attributes:
        filters: Filters of FFmpeg, as its command line writes them, whose facts it reads; they
            must not change pictures.
    """

    filters: str = ""

    @abstractmethod
    def see(self, frame: SeenFrame) -> None:
        """Take the next frame."""


class SoundExaminer(Examiner):
    """An examiner of one sound track."""

    @abstractmethod
    def hear(self, block: HeardBlock) -> None:
        """Take the next block; a gap in the samples is a gap in the sound."""


class QualityCheck(ConfigurablePlugin, ABC):
    """A check; its fields are the limits, which profiles set.

    Attributes:
        summary: One line for people: what it finds.
        source: Where its limits come from, or the filter that it uses.
    """

    summary: ClassVar[str]
    source: ClassVar[str]

    severity: Severity = "error"
    """Weight of what it finds."""

    def of_picture(self, facts: FileFacts) -> PictureExaminer | None:
        """Return an examiner of the pictures; None where it looks at none."""
        return None

    def of_sound(self, facts: FileFacts, track: SoundTrack) -> SoundExaminer | None:
        """Return an examiner of a sound track; None where it hears none."""
        return None

    def of_file(self, facts: FileFacts) -> Sequence[Defect]:
        """Return the defects of the file as a whole, once it was read; nothing by default."""
        return ()

    def defect(
        self,
        message: str,
        range_: TimeRange | None = None,
        *,
        track: SoundTrack | None = None,
        value: float | None = None,
    ) -> Defect:
        """Return a defect that this check has found."""
        return Defect(
            check=self.name,
            severity=self.severity,
            message=message,
            range=range_,
            track=track.number if track else None,
            value=value,
        )

    def lasting(self, what: str, run: TimeRange, track: SoundTrack | None = None) -> Defect:
        """Return a defect that lasts for a stretch; its value is the length in seconds."""
        seconds = float(run.duration)
        return self.defect(f"{what} for {seconds:.2f} s", run, track=track, value=seconds)


QUALITY_CHECKS = PluginKind("shotlog.delivery.qc", QualityCheck, "qc", QualityCheckError)
"""Checks of quality control; a profile chooses them, with their limits."""
