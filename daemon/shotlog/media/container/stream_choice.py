"""Which streams of a file are the film and its sound.

One ranking serves both, and it is asked once: probe, decode and sound open the streams that were
chosen by their index. ``av_find_best_stream`` is not asked, as it knows neither the size of a
picture nor how long it lasts, nor still pictures and layers that make sense beside another alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from typing import NamedTuple, cast

from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from shotlog.media.container.container import demuxed, only, open_media
from shotlog.media.container.survey import Held, survey
from shotlog.media.container.tiles import Layout, layout_of
from shotlog.schema import MediaReference, MediaUnreadable, MediaUnsupported

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

_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")

_TRIED = 500
"""Packets of one of several streams that may fail before it is given up."""

_SHORT = Fraction(1, 2)
"""A picture that lasts less than this share of the longest is a slate, a poster or a menu."""


class Choice(NamedTuple):
    """The streams of a file that are looked at and listened to.

    Attributes:
        picture: Index of the picture stream, or None.
        sound: Index of the sound stream, or None.
        layout: How the picture of a HEIF or AVIF file is made.
        warnings: What was passed over that ought to have been taken, in words.
    """

    picture: int | None
    sound: int | None
    layout: Layout
    warnings: tuple[str, ...]


class _Candidate(NamedTuple):
    """A stream that may be chosen.

    Attributes:
        number: Its index.
        words: What it is, for people.
        known: Whether there is a decoder for it.
        empty: Whether it seems to hold nothing.
        beside: Whether it only makes sense beside another.
    """

    number: int
    words: str
    known: bool
    empty: bool
    beside: bool


def choose(container: InputContainer, reference: MediaReference) -> Choice:
    """Chooses the picture and the sound of a file.

    A picture, in this order: one that holds any; no still picture, and no layer or tile; the
    default by its container (all are in Matroska where nothing is said; those that are not
    disabled in MOV and MP4); not much shorter than the longest; the largest; the longest; the
    first. A sound: of the picture's programme; no commentary, description or the like; one that
    holds any; the default; the first. What then cannot be decoded gives way to the next, with a
    warning: the same film is often there twice. It never gives way to what only makes sense beside
    another: stills, layers, slates, commentary.

    Args:
        container: The file, opened; nothing of it is read.
        reference: The file, opened again where packets must be seen.

    Raises:
        MediaUnreadable: there is neither, or what holds the picture is damaged.
        MediaUnsupported: no decoder for the picture, or it is text art.
    """
    path = reference.path
    pictures = _pictures(container, reference)
    sounds = _sounds(container, reference, pictures[0].number if pictures else None)
    if not pictures and not sounds:
        raise MediaUnreadable(path, "the file holds neither picture nor sound")
    sound, unheard = _first_decodable(reference, sounds, AudioFrame, "listened to")
    layout = Layout()
    if pictures:
        best = cast(VideoStream, container.streams[pictures[0].number])
        layout = layout_of(container, best, path)
    if layout.tiles is not None:
        return Choice(layout.tiles.streams[0], sound, layout, layout.warnings + unheard)
    picture, unseen = _first_decodable(reference, pictures, VideoFrame, "looked at")
    if pictures and picture is None:
        raise MediaUnsupported(path)
    return Choice(picture, sound, layout, layout.warnings + unseen + unheard)


def _pictures(container: InputContainer, reference: MediaReference) -> list[_Candidate]:
    """The picture streams, the best first."""
    streams = [s for s in container.streams.video if not s.disposition & _NO_PICTURE_OF_ITS_OWN]
    held, complete = survey(reference, streams, lengths=True)
    claimed = Fraction(container.duration or 0, 1_000_000)
    lengths = {
        s.index: _met(held.get(s.index)) if complete else _claimed(s, claimed) for s in streams
    }
    longest = max(lengths.values(), default=Fraction(0))
    ranked = []
    for stream in streams:
        length, empty = lengths[stream.index], _is_empty(stream, held)
        short, layer = length < _SHORT * longest, bool(stream.disposition & _NOT_THE_FILM)
        default = bool(stream.disposition & Disposition.default)
        words, known = _picture_words(stream), _has_decoder(stream)
        # Without a decoder the size is unknown too: it may be the film, so it is not passed over
        # in silence.
        size = (known, -_area(stream))
        rank = (empty, layer, not default, short, size, -length, stream.index)
        ranked.append((rank, _Candidate(stream.index, words, known, empty, layer or short)))
    return [candidate for _, candidate in sorted(ranked)]


def _sounds(
    container: InputContainer, reference: MediaReference, picture: int | None
) -> list[_Candidate]:
    """The sound streams, the best first."""
    streams = container.streams.audio
    indexed = all(len(stream.index_entries) for stream in streams)
    held, _ = ({}, False) if indexed else survey(reference, streams, lengths=False)
    shown = None if picture is None else container.streams[picture]
    ranked = []
    for stream in streams:
        apart = shown is not None and not _same_programme(container, shown, stream)
        aside, empty = bool(stream.disposition & _NOT_THE_SOUND), _is_empty(stream, held)
        default = bool(stream.disposition & Disposition.default)
        rank = (apart, aside, empty, not default, stream.index)
        words, known = _codec_words(stream), _has_decoder(stream)
        ranked.append((rank, _Candidate(stream.index, words, known, empty, apart or aside)))
    return [candidate for _, candidate in sorted(ranked)]


def _same_programme(container: InputContainer, picture: Stream, sound: Stream) -> bool:
    """Whether a picture and a sound belong together, in a transport stream of several programmes.

    PyAV does not list programmes, but FFmpeg names the best picture of that of a stream.
    """
    best = container.streams.best
    return best("video", related=picture) is best("video", related=sound)


def _is_empty(stream: Stream, held: dict[int, Held]) -> bool:
    """Whether nothing of a stream was met, or not even the size of its pictures is known."""
    if isinstance(stream, VideoStream) and _has_decoder(stream) and not _area(stream):
        return True
    return bool(held) and stream.index not in held and not len(stream.index_entries)


def _met(held: Held | None) -> Fraction:
    """Seconds from the first packet to the last."""
    return held.last - held.first if held else Fraction(0)


def _claimed(stream: VideoStream, container: Fraction) -> Fraction:
    """Seconds as the header of a stream, its tag in Matroska, or the container has it."""
    if stream.duration and stream.time_base:
        return stream.duration * stream.time_base
    for name, value in stream.metadata.items():  # DURATION, or DURATION-eng
        match = _CLOCK.fullmatch(value) if name.upper().startswith("DURATION") else None
        if match:
            return int(match[1]) * 3600 + int(match[2]) * 60 + Fraction(match[3])
    return container


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
    """The first stream that can be decoded, with a warning where another ought to be.

    Where none can, the first for which there is a decoder.
    """
    fit = [c for c in candidates if candidates[0].beside or not c.beside]
    known = [candidate for candidate in fit if candidate.known]
    if len(fit) > 1:
        for taken in known:
            if _decodes(reference, taken.number, kind):
                passed = [c for c in fit[: fit.index(taken)] if not c.empty]
                return taken.number, tuple(
                    f"stream {other.number} ({other.words}) cannot be decoded;"
                    f" stream {taken.number} ({taken.words}) was {use} instead"
                    for other in passed
                )
    return (known[0].number if known else None), ()


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
