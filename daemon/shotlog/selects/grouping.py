"""Groups of shots, and the order of shots in them.

A way of grouping is a function and a row of :data:`GROUPINGS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from shotlog.library import Hit
from shotlog.schema import KINDS, MOVEMENTS, MOVES, SIZES, UNDEFINED, Log
from shotlog.selects.picks import Pick, PickGroup

ShotOrder = Literal["timeline", "quality", "duration"]

_MOST_FACES = 4
"""Number of people that stands for so many and more, in facts of shots."""

_LAST = (1 << 16,)
"""A place after all groups of known labels."""


class Group(NamedTuple):
    """The group of a shot: groups are put in the order of their places."""

    place: tuple[int, ...]
    key: str
    name: str


@dataclass(frozen=True)
class Grouping:
    """A way of grouping.

    Attributes:
        groups: Its groups in their order, for people.
        group_of: Returns the group of a shot of a log; None for a shot that is left out.
    """

    groups: str
    group_of: Callable[[Hit, Log], Group | None]


@dataclass(frozen=True)
class Arrangement:
    """Shots in groups.

    Attributes:
        groups: The groups, with what is known of each of their shots.
        left_out: Shots that belong to no group.
    """

    groups: tuple[tuple[PickGroup, tuple[Hit, ...]], ...]
    left_out: tuple[Hit, ...]


def arrange_shots(
    log: Log, hits: Sequence[Hit], by: str | None = None, order: ShotOrder = "timeline"
) -> Arrangement:
    """Put shots of a log into groups, and the shots of each group in order.

    Args:
        log: The log.
        hits: The shots, in timeline order.
        by: A key of :data:`GROUPINGS`; None puts all shots into one without a name.
        order: ``timeline``; ``duration``, the longest first; or ``quality``: the shots with the
            best highlight first, then those whose size and move are surest (the lower one of both
            confidences; 0 for an undefined label). Of equal ones the first on the timeline is
            first.
    """
    found: dict[Group, list[Hit]] = {}
    left_out = []
    for hit in hits:
        group = Group((), "", "") if by is None else GROUPINGS[by].group_of(hit, log)
        if group is None:
            left_out.append(hit)
        else:
            found.setdefault(group, []).append(hit)
    groups = []
    for group, listed in sorted(found.items()):
        ordered = tuple(sorted(listed, key=_ORDERS[order]))
        picks = tuple(Pick(log, hit.shot_number) for hit in ordered)
        groups.append((PickGroup(group.key, group.name, picks), ordered))
    return Arrangement(tuple(groups), tuple(left_out))


def _by_quality(hit: Hit) -> tuple[float, float]:
    told = ((hit.size, hit.size_confidence), (hit.move, hit.move_confidence))
    # To be sure that a label is undefined is not to be sure of one.
    sure = [0.0 if label == UNDEFINED else c for label, c in told if c is not None]
    # A score is 0 or more, so -1 is below the worst of them.
    return -(hit.highlight if hit.highlight is not None else -1.0), -min(sure, default=0.0)


_ORDERS: Mapping[ShotOrder, Callable[[Hit], tuple[float, ...]]] = MappingProxyType({
    "timeline": lambda hit: (),
    "quality": _by_quality,
    "duration": lambda hit: (-float(hit.duration),),
})  # fmt: skip


def _by_size(hit: Hit, log: Log) -> Group:
    far_to_near = [name for name in reversed(SIZES.names) if name != UNDEFINED]
    return _of_kind(hit) or _of_label(hit.size, far_to_near, "size")


def _by_move(hit: Hit, log: Log) -> Group:
    moves = [name for name in MOVES.names if name != UNDEFINED]
    # "Static" of a model that tells movements alone is the move "static".
    known = {name.casefold() for name in moves} | {UNDEFINED}
    moves += [name for name in MOVEMENTS.names if name.casefold() not in known]
    told = (hit.move or "").casefold()
    label = next((name for name in moves if name.casefold() == told), hit.move)
    return _of_kind(hit) or _of_label(label, moves, "move")


def _by_people(hit: Hit, log: Log) -> Group:
    count = hit.faces
    if count is None:
        return Group(_LAST, "unknown", "people not counted")
    names = {0: "nobody", 1: "1 person", _MOST_FACES: f"{_MOST_FACES} people or more"}
    return Group((count,), str(count), names.get(count, f"{count} people"))


def _by_highlight(hit: Hit, log: Log) -> Group | None:
    span = log.shots[hit.shot_number].shot.timeline
    for rank, found in enumerate(log.highlights):  # a log holds the best first
        if found.timeline.intersection(span) is not None:
            return Group((rank,), found.label, found.label)
    return None


def _by_scene(hit: Hit, log: Log) -> Group:
    start = log.shots[hit.shot_number].shot.timeline.start
    labels = [scene.label for scene in log.scenes]
    for number, scene in enumerate(log.scenes):
        if scene.timeline.contains(start):
            # An editor may come back to the kitchen.
            again = labels[:number].count(scene.label)
            name = f"{scene.label} ({again + 1})" if again else scene.label
            return Group((number,), f"{number + 1}", name)
    return Group(_LAST, "unknown", "scene not known")


def _of_kind(hit: Hit) -> Group | None:
    """Return the group of what is no shot of anything: it has neither size nor move."""
    if hit.kind is None:
        return None
    place = KINDS.names.index(hit.kind)
    return Group((*_LAST, 2, place), hit.kind, KINDS.display(hit.kind))


def _of_label(label: str | None, labels: Sequence[str], subject: str) -> Group:
    if label is None:
        return Group((*_LAST, 1), "unknown", f"{subject} not known")
    if label not in labels:
        return Group((*_LAST, 0), label, label)
    return Group((labels.index(label),), label, label)


GROUPINGS: Mapping[str, Grouping] = MappingProxyType({
    "size": Grouping("from far to near: LS, FS, MS, CS, ECS", _by_size),
    "move": Grouping("in the order of the vocabulary: arc_left to zoom_out", _by_move),
    "people": Grouping("by the number of faces: 0, 1, 2, 3, 4 or more", _by_people),
    "highlight": Grouping("by rank: HL 1 first; shots in none are left out", _by_highlight),
    "scene": Grouping("in the order of the timeline (see: shotlog coverage)", _by_scene),
})  # fmt: skip
"""The ways of grouping, by name."""
