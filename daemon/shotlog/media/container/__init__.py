"""Media files as containers: streams, clocks, orientation, timecode, identity.

:func:`probe` describes a file once; the decoders of ``shotlog.media.decoding`` open the streams
that it chose, by the helpers of this room.
"""

from shotlog.media.container.breaks import continuous_times, find_breaks
from shotlog.media.container.discontinuities import find_jumps
from shotlog.media.container.errors import media_errors
from shotlog.media.container.frame_rate import compute_frame_length
from shotlog.media.container.identity import MAX_FULL_READ, MediaState, content_id, media_state
from shotlog.media.container.nominal_rate import estimate_nominal_rate
from shotlog.media.container.probing import probe
from shotlog.media.container.reading import (
    Container,
    configure_decoder,
    decode_stream,
    demux_stream,
    open_media,
    picture_stream,
    select_streams,
    sound_stream,
)
from shotlog.media.container.stamps import PacketStamp, StreamStamps, packet_time
from shotlog.media.container.tiles import assemble_tiles, crop
from shotlog.media.container.timecode_track import read_timecode_rates

__all__ = [
    "MAX_FULL_READ",
    "Container",
    "MediaState",
    "PacketStamp",
    "StreamStamps",
    "assemble_tiles",
    "compute_frame_length",
    "configure_decoder",
    "content_id",
    "continuous_times",
    "crop",
    "decode_stream",
    "demux_stream",
    "estimate_nominal_rate",
    "find_breaks",
    "find_jumps",
    "media_errors",
    "media_state",
    "open_media",
    "packet_time",
    "picture_stream",
    "probe",
    "read_timecode_rates",
    "select_streams",
    "sound_stream",
]
