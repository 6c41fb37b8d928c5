"""Choice of the picture and the sound stream of a file.

The probe chooses once; decoders open the chosen streams by their index.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple, cast

from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from shotlog.media.container.reading import demux_stream, open_media, select_streams
from shotlog.media.container.stream_ranking import StreamCandidate, rank_pictures, rank_sounds
from shotlog.media.container.tiles import PictureLayout, read_layout
from shotlog.schema import MediaReference, MediaUnreadable, MediaUnsupported

_MAX_TRIED = 500
"""Packets of a stream that may fail to decode before the next stream is tried."""


class StreamChoice(NamedTuple):
    """The streams of a file that are analysed.

    Attributes:
        picture: Index of the picture stream, or None.
        sound: Index of the sound stream, or None.
        layout: Composition of the picture of a HEIF or AVIF file.
        warnings: Better streams that were not chosen, and why.
    """

    picture: int | None
    sound: int | None
    layout: PictureLayout
    warnings: tuple[str, ...]


def choose_streams(container: InputContainer, reference: MediaReference) -> StreamChoice:
    """Choose the picture and the sound of a file.

    The best of :func:`rank_pictures` and :func:`rank_sounds` is chosen. Where it cannot be decoded
    the next is, with a warning: the same film is often stored twice. Secondary streams (stills,
    layers, slates, commentary) never replace a primary one.

    Args:
        container: The open file; no packet of it is read.
        reference: The file, opened again where packets must be read.

    Raises:
        MediaUnreadable: there is neither picture nor sound, or the picture's boxes are damaged.
        MediaUnsupported: there is no decoder for the picture, or it is text art.
    """
    path = reference.path
    pictures = rank_pictures(container, reference)
    sounds = rank_sounds(container, reference, pictures[0].number if pictures else None)
    if not pictures and not sounds:
        raise MediaUnreadable(path, "the file holds neither picture nor sound")
    sound, unheard = _first_decodable(reference, sounds, AudioFrame, "listened to")
    layout = PictureLayout()
    if pictures:
        best = cast(VideoStream, container.streams[pictures[0].number])
        layout = read_layout(container, best, path)
    if layout.tiles is not None:
        return StreamChoice(layout.tiles.streams[0], sound, layout, layout.warnings + unheard)
    picture, unseen = _first_decodable(reference, pictures, VideoFrame, "looked at")
    if pictures and picture is None:
        raise MediaUnsupported(path)
    return StreamChoice(picture, sound, layout, layout.warnings + unseen + unheard)


def _first_decodable(
    reference: MediaReference,
    candidates: Sequence[StreamCandidate],
    kind: type[VideoFrame] | type[AudioFrame],
    use: str,
) -> tuple[int | None, tuple[str, ...]]:
    """Return the index of the first stream that can be decoded, and a warning per better one.

    Where none can be decoded, the first for which there is a decoder.

    Args:
        reference: The file.
        candidates: Its streams, best first.
        kind: Frames that the stream must decode to.
        use: The use of the stream, for the warning.
    """
    eligible = [c for c in candidates if candidates[0].secondary or not c.secondary]
    known = [candidate for candidate in eligible if candidate.known]
    if len(eligible) > 1:  # a single stream is not decoded here: the probe does so next
        for chosen in known:
            if _decodes(reference, chosen.number, kind):
                better = [c for c in eligible[: eligible.index(chosen)] if not c.empty]
                return chosen.number, tuple(
                    f"stream {other.number} ({other.description}) cannot be decoded;"
                    f" stream {chosen.number} ({chosen.description}) was {use} instead"
                    for other in better
                )
    return (known[0].number if known else None), ()


def _decodes(
    reference: MediaReference, index: int, kind: type[VideoFrame] | type[AudioFrame]
) -> bool:
    """Return true where a frame of a stream can be decoded."""
    with suppress(FFmpegError), open_media(reference.path, reference.sequence) as container:
        stream = container.streams[index]
        select_streams(container, stream)
        for packet in islice(demux_stream(container, stream), _MAX_TRIED):
            with suppress(FFmpegError):
                if any(isinstance(frame, kind) for frame in packet.decode()):
                    return True
    return False
