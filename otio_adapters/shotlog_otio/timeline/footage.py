"""How a timeline that is made of footage counts."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from shotlog.schema import USUAL_RATES, Media, VideoStream

_Fact = TypeVar("_Fact", bound=Hashable)

_MEANT = Fraction(2, 100)
"""By so much the mean of an uneven slow rate may miss the even one that is taken for it."""

_SLOW = (Fraction(24), Fraction(25), Fraction(30))
"""Rates on whose grids slow recorders, which drop frames at will, mean theirs to lie."""

_NAMED = 4
"""Rates that a sentence lists; of more it tells the ends."""


@dataclass(frozen=True)
class FootageClock:
    """How a timeline of media files counts.

    Attributes:
        rate: Frames per second, one that editors know.
        drop_frame: Whether the timecode of most of its footage is drop-frame; None where no file
            tells.
        warnings: Why that rate was taken, where it is not that of all the footage.
    """

    rate: Fraction
    drop_frame: bool | None
    warnings: tuple[str, ...]


def footage_clock(media: Sequence[Media]) -> FootageClock:
    """The clock of a timeline of files, of which there is one at least, all with pictures.

    It has the usual rate that most of the footage has, by length; stills have none. Where none has
    one, the rates count that fit the footage best: of slower footage the smallest on whose grid
    its frames lie, of other the nearest.
    """
    media = [item for item in media if item.video and not item.video.still] or media
    films = [(item.video, item.duration or Fraction(0)) for item in media if item.video]
    usual = [(_meant(video), length) for video, length in films if _meant(video) in USUAL_RATES]
    rate = _most(usual or [(_fitting(_meant(video), video), length) for video, length in films])
    counts = [
        (item.start_drop_frame, item.duration or Fraction(0))
        for item in media
        if item.start_drop_frame is not None
    ]
    return FootageClock(rate, _most(counts) if counts else None, _told(media, rate))


def _most(lengths: Iterable[tuple[_Fact, Fraction]]) -> _Fact:
    """The fact that holds for most of the film; the first of equals."""
    total: dict[_Fact, Fraction] = {}
    for fact, length in lengths:
        total[fact] = total.get(fact, Fraction(0)) + length
    return max(total, key=lambda fact: total[fact])


def _meant(video: VideoStream) -> Fraction:
    return video.nominal_rate or video.rate


def _fitting(rate: Fraction, video: VideoStream) -> Fraction:
    """The usual rate for footage that has none."""
    if rate < USUAL_RATES[0]:
        grids = [usual for usual in USUAL_RATES if (usual / rate).denominator == 1]
        if video.variable_rate and not grids:
            grids = [usual for usual in _SLOW if _near(rate * round(usual / rate), usual)]
        if grids:
            return grids[0]
    kin = [usual for usual in USUAL_RATES if usual.denominator == 1 or rate.denominator == 1001]
    return min(kin, key=lambda usual: max(usual / rate, rate / usual))


def _near(rate: Fraction, usual: Fraction) -> bool:
    return abs(rate - usual) <= _MEANT * usual


def _told(media: Sequence[Media], taken: Fraction) -> tuple[str, ...]:
    """A sentence where the timeline counts otherwise than some of its footage."""
    videos = [item.video for item in media if item.video is not None]
    rates = list(dict.fromkeys(map(_meant, videos)))
    if len(rates) > 1:
        named = map(_spelled, sorted(rates) if len(rates) <= _NAMED else (min(rates), max(rates)))
        text = (", " if len(rates) <= _NAMED else " to ").join(named)
        which = "commonest" if taken in rates else "nearest"
        return (
            f"the footage runs at {len(rates)} rates ({text}); the timeline counts at"
            f" {_spelled(taken)}, the {which} of an editor's rates",
        )
    odd = next((video for video in videos if video.rate != taken), None)
    if odd is None:
        return ()
    runs = f"{_spelled(odd.rate)} frame{'' if odd.rate == 1 else 's'} a second"
    if odd.variable_rate:
        runs = f"a variable rate, {runs} on the mean"
    else:
        runs = f"{runs}, which no editor counts in"
    return (f"the footage runs at {runs}; the timeline counts at {_spelled(taken)}",)


def _spelled(rate: Fraction) -> str:
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")
