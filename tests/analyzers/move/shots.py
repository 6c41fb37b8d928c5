"""Rows and claims of rendered shots, for the tests of camera moves."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

import cv2
import numpy as np

from benchmarks.synthetic.scenes import Grey
from benchmarks.synthetic.takes import Recording, Take
from shotlog.analyzers.motion import PICTURE_RATE, MotionMeasure
from shotlog.analyzers.move import MoveAnalyzer
from shotlog.schema import (
    Claim,
    ClipRange,
    EditorProfile,
    Media,
    Picture,
    Row,
    Series,
    Shot,
    ShotView,
    TimeMap,
    TimeRange,
)

UNSEEN = 1_000_000
"""Seeds from here on were not fitted on."""

CLEAN = Recording(noise=1, blur=0.7, quality=90)
Frame = Callable[[int], Grey]


def measured(
    frame: Frame, seconds: float, rate: Fraction = Fraction(24), seen: Sequence[int] | None = None
) -> Series:
    """The rows of frames of a constant rate, as the engine's grid sees them.

    Args:
        frame: Gives the frame of a number.
        seconds: How long to look.
        rate: Frames per second.
        seen: Numbers of the frames that there are for the measure; None: all.
    """
    count = math.ceil(Fraction(seconds) * PICTURE_RATE)
    return looked_at(frame, range(count), rate, seen)


def looked_at(
    frame: Frame, moments: Sequence[int], rate: Fraction, seen: Sequence[int] | None = None
) -> Series:
    """The rows of the frames that are shown at these moments of the grid."""
    measure = MotionMeasure()
    observer = measure.observer()
    rows: list[Row] = []
    for at in moments:
        number = math.floor(at / PICTURE_RATE * rate)
        if seen is not None:
            number = max(n for n in seen if n <= number)
        rows += observer.see(Picture(at, number / rate, scaled(frame(number))))
    return measure.series(1 / PICTURE_RATE, rows)


def scaled(frame: Grey) -> Grey:
    """A frame, no larger than the measure sees it."""
    scale = min(1, MotionMeasure.need.width / max(frame.shape))
    height, width = (round(side * scale) for side in frame.shape)
    return np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def claims_of(
    series: Series, seconds: float, profile: EditorProfile | None = None
) -> Sequence[Claim]:
    """Return the claims for a shot with these rows, as a profile corrects them."""
    span = TimeRange(start=Fraction(0), duration=Fraction(seconds))
    shot = Shot(id="s", clip="V1/0", source=span, core=span, timeline=span)
    clip = ClipRange(
        id="V1/0",
        name="clip",
        media=None,
        source=span,
        timeline=span,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
    )
    media = Media(path="clip.mp4", content_id="0", container="mp4", video=None, audio=None)
    analyzer = MoveAnalyzer() if profile is None else MoveAnalyzer().with_profile(profile)
    return analyzer.conclude(ShotView(shot, clip, media, {MotionMeasure.name: series}))


def said(made: Take) -> str:
    """Return the label of a take."""
    (claim,) = claims_of(measured(made.frame, made.seconds, made.recording.container), made.seconds)
    return claim.label
