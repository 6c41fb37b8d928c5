"""The workers of a batch as the driver sees them: starting, ready, gone, replaced."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from shotlog._version import __version__
from shotlog.batch.events import Noted, WorkerLost
from shotlog.batch.executors.contract import RunSettings
from shotlog.batch.executors.ray_cluster.cluster import WorkerRoom, cluster_resources, nodes_alive
from shotlog.batch.executors.ray_cluster.messages import Process
from shotlog.batch.executors.ray_cluster.workers import Board, ShardWorker
from shotlog.schema import ExecutorUnusable, Model

RESTARTS = 3
"""Times that Ray starts the process of a worker again, and hands its call on to the new one. Ray's
default is 0: the work of a process that dies is lost. A timeline that kills its process does so
three times before it is parked (once among others, twice alone), so a worker survives one."""
ROOM_SECONDS = 8.0
"""Time after which a worker that has not started is said to wait for room, on a cluster that would
have enough of it."""
NODE_SECONDS = 2.0
"""Time between two looks at the nodes of the cluster."""
SILENT_SECONDS = 20.0
"""Time without a word after which a worker's shards are given to one that has nothing to do."""

Say = Callable[[Model], None]


@dataclass
class CrewMember:
    """A worker.

    Attributes:
        number: Its number in the batch.
        actor: Its actor.
        name: Its name, for people; its number until it has told its own.
        ready: True once it has told that it can work.
        process: Its process, as it told last; None before its first word.
        heard: Moment of its last word.
        shards: Shards that it was given and has not returned, the current one first.
    """

    number: int
    actor: Any
    name: str
    ready: bool = False
    process: Process | None = None
    heard: float = field(default_factory=time.monotonic)
    shards: dict[Any, str] = field(default_factory=dict)


class Crew:
    """Starts workers, hears from them, and tells which were lost.

    Args:
        room: Room of one worker.
        settings: How shards are run.
        say: Takes the events.
    """

    def __init__(self, room: WorkerRoom, settings: RunSettings, say: Say) -> None:
        self.members: list[CrewMember] = []
        self._room, self._settings, self._say = room, settings, say
        self._count = 0
        self._looked = 0.0
        self._noted = False
        self._node = ray.get_runtime_context().get_node_id()
        here = NodeAffinitySchedulingStrategy(self._node, soft=True)
        # No CPU of its own: it must start on a cluster that is full.
        board: Any = ray.remote(Board)
        name = f"shotlog-{ray.get_runtime_context().get_job_id()}"
        self._board = board.options(
            name=name, num_cpus=0, max_restarts=-1, scheduling_strategy=here
        ).remote()

    def hire(self) -> CrewMember:
        """Start a worker."""
        self._count += 1
        made: Any = ray.remote(ShardWorker)
        settings = self._settings.model_dump_json()
        actor = made.options(
            num_cpus=self._room.resources["CPU"],
            num_gpus=self._room.gpus,
            max_restarts=RESTARTS,
            max_task_retries=RESTARTS,
        ).remote(self._count, __version__, settings, self._board)
        member = CrewMember(self._count, actor, f"worker {self._count}")
        self.members.append(member)
        return member

    def dismiss(self, member: CrewMember, reason: str | None = None) -> list[str]:
        """End a worker and return the shards that it has not returned.

        Args:
            member: The worker.
            reason: Told as the reason of its loss; None where it has only nothing to do.
        """
        self.members.remove(member)
        ray.kill(member.actor, no_restart=True)
        if reason is not None:
            self._say(WorkerLost(worker=member.name, message=reason))
        return list(member.shards.values())

    def stop(self) -> None:
        """Tell all workers to stop; to be repeated, as the board may have been moved."""
        self._board.stop.remote()

    def listen(self) -> list[str]:
        """Return the news of all workers, as JSON, and tell of processes that were replaced."""
        try:
            seen, news = ray.get(self._board.collect.remote(), timeout=5.0)
        except ray.exceptions.RayError:  # the board is being moved
            return []
        now = time.monotonic()
        for member in self.members:
            if member.number not in seen:
                continue
            process = Process.model_validate_json(seen[member.number])
            if member.process is not None and process != member.process:
                message = f"its process on {member.process.host} ended; Ray has started another"
                self._say(WorkerLost(worker=member.name, message=message))
            member.process, member.heard = process, now
        return list(news)

    def gone(self) -> list[tuple[CrewMember, str]]:
        """Return the workers whose machine has left the cluster, each with the reason in words.

        Raises:
            ExecutorUnusable: It is this machine: nothing is heard of workers any more.
        """
        if time.monotonic() - self._looked < NODE_SECONDS:
            return []
        self._looked = time.monotonic()
        alive = nodes_alive()
        if self._node not in alive:
            hint = "What is done is kept; run the same command again."
            raise ExecutorUnusable("ray", "Ray has ended on this machine", hint)
        return [
            (member, f"its machine {member.process.host} has left the cluster")
            for member in self.members
            if member.process is not None and member.process.node not in alive
        ]

    def silent(self) -> list[CrewMember]:
        """Return the workers with shards that have not been heard for long."""
        now = time.monotonic()
        return [m for m in self.members if m.shards and now - m.heard > SILENT_SECONDS]

    def note_waiting(self) -> None:
        """Tell once if workers wait for room, and what they lack."""
        if self._noted or all(member.ready for member in self.members):
            return
        total, now = cluster_resources(), time.monotonic()
        patience = ROOM_SECONDS if self._room.fitting(total) >= len(self.members) else 0.0
        waiting = [m for m in self.members if not m.ready and now - m.heard > patience]
        if not waiting:
            return
        self._noted = True
        held = " and ".join(f"{total.get(name, 0):g} {name}" for name in self._room.resources)
        message = (
            f"{len(waiting)} of {len(self.members)} workers wait for room:"
            f" each takes {self._room}, and the whole cluster has {held}"
        )
        self._say(Noted(message=message))
