"""Groups of picks as video files, one for each group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from shotlog.engine import ProbeCache
from shotlog.media.encoding import Excerpt, copy_clip, encode_clip
from shotlog.schema import (
    ClipEmpty,
    ClipRange,
    DiskFull,
    MediaUnsupported,
    OutputNotWritable,
    Problem,
    ShotlogError,
    TimeRange,
)
from shotlog.selects.picks import Pick, PickGroup

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
            excerpts = find_excerpts(group, probe_cache)
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


def find_excerpts(group: PickGroup, probe_cache: ProbeCache) -> list[Excerpt]:
    """Return the ranges of media that a group shows; ranges that touch are one.

    Raises:
        ClipEmpty: The log does not name the media of a pick.
        MediaError: Media cannot be read.
    """
    excerpts: list[Excerpt] = []
    for pick in group.picks:
        clip = next((c for c in pick.log.edit.clips if c.id == pick.logged.shot.clip), None)
        if clip is None or clip.media is None:
            hint = "Log the timeline again."
            raise ClipEmpty(pick.place, "the log does not name its media", hint)
        media, shown = probe_cache.get(clip.media), _shown(pick, clip)
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


def _shown(pick: Pick, clip: ClipRange) -> TimeRange:
    shot = pick.logged.shot
    # Of a still or a freeze frame the log has one picture, which is shown for the whole time.
    frozen = clip.time_map.is_freeze and shot.source.duration < shot.timeline.duration
    duration = shot.timeline.duration if frozen else shot.source.duration
    return TimeRange(start=shot.source.start, duration=duration)
