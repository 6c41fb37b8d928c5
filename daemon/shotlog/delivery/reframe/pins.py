"""Crops that the user has set: they hold for their range, whatever is seen there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from shotlog.schema import CropKey, CropPath, Model, Share, TimeRange


class Pin(Model):
    """A crop that the user has set for a range of the timeline."""

    at: TimeRange
    """The range, on the timeline's clock; without a length the frame that begins it."""
    x: Share
    """Centre of the crop, as a share of the picture's width from the left."""
    y: Share
    """Centre of the crop, as a share of its height from the top."""
    scale: float = 1.0
    """Height of the crop over that of the largest one."""


def pinned(path: CropPath, pins: Sequence[Pin], shown: TimeRange, rate: Fraction) -> CropPath:
    """Return a path that is as the pins say in their ranges, and as before elsewhere.

    The crop jumps to a pin and back, on neighbouring frames.

    Args:
        path: The path of a clip.
        pins: The pins; of two at one moment the later one counts.
        shown: The range of the clip on the timeline.
        rate: Frames per second of the timeline.
    """
    for pin in pins:
        first = max(math.ceil(shown.start * rate), math.floor(pin.at.start * rate))
        end = min(math.ceil(shown.end * rate), max(first + 1, math.ceil(pin.at.end * rate)))
        path = _set(path, pin, first, end, rate, math.ceil(shown.end * rate))
    return path


def _set(path: CropPath, pin: Pin, first: int, end: int, rate: Fraction, last: int) -> CropPath:
    begin, finish = first / rate, (end - 1) / rate
    keys = [key for key in path.keys if key.at < begin]
    if keys and keys[-1].at < (first - 1) / rate:
        keys.append(path.at((first - 1) / rate))
    crop = CropKey(at=begin, x=pin.x, y=pin.y, scale=pin.scale)
    keys.append(crop)
    if end < last:
        if finish > begin:
            keys.append(crop.model_copy(update={"at": finish}))
        keys.append(path.at(end / rate))
        keys += [key for key in path.keys if key.at > end / rate]
    gone = TimeRange.between(begin, end / rate)
    lost = tuple(each for each in path.lost if each.range.intersection(gone) is None)
    return path.model_copy(update={"keys": tuple(keys), "lost": lost})
