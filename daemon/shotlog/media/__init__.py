"""Files: probe, one sequential decode, sound, content identity."""

from shotlog.media.frames import Frame, FrameReader
from shotlog.media.identity import content_id
from shotlog.media.probe import probe
from shotlog.media.sound import SoundCell, read_cells

__all__ = ["Frame", "FrameReader", "SoundCell", "content_id", "probe", "read_cells"]
