"""The loop of a driver: shards to workers, at most two to each, until all have come back."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError

from shotlog.batch.events import ItemEnded, Noted, WorkerIdle
from shotlog.batch.executors.ray_cluster.cluster import WorkerRoom, cluster_resources
from shotlog.batch.executors.ray_cluster.crew import Crew, CrewMember, Say
from shotlog.batch.executors.ray_cluster.messages import (
    NodeReport,
    RayJob,
    ShardReport,
    ShardReturned,
    ShardsFreed,
    error_of,
    read_line,
)
from shotlog.schema import ExecutorUnusable, Problem

IN_FLIGHT = 2
"""Shards of a worker: one runs, and the next is there when it ends."""
STOP_SECONDS = 20.0
"""Time that workers have to come to a point where they can stop; then their processes are ended,
which loses only what is in work."""
_POLL_SECONDS, _LISTEN_SECONDS, _STOP_SECONDS = 0.25, 0.5, 1.0
_MOST_LOST = 3
"""Workers lost in a row, with nothing done between, after which it is no use to start more."""
_MOST_REFUSALS = 2
"""Workers on which a shard cannot be run, after which it is not tried on another."""


class Pool:
    """Runs shards on workers.

    Args:
        job: The shards, and how they are run.
        say: Takes events and messages.
        is_stopped: Returns True once the batch is to stop.
    """

    def __init__(self, job: RayJob, say: Say, is_stopped: Callable[[], bool]) -> None:
        self._job, self._say, self._is_stopped = job, say, is_stopped
        self._room = WorkerRoom(_gpus(job))
        self._crew = Crew(self._room, job.settings, say)
        self._queue = deque(job.shards)
        self._starting: dict[Any, CrewMember] = {}
        self._refused: Counter[str] = Counter()
        self._lost = 0
        self._listened = 0.0

    def run(self) -> None:
        """Run all shards; return once they are done, or have stopped.

        Raises:
            ExecutorUnusable: No worker can do the work.
            ShotlogError: A shard cannot be run on any worker.
        """
        for _ in range(self._choose_number()):
            self._hire()
        while (self._queue or self._working()) and not self._is_stopped():
            self._assign()
            self._step()
        ends = time.monotonic() + STOP_SECONDS
        while self._working() and time.monotonic() < ends:
            self._crew.stop()
            self._step(_STOP_SECONDS)

    def _working(self) -> bool:
        return any(member.shards for member in self._crew.members)

    def _choose_number(self) -> int:
        """Return the number of workers to start, and tell how it was chosen."""
        most = len(self._queue)
        asked = self._job.settings.jobs
        if asked is not None:
            return min(asked, most)
        fitting = self._room.fitting(cluster_resources())
        number = max(1, min(fitting, most))
        reason = "one for each shard" if number == most else "what the cluster has room for now"
        if fitting < 1:
            reason = "the cluster has room for none now"
        told = f"{number} {'worker' if number == 1 else 'workers'} of {self._room}"
        self._say(Noted(message=f"Ray runs {told}: {reason} (--jobs sets another number)"))
        return number

    def _hire(self) -> None:
        member = self._crew.hire()
        # Not all: a plan may have thousands, and they lie in one folder.
        known = [*self._queue][:2]
        self._starting[member.actor.prepare.remote(known)] = member

    def _assign(self) -> None:
        """Give shards to workers: first one to each, then a second while there are many."""
        for depth in range(IN_FLIGHT):
            for member in self._crew.members:
                many = depth == 0 or len(self._queue) > len(self._crew.members)
                if self._queue and many and member.ready and len(member.shards) == depth:
                    shard = self._queue.popleft()
                    member.shards[member.actor.run.remote(shard)] = shard

    def _step(self, seconds: float = _POLL_SECONDS) -> None:
        """Wait a moment for workers, and hear what they tell."""
        waited = [*self._starting, *(ref for m in self._crew.members for ref in m.shards)]
        if waited:
            came, _ = ray.wait(waited, num_returns=len(waited), timeout=seconds)
            for ref in came:
                self._take(ref)
        else:
            time.sleep(seconds)
        if time.monotonic() - self._listened >= _LISTEN_SECONDS:
            self._listen()
            self._listened = time.monotonic()

    def _take(self, ref: Any) -> None:
        """Take the answer of a worker, or its loss."""
        member = self._starting.pop(ref, None)
        begun = member is not None
        member = member or next((m for m in self._crew.members if ref in m.shards), None)
        if member is None:
            return  # of a worker that was dismissed meanwhile
        try:
            answer = ray.get(ref)
        except RayActorError as error:
            if not member.ready and _lacks_module(error):
                message = f"Shotlog cannot be loaded on a node ({_reason(error)})"
                hint = "Install the same version on all nodes: pip install 'shotlog[ray]'"
                raise ExecutorUnusable(member.name, message, hint) from error
            self._lose(member, _reason(error), by_work="node has died" not in str(error))
        except RayError as error:  # an error of our own code on the node, or of Ray
            message = f"Ray reports: {_reason(error)}"
            raise ExecutorUnusable(
                member.name, message, "See the logs of Ray on that node."
            ) from error
        else:
            if begun:
                self._begin(member, NodeReport.model_validate_json(answer))
            else:
                self._end(member, ref, ShardReport.model_validate_json(answer))

    def _begin(self, member: CrewMember, report: NodeReport) -> None:
        """Let a worker begin that has told what it is.

        Raises:
            ShotlogError: It cannot work here.
        """
        if report.problem is not None:
            raise error_of(report.problem)
        if report.unseen:
            message = f"{report.worker} does not see this file"
            hint = "Put the output folder on a share that all nodes have; map it: --map OLD=NEW."
            raise ExecutorUnusable(report.unseen[0], message, hint)
        member.name, member.ready = report.worker, True

    def _end(self, member: CrewMember, ref: Any, report: ShardReport) -> None:
        """Take back a shard."""
        member.name = report.worker
        shard = member.shards.pop(ref)
        if report.problem is not None:
            self._refuse(member, shard, report.problem)
        elif not report.stopped:
            self._lost = 0
            self._say(ShardReturned())
        if not member.shards and not self._queue:
            self._say(WorkerIdle(worker=member.name))

    def _refuse(self, member: CrewMember, shard: str, problem: Problem) -> None:
        """Give a shard that a worker cannot run to another one, while there is hope.

        Raises:
            ShotlogError: No other worker is there, or another one could not run it either.
        """
        self._refused[shard] += 1
        if self._refused[shard] == _MOST_REFUSALS or len(self._crew.members) == 1:
            error = error_of(problem)
            subject = f"{member.name}: {problem.subject}"
            raise type(error)(subject, problem.message, problem.hint)
        self._queue.extendleft([shard, *self._crew.dismiss(member, str(problem))])

    def _lose(self, member: CrewMember, reason: str, *, by_work: bool) -> None:
        """Replace a worker that is lost for good.

        Args:
            member: The worker.
            reason: The reason, for people.
            by_work: True where what it was working on may be the reason.

        Raises:
            ExecutorUnusable: ShardWorker after worker is lost, and nothing gets done.
        """
        if member not in self._crew.members:
            return
        self._starting = {ref: m for ref, m in self._starting.items() if m is not member}
        shards = self._crew.dismiss(member, reason)
        self._queue.extendleft(reversed(shards))
        if not by_work:
            self._say(ShardsFreed(shards=tuple(shards)))
        self._lost += 1
        if self._lost == _MOST_LOST:
            hint = "See the logs of Ray on the nodes; a worker may need more memory than there is."
            raise ExecutorUnusable(
                member.name, f"workers end before anything is done: {reason}", hint
            )
        if self._queue:
            self._hire()

    def _listen(self) -> None:
        """Pass on what workers told, and look after those that do not."""
        for text in self._crew.listen():
            event = read_line(text)
            if event is not None:
                self._say(event)
            if isinstance(event, ItemEnded):
                self._lost = 0
        self._crew.note_waiting()
        for member, reason in self._crew.gone():
            self._lose(member, reason, by_work=False)
        free = any(m.ready and not m.shards for m in self._crew.members)
        for member in self._crew.silent():
            if free and not self._queue:
                self._lose(member, "nothing was heard from it", by_work=False)


def _gpus(job: RayJob) -> float:
    """Return the GPUs of a worker: as asked, else one where the cluster has any."""
    if job.settings.gpus is not None:
        return job.settings.gpus
    return 1.0 if cluster_resources().get("GPU", 0) >= 1 else 0.0


def _lacks_module(error: RayActorError) -> bool:
    return "ModuleNotFoundError" in str(error) or "ImportError" in str(error)


def _reason(error: Exception) -> str:
    """Return the line of an error of Ray that tells most: the last with an error's name."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = next((line for line in reversed(lines) if "Error:" in line), lines[0] if lines else "")
    return told.rstrip(".") or type(error).__name__
