"""Copies of a source under another content: re-encodings and proxies.

A perceptual hash of the picture in the middle, as ImageHash and PySceneDetect compute it, hardly
changes when a film is encoded anew or scaled. Only files of one length are compared, so that
hardly any is ever opened for it.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from scenedetect.detectors import HashDetector

from shotlog.media import FrameReader
from shotlog.schema import FrameNeed, Media, Pixels, ShotlogError, TimeRange

_NEED: Final = FrameNeed(width=64, height=64, pixels="rgb")
LENGTH_TOLERANCE: Final = Fraction(1, 2)
"""Seconds by which the lengths of copies may differ: containers round, and encoders add frames."""
DIFFERENT_BITS: Final = 12
"""Bits of 64 from which pictures differ. Of 20 labelled clips, encoded anew at half the size and a
rate factor of 36, copies differ in 6 bits at most, and other clips in 18 at least."""
_FLAT: Final = 5.0
"""Standard deviation of grey, of 255, below which a picture is like every other one of its kind."""


def are_copies(one: Media, other: Media) -> bool:
    """Return whether two files show one film.

    False where a picture cannot be read, or is flat, such as black.
    """
    if one.duration is None or other.duration is None:
        return False
    if abs(one.duration - other.duration) > LENGTH_TOLERANCE:
        return False
    first, second = _hash(one), _hash(other)
    if first is None or second is None:
        return False
    return int(np.count_nonzero(first != second)) < DIFFERENT_BITS


@lru_cache(maxsize=1024)
def _hash(media: Media) -> npt.NDArray[np.bool_] | None:
    """Return (8, 8) the perceptual hash of the picture in the middle; None where there is none."""
    middle = TimeRange(start=(media.duration or Fraction(0)) / 2, duration=Fraction(1, 1000))
    try:
        pixels = next((frame.pixels(_NEED) for frame in FrameReader(media, [middle])), None)
    except ShotlogError:  # the analysis tells why it cannot be read
        return None
    return None if pixels is None else hash_picture(pixels)


def hash_picture(pixels: Pixels) -> npt.NDArray[np.bool_] | None:
    """Return (8, 8) the perceptual hash of a picture (h, w, 3); None where it is flat."""
    if pixels.std() < _FLAT:
        return None
    return np.asarray(HashDetector.hash_frame(pixels, 8, 4), np.bool_)
