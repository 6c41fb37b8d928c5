"""Files: probe, one sequential decode, sound, content identity."""

from shotlog.media.container import MediaState, content_id, media_state, probe
from shotlog.media.cuts import CutMeasure, find_cuts
from shotlog.media.decoding import Frame, FrameReader, SoundCell, read_cells

__all__ = [
    "CutMeasure",
    "Frame",
    "FrameReader",
    "MediaState",
    "SoundCell",
    "content_id",
    "find_cuts",
    "media_state",
    "probe",
    "read_cells",
]
