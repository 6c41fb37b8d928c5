"""Examination of clips: both passes over the media, repeated where media change meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from shotlog.engine.cache import Cache
from shotlog.engine.passes import (
    FirstPassResult,
    SegmentedClip,
    WindowResults,
    plan_reads,
    plan_window_frames,
    run_first_pass,
    run_second_pass,
    segment,
)
from shotlog.engine.progress import RunProgress, StageProgress
from shotlog.engine.sources import LocatedClip, MediaUses, ProbeCache, locate, locate_sound
from shotlog.media.cuts import CutFinder
from shotlog.schema import Analyzer, ClipOutsideMedia, ClipRange, MediaChanging, Problem, TimeRange

_READINGS = 2
"""Times that a file is read while another program writes to it, before its clips are given up."""


@dataclass(frozen=True)
class WantedClips:
    """Clips to examine, of one edit or of several.

    Attributes:
        clips: The clips of picture.
        sound: The clips of audio tracks.
        uses: By the id of each clip, its edit's use of files.
    """

    clips: Sequence[ClipRange]
    sound: Sequence[ClipRange]
    uses: Mapping[str, MediaUses]


@dataclass(frozen=True)
class Examination:
    """Result of examining clips, apart from the evidence in the cache.

    Attributes:
        located: The clips whose media were found.
        heard: The clips of audio tracks whose sound was found.
        unheard: By the id of a clip of an audio track, the reason why its sound was not found.
        segmented: Those that could be read, divided into shots.
        first_pass: Failures of the first pass.
        windows: Rows of the models.
        problems: One for each clip that could not be used at all.
        changed: Ids of the clips whose media were written to during the run.
    """

    located: list[LocatedClip]
    heard: list[LocatedClip]
    unheard: Mapping[str, tuple[str, ...]]
    segmented: list[SegmentedClip]
    first_pass: FirstPassResult
    windows: WindowResults
    problems: list[Problem]
    changed: frozenset[str]


def examine_until_unchanged(
    wanted: WantedClips,
    analyzers: Sequence[Analyzer],
    finder: CutFinder,
    cache: Cache,
    progress: RunProgress,
    probe_cache: ProbeCache,
) -> Examination:
    """Examine clips until no media changes meanwhile; give up those that change every time."""
    changes: Counter[str] = Counter()
    while True:
        examined = examine(wanted, analyzers, finder, cache, progress, probe_cache)
        if not examined.changed:
            return examined
        changes.update(examined.changed)
        clips, sound = (
            [_given_up(clip) if changes[clip.id] >= _READINGS else clip for clip in kind]
            for kind in (wanted.clips, wanted.sound)
        )
        wanted = WantedClips(clips, sound, wanted.uses)


def _given_up(clip: ClipRange) -> ClipRange:
    """Return the clip with the problem that its media keeps changing."""
    path = clip.media.path if clip.media else clip.name
    return clip.model_copy(update={"problem": MediaChanging(f"{clip.name} ({path})").problem})


def examine(
    wanted: WantedClips,
    analyzers: Sequence[Analyzer],
    finder: CutFinder,
    cache: Cache,
    progress: RunProgress,
    probe_cache: ProbeCache,
) -> Examination:
    """Locate clips and run both passes over them; all later work is cheap.

    Evidence of a file that was written to meanwhile is dropped, also when an exception ends this.
    """
    # Twice: an earlier edit of the same run may have been looked at long before this one ...
    probe_cache.forget_changed()
    with progress.stage("Media", len(wanted.clips) + len(wanted.sound), "clips") as bar:
        located, problems = _locate(wanted, probe_cache, bar)
        heard, unheard = _locate_sound(wanted, probe_cache, bar)
    try:
        first_pass, segmented, windows = _run_passes(
            located, heard, problems, analyzers, finder, cache, progress
        )
    finally:
        # ... and a file that changed while it was decoded has evidence of two versions.
        changed = probe_cache.forget_changed()
        for content in changed:
            cache.forget(content)
    written = frozenset(i.clip.id for i in (*located, *heard) if i.media.content_id in changed)
    return Examination(located, heard, unheard, segmented, first_pass, windows, problems, written)


def _run_passes(
    located: Sequence[LocatedClip],
    heard: Sequence[LocatedClip],
    problems: list[Problem],
    analyzers: Sequence[Analyzer],
    finder: CutFinder,
    cache: Cache,
    progress: RunProgress,
) -> tuple[FirstPassResult, list[SegmentedClip], WindowResults]:
    """Run both passes; append the problems of clips that cannot be read to ``problems``."""
    work = plan_reads(located, analyzers, finder, cache, heard)
    frames = plan_window_frames(work, analyzers, cache)
    first_pass = run_first_pass(work, cache, progress, frames)
    readable: list[LocatedClip] = []
    for item in located:
        if item.media.content_id in first_pass.unreadable:
            continue
        trimmed = _trim_to_media(item, cache)
        if isinstance(trimmed, Problem):
            problems.append(trimmed)
        else:
            readable.append(trimmed)
    segmented, failures = segment(readable, finder, cache, progress)
    problems += failures
    windows = run_second_pass(segmented, analyzers, cache, progress, frames)
    return first_pass, segmented, windows


def _locate(
    wanted: WantedClips, probe_cache: ProbeCache, bar: StageProgress
) -> tuple[list[LocatedClip], list[Problem]]:
    located: list[LocatedClip] = []
    problems: list[Problem] = []
    for clip in wanted.clips:
        found = locate(clip, wanted.uses[clip.id], probe_cache)
        if isinstance(found, Problem):
            problems.append(found.model_copy(update={"clip": clip.id}))
        else:
            located.append(found)
        bar.advance(1)
    return located, problems


def _locate_sound(
    wanted: WantedClips, probe_cache: ProbeCache, bar: StageProgress
) -> tuple[list[LocatedClip], dict[str, tuple[str, ...]]]:
    heard: list[LocatedClip] = []
    unheard: dict[str, tuple[str, ...]] = {}
    for clip in wanted.sound:
        found = locate_sound(clip, wanted.uses[clip.id], probe_cache)
        if isinstance(found, str):
            unheard[clip.id] = (found,)
        else:
            heard.append(found)
        bar.advance(1)
    return heard, unheard


def _trim_to_media(item: LocatedClip, cache: Cache) -> LocatedClip | Problem:
    """Return the clip without the part after the last frame of its media.

    The header of a damaged or unfinished file may claim a longer duration than was decoded.
    """
    end, _ = cache.ending(item.media.content_id)
    if end is None or end >= item.seen.end:
        return item
    if item.span.start < end:
        item = replace(item, seen=TimeRange.between(item.seen.start, end))
    if end >= item.span.end:
        return item
    if end <= item.span.start:
        message = f"the clip uses frames after {float(end):.2f} s, where its media ends"
        problem = ClipOutsideMedia(item.clip.name, message).problem
        return problem.model_copy(update={"clip": item.clip.id})
    span = TimeRange.between(item.span.start, end)
    lost = float(item.span.end - end)
    warning = f"its media ends {lost:.2f} s before the clip does"
    return replace(item, span=span, warnings=(*item.warnings, warning))
