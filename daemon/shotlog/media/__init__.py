"""Files: probe, one sequential decode, sound, content identity."""

from shotlog.media.container.identity import MediaState, content_id, media_state
from shotlog.media.container.probe import probe
from shotlog.media.cuts.finder import CutMeasure, find_cuts
from shotlog.media.decoding.frames import Frame, FrameReader
from shotlog.media.decoding.sound import SoundCell, read_cells

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
