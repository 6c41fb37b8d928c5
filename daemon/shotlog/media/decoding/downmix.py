"""Downmix of all channel layouts to mono and to stereo."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame

from shotlog.schema import Samples

_FRONT = {"FL", "FR", "DL", "DR", "FLC", "FRC", "WL", "WR"}
_CENTRE = {"FC", "MONO"}
_LOW = {"LFE", "LFE2"}
_HALF_POWER = 1 / sqrt(2)


def mix_to_mono(frame: AudioFrame) -> Samples:
    """Return the mono mix of a frame.

    The weights are those of ITU-R BS.775 for a downmix of 5.1 to mono: 1 for the centre, 1/sqrt 2
    for left and right, 1/2 for the surrounds, none for the low effects; divided by their sum, so
    that nothing clips. Where the channels have no names they count alike.

    Returns:
        (n,) float32; full scale of integer formats is 1.
    """
    return _mix(frame, _weight)


def mix_to_left(frame: AudioFrame) -> Samples:
    """Return the left channel of the stereo mix of a frame, as (n,) float32.

    The weights are those of ITU-R BS.775 for a downmix to two channels: 1 for the front channel of
    the side, 1/sqrt 2 for the centre and the surround of the side; divided by their sum, so that
    nothing clips. Where the channels have no names they count alike.
    """
    return _mix(frame, _weight_left)


def mix_to_right(frame: AudioFrame) -> Samples:
    """Return the right channel of the stereo mix of a frame; see :func:`mix_to_left`."""
    return _mix(frame, _weight_right)


def _mix(frame: AudioFrame, weight_of: Callable[[str], float]) -> Samples:
    values = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(frame.samples, -1).T
    samples = _unit_scale(values)
    if len(samples) == 1:
        return np.ascontiguousarray(samples[0])
    names = tuple(channel.name for channel in frame.layout.channels)
    return np.asarray(_weights(names, len(samples), weight_of) @ samples, dtype=np.float32)


def _unit_scale(values: npt.NDArray[Any]) -> Samples:
    """Scale integer samples to -1 to 1; floats are left as they are."""
    if values.dtype == np.uint8:  # the only unsigned format: 128 is silence
        values = (values.astype(np.int16) - 128) << 8
    scale = 1.0 if values.dtype.kind == "f" else 1 / (1 << (8 * values.itemsize - 1))
    return np.asarray(values * scale, dtype=np.float32)


@lru_cache(maxsize=16)
def _weights(names: tuple[str, ...], count: int, weight_of: Callable[[str], float]) -> Samples:
    """Return the weight of each channel; their sum is 1."""
    loudness = [weight_of(name) for name in names]
    if len(names) != count or not any(loudness):
        loudness = [1.0] * count
    return np.array([weight / sum(loudness) for weight in loudness], dtype=np.float32)


def _weight(name: str) -> float:
    """Return the weight of a channel in mono, by FFmpeg's name of its position."""
    if name in _CENTRE:
        return 1.0
    if name in _LOW:
        return 0.0
    return _HALF_POWER if name in _FRONT else 0.5


def _weight_left(name: str) -> float:
    return _weight_side(name, "L")


def _weight_right(name: str) -> float:
    return _weight_side(name, "R")


def _weight_side(name: str, side: str) -> float:
    """Return the weight of a channel on a side: ``L`` of FL, SL, BL, FLC and so on."""
    if name in _LOW:
        return 0.0
    sides = {"L", "R"} & set(name)
    if not sides or name in _CENTRE:
        return _HALF_POWER
    if side not in sides:
        return 0.0
    return 1.0 if name in _FRONT else _HALF_POWER
