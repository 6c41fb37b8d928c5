"""Facts for renders in frames and rounded factors, as tests compare them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from shotlog.schema import RenderFacts
from shotlog_otio import read_render_facts

Keys = list[tuple[Fraction | int, float]]


def levels(facts: RenderFacts, rate: Fraction | int = 24) -> dict[str, Keys]:
    """The key frames of every clip, in frames of the timeline."""
    return {
        level.clip: [(key.at * rate, round(key.gain, 4)) for key in level.keys]
        for level in facts.levels
    }


def gains(
    facts: RenderFacts, clip: str, *frames: Fraction | int, rate: Fraction | int = 24
) -> list[float]:
    """The gain of a clip at frames of the timeline, rounded: key frames run evenly between."""
    [keys] = [level.keys for level in facts.levels if level.clip == clip]
    times, factors = [float(key.at * rate) for key in keys], [key.gain for key in keys]
    return [round(float(np.interp(float(n), times, factors)), 3) for n in frames]


def left_out(facts: RenderFacts, rate: Fraction | int = 24) -> list[tuple[object, ...]]:
    """Kind, name, first frame, and the frame after the last of each part."""
    return [
        (part.kind, part.name, part.range.start * rate, part.range.end * rate)
        for part in facts.left_out
        if part.range is not None
    ]


def fades(facts: RenderFacts, rate: Fraction | int = 24) -> list[tuple[object, ...]]:
    """Clip, first frame, the frame after the last, direction and other end of each fade."""
    return [
        (
            fade.clip,
            fade.range.start * rate,
            fade.range.end * rate,
            "in" if fade.appears else "out",
            fade.to,
        )
        for fade in facts.fades
    ]


def read(path: Path) -> RenderFacts:
    return read_render_facts(path)
