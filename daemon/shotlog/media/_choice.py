"""Which streams of a file are the film and its sound.

One ranking serves both, and it is asked once: probe, decode and sound open the streams that were
chosen by their index. ``av_find_best_stream`` is not asked, as it knows neither the size of a
picture nor how long it lasts, nor still pictures and layers that make sense beside another alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from typing import Any, NamedTuple

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from shotlog.media._container import demuxed, only, open_media
from shotlog.media._orientation import UPRIGHT, Orientation
from shotlog.media._survey import Held, survey
from shotlog.media._tiles import tiles_of
from shotlog.schema.errors import MediaUnreadable, MediaUnsupported
from shotlog.schema.media import TileGrid
from shotlog.schema.ranges import MediaReference

_NO_PICTURE_OF_ITS_OWN = Disposition.attached_pic | Disposition.timed_thumbnails
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
_TEXT_ART = frozenset({"ansi", "bintext", "xbin", "idf"})

_TRIED = 500
"""Packets of one of several streams that may fail before it is given up."""

_SHORT = Fraction(1, 2)
"""A picture that lasts less than this share of the longest is a slate, a poster or a menu."""


class Choice(NamedTuple):
    """The streams of a file that are looked at and listened to.

    Attributes:
        picture: Index of the picture stream, or None.
        sound: Index of the sound stream, or None.
        tiles: The streams that make up the picture, where it is one of tiles.
        orientation: How a picture of tiles is shown.
        warnings: What was passed over that ought to have been taken, in words.
    """

    picture: int | None
    sound: int | None
    tiles: TileGrid | None
    orientation: Orientation
    warnings: tuple[str, ...]


class _Candidate(NamedTuple):
    """A stream that may be chosen.

    Attributes:
        number: Its index.
        words: What it is, for people.
        known: Whether there is a decoder for it.
        empty: Whether it seems to hold nothing.
    """

    number: int
    words: str
    known: bool
    empty: bool


def choose(reference: MediaReference) -> Choice:
    """Chooses the picture and the sound of a file.

    A picture, in this order: one that holds any; no still picture, and no layer or tile; the
    default by its container (all are in Matroska where nothing is said; those that are not
    disabled in MOV and MP4); not much shorter than the longest; the largest; the longest; the
    first. A sound: of the picture's programme; no commentary, description or the like; one that
    holds any; the default; the first. What then cannot be decoded gives way to the next, with a
    warning.

    Raises:
        MediaUnreadable: there is neither, or what holds the picture is damaged.
        MediaUnsupported: no decoder for the pictures, or they are text art.
    """
    path = reference.path
    with open_media(path, reference.sequence) as container:
        pictures = _pictures(container, reference)
        sounds = _sounds(container, reference, pictures[0].number if pictures else None)
        if not pictures and not sounds:
            raise MediaUnreadable(path, "the file holds neither picture nor sound")
        if pictures and not any(candidate.known for candidate in pictures):
            raise MediaUnsupported(path)
        shown = container.streams[pictures[0].number] if pictures else None
        is_film = shown is None or bool(shown.disposition & Disposition.default)
        tiles, orientation = (None, UPRIGHT) if is_film else tiles_of(container, path)
    sound, unheard = _first_decodable(reference, sounds, AudioFrame, "listened to")
    if tiles is not None:
        return Choice(tiles.streams[0], sound, tiles, orientation, unheard)
    picture, unseen = _first_decodable(reference, pictures, VideoFrame, "looked at")
    return Choice(picture, sound, None, UPRIGHT, unseen + unheard)


def _pictures(container: InputContainer, reference: MediaReference) -> list[_Candidate]:
    """The picture streams, the best first."""
    streams = [s for s in container.streams.video if not s.disposition & _NO_PICTURE_OF_ITS_OWN]
    held, complete = survey(reference, streams, lengths=True)
    lengths = {s.index: _length(s, held.get(s.index), complete) for s in streams}
    longest = max(lengths.values(), default=Fraction(0))

    def rank(stream: VideoStream) -> tuple[Any, ...]:
        return (
            _is_empty(stream, held),
            bool(stream.disposition & _NOT_THE_FILM),
            not stream.disposition & Disposition.default,
            lengths[stream.index] < _SHORT * longest,
            -_area(stream),
            -lengths[stream.index],
        )

    return [
        _Candidate(s.index, _picture_words(s), _has_decoder(s), _is_empty(s, held))
        for s in sorted(streams, key=rank)
    ]


def _sounds(
    container: InputContainer, reference: MediaReference, picture: int | None
) -> list[_Candidate]:
    """The sound streams, the best first."""
    streams = container.streams.audio
    indexed = all(len(stream.index_entries) for stream in streams)
    held, _ = ({}, False) if indexed else survey(reference, streams, lengths=False)
    best = container.streams.best
    programme = best("video", related=container.streams[picture]) if picture is not None else None

    def rank(stream: AudioStream) -> tuple[Any, ...]:
        return (
            # Where there are no programmes this is the same stream for every sound.
            programme is not None and best("video", related=stream) is not programme,
            bool(stream.disposition & _NOT_THE_SOUND),
            _is_empty(stream, held),
            not stream.disposition & Disposition.default,
        )

    return [
        _Candidate(s.index, _codec_words(s), _has_decoder(s), _is_empty(s, held))
        for s in sorted(streams, key=rank)
    ]


def _is_empty(stream: Stream, held: dict[int, Held]) -> bool:
    """Whether nothing of a stream was met, or not even the size of its pictures is known."""
    if isinstance(stream, VideoStream) and _has_decoder(stream) and not _area(stream):
        return True
    return bool(held) and stream.index not in held and not len(stream.index_entries)


def _length(stream: VideoStream, held: Held | None, complete: bool) -> Fraction:
    """Seconds from the first frame to the last, as met, or as the header has it."""
    met = held.last - held.first if held else Fraction(0)
    if complete or not stream.duration or not stream.time_base:
        return met
    return max(met, stream.duration * stream.time_base)


def _area(stream: VideoStream) -> int:
    return stream.codec_context.width * stream.codec_context.height if _has_decoder(stream) else 0


def _has_decoder(stream: Stream) -> bool:
    context = stream.codec_context
    return context is not None and context.codec.canonical_name not in _TEXT_ART


def _codec_words(stream: Stream) -> str:
    return stream.codec_context.codec.canonical_name if _has_decoder(stream) else "unknown codec"


def _picture_words(stream: VideoStream) -> str:
    if not _has_decoder(stream):
        return _codec_words(stream)
    context = stream.codec_context
    return f"{_codec_words(stream)}, {context.width} x {context.height}"


def _first_decodable(
    reference: MediaReference,
    candidates: Sequence[_Candidate],
    kind: type[VideoFrame] | type[AudioFrame],
    use: str,
) -> tuple[int | None, tuple[str, ...]]:
    """The first stream that can be decoded, the first of all where none can; and a warning."""
    known = [candidate.number for candidate in candidates if candidate.known]
    failed: list[_Candidate] = []
    if len(candidates) < 2:
        return next(iter(known), None), ()
    for candidate in candidates:
        if candidate.known and _decodes(reference, candidate.number, kind):
            warnings = tuple(
                f"stream {other.number} ({other.words}) cannot be decoded;"
                f" stream {candidate.number} ({candidate.words}) was {use} instead"
                for other in failed
                if not other.empty
            )
            return candidate.number, warnings
        failed.append(candidate)
    return next(iter(known), None), ()


def _decodes(
    reference: MediaReference, index: int, kind: type[VideoFrame] | type[AudioFrame]
) -> bool:
    with suppress(FFmpegError), open_media(reference.path, reference.sequence) as container:
        stream = container.streams[index]
        only(container, stream)
        for packet in islice(demuxed(container, stream), _TRIED):
            with suppress(FFmpegError):
                if any(isinstance(frame, kind) for frame in packet.decode()):
                    return True
    return False
