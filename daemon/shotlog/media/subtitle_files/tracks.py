"""Subtitle tracks within a film: which there are, and the cues of those that are text.

FFmpeg decodes every form of text to lines of SubStation, so that one reading serves all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.subtitles.subtitle import AssSubtitle

from shotlog.media.container import (
    media_errors,
    open_media,
    picture_stream,
    select_streams,
    sound_stream,
)
from shotlog.media.subtitle_files.decoding import LARGEST
from shotlog.media.subtitle_files.reading import FileCue, cues_of
from shotlog.schema import Media, SubtitlesUnreadable, readable

if TYPE_CHECKING:
    import pysubs2

_STYLED: Final = "ass"
_TEXT: Final = frozenset({_STYLED, "mov_text", "subrip", "text", "webvtt"})
"""FFmpeg's names of the codecs that are text and whose packets tell how long they are shown; those
of closed captions do not."""
_UNDETERMINED: Final = "und"
"""Of ISO 639-2; MP4 cannot leave a language out."""
_TIMES: Final = len("00:00:00,400 --> 00:00:01,800\n\n")
_FIELDS: Final = 9
"""ReadOrder, Layer, Style, Name, MarginL, MarginR, MarginV, Effect, Text:
https://www.matroska.org/technical/subtitles.html#ssaass-subtitles."""


@dataclass(frozen=True, slots=True)
class SubtitleTrack:
    """A subtitle stream of a film.

    Attributes:
        number: Its number among the subtitle streams, from 1.
        index: Its index among all streams.
        language: Its language as the film tells it: ``eng``; empty where it tells none.
        codec: FFmpeg's name of its codec: ``mov_text``; empty where FFmpeg cannot decode it.
    """

    number: int
    index: int
    language: str
    codec: str

    def __str__(self) -> str:
        return f"subtitle track {self.number}" + (f" ({self.language})" if self.language else "")

    @property
    def is_text(self) -> bool:
        """True where :func:`read_subtitle_tracks` reads it; false for pictures of text."""
        return self.codec in _TEXT


@dataclass(frozen=True, slots=True)
class TrackText:
    """The cues of a track.

    Attributes:
        cues: In the order of the film, in media time.
        script: The script with its styles, if the track is SubStation; None for other forms.
        damaged: Number of subtitles that cannot be decoded.
    """

    cues: tuple[FileCue, ...]
    script: pysubs2.SSAFile | None
    damaged: int


def subtitle_tracks(media: Media) -> tuple[SubtitleTrack, ...]:
    """Return the subtitle streams of a film, in its order.

    Args:
        media: The description of the film by :func:`~shotlog.media.probe`.

    Raises:
        MediaMissing: the film no longer exists.
        MediaUnreadable: it can no longer be read.
    """
    if media.sequence is not None:
        return ()
    with media_errors(media.path), open_media(media.path, pictures=False) as container:
        streams = [stream for stream in container.streams if stream.type == "subtitle"]
        return tuple(
            SubtitleTrack(
                number=number,
                index=stream.index,
                language=_language(stream),
                codec=stream.codec_context.codec.canonical_name if stream.codec_context else "",
            )
            for number, stream in enumerate(streams, start=1)
        )


def read_subtitle_tracks(
    media: Media, tracks: Sequence[SubtitleTrack]
) -> Mapping[SubtitleTrack, TrackText]:
    """Return the cues of tracks, which are read in one pass over the film.

    Args:
        media: The description of the film by :func:`~shotlog.media.probe`.
        tracks: Some of its :func:`subtitle_tracks`, of text.

    Raises:
        SubtitlesUnreadable: All of them together are larger than a file of subtitles may be.
        MediaMissing: the film no longer exists.
        MediaUnreadable: it can no longer be read.
    """
    if not tracks:
        return {}
    import pysubs2  # few films have subtitles

    events: dict[int, list[pysubs2.SSAEvent]] = {track.index: [] for track in tracks}
    damaged = dict.fromkeys(events, 0)
    headers: dict[int, str] = {}
    with media_errors(media.path), open_media(media.path, pictures=False) as container:
        zero = _zero(container, media)
        for packet in _packets(container, media.path, frozenset(events)):
            index = packet.stream.index
            try:
                events[index] += _events(packet, zero)
            except (FFmpegError, ValueError):
                damaged[index] += 1
        for index in events:
            extra = container.streams[index].codec_context.extradata
            headers[index] = bytes(extra or b"").decode("utf-8", "replace")
    read = {}
    for track in tracks:
        styled = track.codec == _STYLED
        script = pysubs2.SSAFile.from_string(headers[track.index] if styled else "", format_="ass")
        script.events = events[track.index]
        cues = tuple(cues_of(script, substation=styled))
        read[track] = TrackText(cues, script if styled else None, damaged[track.index])
    return read


def _language(stream: Stream) -> str:
    told = readable(stream.metadata.get("language", ""))
    return "" if told == _UNDETERMINED else told


def _zero(container: InputContainer, media: Media) -> Fraction:
    """Return the time of media time 0 on the clock of the film, in seconds."""
    if media.video is not None:
        picture = picture_stream(container, media.video.index, media.path)
        return (media.video.origin or 0) * (picture.time_base or Fraction(0))
    if media.audio is not None:
        sound = sound_stream(container, media.audio.index, media.path)
        return (sound.start_time or 0) * (sound.time_base or Fraction(0))
    return Fraction(0)


def _packets(
    container: InputContainer, path: str, indices: frozenset[int]
) -> Iterator[Packet[Any]]:
    """Yield the packets of streams, until the film cannot be read any further."""
    streams = [stream for stream in container.streams.subtitles if stream.index in indices]
    select_streams(container, *streams)
    size = 0
    try:
        for packet in container.demux(streams):
            if packet.is_discard or not packet.size or packet.pts is None:
                continue
            size += packet.size + _TIMES  # as long as in a file
            if size > LARGEST:
                raise SubtitlesUnreadable(path, "these tracks are too large for subtitles")
            yield packet
    except FFmpegError:
        return


def _events(packet: Packet[Any], zero: Fraction) -> list[pysubs2.SSAEvent]:
    """Return the subtitles of a packet; it has none where no text is shown for a while.

    Raises:
        av.FFmpegError: FFmpeg cannot decode it.
        ValueError: A line lacks fields, or a number is none.
    """
    import pysubs2

    start = (packet.pts or 0) * packet.time_base - zero
    end = start + (packet.duration or 0) * packet.time_base
    made = []
    for line in packet.decode():
        if not isinstance(line, AssSubtitle):
            raise ValueError("no text")
        fields = line.ass.decode("utf-8", "replace").split(",", _FIELDS - 1)
        _, layer, style, name, left, right, below, effect, text = fields
        event = pysubs2.SSAEvent(round(start * 1000), round(end * 1000), text, style=style)
        event.layer, event.name, event.effect = int(layer), name, effect
        event.marginl, event.marginr, event.marginv = int(left), int(right), int(below)
        made.append(event)
    return made
