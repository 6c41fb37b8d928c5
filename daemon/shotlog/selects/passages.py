"""Highlights of a log as groups of picks, and in the selects that are made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from shotlog.schema import ClipRange, Finding, Log, TimeRange
from shotlog.selects.picks import Pick, PickGroup, Selects

_Layer = tuple[tuple[int, ...], Fraction]


def group_by_highlight(log: Log) -> list[PickGroup]:
    """Return a group for each highlight of a log, in their order: the parts of shots in it.

    Of clips that lie over each other, the highest that is switched on is shown. Groups have no
    name: the highlights themselves get markers.
    """
    clips = {clip.id: clip for clip in log.edit.clips}
    groups = (
        PickGroup(finding.label, "", tuple(_visible(log, clips, finding.timeline)))
        for finding in log.highlights
    )
    return [group for group in groups if group.picks]


def with_highlights(selects: Selects, highlights: Sequence[Finding]) -> Selects:
    """Return selects whose highlights are those of their groups, each as long as its group.

    Args:
        selects: Selects of the groups that :func:`group_by_highlight` returns.
        highlights: The highlights of the log that was grouped.
    """
    by_label = {finding.label: finding for finding in highlights}
    clips = {clip.id: clip.timeline for clip in selects.log.edit.clips}
    moved = []
    for placed in selects.groups:
        first, last = clips[placed.clips[0]], clips[placed.clips[-1]]
        shown = {"timeline": TimeRange.between(first.start, last.end)}
        moved.append(by_label[placed.group.key].model_copy(update=shown))
    notes = selects.log.warnings + _retimed(selects)
    log = selects.log.model_copy(update={"highlights": tuple(moved), "warnings": notes})
    return replace(selects, log=log)


def _visible(log: Log, clips: dict[str, ClipRange], item: TimeRange) -> Iterator[Pick]:
    """Yield the parts of shots that are visible in a range, in order."""
    within: list[tuple[int, TimeRange, _Layer]] = []
    for number, logged in enumerate(log.shots):
        shot = logged.shot
        clip, common = clips.get(shot.clip), shot.timeline.intersection(item)
        if common is not None and clip is not None and clip.enabled:
            within.append((number, common, (_way(clip), shot.timeline.start)))
    edges = sorted({edge for _, part, _ in within for edge in (part.start, part.end)})
    parts: list[tuple[int, TimeRange]] = []
    for start, end in pairwise(edges):
        shown = [(layer, number) for number, part, layer in within if part.contains(start)]
        if not shown:
            continue
        number = max(shown)[1]
        if parts and parts[-1][0] == number and parts[-1][1].end == start:
            start = parts.pop()[1].start
        parts.append((number, TimeRange.between(start, end)))
    yield from (Pick(log, number, part) for number, part in parts)


def _way(clip: ClipRange) -> tuple[int, ...]:
    """Return the indices from the root to a clip: the later child of a stack is on top (OTIO)."""
    return tuple(part for part in clip.path if isinstance(part, int))


def _retimed(selects: Selects) -> tuple[str, ...]:
    picks = [pick for placed in selects.groups for pick in placed.group.picks]
    clips = {clip.id: clip for pick in picks[:1] for clip in pick.log.edit.clips}
    maps = [clips[pick.logged.shot.clip].time_map for pick in picks]
    count = sum(bool(time_map.bends) or time_map.speed != 1 for time_map in maps)
    if not count:
        return ()
    clip = "a clip is" if count == 1 else f"{count} clips are"
    return (f"{clip} retimed in the timeline, and at normal speed in the new one",)
