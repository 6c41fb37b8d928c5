"""The clock of a timeline that is made of footage."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from shotlog.schema import USUAL_RATES, Media, VideoStream, prevailing_rate

_Fact = TypeVar("_Fact", bound=Hashable)

_TOLERANCE = Fraction(2, 100)
"""Relative deviation of the mean of an uneven slow rate from the even rate that is taken for it."""

_SLOW = (Fraction(24), Fraction(25), Fraction(30))
"""Rates whose frames slow recorders keep a part of, dropping the others irregularly."""

_MOST_NAMED = 4
"""Number of rates that a sentence lists; of more it gives the lowest and the highest."""


@dataclass(frozen=True)
class FootageClock:
    """The clock of a timeline of media files.

    Attributes:
        rate: Frames per second; a rate that editors have.
        drop_frame: True where the timecode of most of its footage is drop-frame; None where no
            file tells.
        warnings: A sentence with the reason for that rate, where it is not that of all footage.
    """

    rate: Fraction
    drop_frame: bool | None
    warnings: tuple[str, ...]


def footage_clock(media: Sequence[Media]) -> FootageClock:
    """Return the clock of a timeline of media files.

    Its rate is the usual rate that most of the footage has, by length; stills have none. Where no
    file has a usual rate, each counts with the one that fits it best: for footage slower than all
    of them the smallest multiple of its rate, for other footage the nearest.

    Args:
        media: At least one file, each with pictures.
    """
    media = [item for item in media if item.video and not item.video.still] or media
    rate = prevailing_rate(media) or _most(
        (_nearest_usual(item.video), item.duration or Fraction(0)) for item in media if item.video
    )
    counts = [
        (item.start_drop_frame, item.duration or Fraction(0))
        for item in media
        if item.start_drop_frame is not None
    ]
    return FootageClock(rate, _most(counts) if counts else None, _warnings(media, rate))


def _most(lengths: Iterable[tuple[_Fact, Fraction]]) -> _Fact:
    """Return the fact that holds for the greatest length; the first of equals."""
    total: dict[_Fact, Fraction] = {}
    for fact, length in lengths:
        total[fact] = total.get(fact, Fraction(0)) + length
    return max(total, key=lambda fact: total[fact])


def _nearest_usual(video: VideoStream) -> Fraction:
    """Return the usual rate for footage of an unusual one."""
    rate = video.intended_rate
    if rate < USUAL_RATES[0]:
        grids = [usual for usual in USUAL_RATES if (usual / rate).denominator == 1]
        if video.variable_rate and not grids:
            grids = [usual for usual in _SLOW if _near(rate * round(usual / rate), usual)]
        if grids:
            return grids[0]
    # A rate over 1001 is of the NTSC family, and keeps step with that family alone.
    family = [usual for usual in USUAL_RATES if usual.denominator == 1 or rate.denominator == 1001]
    return min(family, key=lambda usual: max(usual / rate, rate / usual))


def _near(rate: Fraction, usual: Fraction) -> bool:
    return abs(rate - usual) <= _TOLERANCE * usual


def _warnings(media: Sequence[Media], taken: Fraction) -> tuple[str, ...]:
    """Return a sentence where the timeline's rate is not that of all its footage."""
    videos = [item.video for item in media if item.video is not None]
    rates = list(dict.fromkeys(video.intended_rate for video in videos))
    if len(rates) > 1:
        few = len(rates) <= _MOST_NAMED
        named = map(_format_rate, sorted(rates) if few else (min(rates), max(rates)))
        text = (", " if few else " to ").join(named)
        which = "commonest" if taken in rates else "nearest"
        return (
            f"the footage runs at {len(rates)} rates ({text}); the timeline counts at"
            f" {_format_rate(taken)}, the {which} of an editor's rates",
        )
    odd = next((video for video in videos if video.rate != taken), None)
    if odd is None:
        return ()
    runs = f"{_format_rate(odd.rate)} frame{'' if odd.rate == 1 else 's'} a second"
    if odd.variable_rate:
        runs = f"a variable rate, {runs} on the mean"
    else:
        runs = f"{runs}, which no editor counts in"
    return (f"the footage runs at {runs}; the timeline counts at {_format_rate(taken)}",)


def _format_rate(rate: Fraction) -> str:
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")
