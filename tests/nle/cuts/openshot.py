"""Cuts as projects of OpenShot: seconds as floats, and key frames for every change of speed."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.nle.cuts.cut import Clip, Cut
from tests.nle.cuts.writing import Features, Writer
from tests.otio.openshot.projects import clip, project

_LAYER = 1000000


def _clip(item: Clip, start: int, track: int, rate: Fraction) -> dict[str, Any]:
    position, length = float(start / rate), float(item.length / rate)
    facts: dict[str, Any] = {"layer": (track + 1) * _LAYER, "path": f"/media/{item.name}.mov"}
    first = float(item.first / rate)
    if item.speed == 1 and not item.ramp:
        return clip(item.name, position, first, first + length, **facts)
    # Frames count from 1; backwards, the frame that ends at a moment is meant.
    one = 0 if item.speed < 0 else 1
    knots = [x for x, _ in item.ramp] or [0, item.length]
    keys = [(x + 1, float(item.first + item.shows(x) + one)) for x in knots]
    return clip(item.name, position, 0.0, length, time=keys, **facts)


def _write(path: Path, cut: Cut) -> None:
    clips = [_clip(i, at, n, cut.rate) for n, at, i in cut.placed() if isinstance(i, Clip)]
    layers = [{"number": (n + 1) * _LAYER, "label": ""} for n in range(len(cut.tracks))]
    rate = cut.rate.numerator, cut.rate.denominator
    path.write_text(json.dumps(project(*clips, rate=rate, layers=layers), indent=1))


FEATURES = Features(
    starts=False,
    drop_frame=False,
    nests=False,
    ramps=True,
    media_starts=False,
    markers_on_clips=False,
    theirs=False,
)
WRITER = Writer(_write, ".osp", FEATURES)
