"""Cuts as edit decision lists: one track, reels, and speeds in M2 lines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from shotlog.schema import timecode
from tests.nle.cuts.cut import Clip, Cut
from tests.nle.cuts.writing import Features, Writer


def _lines(cut: Cut) -> Iterator[str]:
    def label(frame: int | Fraction) -> str:
        return timecode(int(frame), cut.rate, drop_frame=cut.drop_frame)

    yield "TITLE: cut"
    yield f"FCM: {'' if cut.drop_frame else 'NON-'}DROP FRAME"
    for number, (_, start, item) in enumerate(cut.placed(), start=1):
        if not isinstance(item, Clip):
            continue
        # Backwards the first frame that is shown is the one at the source in.
        first = item.first + (item.used - 1 if item.speed < 0 else 0)
        source = first, first + max(item.used, Fraction(1))
        at = cut.start + start
        times = " ".join(map(label, (*source, at, at + item.length)))
        yield f"{number:03d}  R{number:<7d} V     C        {times}"
        if item.speed != 1:
            yield f"M2   R{number}       {_speed(item.speed, cut.rate)}  {label(first)}"
        yield f"* FROM CLIP NAME: {item.name}"
    for frame, name in cut.theirs:
        yield f"* LOC: {label(cut.start + frame)} GREEN   {name}"


def _speed(speed: Fraction, rate: Fraction) -> str:
    return f"{float(speed * math.ceil(rate)):06.1f}"


def _write(path: Path, cut: Cut) -> None:
    path.write_text("".join(f"{line}\r\n" for line in _lines(cut)), newline="")


FEATURES = Features(
    tracks=1,
    first_gap=False,  # a list begins with its first event
    nests=False,
    media_starts=False,  # sources are told by timecode alone
    markers_on_clips=False,
)
WRITER = Writer(_write, ".edl", FEATURES, tells_rate=False)
