"""Cuts as Final Cut Pro 7 XML, with graphs for every change of speed."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

from tests.nle.cuts.cut import Clip, Cut, Item, Media, Nest
from tests.nle.cuts.writing import PULLED_DOWN, WHOLE, Features, Writer, points_and_ranges
from tests.otio.fcp7 import xmeml
from tests.otio.fcp7.xmeml import document, item, marker, remap, sequence, tag, timecode, track


def _rate(rate: Fraction) -> str:
    return xmeml.rate(math.ceil(rate), ntsc=rate.denominator > 1)


def _text(cut: Cut) -> str:
    tracks = [
        track(*(_item(part, start, cut.rate) for n, start, part in cut.placed() if n == number))
        for number in range(len(cut.tracks))
    ]
    form = "DF" if cut.drop_frame else "NDF"
    code = timecode(cut.start, form=form, at=_rate(cut.rate))
    theirs = "".join(marker(frame, -1, name) for frame, name in cut.theirs)
    return document(sequence(*tracks, own=_rate(cut.rate), inside=code + theirs))


def _item(part: Item, start: int, rate: Fraction) -> str:
    end = start + part.length
    if isinstance(part, Nest):
        inner, at = [], 0
        for each in part.items:
            inner.append(_item(each, at, rate))
            at += each.length
        name = part.name
        nested = sequence(track(*inner), name=name, id_=name, own=_rate(rate))
        return item(start, end, part.first, inside=nested, name=name, own=_rate(rate))
    if not isinstance(part, Clip):
        return ""
    media = part.media
    own = _rate(media.rate)
    if part.speed == 1 and not part.ramp:
        last = part.first + math.ceil(part.length * media.rate / rate)
        return item(start, end, part.first, last, _file(media), name=part.name, own=own)
    inside = _file(media) + _remap(part)
    first = part.first if part.speed == 0 else 0
    return item(start, end, first, first + part.length, inside, name=part.name, own=own)


def _file(media: Media) -> str:
    own = _rate(media.rate)
    code = "" if media.start is None else timecode(media.start, at=own)
    inside = own + tag("duration", media.length) + code
    return xmeml.file(f"file {media.name}", f"file:///media/{media.name}.mov", inside)


def _remap(clip: Clip) -> str:
    """The retimed frames, from 0 at the clip's start, and the frames of media that they show."""
    if clip.ramp:
        return remap(None, [(x, clip.first + y) for x, y in clip.ramp], variable=True)
    if clip.speed == 0:
        return remap(0)
    shown = clip.first + int(clip.shows(0))
    # As long as there are media to show, in even frames.
    left = shown if clip.speed < 0 else clip.media.length - shown
    count = int(left / abs(clip.speed)) // 2 * 2
    graph = [(0, shown), (count, shown + int(count * clip.speed))]
    return remap(float(clip.speed * 100), graph, reverse=clip.speed < 0)


def _write(path: Path, cut: Cut) -> None:
    path.write_text(_text(cut), encoding="utf-8")


WRITER = Writer(
    _write,
    ".xml",
    Features(ramps=True, media_rates=(*WHOLE, *PULLED_DOWN), retimed_media_rates=False),
    length=points_and_ranges,
)
