"""One sequential decode of pictures and sound."""

from shotlog.media.decoding.downmix import to_mono
from shotlog.media.decoding.frames import Frame, FrameReader
from shotlog.media.decoding.picture import fitted_size, pq_to_sdr, shape_of
from shotlog.media.decoding.sound import SoundCell, read_cells

__all__ = [
    "Frame",
    "FrameReader",
    "SoundCell",
    "fitted_size",
    "pq_to_sdr",
    "read_cells",
    "shape_of",
    "to_mono",
]
