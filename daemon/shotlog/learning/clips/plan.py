"""The plan of frames: which windows of a clip a model sees, and its pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.engine import need_key
from shotlog.learning.clips.labelled import LabelledClip
from shotlog.models.analysis import ModelMeasure, sample_windows
from shotlog.models.catalog import Resize, Sampling
from shotlog.schema import (
    ClipEmpty,
    ClipOutsideMedia,
    FrameNeed,
    Media,
    NoPicture,
    TimeRange,
    Window,
)


@dataclass(frozen=True)
class FramePlan:
    """Windows and pictures, as a model of this sampling gets them from the engine.

    Attributes:
        sampling: The rule that selects the frames of a clip; not SEGMENTS, whose windows have more
            than 16 frames.
        size: Width and height of a picture in pixels.
        resize: Method that makes pictures square.

    Raises:
        ValueError: The sampling is that of the motion predictor.
    """

    sampling: Sampling
    size: int
    resize: Resize

    def __post_init__(self) -> None:
        """Refuse windows of other lengths."""
        if self.sampling is Sampling.SEGMENTS:
            raise ValueError(
                f"windows have {ModelMeasure.frames} frames, and those of {self.sampling} more"
            )

    @property
    def need(self) -> FrameNeed:
        """The pictures, as :class:`~shotlog.models.analysis.ModelMeasure` asks for them."""
        return FrameNeed(width=self.size, height=self.size, pixels="rgb", fit=self.resize.value)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Frames, rows, columns and colours of a window."""
        return ModelMeasure.frames, self.size, self.size, 3

    @property
    def window_bytes(self) -> int:
        """Size of a window in bytes."""
        return math.prod(self.shape)

    @property
    def key(self) -> str:
        """Key of the pixels, apart from media and moments: pictures and versions of the decoder."""
        return need_key(self.need)

    def windows(self, clip: LabelledClip, media: Media) -> Sequence[Window]:
        """Return the windows of a clip, which is taken to be one shot.

        Raises:
            NoPicture: The file has no picture.
            ClipEmpty: The length of the file is not known, or is nothing.
            ClipOutsideMedia: The clip lies outside the file.
        """
        if media.video is None:
            raise NoPicture(media.path)
        return sample_windows(self.sampling, _shot(clip, media), media.video)


def _shot(clip: LabelledClip, media: Media) -> TimeRange:
    """Return the range of a clip in its media, as the engine takes clips of timelines."""
    video = media.video
    if video is None:
        raise NoPicture(media.path)
    if video.still:
        return TimeRange(start=Fraction(0), duration=1 / video.rate)
    length = media.duration
    if length is None and video.frames:
        length = video.frames / video.rate
    if clip.span is not None and length is None:
        return clip.span
    if not length:
        raise ClipEmpty(clip.id, "the length of its file is not known", "Copy or export it again.")
    whole = TimeRange(start=Fraction(0), duration=length)
    shot = whole if clip.span is None else whole.intersection(clip.span)
    if shot is None:
        raise ClipOutsideMedia(clip.id)
    return shot
