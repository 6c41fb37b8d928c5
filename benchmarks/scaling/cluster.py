"""A discrete-event model of a batch: planner, filer, and nodes whose workers take shards.

Cores, GPUs, the filer's link and its operations on names are *shared capacities*: works that go on
at once get equal parts, and none gets more than it can use (max-min fairness, as of TCP flows over
one link, and of a fair scheduler of processes). Queues and processes are SimPy's.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import simpy

from benchmarks.scaling.costs import KNOWN_BY, Costs
from benchmarks.scaling.work import Work

_TOGETHER = 16
"""Items that a worker analyses together: ``_TOGETHER`` of ``shotlog.batch.running.shards``."""

Happening = Generator[simpy.Event, Any, None]


class Capacity:
    """A capacity that works share.

    Args:
        env: The simulation.
        size: Amount that is done in a second.
    """

    def __init__(self, env: simpy.Environment, size: float) -> None:
        self.size, self.done = size, 0.0
        self._env, self._works, self._since = env, list[list[Any]](), 0.0
        self._turn = 0

    def work(self, amount: float, most: float = math.inf) -> simpy.Event:
        """Return the event that an amount is done, at a rate of at most ``most``."""
        event = self._env.event()
        if amount <= 0 or math.isinf(self.size):
            return event.succeed()
        self._advance()
        self._works.append([amount, most, event, 0.0])
        self._share()
        return event

    def _advance(self) -> None:
        """Bring the amounts up to the present."""
        passed, self._since = self._env.now - self._since, self._env.now
        if passed:
            for work in self._works:
                step = work[3] * passed
                work[0] -= step
                self.done += step

    def _share(self) -> None:
        """Give each work its rate, and wait for the first one to end."""
        left, number = self.size, len(self._works)
        self._works.sort(key=lambda work: work[1])  # stable, and nearly sorted already
        soonest = math.inf
        for work in self._works:
            work[3] = min(work[1], left / number)
            left -= work[3]
            number -= 1
            soonest = min(soonest, work[0] / work[3])
        self._turn += 1
        if self._works:
            self._env.process(self._wait(self._turn, max(0.0, soonest)))

    def _wait(self, turn: int, seconds: float) -> Happening:
        yield self._env.timeout(seconds)
        if turn != self._turn:
            return  # another work has come since
        self._advance()
        for work in self._works:
            if work[0] <= 1e-9 * self.size:
                work[2].succeed()
        self._works = [work for work in self._works if not work[2].triggered]
        self._share()


@dataclass(frozen=True)
class Cluster:
    """Machines.

    Attributes:
        nodes: Number of nodes.
        cores: Cores of a node, as fast as one of the machine that was measured.
        workers: Workers of a node.
        daemon: True where one process analyses for all workers of the node, which only write.
        share: True where nodes share evidence (``--share-cache``).
        link: Bytes that the filer gives and takes in a second.
        port: Bytes that a node takes and gives in a second.
        operations: Operations on names that the filer does in a second.
        windows: Windows that a node's GPUs classify in a second; infinite for the built-in tier.
    """

    nodes: int = 1
    cores: float = 2
    workers: int = 1
    daemon: bool = False
    share: bool = False
    link: float = math.inf
    port: float = math.inf
    operations: float = math.inf
    windows: float = math.inf


@dataclass(frozen=True)
class Outcome:
    """What a simulation gives, in seconds.

    Attributes:
        plan: From the start to the first shard.
        run: From the first shard that a worker takes to the last result; without their start.
        merge: From the last result to the library.
        decoded: Seconds of film that all workers decoded together.
        busy: Share of each capacity that was used while shards ran.
    """

    plan: float
    run: float
    merge: float
    decoded: float
    busy: Mapping[str, float]

    @property
    def whole(self) -> float:
        """Seconds of all."""
        return self.plan + self.run + self.merge

    @property
    def limit(self) -> str:
        """The capacity that is used most."""
        return max(self.busy, key=lambda name: self.busy[name])


@dataclass
class _Node:
    cores: Capacity
    port: Capacity
    windows: Capacity
    engine: simpy.Resource
    writing: simpy.Resource
    known: dict[str, set[int]] = field(default_factory=dict)


class Simulation:
    """One batch on one cluster.

    Args:
        cluster: The machines.
        work: Items, the film that they show, and the shards.
        costs: What was measured.
    """

    def __init__(self, cluster: Cluster, work: Work, costs: Costs) -> None:
        self._cluster, self._work, self._costs = cluster, work, costs
        self._footage = costs.footage[work.kind]
        self._env = simpy.Environment()
        self._link = Capacity(self._env, cluster.link)
        self._names = Capacity(self._env, cluster.operations)
        self._shared: dict[str, set[int]] = {}
        self._decoded = 0.0
        self._nodes = [self._node() for _ in range(cluster.nodes)]

    def run(self) -> Outcome:
        """Run it."""
        costs, work = self._costs, self._work
        plan = len(work.films) * costs.plan_film + len(work.shown) * costs.plan_timeline
        sizes = (seconds * self._footage.size for seconds in work.films.values())
        looked = sum(min(size, KNOWN_BY) for size in sizes)
        plan = max(plan, looked / self._cluster.link)  # one core plans, and reads meanwhile
        queue = list(reversed(work.shards))
        workers = [
            self._env.process(self._worker(node, queue))
            for _ in range(self._cluster.workers)
            for node in self._nodes
        ]
        self._env.run(until=self._env.all_of(workers))
        seconds = self._env.now
        busy = {
            "cores": self._used("cores", seconds),
            "GPU": self._used("windows", seconds),
            "ports of nodes": self._used("port", seconds),
            "link of the filer": self._link.done / (seconds * self._link.size),
            "names on the filer": self._names.done / (seconds * self._names.size),
        }
        return Outcome(plan, seconds, len(work.shown) * costs.merge, self._decoded, busy)

    def _node(self) -> _Node:
        cluster, env = self._cluster, self._env
        return _Node(
            Capacity(env, cluster.cores),
            Capacity(env, cluster.port),
            Capacity(env, cluster.windows),
            simpy.Resource(env),
            simpy.Resource(env),
            self._shared if cluster.share else {},
        )

    def _used(self, name: str, seconds: float) -> float:
        found: list[Capacity] = [getattr(node, name) for node in self._nodes]
        return sum(each.done for each in found) / (seconds * sum(each.size for each in found))

    def _worker(self, node: _Node, queue: list[Sequence[str]]) -> Happening:
        while queue:
            items = queue.pop()
            yield node.cores.work(self._costs.shard, 1)
            for first in range(0, len(items), _TOGETHER):
                yield from self._group(node, items[first : first + _TOGETHER])

    def _group(self, node: _Node, items: Sequence[str]) -> Happening:
        """Decode what the node does not know yet, then finish the items."""
        if self._cluster.daemon:
            with node.engine.request() as turn:
                yield turn
                yield from self._decode(node, items)
            with node.writing.request() as turn:  # threads of one process of Python
                yield turn
                yield from self._finish(node, items)
            return
        yield from self._decode(node, items)
        yield from self._finish(node, items)

    def _decode(self, node: _Node, items: Sequence[str]) -> Happening:
        needed: dict[str, set[int]] = {}
        for item in items:
            for film, cells in self._work.cells[item].items():
                needed.setdefault(film, set()).update(cells)
        new = {film: cells - node.known.get(film, set()) for film, cells in needed.items()}
        met = [film for film in needed if film not in node.known]
        seconds = sum(map(len, new.values())) * self._work.cell
        self._decoded += seconds
        yield node.cores.work(len(met) * self._costs.film, 1)
        windows = seconds * self._work.windows
        core_seconds = seconds * self._footage.picture + windows * self._work.window_cost
        read = seconds * self._footage.read
        # Read ahead, decoded and classified at once: the slowest of them decides.
        yield self._env.all_of(
            [
                node.cores.work(core_seconds, self._footage.threads),
                self._link.work(read),
                node.port.work(read),
                node.windows.work(windows),
            ]
        )
        # Known once it is measured: two that begin with the same film at once both decode it.
        for film, wanted in needed.items():
            node.known.setdefault(film, set()).update(wanted)

    def _finish(self, node: _Node, items: Sequence[str]) -> Happening:
        shown = sum(self._work.shown[item] for item in items)
        seconds = len(items) * self._costs.item + shown * self._costs.shown
        yield node.cores.work(seconds, 1)
        written = shown * self._costs.written
        yield self._env.all_of([self._link.work(written), node.port.work(written)])
        yield self._names.work(len(items) * self._costs.operations)
