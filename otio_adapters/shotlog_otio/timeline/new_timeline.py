"""New timelines of media files, or of pieces of them, one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shotlog.markers import METADATA_KEY
from shotlog.schema import (
    ClipEmpty,
    Media,
    MediaUnsupported,
    NoPicture,
    TimelineEmpty,
    TimeRange,
    VideoStream,
    is_text,
    readable,
)
from shotlog_otio.timeline.footage import FootageClock, footage_clock

_STILL = Fraction(5)
"""Seconds for which a still is shown: the default of DaVinci Resolve ("standard still duration")
and of Premiere Pro ("still image default duration")."""

_NUMBER = re.compile(r"%(?:0(\d+))?d")


@dataclass(frozen=True)
class MediaPiece:
    """A part of a media file, as a clip of a new timeline.

    Attributes:
        media: The file.
        range: The part, in media time; of a still the time for which it is shown. Whole frames, or
            whole ticks of a variable rate, are counted exactly.
        name: Name of the clip; the file's where it is empty.
    """

    media: Media
    range: TimeRange
    name: str = ""

    @classmethod
    def of_still(cls, media: Media, name: str = "") -> MediaPiece:
        """Return a still, shown as long as every one in a new timeline: 5 s."""
        return cls(media, TimeRange(start=Fraction(0), duration=_STILL), name)


def make_timeline(media: Sequence[Media], name: str) -> bytes:
    """Return a new .otio file: one video track that holds every file from first frame to last.

    The timeline has the clock of :func:`~shotlog_otio.timeline.footage.footage_clock` and starts at
    00:00:00:00. Each clip is counted at its own rate, from its own start timecode, so nothing is
    rounded; a file of a variable rate is counted in its own ticks. A still is shown for 5 s.

    Args:
        media: The files, in the order of the timeline.
        name: Of the timeline.

    Returns:
        The text of the file, in UTF-8.

    Raises:
        TimelineEmpty: There is no file.
        NoPicture: A file has no video stream.
        MediaUnsupported: The names of numbered pictures are not UTF-8.
        ClipEmpty: The length of a file is 0, or not known.
    """
    pieces = [MediaPiece(item, _whole(item)) for item in media]
    return _timeline(pieces, name, footage_clock(media) if media else None)


def make_timeline_of_pieces(pieces: Sequence[MediaPiece], name: str) -> bytes:
    """Return a new .otio file: one video track that holds pieces of media in their order.

    Clips are counted as by :func:`make_timeline`, and the clock is that of :func:`pieces_clock`.
    Pieces that touch stay clips of their own.

    Args:
        pieces: The pieces.
        name: Of the timeline.

    Returns:
        The text of the file, in UTF-8.

    Raises:
        TimelineEmpty: There is no piece.
        NoPicture: see :func:`check_piece`, as are the other errors.
    """
    return _timeline(pieces, name, pieces_clock(pieces) if pieces else None)


def pieces_clock(pieces: Sequence[MediaPiece]) -> FootageClock:
    """Return the clock of a timeline of pieces: each file counts with what is used of it.

    Args:
        pieces: At least one.
    """
    return footage_clock([_shortened(piece) for piece in pieces])


def _shortened(piece: MediaPiece) -> Media:
    video = _video(piece.media)
    if video.still:  # its rate does not count
        return piece.media
    used = video.model_copy(update={"duration": piece.range.duration})
    return piece.media.model_copy(update={"video": used})


def check_piece(piece: MediaPiece) -> None:
    """Check that a piece can stand in a new timeline.

    Raises:
        NoPicture: The file has no video stream.
        MediaUnsupported: The names of numbered pictures are not UTF-8.
        ClipEmpty: The piece has no length.
    """
    _clip(piece)


def _timeline(pieces: Sequence[MediaPiece], name: str, clock: FootageClock | None) -> bytes:
    if clock is None:
        raise TimelineEmpty(name, "there is no file to put into it", "Give at least one file.")
    timeline = otio.schema.Timeline(name=name)
    timeline.global_start_time = otio.opentime.RationalTime(0, float(clock.rate))
    if clock.drop_frame is not None:  # OpenTimelineIO has no member of its own for it
        timeline.metadata[METADATA_KEY] = {"drop_frame": clock.drop_frame}
    timeline.tracks.name = name
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    track.extend(map(_clip, pieces))
    timeline.tracks.append(track)
    text: str = otio.core.serialize_json_to_string(timeline, indent=4)
    return text.encode() + b"\n"


def _video(media: Media) -> VideoStream:
    if media.video is None:
        raise NoPicture(media.path)
    return media.video


def _clip(piece: MediaPiece) -> Any:
    media = piece.media
    video = _video(media)
    if not piece.range.duration:
        raise ClipEmpty(media.path)
    reference = _reference(media)
    reference.name = readable(Path(media.path).name)
    # The length of a file may be unknown: it has at least what is used of it.
    length = max(_length(media) or Fraction(0), piece.range.end)
    reference.available_range = _counted(
        TimeRange(start=Fraction(0), duration=length), media, video
    )
    clip = otio.schema.Clip(name=piece.name or reference.name, media_reference=reference)
    clip.source_range = _counted(piece.range, media, video)
    return clip


def _whole(media: Media) -> TimeRange:
    _video(media)
    length = _length(media)
    if not length:
        raise ClipEmpty(media.path, "its length is not known", "Copy or export it again.")
    return TimeRange(start=Fraction(0), duration=length)


def _length(media: Media) -> Fraction | None:
    """Return the length of a whole file in a new timeline; None if unknown."""
    video = _video(media)
    if video.still:
        return _STILL
    if video.duration is None and video.frames is not None:
        return video.frames / video.rate
    return video.duration


def _counted(part: TimeRange, media: Media, video: VideoStream) -> Any:
    """Return a range of a file on the source clock of its timecode, at the file's own rate."""
    start = part.start + (media.start_timecode or Fraction(0))
    # No single rate has whole frame numbers for all frames of a variable rate, but its ticks have.
    rate = 1 / video.tick if video.variable_rate else video.rate
    times = (
        otio.opentime.RationalTime(float(t * rate), float(rate)) for t in (start, part.duration)
    )
    return otio.opentime.TimeRange(*times)


def _reference(media: Media) -> Any:
    sequence = media.sequence
    if sequence is None:
        return otio.schema.ExternalReference(target_url=Path(media.path).absolute().as_uri())
    folder, name = Path(sequence.pattern).absolute().parent, Path(sequence.pattern).name
    # %% is a percent sign. Two other characters keep the positions of the rest.
    number = _NUMBER.search(name.replace("%%", "\0\0"))
    if number is None:
        raise NoPicture(media.path, "its pictures have no number in their names")
    if not is_text(name):
        raise MediaUnsupported(
            media.path, "a timeline cannot hold the names of its pictures", "Rename them."
        )
    return otio.schema.ImageSequenceReference(
        target_url_base=Path(str(folder).replace("%%", "%")).as_uri() + "/",
        name_prefix=name[: number.start()].replace("%%", "%"),
        name_suffix=name[number.end() :].replace("%%", "%"),
        start_frame=sequence.first,
        frame_step=sequence.step,
        # The reference counts numbers, of which only each step is a picture.
        rate=float(sequence.rate * sequence.step),
        frame_zero_padding=int(number[1] or 0),
    )
