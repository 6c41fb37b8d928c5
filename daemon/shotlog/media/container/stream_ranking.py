"""Ranking of the picture and sound streams of a file."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from shotlog.media.container.survey import PacketSpan, survey_streams
from shotlog.schema import MediaReference

# av_find_best_stream is not used: it knows neither the size of a picture nor its length, nor the
# still pictures and layers that have a meaning beside another stream alone.

_COVER_ART = Disposition.attached_pic | Disposition.timed_thumbnails
_NOT_THE_FILM = Disposition.dependent | Disposition.still_image
_NOT_THE_SOUND = (
    Disposition.dependent
    | Disposition.comment
    | Disposition.descriptions
    | Disposition.visual_impaired
    | Disposition.hearing_impaired
    | Disposition.clean_effects
    | Disposition.non_diegetic
    | Disposition.karaoke
    | Disposition.lyrics
)
# FFmpeg renders these text files as pictures.
_TEXT_ART = frozenset({"ansi", "bintext", "xbin", "idf"})

_DURATION = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")

_SHORT = Fraction(1, 2)
"""Share of the longest picture below which another is a slate, a poster or a menu."""


class StreamCandidate(NamedTuple):
    """A stream that may be chosen.

    Attributes:
        number: Its index in the file.
        description: Codec and size, for people.
        known: True where there is a decoder for it.
        empty: True where it seems to hold no packets.
        secondary: True where it has a meaning beside another stream alone: a layer, a commentary.
    """

    number: int
    description: str
    known: bool
    empty: bool
    secondary: bool


def rank_pictures(container: InputContainer, reference: MediaReference) -> list[StreamCandidate]:
    """Return the picture streams, best first.

    The order: streams with packets; no still picture, layer or tile; the default of the container
    (all are in Matroska without flags; in MOV and MP4 those that are enabled); not much shorter
    than the longest; the largest; the longest; the first.
    """
    streams = [s for s in container.streams.video if not s.disposition & _COVER_ART]
    spans, complete = survey_streams(reference, streams, lengths=True)
    claimed = Fraction(container.duration or 0, 1_000_000)  # in AV_TIME_BASE
    lengths = {
        s.index: _span_length(spans.get(s.index)) if complete else _claimed_length(s, claimed)
        for s in streams
    }
    longest = max(lengths.values(), default=Fraction(0))
    ranked = []
    for stream in streams:
        length, empty = lengths[stream.index], _is_empty(stream, spans)
        short, layer = length < _SHORT * longest, bool(stream.disposition & _NOT_THE_FILM)
        default = bool(stream.disposition & Disposition.default)
        description, known = _describe_picture(stream), _has_decoder(stream)
        # Without a decoder the size is unknown too: it may be the film, so it ranks first here and
        # a warning names it.
        size = (known, -_area(stream))
        rank = (empty, layer, not default, short, size, -length, stream.index)
        candidate = StreamCandidate(stream.index, description, known, empty, layer or short)
        ranked.append((rank, candidate))
    return [candidate for _, candidate in sorted(ranked)]


def rank_sounds(
    container: InputContainer, reference: MediaReference, picture: int | None
) -> list[StreamCandidate]:
    """Return the sound streams, best first.

    The order: of the picture's programme; no commentary, description or the like; streams with
    packets; the default of the container; the first.

    Args:
        container: The open file; no packet of it is read.
        reference: The file, opened again where packets must be read.
        picture: Index of the best picture stream, or None.
    """
    streams = container.streams.audio
    # Streams with an index have packets: nothing needs to be read.
    indexed = all(len(stream.index_entries) for stream in streams)
    spans, _ = ({}, False) if indexed else survey_streams(reference, streams, lengths=False)
    shown = None if picture is None else container.streams[picture]
    ranked = []
    for stream in streams:
        foreign = shown is not None and not _same_programme(container, shown, stream)
        aside, empty = bool(stream.disposition & _NOT_THE_SOUND), _is_empty(stream, spans)
        default = bool(stream.disposition & Disposition.default)
        rank = (foreign, aside, empty, not default, stream.index)
        description, known = _describe_codec(stream), _has_decoder(stream)
        candidate = StreamCandidate(stream.index, description, known, empty, foreign or aside)
        ranked.append((rank, candidate))
    return [candidate for _, candidate in sorted(ranked)]


def _has_decoder(stream: Stream) -> bool:
    """Return true where a stream can be decoded to pictures or sound; text art is neither."""
    context = stream.codec_context
    # PyAV makes no context for a codec that this FFmpeg cannot decode.
    return context is not None and context.codec.canonical_name not in _TEXT_ART


def _same_programme(container: InputContainer, picture: Stream, sound: Stream) -> bool:
    """Return true where both streams belong to one programme of a transport stream."""
    # PyAV does not list programmes, but FFmpeg returns the best picture of a stream's programme.
    best = container.streams.best
    return best("video", related=picture) is best("video", related=sound)


def _is_empty(stream: Stream, spans: dict[int, PacketSpan]) -> bool:
    """Return true where a stream has no packets, or its pictures have no size."""
    if isinstance(stream, VideoStream) and _has_decoder(stream) and not _area(stream):
        return True
    return bool(spans) and stream.index not in spans and not len(stream.index_entries)


def _span_length(span: PacketSpan | None) -> Fraction:
    """Return the seconds from the first packet to the last."""
    return span.last - span.first if span else Fraction(0)


def _claimed_length(stream: VideoStream, container: Fraction) -> Fraction:
    """Return the seconds that the stream's header, its tag in Matroska, or the container claims."""
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    for name, value in stream.metadata.items():  # DURATION, or DURATION-eng
        match = _DURATION.fullmatch(value) if name.upper().startswith("DURATION") else None
        if match:
            return int(match[1]) * 3600 + int(match[2]) * 60 + Fraction(match[3])
    return container


def _area(stream: VideoStream) -> int:
    return stream.codec_context.width * stream.codec_context.height if _has_decoder(stream) else 0


def _describe_codec(stream: Stream) -> str:
    return stream.codec_context.codec.canonical_name if _has_decoder(stream) else "unknown codec"


def _describe_picture(stream: VideoStream) -> str:
    if not _has_decoder(stream):
        return _describe_codec(stream)
    context = stream.codec_context
    return f"{_describe_codec(stream)}, {context.width} x {context.height}"
