"""The parts of a new timeline: pieces of media as clips, and gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shotlog.schema import (
    ClipEmpty,
    Media,
    MediaUnsupported,
    NoPicture,
    TimeRange,
    VideoStream,
    is_text,
    nearest_frame,
    readable,
)
from shotlog_otio.timeline.new_markers import NewMarker, marker_object

STILL = Fraction(5)
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
        markers: Markers on the clip, in media time.
    """

    media: Media
    range: TimeRange
    name: str = ""
    markers: tuple[NewMarker, ...] = ()

    @classmethod
    def of_still(cls, media: Media, name: str = "") -> MediaPiece:
        """Return a still, shown as long as every one in a new timeline: 5 s."""
        return cls(media, TimeRange(start=Fraction(0), duration=STILL), name)


@dataclass(frozen=True)
class Blank:
    """A stretch of a new timeline that shows nothing.

    Attributes:
        duration: Its length in seconds; rounded to frames of the timeline, one at least.
    """

    duration: Fraction


def check_piece(piece: MediaPiece) -> None:
    """Check that a piece can stand in a new timeline.

    Raises:
        NoPicture: The file has no video stream.
        MediaUnsupported: The names of numbered pictures are not UTF-8.
        ClipEmpty: The piece has no length.
    """
    clip_object(piece)


def gap_object(blank: Blank, rate: Fraction) -> Any:
    """Return a gap as an object of OpenTimelineIO, counted at the rate of the timeline."""
    frames = max(1, nearest_frame(blank.duration, rate))
    whole = TimeRange(start=Fraction(0), duration=frames / rate)
    return otio.schema.Gap(source_range=in_frames(whole, rate))


def in_frames(range_: TimeRange, rate: Fraction) -> Any:
    """Return a range in frames of a rate, from and to the nearest ones."""
    first, end = nearest_frame(range_.start, rate), nearest_frame(range_.end, rate)
    times = (otio.opentime.RationalTime(n, float(rate)) for n in (first, end - first))
    return otio.opentime.TimeRange(*times)


def video_of(media: Media) -> VideoStream:
    """Return the pictures of a file.

    Raises:
        NoPicture: It has none.
    """
    if media.video is None:
        raise NoPicture(media.path)
    return media.video


def clip_object(piece: MediaPiece) -> Any:
    """Return a piece as a clip of OpenTimelineIO; for the errors see :func:`check_piece`."""
    media = piece.media
    video = video_of(media)
    if not piece.range.duration:
        raise ClipEmpty(media.path)
    reference = _reference(media)
    reference.name = readable(Path(media.path).name)
    # The length of a file may be unknown: it has at least what is used of it.
    length = max(length_of(media) or Fraction(0), piece.range.end)
    reference.available_range = _counted(
        TimeRange(start=Fraction(0), duration=length), media, video
    )
    clip = otio.schema.Clip(name=piece.name or reference.name, media_reference=reference)
    clip.source_range = _counted(piece.range, media, video)
    clip.markers.extend(
        marker_object(marker, _counted(marker.range, media, video), _counts_at(video))
        for marker in piece.markers
    )
    return clip


def length_of(media: Media) -> Fraction | None:
    """Return the length of a whole file in a new timeline; None if unknown."""
    video = video_of(media)
    if video.still:
        return STILL
    if video.duration is None and video.frames is not None:
        return video.frames / video.rate
    return video.duration


def _counted(part: TimeRange, media: Media, video: VideoStream) -> Any:
    """Return a range of a file on the source clock of its timecode, at the file's own rate."""
    start = part.start + (media.start_timecode or Fraction(0))
    rate = _counts_at(video)
    times = (
        otio.opentime.RationalTime(float(t * rate), float(rate)) for t in (start, part.duration)
    )
    return otio.opentime.TimeRange(*times)


def _counts_at(video: VideoStream) -> Fraction:
    # No single rate has whole frame numbers for all frames of a variable rate, but its ticks have.
    return 1 / video.tick if video.variable_rate else video.rate


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
