"""Random cuts that a format can hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from hypothesis import strategies as st

from shotlog.schema import knows_drop_frame
from tests.nle.cuts.cut import Clip, Cut, Gap, Item, Knots, Media, Nest, Theirs
from tests.nle.cuts.writing import Features

LENGTHS = st.integers(1, 60).map(lambda n: 2 * n)
"""Even, so that at half speed a clip uses whole frames."""


@st.composite
def cuts(draw: st.DrawFn, features: Features) -> Cut:
    """A cut of a few clips in all that the format holds."""
    rate = draw(st.sampled_from(features.rates))
    drop = features.drop_frame and knows_drop_frame(rate) and draw(st.booleans())
    start = draw(st.integers(0, 20 * 3600 * round(rate))) if features.starts else 0
    number = draw(st.integers(1, features.tracks))
    tracks = [draw(_tracks(features, rate)) for _ in range(number)]
    named = _named(tracks)
    cut = Cut(rate, start, drop, named)
    frames = draw(st.lists(st.integers(0, cut.length - 1), max_size=3, unique=True))
    theirs = [Theirs(frame, f"pick {n}") for n, frame in enumerate(sorted(frames))]
    return replace(cut, theirs=tuple(theirs if features.theirs else ()))


@st.composite
def _tracks(draw: st.DrawFn, features: Features, rate: Fraction) -> list[Item]:
    items: list[Item] = []
    for _ in range(draw(st.integers(1, 4))):
        if features.gaps and (items or features.first_gap) and draw(st.booleans()):
            items.append(Gap(draw(LENGTHS)))
        if features.nests and draw(st.integers(0, 3)) == 0:
            items.append(draw(_nests(features, rate)))
        else:
            items.append(draw(_clips(features, rate)))
    return items


@st.composite
def _nests(draw: st.DrawFn, features: Features, rate: Fraction) -> Nest:
    clips = draw(st.lists(_clips(features, rate), min_size=1, max_size=3))
    whole = sum(clip.length for clip in clips)
    first = draw(st.integers(0, whole // 2 - 1)) * 2
    length = draw(st.integers(1, (whole - first) // 2)) * 2
    return Nest(tuple(clips), length, first)


@st.composite
def _clips(draw: st.DrawFn, features: Features, rate: Fraction) -> Clip:
    length = draw(LENGTHS)
    start = draw(st.integers(0, 86400 * 5)) if features.media_starts else None
    speed = draw(st.sampled_from(features.speeds))
    ramp: Knots = ()
    if features.ramps and length > 2 and draw(st.integers(0, 4)) == 0:
        speed, ramp = Fraction(1), draw(_ramps(length))
    # Even again where another speed may have to count it.
    first = draw(st.integers(0, 250)) * 2 + (draw(st.integers(0, 1)) if speed == 1 else 0)
    rates = features.media_rates or (rate,)
    if (ramp or speed != 1) and not features.retimed_media_rates:
        rates = (rate,)
    media = Media("", draw(st.sampled_from(rates)), start, 2000)
    return Clip(media, length, first, speed, ramp)


@st.composite
def _ramps(draw: st.DrawFn, length: int) -> Knots:
    """Two speeds, one after the other."""
    bend, middle = draw(st.integers(1, length - 2)), draw(st.integers(1, 100))
    return (0, 0), (bend, middle), (length, middle + draw(st.integers(1, 100)))


def _named(tracks: Sequence[Sequence[Item]]) -> tuple[tuple[Item, ...], ...]:
    """Give every clip, its media and every nest a name of its own."""
    count = iter(range(1000))

    def part(item: Clip | Gap) -> Clip | Gap:
        if isinstance(item, Gap):
            return item
        name = f"c{next(count):03d}"
        return replace(item, name=name, media=replace(item.media, name=name))

    def named(item: Item) -> Item:
        if not isinstance(item, Nest):
            return part(item)
        name = f"nest {next(count)}"
        return replace(item, name=name, items=tuple(map(part, item.items)))

    return tuple(tuple(named(item) for item in track) for track in tracks)
