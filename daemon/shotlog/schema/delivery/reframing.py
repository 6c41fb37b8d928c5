"""Crops of clips for another aspect: key frames, for editing programs and for renders."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, NamedTuple

from pydantic import Field, model_validator

from shotlog.schema.base import Exact, Model, Seconds
from shotlog.schema.errors import Problem
from shotlog.schema.paths import Words
from shotlog.schema.times import TimeRange

Share = Annotated[float, Field(ge=0, le=1)]


class CropBox(NamedTuple):
    """A crop in a picture, in its square pixels; may lie between pixels.

    Attributes:
        left: Its left edge.
        top: Its upper edge.
        width: Its width.
        height: Its height.
    """

    left: float
    top: float
    width: float
    height: float


class CropKey(Model):
    """A key frame of a crop. Between two of them centre and scale change evenly.

    A jump from one subject to another is two keys on neighbouring frames of the timeline.
    """

    at: Seconds
    """Its moment on the timeline's clock: the start of one of its frames."""
    x: Share
    """Centre of the crop, as a share of the picture's width from the left."""
    y: Share
    """Centre of the crop, as a share of the picture's height from the top."""
    scale: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Height of the crop over that of the largest crop of this aspect; 1/2 shows things twice as
    large."""


class LostSubject(Model):
    """A stretch of a clip on which no subject was found, so that the middle is shown."""

    range: TimeRange
    """The stretch, on the timeline's clock."""
    reason: Words
    """The reason, for people: ``no face in this shot``."""


class CropPath(Model):
    """The crop of one clip over its time."""

    clip: str
    """Id of the clip range."""
    name: Words
    """Name of the clip, for people."""
    width: Annotated[int, Field(gt=0)]
    """Width of the upright picture of its media, in square pixels."""
    height: Annotated[int, Field(gt=0)]
    """Height of that picture."""
    keys: Annotated[tuple[CropKey, ...], Field(min_length=1)]
    """Key frames, in order of time, at different moments. Before the first and after the last one
    the crop stands still."""
    lost: tuple[LostSubject, ...] = ()
    """Stretches without a subject."""
    edited: bool = False
    """True where an editor has set or changed the key frames: they are kept as they are."""

    @model_validator(mode="after")
    def _in_order(self) -> CropPath:
        if any(later.at <= earlier.at for earlier, later in pairwise(self.keys)):
            raise ValueError("the key frames of a crop must be in order, each at its own moment")
        return self

    def at(self, moment: Fraction) -> CropKey:
        """Return the crop at a moment of the timeline, between key frames too."""
        place = bisect_right(self.keys, moment, key=lambda key: key.at)
        if place in (0, len(self.keys)):
            nearest = self.keys[min(place, len(self.keys) - 1)]
            return nearest.model_copy(update={"at": moment})
        before, after = self.keys[place - 1], self.keys[place]
        share = float((moment - before.at) / (after.at - before.at))
        return CropKey(
            at=moment,
            x=_between(before.x, after.x, share),
            y=_between(before.y, after.y, share),
            scale=_between(before.scale, after.scale, share),
        )


class Reframing(Model):
    """A timeline in another aspect: the crop of each of its clips."""

    aspect: Exact
    """Width over height of the new picture: ``9/16``."""
    backend: str
    """The way in which it was made, with its parameters: ``speaker:hold=2``."""
    paths: tuple[CropPath, ...]
    """Crops, in the order of the clips; a clip without one shows the middle of its picture."""
    problems: tuple[Problem, ...] = ()
    """Clips that could not be looked at."""
    warnings: tuple[Words, ...] = ()
    """Assumptions about clips and media, as sentences."""

    def path(self, clip: str) -> CropPath | None:
        """Return the crop of a clip by the clip's id."""
        return next((path for path in self.paths if path.clip == clip), None)

    def box(self, path: CropPath, moment: Fraction) -> CropBox:
        """Return the crop of a clip at a moment of the timeline; it lies wholly in the picture.

        A centre so near an edge that the crop would reach over it is moved inwards.
        """
        key, picture = path.at(moment), (path.width, path.height)
        width, height = (side * key.scale for side in largest_crop(*picture, self.aspect))
        left = min(max(key.x * path.width - width / 2, 0), path.width - width)
        top = min(max(key.y * path.height - height / 2, 0), path.height - height)
        return CropBox(left, top, width, height)


def largest_crop(width: int, height: int, aspect: Fraction) -> tuple[float, float]:
    """Return width and height of the largest crop of an aspect in a picture, in its pixels."""
    if Fraction(width, height) >= aspect:
        return float(height * aspect), float(height)
    return float(width), float(width / aspect)


def _between(first: float, second: float, share: float) -> float:
    return first + (second - first) * share
