"""What a media file holds: streams, clocks, orientation, identity."""

from shotlog.media.container.breaks import Clock, Stamp, breaks_of, folded_times, jumps, packet_time
from shotlog.media.container.container import (
    Container,
    decoded,
    demuxed,
    make_ready,
    only,
    open_media,
    picture_stream,
    sound_stream,
)
from shotlog.media.container.errors import media_errors
from shotlog.media.container.identity import WHOLE, MediaState, content_id, media_state
from shotlog.media.container.nominal_rate import nominal_rate
from shotlog.media.container.probing import probe
from shotlog.media.container.tiles import cropped, whole_picture
from shotlog.media.container.timecode_track import timecode_rates
from shotlog.media.container.timing import frame_length

__all__ = [
    "WHOLE",
    "Clock",
    "Container",
    "MediaState",
    "Stamp",
    "breaks_of",
    "content_id",
    "cropped",
    "decoded",
    "demuxed",
    "folded_times",
    "frame_length",
    "jumps",
    "make_ready",
    "media_errors",
    "media_state",
    "nominal_rate",
    "only",
    "open_media",
    "packet_time",
    "picture_stream",
    "probe",
    "sound_stream",
    "timecode_rates",
    "whole_picture",
]
