"""The shots that are wanted, and the timeline that is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from shotlog.schema import Log, LoggedShot, Problem, Shot, TimeMap, TimeRange, shot_id


@dataclass(frozen=True)
class Pick:
    """A shot of a log, or a part of it.

    Attributes:
        log: The log.
        shot: Number of the shot: its index in ``log.shots``.
        part: The range of the logged timeline that is wanted of it; None for all of it.

    Raises:
        ValueError: The log has no shot of this number, or nothing of it lies in the part.
    """

    log: Log
    shot: int
    part: TimeRange | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.shot < len(self.log.shots):
            raise ValueError(f"the log has no shot {self.shot}, only {len(self.log.shots)} shots")
        if self.part and not self.part.intersection(self.log.shots[self.shot].shot.timeline):
            raise ValueError(f"shot {self.shot} shows nothing from {self.part}")

    @cached_property
    def logged(self) -> LoggedShot:
        """The shot with its findings, cut to the part; findings keep their ranges."""
        logged = self.log.shots[self.shot]
        shot = logged.shot
        common = self.part and self.part.intersection(shot.timeline)
        clip = next((clip for clip in self.log.edit.clips if clip.id == shot.clip), None)
        if common is None or common == shot.timeline or clip is None:
            return logged
        source = _shown_by(shot, clip.time_map, common)
        cut = {
            "id": shot_id(logged.content_id, source),
            "source": source,
            "core": shot.core.intersection(source) or source,
            "timeline": common,
        }
        return logged.model_copy(update={"shot": shot.model_copy(update=cut)})

    @property
    def place(self) -> str:
        """Name and place for people: ``A001.mov (Reel 1, 01:00:04:12)``."""
        edit, logged = self.log.edit, self.logged
        where = edit.timecode(logged.shot.timeline.start)
        return f"{logged.clip_name or logged.shot.clip} ({edit.name}, {where})"


def _shown_by(shot: Shot, time_map: TimeMap, timeline: TimeRange) -> TimeRange:
    """Return the frames of a shot that a part of its range on the timeline shows."""
    if time_map.is_freeze:
        return shot.source
    # The clip's map leads to its source clock; the shot itself tells where media time is 0.
    origin = time_map.range_to_source(shot.timeline).start - shot.source.start
    shown = time_map.range_to_source(timeline).shifted(-origin)
    return shown.intersection(shot.source) or shot.source  # a still shows one frame all the time


@dataclass(frozen=True)
class PickGroup:
    """Picks that follow each other, under one name.

    Attributes:
        key: What they have in common, for machines: ``CS``.
        name: The same for people: ``CS``, ``2 people``; "" for a group that is not marked.
        picks: The picks, in order.
    """

    key: str
    name: str
    picks: tuple[Pick, ...]


@dataclass(frozen=True)
class PlacedGroup:
    """A group in selects.

    Attributes:
        group: The group, with those of its picks alone that are shown.
        range: Its range on the timeline, from the gap before it to the end of its last clip.
        clips: Ids of its clips, one for each pick.
    """

    group: PickGroup
    range: TimeRange
    clips: tuple[str, ...]


@dataclass(frozen=True)
class Selects:
    """Shots as one timeline.

    Attributes:
        timeline: Content of an .otio file: one video track with a clip for each pick, in order,
            and the markers of editors that were carried along.
        log: The shots with their findings, on the clock of that timeline.
        problems: One for each pick that was left out, with the reason.
        groups: The groups.
        cards: Files of title cards that the timeline names, by path, with their content.
    """

    timeline: bytes
    log: Log
    problems: tuple[Problem, ...] = ()
    groups: tuple[PlacedGroup, ...] = ()
    cards: Mapping[Path, bytes] = field(default_factory=dict)


def count_of_shots(number: int) -> str:
    """Return a number of shots for people: ``1 shot``, ``1,200 shots``."""
    return f"{number:,} {'shot' if number == 1 else 'shots'}"
