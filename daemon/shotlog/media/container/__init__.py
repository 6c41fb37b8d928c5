"""Media files as containers: streams, clocks, orientation, timecode, identity.

:func:`probe` describes a file once; the decoders of ``shotlog.media.decoding`` open the streams
that it chose, by the helpers of this room.
"""

from shotlog.media.container.errors import media_errors
from shotlog.media.container.identity import MAX_FULL_READ, MediaState, content_id, media_state
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
from shotlog.media.container.tiles import assemble_tiles, crop

__all__ = [
    "MAX_FULL_READ",
    "Container",
    "MediaState",
    "assemble_tiles",
    "configure_decoder",
    "content_id",
    "crop",
    "decode_stream",
    "demux_stream",
    "media_errors",
    "media_state",
    "open_media",
    "picture_stream",
    "probe",
    "select_streams",
    "sound_stream",
]
