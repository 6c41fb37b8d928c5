"""Files: probe, one sequential decode, sound, content identity."""

from shotlog.media.cuts import CutMeasure, find_cuts
from shotlog.media.frames import Frame, FrameReader
from shotlog.media.identity import MediaState, content_id, media_state
from shotlog.media.probe import probe
from shotlog.media.sound import SoundCell, read_cells

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
