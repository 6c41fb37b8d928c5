"""Groups of picks as video files, one for each group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from shotlog.engine import ProbeCache
from shotlog.media.encoding import Excerpt, copy_clip, encode_clip
from shotlog.schema import (
    DiskFull,
    MediaUnsupported,
    OutputNotWritable,
    Problem,
    ShotlogError,
    TimeRange,
)
from shotlog.selects.locating import LocatedPick, locate_pick
from shotlog.selects.picks import PickGroup

_COPIED_ONE = "it shows several stretches of media, and a copy without encoding can hold only one"


@dataclass(frozen=True)
class WrittenClip:
    """A video file of a group, or the reason why there is none.

    Attributes:
        group: The group.
        path: The file; None where its media cannot be read.
        early: Seconds by which it begins before the group: a copy begins at a keyframe.
        problem: The reason.
    """

    group: PickGroup
    path: Path | None
    early: Fraction = Fraction(0)
    problem: Problem | None = None


def write_clips(
    groups: Sequence[PickGroup],
    folder: Path,
    probe_cache: ProbeCache,
    *,
    copy: bool = False,
    progress: Callable[[Fraction], None] | None = None,
) -> Iterator[WrittenClip]:
    """Write a file for each group: ``01.mp4``, ``02.mp4`` and so on, in their order.

    The picks of a group follow each other, each from its media at normal speed, with the sound of
    the media. Each file appears whole or not at all.

    Args:
        groups: The groups.
        folder: An existing folder; files of these names are replaced.
        probe_cache: Probes the media.
        copy: True to copy the media without encoding them anew.
        progress: Receives the seconds of film that were written since its last call.

    Yields:
        The files, as soon as each is there.

    Raises:
        OutputNotWritable: A file cannot be written.
        DiskFull: There is no room for it.
    """
    digits = max(2, len(str(len(groups))))
    for number, group in enumerate(groups, start=1):
        path = folder / f"{number:0{digits}}.mp4"
        try:
            excerpts = _find_excerpts(group, probe_cache)
            if copy:
                early = _copy(excerpts, path, progress)
            else:
                encode_clip(excerpts, path, progress)
                early = Fraction(0)
        except (OutputNotWritable, DiskFull):
            raise
        except ShotlogError as error:  # the others can still be written
            subject = f"{group.key}: {error.problem.subject}"
            problem = error.problem.model_copy(update={"subject": subject})
            yield WrittenClip(group, None, problem=problem)
        else:
            yield WrittenClip(group, path, early)


def _find_excerpts(group: PickGroup, probe_cache: ProbeCache) -> list[Excerpt]:
    """Return the ranges of media that a group shows; ranges that touch are one.

    Raises:
        ShotlogError: The media of a pick cannot be used.
    """
    excerpts: list[Excerpt] = []
    for pick in group.picks:
        clip = next((c for c in pick.log.edit.clips if c.id == pick.logged.shot.clip), None)
        each = locate_pick(pick, clip, probe_cache)
        media, shown = each.piece.media, _shown(each)
        last = excerpts[-1] if excerpts else None
        if last is not None and last.media == media and last.range.end == shown.start:
            shown = TimeRange.between(excerpts.pop().range.start, shown.end)
        excerpts.append(Excerpt(media, shown))
    return excerpts


def _copy(
    excerpts: Sequence[Excerpt], path: Path, progress: Callable[[Fraction], None] | None
) -> Fraction:
    """Copy the only excerpt, and return the seconds by which the copy begins before it."""
    if len(excerpts) != 1:
        raise MediaUnsupported(path.name, _COPIED_ONE, "Encode it, without --copy.")
    (only,) = excerpts
    begin = copy_clip(only.media, only.range, path)
    if progress is not None:
        progress(only.range.duration)
    return only.range.start - begin


def _shown(each: LocatedPick) -> TimeRange:
    video = each.piece.media.video
    if video is None or not video.still:
        return each.shown
    # The one picture of a still is shown for the whole time.
    return TimeRange(start=each.shown.start, duration=each.pick.logged.shot.timeline.duration)
