"""New timelines of media files, one after the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    VideoStream,
    is_text,
    readable,
)
from shotlog_otio.timeline.footage import footage_clock

_STILL = Fraction(5)
"""Seconds for which a still is shown: the default of DaVinci Resolve ("standard still duration")
and of Premiere Pro ("still image default duration")."""

_NUMBER = re.compile(r"%(?:0(\d+))?d")


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
    if not media:
        raise TimelineEmpty(name, "there is no file to put into it", "Give at least one file.")
    clips = [_clip(item) for item in media]
    timeline = otio.schema.Timeline(name=name)
    clock = footage_clock(media)
    timeline.global_start_time = otio.opentime.RationalTime(0, float(clock.rate))
    if clock.drop_frame is not None:  # OpenTimelineIO has no member of its own for it
        timeline.metadata[METADATA_KEY] = {"drop_frame": clock.drop_frame}
    timeline.tracks.name = name
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    track.extend(clips)
    timeline.tracks.append(track)
    text: str = otio.core.serialize_json_to_string(timeline, indent=4)
    return text.encode() + b"\n"


def _video(media: Media) -> VideoStream:
    if media.video is None:
        raise NoPicture(media.path)
    return media.video


def _clip(media: Media) -> Any:
    reference = _reference(media)
    reference.name = readable(Path(media.path).name)
    reference.available_range = _range(media)
    clip = otio.schema.Clip(name=reference.name, media_reference=reference)
    clip.source_range = reference.available_range
    return clip


def _range(media: Media) -> Any:
    """Return the range of a whole file, on the source clock of its timecode."""
    video = _video(media)
    duration = _STILL if video.still else video.duration
    if duration is None and video.frames is not None:
        duration = video.frames / video.rate
    if not duration:
        raise ClipEmpty(media.path, "its length is not known", "Copy or export it again.")
    start = media.start_timecode or Fraction(0)
    # No single rate has whole frame numbers for all frames of a variable rate, but its ticks have.
    rate = 1 / video.tick if video.variable_rate else video.rate
    times = (otio.opentime.RationalTime(float(t * rate), float(rate)) for t in (start, duration))
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
