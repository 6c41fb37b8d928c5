"""Cuts as projects of GES, in nanoseconds; its first layer is the highest."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

from tests.nle.cuts.cut import Clip, Cut
from tests.nle.cuts.writing import Features, Writer, rename_in_text
from tests.otio.xges.projects import NANO, clip, layer, project

_RATE = (
    "<effect asset-id='videorate' type-name='GESEffect' properties='properties;'"
    " children-properties='properties, GstVideoRate::rate=(double){};'/>"
)


def _clip(item: Clip, start: int, rate: Fraction) -> str:
    inner = [] if item.speed == 1 else [_RATE.format(float(item.speed))]
    url = f"file:///media/{item.media.name}.mov"
    return clip(item.name, start, item.length, item.first, *inner, rate=rate, url=url)


def _write(path: Path, cut: Cut) -> None:
    tracks: list[list[str]] = [[] for _ in cut.tracks]
    for number, start, item in cut.placed():
        if isinstance(item, Clip):
            tracks[number].append(_clip(item, start, cut.rate))
    layers = [layer(n, *clips) for n, clips in enumerate(reversed(tracks))]
    rate = f"{cut.rate.numerator}/{cut.rate.denominator}"
    text = project(*layers, rate=rate, metadata=_metadata(cut))
    path.write_text(text, encoding="utf-8")


def _metadata(cut: Cut) -> str:
    """The editor's markers, each a position and a structure of what is said of it."""
    pairs = [
        f"marker-times, position=(guint64){math.ceil(frame * NANO / cut.rate)}; "
        rf"metadatas, comment=(string)\&quot;{_quoted(name)}\&quot;"
        for frame, name in cut.theirs
    ]
    listed = "; ".join(pairs)
    return f"metadatas, markers=(GESMarkerList)&quot;{listed}&quot;;" if pairs else "metadatas;"


FEATURES = Features(
    starts=False,
    drop_frame=False,
    nests=False,
    speeds=tuple(map(Fraction, ("1", "1", "2", "1/2"))),
    media_starts=False,
    markers_on_clips=False,
)


def _rename(path: Path, old: str, new: str) -> None:
    rename_in_text(path, _quoted(old), _quoted(new))


def _quoted(text: str) -> str:
    """The text as GStreamer writes it in a list in a structure."""
    return text.replace(" ", r"\\ ").replace("·", r"\\302\\267")


WRITER = Writer(_write, ".xges", FEATURES, rename=_rename)
