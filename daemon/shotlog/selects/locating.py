"""The media of picks, and the frames in them that selects show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.engine import ProbeCache
from shotlog.schema import (
    ClipEmpty,
    ClipOutsideMedia,
    ClipRange,
    Media,
    NoPicture,
    Problem,
    ShotlogError,
    TimeRange,
    VideoStream,
    nearest_frame,
)
from shotlog.selects.lengths import NO_LENGTH, Length
from shotlog.selects.picks import Pick
from shotlog_otio import MediaPiece, check_piece

_LOG_AGAIN = "Log the timeline again, and pick from the new log."

_OTHER_MEDIA = (
    "its media are not known to be those that were logged: they were changed or copied since, so"
    " the range may show another picture"
)


@dataclass(frozen=True)
class LocatedPick:
    """A pick whose media are there.

    Attributes:
        pick: The pick.
        clip: Its clip in the timeline that was logged.
        shown: The frames of the shot, in media time; of a still its one picture.
        piece: Those frames with the handles, or the still for as long as it is shown.
        warnings: Assumptions, in sentences that do not name the clip.
    """

    pick: Pick
    clip: ClipRange
    shown: TimeRange
    piece: MediaPiece
    warnings: tuple[str, ...]


def locate_picks(
    picks: Sequence[Pick], probe_cache: ProbeCache, handles: Length
) -> tuple[list[LocatedPick], tuple[Problem, ...]]:
    """Find the media of picks.

    Args:
        picks: The picks.
        probe_cache: Probes the media.
        handles: Length that is shown before and after each shot, as far as the media go.

    Returns:
        Those whose media can be used, and a problem for each of the others.
    """
    found: list[LocatedPick] = []
    problems: list[Problem] = []
    clips: dict[int, Mapping[str, ClipRange]] = {}
    for pick in picks:
        # By identity: a log is too large to be hashed for each of thousands of its shots.
        key = id(pick.log)
        if key not in clips:
            clips[key] = {clip.id: clip for clip in pick.log.edit.clips}
        try:
            clip = clips[key].get(pick.logged.shot.clip)
            found.append(locate_pick(pick, clip, probe_cache, handles))
        except ShotlogError as error:
            problem = error.problem
            subject = f"{pick.place}: {problem.subject}"
            problems.append(problem.model_copy(update={"subject": subject, "clip": None}))
    return found, tuple(problems)


def locate_pick(
    pick: Pick, clip: ClipRange | None, probe_cache: ProbeCache, handles: Length = NO_LENGTH
) -> LocatedPick:
    """Find the media of a pick, and the frames in them.

    Args:
        pick: The pick.
        clip: Its clip in the timeline that was logged; None where there is none.
        probe_cache: Probes the media.
        handles: Length that is shown before and after the shot, as far as the media go.

    Raises:
        ShotlogError: The media cannot be used.
    """
    logged = pick.logged
    if clip is None or clip.media is None:
        raise ClipEmpty(logged.shot.clip, "the log does not name its media", _LOG_AGAIN)
    media = probe_cache.get(clip.media)
    if media.video is None:
        raise NoPicture(media.path)
    if media.video.still:
        shown, piece = logged.shot.source, MediaPiece.of_still(media, logged.clip_name)
    else:
        shown, used = _frames_of(logged.shot.source, media, media.video, handles)
        piece = MediaPiece(media, used, logged.clip_name)
    check_piece(piece)
    other = media.content_id != logged.content_id
    return LocatedPick(pick, clip, shown, piece, (_OTHER_MEDIA,) if other else ())


def _frames_of(
    source: TimeRange, media: Media, video: VideoStream, handles: Length
) -> tuple[TimeRange, TimeRange]:
    """Return the frames of a range of film, without and with handles.

    Raises:
        ClipOutsideMedia: The file has not all of them, to within a frame.
    """
    tick = video.tick  # every frame starts at a whole number of ticks
    length = media.duration
    if length is None and video.frames is not None:
        length = video.frames / video.rate
    # Where nobody knows the length, nothing is known of frames after the shot.
    last = nearest_frame(source.end if length is None else length, 1 / tick)
    start = nearest_frame(source.start, 1 / tick)
    end = min(max(nearest_frame(source.end, 1 / tick), start + 1), last)
    if start >= end or source.end - last * tick > 1 / video.rate:
        raise ClipOutsideMedia(
            media.path,
            f"it ends at {float(last * tick):.2f} s, and the shot was logged from"
            f" {float(source.start):.2f} s to {float(source.end):.2f} s",
            _LOG_AGAIN,
        )
    # Frames of a variable rate have no common length: as many are taken as at the usual rate.
    rate = video.intended_rate
    more = handles.frames(rate) * nearest_frame(1 / rate, 1 / tick)
    shown, used = (start, end), (max(0, start - more), min(last, end + more))
    return _span(shown, tick), _span(used, tick)


def _span(ticks: tuple[int, int], tick: Fraction) -> TimeRange:
    return TimeRange.between(ticks[0] * tick, ticks[1] * tick)
