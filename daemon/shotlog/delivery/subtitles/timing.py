"""Times on the frames of a film: gaps, shortest and longest times, reading speed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from shotlog.delivery.subtitles.breaks import DASHES, LinkingWords
from shotlog.delivery.subtitles.columns import width
from shotlog.delivery.subtitles.cues import Cue
from shotlog.delivery.subtitles.lines import break_lines
from shotlog.delivery.subtitles.profile import Profile
from shotlog.delivery.subtitles.tidying import join

_PRECISION: Final = Fraction(1, 100)
"""Seconds: the coarsest precision of the forms (SubStation). A time that is written in them lies up
to this before the frame that it means."""
_USUAL_RATE: Final = Fraction(25)
"""Frames a second by which gaps are counted where there is no picture."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The moments at which a cue may begin and end.

    Attributes:
        unit: Seconds between two of them, exact.
        gap: Least distance of two cues, in units.
    """

    unit: Fraction
    gap: int

    @classmethod
    def of(cls, rate: Fraction | None, gap_frames: int) -> Grid:
        """Return the frames of a film; without a picture the times that every form can hold."""
        if rate is not None:
            return cls(1 / rate, gap_frames)
        return cls(_PRECISION, math.ceil(gap_frames / _USUAL_RATE / _PRECISION))

    @property
    def slack(self) -> Fraction:
        """Seconds that a time may lie before its frame and still mean it."""
        return _PRECISION if self.unit > _PRECISION else self.unit / 2

    def start(self, moment: Fraction) -> int:
        """Return the unit in which a moment lies, so that a cue never starts late."""
        return math.floor((moment + self.slack) / self.unit)

    def end(self, moment: Fraction) -> int:
        """Return the first unit that is not before a moment.

        Other programs round times to the nearest hundredth, which may lie after the frame.
        """
        return math.ceil((moment - self.slack / 2) / self.unit)


def join_short(
    cues: Sequence[Cue], profile: Profile, words: LinkingWords, *, narrow: bool
) -> list[Cue]:
    """Return cues of which those that have too little time are one with the next, where that fits.

    Args:
        cues: In order of time, one at a time.
        profile: The rules.
        words: Words of the language.
        narrow: True for a picture that is not wider than high.
    """
    found: list[Cue] = []
    for cue in cues:
        last = found[-1] if found else None
        if last is not None and cue.start - last.start < profile.shortest:
            both = join(last, cue, "\n" if cue.text.startswith(DASHES) else " ")
            limit = profile.limit(both.text, narrow=narrow)
            fits = break_lines(both.text, limit, words) is not None
            if fits and both.end - both.start <= profile.longest:
                told = "there was too little time for two cues; they became one"
                found[-1] = both.with_fault("duration", told)
                continue
        found.append(cue)
    return found


def set_times(
    cues: Sequence[Cue], profile: Profile, grid: Grid, film_end: Fraction | None
) -> list[Cue]:
    """Return cues on the grid: never two at once, with the gap between them, as long as allowed.

    A cue starts later than it should only where those before it leave no room. What remains too
    short or too fast to read is told.

    Args:
        cues: In order of time, one at a time.
        profile: The rules.
        grid: The moments that are allowed.
        film_end: End of the film in seconds, beyond which no cue is made longer; None if unknown.
    """
    starts: list[int] = []
    for cue in cues:
        earliest = starts[-1] + 1 + grid.gap if starts else 0
        starts.append(max(grid.start(cue.start), earliest))
    rooms: list[int | None] = [after - grid.gap for after in starts[1:]]
    rooms.append(None if film_end is None else grid.end(film_end))
    return [
        _set(cue, start, room, profile, grid)
        for cue, start, room in zip(cues, starts, rooms, strict=False)
    ]


def _set(cue: Cue, start: int, room: int | None, profile: Profile, grid: Grid) -> Cue:
    needs = _Needs.of(cue, profile, grid)
    wanted = max(grid.end(cue.end), start + 1)
    lingers = wanted + math.floor(profile.linger / grid.unit)
    end = max(wanted, min(start + needs.readable, lingers), start + needs.shortest)
    end = min(end, start + needs.longest)
    if room is not None:
        end = min(end, room)
    end = max(end, start + 1)
    timed = cue.between(start * grid.unit, end * grid.unit)
    late = start * grid.unit - cue.start
    if late > grid.unit:
        words = f"it left no room before it; it begins {float(late):.2f} s later"
        timed = timed.with_fault("gap", words)
    near = room is not None and room < min(wanted, start + needs.longest)
    if near and cue.told is not None:  # else nobody has broken the rule
        words = "it came too near to the next cue; it ends earlier"
        timed = timed.with_fault("gap", words)
    return _with_faults_of_length(timed, wanted - start, end - start, needs, grid)


@dataclass(frozen=True, slots=True)
class _Needs:
    """Lengths of one cue, in units of the grid: the least, the greatest, the least to read it."""

    shortest: int
    longest: int
    readable: int

    @classmethod
    def of(cls, cue: Cue, profile: Profile, grid: Grid) -> _Needs:
        return cls(
            math.ceil(profile.shortest / grid.unit),
            max(1, math.floor(profile.longest / grid.unit)),
            math.ceil(width(cue.text) / profile.characters_per_second / grid.unit),
        )


def _with_faults_of_length(cue: Cue, before: int, now: int, needs: _Needs, grid: Grid) -> Cue:
    """Return a cue with what was wrong with its length before, and what still is."""
    seconds = float(now * grid.unit)
    if before > needs.longest:
        cue = cue.with_fault("duration", f"it was shown too long; it is shown {seconds:.2f} s")
    if before < needs.shortest:
        mended = now >= needs.shortest
        words = f"it was too short; it is shown {seconds:.2f} s"
        cue = cue.with_fault("duration", words, mended=mended)
    elif now < needs.shortest:
        words = f"the next cue leaves it {seconds:.2f} s"
        cue = cue.with_fault("duration", words, mended=False)
    if before < needs.readable or now < needs.readable:
        speed = width(cue.text) / seconds
        words = f"it was too fast to read; it has {speed:.0f} characters a second"
        cue = cue.with_fault("speed", words, mended=now >= needs.readable)
    return cue
