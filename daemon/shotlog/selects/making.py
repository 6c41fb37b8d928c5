"""A timeline of picked shots, and its log."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from shotlog.engine import ProbeCache
from shotlog.engine.sources import fold_warnings
from shotlog.schema import (
    ClipEmpty,
    ClipOutsideMedia,
    ClipRange,
    Cut,
    Edit,
    Log,
    Media,
    NoPicture,
    Problem,
    ShotlogError,
    TimelineEmpty,
    TimeRange,
    VideoStream,
    nearest_frame,
    readable,
)
from shotlog.selects.moving import MovedShot, collect_highlights
from shotlog.selects.picks import Pick, Selects
from shotlog_otio import (
    MediaPiece,
    check_piece,
    make_timeline_of_pieces,
    pieces_clock,
    read_edit,
)

_LOG_AGAIN = "Log the timeline again, and pick from the new log."

_OTHER_MEDIA = (
    "its media are not known to be those that were logged: they were changed or copied since, so"
    " the range may show another picture"
)


@dataclass(frozen=True)
class _Found:
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


def make_selects(
    picks: Sequence[Pick], name: str, probe_cache: ProbeCache, handles: int = 0
) -> Selects:
    """Make a timeline of shots: one video track, a clip for each, in their order.

    A clip shows the frames of its shot, at the rate of the media and counted from their start
    timecode. It runs forwards at normal speed, also where the logged timeline shows the shot
    backwards or with another speed; labels of moves are then those of the media. A range that does
    not begin on a frame of its media begins on the nearest. A freeze frame of film is one frame
    long, a still as long as in every new timeline. Shots that touch stay clips of their own.

    The log has every finding on the clock of the new timeline. Highlights are cut to the shots, and
    ranked anew by their scores, which remain relative to the timelines that they come from. There
    is no curve of excitement, as the curves of different timelines have no common scale.

    Args:
        picks: The shots; one may be picked more than once.
        name: Name of the timeline.
        probe_cache: Probes the media; what was probed already is not probed again.
        handles: Frames of the media shown before and after each shot, as far as there are any.

    Raises:
        TimelineEmpty: There is no pick, or the media of none can be used.
        ValueError: The number of handles is negative.
    """
    if handles < 0:
        raise ValueError(f"{handles} handles are fewer than none")
    name = readable(name)
    found, problems = _find(picks, probe_cache, handles)
    if not found:
        raise _nothing(name, problems)
    pieces = [each.piece for each in found]
    timeline = make_timeline_of_pieces(pieces, name)
    edit = _with_warnings(_read(timeline), found)
    moved = [
        MovedShot(each.pick, each.clip, clip, each.shown, each.piece)
        for each, clip in zip(found, edit.clips, strict=True)
    ]
    log = Log(
        edit=edit,
        shots=tuple(each.logged() for each in moved),
        highlights=tuple(collect_highlights(moved)),
        cuts={clip.id: tuple(_cuts_in(each)) for each, clip in zip(found, edit.clips, strict=True)},
        problems=problems,
        warnings=(
            *pieces_clock(pieces).warnings,
            *fold_warnings(edit.clips, {clip.id: clip.warnings for clip in edit.clips}),
        ),
    )
    return Selects(timeline, log, problems)


def _nothing(name: str, problems: Sequence[Problem]) -> TimelineEmpty:
    if not problems:
        return TimelineEmpty(name, "no shot was picked for it", "Pick at least one shot.")
    first = problems[0]
    return TimelineEmpty(
        name,
        f"of the {len(problems)} picked shots none can be used; the first, {first.subject}:"
        f" {first.message}",
        first.hint,
    )


def _find(
    picks: Sequence[Pick], probe_cache: ProbeCache, handles: int
) -> tuple[list[_Found], tuple[Problem, ...]]:
    found: list[_Found] = []
    problems: list[Problem] = []
    clips: dict[int, Mapping[str, ClipRange]] = {}
    for pick in picks:
        # By identity: a log is too large to be hashed for each of thousands of its shots.
        key = id(pick.log)
        if key not in clips:
            clips[key] = {clip.id: clip for clip in pick.log.edit.clips}
        try:
            clip = clips[key].get(pick.logged.shot.clip)
            found.append(_locate(pick, clip, probe_cache, handles))
        except ShotlogError as error:
            problem = error.problem
            subject = f"{pick.place}: {problem.subject}"
            problems.append(problem.model_copy(update={"subject": subject, "clip": None}))
    return found, tuple(problems)


def _locate(pick: Pick, clip: ClipRange | None, probe_cache: ProbeCache, handles: int) -> _Found:
    """Find the media of a pick, and the frames in them.

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
    return _Found(pick, clip, shown, piece, (_OTHER_MEDIA,) if other else ())


def _frames_of(
    source: TimeRange, media: Media, video: VideoStream, handles: int
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
    more = handles * nearest_frame(1 / video.intended_rate, 1 / tick)
    shown, used = (start, end), (max(0, start - more), min(last, end + more))
    return _span(shown, tick), _span(used, tick)


def _span(ticks: tuple[int, int], tick: Fraction) -> TimeRange:
    return TimeRange.between(ticks[0] * tick, ticks[1] * tick)


def _read(timeline: bytes) -> Edit:
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        file = Path(folder) / "selects.otio"
        file.write_bytes(timeline)
        return read_edit(file)


def _with_warnings(edit: Edit, found: Sequence[_Found]) -> Edit:
    clips = (
        clip.model_copy(update={"warnings": (*clip.warnings, *each.warnings)})
        for each, clip in zip(found, edit.clips, strict=True)
    )
    return edit.model_copy(update={"clips": tuple(clips)})


def _cuts_in(each: _Found) -> list[Cut]:
    """Return the changes of shot in a clip: those that its handles reach."""
    cuts = each.pick.log.cuts.get(each.clip.id, ())
    return [cut for cut in cuts if each.piece.range.start < cut.at < each.piece.range.end]
