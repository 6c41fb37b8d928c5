"""Sequential decode of pictures and sound into what measures ask for.

:class:`FrameReader` decodes the frames of ranges, each once; :func:`read_cells` reads sound.
"""

from shotlog.media.decoding.beside import can_read_beside
from shotlog.media.decoding.decoder import PictureDecoder
from shotlog.media.decoding.downmix import mix_to_left, mix_to_mono, mix_to_right
from shotlog.media.decoding.frames import Frame, FrameReader
from shotlog.media.decoding.picture import build_pq_table, compute_shape, fit_size
from shotlog.media.decoding.prescale import Prescaler
from shotlog.media.decoding.sound import SoundCell, read_cells, read_stereo
from shotlog.media.decoding.tracks import SoundTrack, read_track, sound_tracks

__all__ = [
    "Frame",
    "FrameReader",
    "PictureDecoder",
    "Prescaler",
    "SoundCell",
    "SoundTrack",
    "build_pq_table",
    "can_read_beside",
    "compute_shape",
    "fit_size",
    "mix_to_left",
    "mix_to_mono",
    "mix_to_right",
    "read_cells",
    "read_stereo",
    "read_track",
    "sound_tracks",
]
