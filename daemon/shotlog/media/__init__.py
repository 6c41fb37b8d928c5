"""Media files: probing, sequential decode of pictures and sound, cuts, content identity.

Rooms, each of which imports only those before it: ``images`` (single pictures and sequences),
``container`` (streams, clocks, identity), ``decoding``, ``encoding``. ``discovery`` (search of
folders) and ``subtitle_files`` (text, in files and in films) import ``container``; ``cuts`` works
on pixels and imports none of them.
"""

from shotlog.media.container import MediaState, content_id, media_state, probe
from shotlog.media.cuts import CutMeasure, find_cuts
from shotlog.media.decoding import (
    Frame,
    FrameReader,
    SoundCell,
    SoundTrack,
    read_cells,
    read_track,
    sound_tracks,
)

__all__ = [
    "CutMeasure",
    "Frame",
    "FrameReader",
    "MediaState",
    "SoundCell",
    "SoundTrack",
    "content_id",
    "find_cuts",
    "media_state",
    "probe",
    "read_cells",
    "read_track",
    "sound_tracks",
]
