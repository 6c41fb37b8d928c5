"""Downmix of all channel layouts to mono."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame

from shotlog.schema import Samples

_FRONT = {"FL", "FR", "DL", "DR", "FLC", "FRC", "WL", "WR"}
_CENTRE = {"FC", "MONO"}
_LOW = {"LFE", "LFE2"}


def mix_to_mono(frame: AudioFrame) -> Samples:
    """Return the mono mix of a frame.

    The weights are those of ITU-R BS.775 for a downmix of 5.1 to mono: 1 for the centre, 1/sqrt 2
    for left and right, 1/2 for the surrounds, none for the low effects; divided by their sum, so
    that nothing clips. Where the channels have no names they count alike.

    Returns:
        (n,) float32; full scale of integer formats is 1.
    """
    values = frame.to_ndarray()
    if not frame.format.is_planar:
        values = values.reshape(frame.samples, -1).T
    samples = _unit_scale(values)
    if len(samples) == 1:
        return np.ascontiguousarray(samples[0])
    weights = _weights(tuple(channel.name for channel in frame.layout.channels), len(samples))
    return np.asarray(weights @ samples, dtype=np.float32)


def _unit_scale(values: npt.NDArray[Any]) -> Samples:
    """Scale integer samples to -1 to 1; floats are left as they are."""
    if values.dtype == np.uint8:  # the only unsigned format: 128 is silence
        values = (values.astype(np.int16) - 128) << 8
    scale = 1.0 if values.dtype.kind == "f" else 1 / (1 << (8 * values.itemsize - 1))
    return np.asarray(values * scale, dtype=np.float32)


@lru_cache(maxsize=16)
def _weights(names: tuple[str, ...], count: int) -> Samples:
    """Return the weight of each channel; their sum is 1."""
    loudness = [_weight(name) for name in names]
    if len(names) != count or not any(loudness):
        loudness = [1.0] * count
    return np.array([weight / sum(loudness) for weight in loudness], dtype=np.float32)


def _weight(name: str) -> float:
    """Return the weight of a channel by FFmpeg's name of its position."""
    if name in _CENTRE:
        return 1.0
    if name in _LOW:
        return 0.0
    return 0.5**0.5 if name in _FRONT else 0.5
