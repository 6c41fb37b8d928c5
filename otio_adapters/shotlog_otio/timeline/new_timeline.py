"""New timelines of media files, or of pieces of them, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

import opentimelineio as otio

from shotlog.markers import METADATA_KEY
from shotlog.schema import (
    ClipEmpty,
    Media,
    TimelineEmpty,
    TimeRange,
)
from shotlog_otio.timeline.footage import FootageClock, footage_clock
from shotlog_otio.timeline.new_markers import NewMarker, marker_object
from shotlog_otio.timeline.pieces import (
    Blank,
    MediaPiece,
    clip_object,
    gap_object,
    in_frames,
    length_of,
    video_of,
)

NO_FACTS: Mapping[str, str] = MappingProxyType({})


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


def make_timeline_of_pieces(
    parts: Sequence[MediaPiece | Blank],
    name: str,
    markers: Sequence[NewMarker] = (),
    facts: Mapping[str, str] = NO_FACTS,
) -> bytes:
    """Return a new .otio file: one video track that holds pieces of media in their order.

    Clips are counted as by :func:`make_timeline`, and the clock is that of :func:`pieces_clock`.
    Pieces that touch stay clips of their own.

    Args:
        parts: The pieces, and gaps between them.
        name: Of the timeline.
        markers: Markers on the timeline.
        facts: What is written into the metadata of the timeline, under our key.

    Returns:
        The text of the file, in UTF-8.

    Raises:
        TimelineEmpty: There is no piece.
        NoPicture: see :func:`check_piece`, as are the other errors.
    """
    pieces = [part for part in parts if isinstance(part, MediaPiece)]
    return _timeline(parts, name, pieces_clock(pieces) if pieces else None, markers, facts)


def pieces_clock(pieces: Sequence[MediaPiece]) -> FootageClock:
    """Return the clock of a timeline of pieces: each file counts with what is used of it.

    Args:
        pieces: At least one.
    """
    return footage_clock([_shortened(piece) for piece in pieces])


def _shortened(piece: MediaPiece) -> Media:
    video = video_of(piece.media)
    if video.still:  # its rate does not count
        return piece.media
    used = video.model_copy(update={"duration": piece.range.duration})
    return piece.media.model_copy(update={"video": used})


def _timeline(
    parts: Sequence[MediaPiece | Blank],
    name: str,
    clock: FootageClock | None,
    markers: Iterable[NewMarker] = (),
    facts: Mapping[str, str] = NO_FACTS,
) -> bytes:
    if clock is None:
        raise TimelineEmpty(name, "there is no file to put into it", "Give at least one file.")
    timeline = otio.schema.Timeline(name=name)
    timeline.global_start_time = otio.opentime.RationalTime(0, float(clock.rate))
    known: dict[str, str | bool] = dict(facts)
    if clock.drop_frame is not None:  # OpenTimelineIO has no member of its own for it
        known["drop_frame"] = clock.drop_frame
    if known:
        timeline.metadata[METADATA_KEY] = known
    timeline.tracks.name = name
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    track.extend(
        gap_object(part, clock.rate) if isinstance(part, Blank) else clip_object(part)
        for part in parts
    )
    timeline.tracks.append(track)
    timeline.tracks.markers.extend(
        marker_object(marker, in_frames(marker.range, clock.rate), clock.rate) for marker in markers
    )
    text: str = otio.core.serialize_json_to_string(timeline, indent=4)
    return text.encode() + b"\n"


def _whole(media: Media) -> TimeRange:
    video_of(media)
    length = length_of(media)
    if not length:
        raise ClipEmpty(media.path, "its length is not known", "Copy or export it again.")
    return TimeRange(start=Fraction(0), duration=length)
