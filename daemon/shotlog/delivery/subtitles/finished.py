"""Finished subtitles: what is written, and what is told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.delivery.subtitles.columns import width
from shotlog.delivery.subtitles.cues import Cue, Fault, Rule
from shotlog.schema import Model, Seconds, Words


class CueReport(Model):
    """One cue, as it is written."""

    number: int
    """Number from 1."""
    start: Seconds
    """Start in media time."""
    end: Seconds
    """End in media time."""
    lines: tuple[str, ...]
    """Its lines."""
    characters_per_second: float
    """Reading speed, a full-width character counted as 2."""
    start_moved: Seconds | None
    """Seconds by which it starts later than in the source; None where the source has no times."""
    end_moved: Seconds | None
    """The same of its end."""
    faults: tuple[Fault, ...]
    """Rules that it broke."""


class SubtitleReport(Model):
    """Finished subtitles as data."""

    source: Words
    """The source and its parameters."""
    language: str
    """Code of the language; empty if unknown."""
    rate: Seconds | None
    """Frames a second on which all times lie; None without a moving picture."""
    aligned: bool
    """True if edges were moved to speech, or the text was placed on it."""
    cues: tuple[CueReport, ...]
    """The cues in order."""
    mended: dict[Rule, int]
    """By rule, the number of times that it was broken and mended."""
    broken: dict[Rule, int]
    """By rule, the number of times that it is still broken."""
    notes: tuple[Words, ...]
    """Assumptions and losses, as sentences."""


@dataclass(frozen=True, slots=True)
class Subtitles:
    """Finished subtitles.

    Attributes:
        cues: The cues in order, with a gap between them; a text has one line or two.
        source: The source and its parameters.
        language: Code of the language; empty if unknown.
        rate: Frames a second; None without a moving picture.
        aligned: True if the speech of the film was used.
        notes: Assumptions and losses.
    """

    cues: tuple[Cue, ...]
    source: str
    language: str
    rate: Fraction | None
    aligned: bool
    notes: tuple[str, ...]

    def report(self, more: Sequence[str] = ()) -> SubtitleReport:
        """Return what is told of them.

        Args:
            more: Further notes.
        """
        faults = [fault for cue in self.cues for fault in cue.faults]
        return SubtitleReport(
            source=self.source,
            language=self.language,
            rate=self.rate,
            aligned=self.aligned,
            cues=tuple(_report(number, each) for number, each in enumerate(self.cues, start=1)),
            mended=dict(Counter(fault.rule for fault in faults if fault.mended)),
            broken=dict(Counter(fault.rule for fault in faults if not fault.mended)),
            notes=(*self.notes, *more),
        )


def _report(number: int, cue: Cue) -> CueReport:
    start, end = (None, None) if cue.told is None else (min(cue.told), max(cue.told))
    return CueReport(
        number=number,
        start=cue.start,
        end=cue.end,
        lines=tuple(cue.text.split("\n")),
        characters_per_second=round(width(cue.text) / float(cue.end - cue.start), 1),
        start_moved=None if start is None else cue.start - start,
        end_moved=None if end is None else cue.end - end,
        faults=cue.faults,
    )
