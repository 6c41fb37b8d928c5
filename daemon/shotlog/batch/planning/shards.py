"""Division of items into shards: what shares media stays together, and no shard is too large."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from shotlog.batch.manifest import Item

MAX_COST = 1200.0
"""Largest cost of a shard of several items, in seconds of HD film: what a retry may lose. At ten
times the speed of playing this is two minutes of work."""
MIN_COST = 30.0
"""Least cost of a shard where there is more: the start of a process costs a few seconds."""
MAX_ITEMS = 64
"""Largest number of items of a shard."""
_SHARING = 4
"""Factor of the largest cost for items that share more than half of their film with the others of
their shard."""
_SHARDS = 64
"""Number of shards that a batch of middling size is divided into, so that a farm is kept busy."""


@dataclass(frozen=True)
class Use:
    """Seconds of a file that an item shows.

    Attributes:
        seconds: The seconds of the file that it shows, a bit each: of 3 s from the first, 0b111.
        cost: Cost of one of them.
    """

    seconds: int
    cost: float


Uses = Mapping[str, Mapping[str, Use]]
"""By item, its uses of files by their content ids."""
_NO_USES: Uses = MappingProxyType({})


def divide(items: Sequence[Item], uses: Uses = _NO_USES) -> list[tuple[Item, ...]]:
    """Divide items into shards, the costliest first.

    Items that use the same file are in the same shard, so that one worker reads it; where such a
    group is larger than a shard, it is divided along the file that its items use most, which is
    read by several workers then. The result depends on the items alone, not on their order.

    Film that several items of a shard show costs once: ten versions of a cut are little more work
    than one of them, and are a shard, unless it were too large even so.

    Args:
        items: The items.
        uses: Their uses of files; the cost of an item that is absent is its own.
    """
    connected = _connected(items)
    total = sum(_Load.of(group, uses).cost for group in connected)
    limit = min(MAX_COST, max(MIN_COST, total / _SHARDS))
    groups = [part for group in connected for part in _split(group, limit, uses)]
    costs = {id(group): _Load.of(group, uses).cost for group in groups}
    # First-fit decreasing: large groups first, each into the first shard that has room.
    groups.sort(key=lambda group: (-costs[id(group)], group[0].name))
    smallest = costs[id(groups[-1])] if groups else 0.0
    shards: list[_Shard] = []
    open_shards: list[_Shard] = []  # those that have room for the smallest group
    for group in groups:
        cost = costs[id(group)]
        shard = next((each for each in open_shards if each.takes(cost, len(group), limit)), None)
        if shard is None:
            shards.append(shard := _Shard())
            open_shards.append(shard)
        shard.items.extend(group)
        shard.cost += cost
        if not shard.takes(smallest, 1, limit):
            open_shards.remove(shard)
    ordered = [
        tuple(sorted(shard.items, key=lambda item: (item.media, item.name))) for shard in shards
    ]
    return sorted(ordered, key=lambda shard: (-_cost(shard), shard[0].name))


@dataclass(eq=False)
class _Shard:
    """A shard that is being filled."""

    items: list[Item] = field(default_factory=list)
    cost: float = 0.0

    def takes(self, cost: float, count: int, limit: float) -> bool:
        """Return True where a group of some cost has room."""
        return self.cost + cost <= limit and len(self.items) + count <= MAX_ITEMS


class _Load:
    """The cost of items that are worked on together."""

    def __init__(self, uses: Uses) -> None:
        self.cost = 0.0
        self._uses, self._seconds = uses, defaultdict[str, int](int)

    @classmethod
    def of(cls, items: Sequence[Item], uses: Uses) -> _Load:
        """Return the load of items."""
        load = cls(uses)
        for item in items:
            load.add(item)
        return load

    def more(self, item: Item) -> float:
        """Return the cost that an item would add; at most its own."""
        if not (uses := self._uses.get(item.id)):
            return item.cost
        new = (
            use.cost * (use.seconds & ~self._seconds[media]).bit_count()
            for media, use in uses.items()
        )
        return min(item.cost, sum(new))

    def add(self, item: Item) -> None:
        """Add an item."""
        self.cost += self.more(item)
        for media, use in self._uses.get(item.id, {}).items():
            self._seconds[media] |= use.seconds


def _cost(items: Sequence[Item]) -> float:
    return sum(item.cost for item in items)


def _connected(items: Sequence[Item]) -> list[list[Item]]:
    """Return items in groups: two that share a file, directly or by others, are in one group."""
    ordered = sorted(items, key=lambda item: item.name)
    users: dict[str, list[int]] = defaultdict(list)
    for number, item in enumerate(ordered):
        for media in item.media:
            users[media].append(number)
    group_of: dict[int, int] = {}
    groups: list[list[Item]] = []
    for start in range(len(ordered)):
        if start in group_of:
            continue
        groups.append([])
        pending = [start]
        group_of[start] = len(groups) - 1
        while pending:
            number = pending.pop()
            groups[-1].append(ordered[number])
            for media in ordered[number].media:
                # Emptied: each file is followed once, however many items use it.
                for other in users.pop(media, ()):
                    if other not in group_of:
                        group_of[other] = len(groups) - 1
                        pending.append(other)
        groups[-1].sort(key=lambda item: item.name)
    return groups


def _split(group: Sequence[Item], limit: float, uses: Uses) -> list[list[Item]]:
    """Divide a group that is larger than a shard; items with the same main file stay neighbours."""
    if _Load.of(group, uses).cost <= limit and len(group) <= MAX_ITEMS:
        return [list(group)]
    users: dict[str, int] = defaultdict(int)
    for item in group:
        for media in item.media:
            users[media] += 1

    def main(item: Item) -> tuple[int, str]:
        # A file that nearly all items use, such as a logo, tells nothing about neighbours.
        known = [(users[media], media) for media in item.media if users[media] < len(group)]
        return max(known, default=(0, ""))

    parts: list[list[Item]] = [[]]
    load = _Load(uses)
    for item in sorted(group, key=lambda each: (main(each)[1], each.name)):
        more = load.more(item)
        # Elsewhere what it shares would be decoded again.
        room = limit * _SHARING if more < item.cost / 2 else limit
        if parts[-1] and (len(parts[-1]) >= MAX_ITEMS or load.cost + more > room):
            parts.append([])
            load = _Load(uses)
        parts[-1].append(item)
        load.add(item)
    return parts
