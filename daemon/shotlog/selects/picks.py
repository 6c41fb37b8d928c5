"""The shots that are wanted, and the timeline that is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shotlog.schema import Log, LoggedShot, Problem, TimeRange


@dataclass(frozen=True)
class Pick:
    """A shot of a log.

    Attributes:
        log: The log.
        shot: Number of the shot: its index in ``log.shots``.

    Raises:
        ValueError: The log has no shot of this number.
    """

    log: Log
    shot: int

    def __post_init__(self) -> None:
        if not 0 <= self.shot < len(self.log.shots):
            raise ValueError(f"the log has no shot {self.shot}, only {len(self.log.shots)} shots")

    @property
    def logged(self) -> LoggedShot:
        """The shot with its findings."""
        return self.log.shots[self.shot]

    @property
    def place(self) -> str:
        """Name and place for people: ``A001.mov (Reel 1, 01:00:04:12)``."""
        edit, logged = self.log.edit, self.logged
        where = edit.timecode(logged.shot.timeline.start)
        return f"{logged.clip_name or logged.shot.clip} ({edit.name}, {where})"


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
