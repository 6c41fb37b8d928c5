"""The executor itself: which cluster, by which way, and what is told of it."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from shotlog._version import __version__
from shotlog.batch.events import ItemEnded, Stop, Tell
from shotlog.batch.executors.contract import RunningExecutor, RunSettings, ShardFile
from shotlog.batch.executors.ray_cluster.addresses import (
    dashboard_of,
    host_and_port,
    reach,
    unreachable,
)
from shotlog.batch.executors.ray_cluster.endings import Endings
from shotlog.batch.executors.ray_cluster.local_driver import LocalDriver
from shotlog.batch.executors.ray_cluster.messages import (
    Connected,
    Connecting,
    DriverEnded,
    DriverRefused,
    Line,
    RayJob,
    ShardReturned,
    ShardsFreed,
    error_of,
)
from shotlog.batch.manifest import Shard, read_shard
from shotlog.batch.store import Attempts, OutputFolder
from shotlog.schema import ExecutorUnusable

CONNECT_SECONDS = 15.0
"""Time to join a cluster whose head answers. Ray itself would wait for two minutes."""
_START_SECONDS = 120.0
"""Time in which Ray has to start on this machine, also from a cold disk."""
_SHARE_SECONDS = 60.0
"""Time in which a result has to be seen that another machine has written: NFS clients look again
after at most 60 s (``acdirmax`` of nfs(5))."""
_STOP_SECONDS = 45.0
"""Time in which a driver that is told to stop has to end; workers have 20 s of it."""
_POLL_SECONDS = 0.25


class RayExecutor(RunningExecutor):
    """Runs shards on the machines of a Ray cluster.

    The address decides the way: none starts Ray on this machine, ``auto`` and ``HOST:6379`` join a
    cluster that this machine is a node of, ``http://HOST:8265`` submits a job to any cluster.
    """

    name: ClassVar[str] = "ray"
    title: ClassVar[str] = "the machines of a Ray cluster"

    def run(
        self, shards: Sequence[ShardFile], settings: RunSettings, tell: Tell, stop: Stop
    ) -> None:
        """Run shards; see :meth:`RunningExecutor.run`.

        Raises:
            ExecutorUnusable: Ray is not installed, the head does not answer, or versions differ.
            ShotlogError: No worker can work: the shards cannot be read, nothing can be written.
        """
        if not shards:
            return
        _require_ray()
        folder = OutputFolder.of_shard(shards[0].path)
        plan = {str(shard.path): read_shard(shard.path) for shard in shards}
        endings = Endings(folder, plan.values(), tell)
        job = RayJob(
            shotlog=__version__,
            address=settings.address,
            settings=settings,
            shards=tuple(plan),
        )
        watch = _Watch(endings, plan, folder, tell)
        # Workers die with their driver, and their notes stay; an item that ends its process is
        # parked within one run, so what earlier runs left says nothing.
        watch.forget_notes(plan)
        if settings.address is not None and "://" in settings.address:
            reach(settings.address, *dashboard_of(settings.address))
            from shotlog.batch.executors.ray_cluster.submission import submit  # it imports Ray

            failure = submit(job, folder, watch.take, watch.look, stop)
            watch.check()  # the driver's own reason, if it has told one
            if failure is not None:
                raise failure
        else:
            _run_here(job, watch, stop)
        endings.look(now=True)
        if not stop():
            _wait_for_results(endings, folder, stop)


class _Watch:
    """Passes on messages of a driver; ends of items go through the output folder."""

    def __init__(
        self, endings: Endings, plan: Mapping[str, Shard], folder: OutputFolder, tell: Tell
    ) -> None:
        self._endings, self._plan, self._tell = endings, plan, tell
        self._attempts = Attempts(folder)
        self.connecting = self.connected = self.finished = False
        self._refused: DriverRefused | None = None

    def take(self, line: Line) -> None:
        """Take a line."""
        match line:
            case Connecting():
                self.connecting = True
            case Connected():
                self.connected = True
            case DriverEnded():
                self.finished = True
            case DriverRefused():
                self._refused = line
            case ShardReturned():
                self._endings.look()
            case ShardsFreed():
                self.forget_notes(line.shards)
            case ItemEnded():
                self._endings.hear(line)
            case _:
                self._tell(line)

    def forget_notes(self, shards: Iterable[str]) -> None:
        """Remove the notes of attempts at the items of some shards, which no process works on."""
        items = [item.id for shard in shards for item in self._plan[shard].items]
        if items:
            self._attempts.forget(items)

    def look(self) -> None:
        """Tell what has ended meanwhile."""
        self._endings.look()

    def check(self) -> None:
        """Raise the error by which the driver has ended, if any."""
        if self._refused is not None:
            self._endings.look(now=True)
            raise error_of(self._refused.problem)


def _require_ray() -> None:
    try:
        found = importlib.util.find_spec("ray") is not None
    except ImportError:
        found = False
    if not found:
        raise ExecutorUnusable(
            "ray", "Ray is not installed", "Install it: pip install 'shotlog[ray]'"
        )


def _run_here(job: RayJob, watch: _Watch, stop: Stop) -> None:
    """Run a driver as a child of this process."""
    address = job.address
    if address is not None and address != "auto":
        host, port = host_and_port(address)
        reach(address, host, port)
        job = job.model_copy(update={"address": f"{host}:{port}"})
    with LocalDriver(job) as driver:
        started, joining, stopping = time.monotonic(), None, None
        while not driver.has_ended():
            if (line := driver.next_line(_POLL_SECONDS)) is not None:
                watch.take(line)
            watch.look()
            if stop():
                driver.stop()
                stopping = stopping or time.monotonic()
                if time.monotonic() - stopping > _STOP_SECONDS:
                    driver.kill()  # Ray itself hangs; nothing is half all the same
            if watch.connected:
                continue
            if watch.connecting and joining is None:
                joining = time.monotonic()
            if _is_late(address, started, joining):
                driver.kill()
                raise unreachable(address, CONNECT_SECONDS if address else _START_SECONDS)
        watch.check()
        if not watch.finished and not stop():
            raise _broken(address, driver.last_words())


def _is_late(address: str | None, started: float, joining: float | None) -> bool:
    now = time.monotonic()
    if address is None or joining is None:
        return now - started > _START_SECONDS
    return now - joining > CONNECT_SECONDS


def _broken(address: str | None, last: str) -> ExecutorUnusable:
    told = f" ({last})" if last else ""
    hint = "What is done is kept; run the same command again."
    return ExecutorUnusable(address or "ray", f"the connection to Ray broke{told}", hint)


def _wait_for_results(endings: Endings, folder: OutputFolder, stop: Stop) -> None:
    """Wait for results of shards that are done to be seen here.

    Raises:
        ExecutorUnusable: Some are not: the workers write elsewhere.
    """
    ends = time.monotonic() + _SHARE_SECONDS
    while endings.waiting and not stop():
        if time.monotonic() > ends:
            message = f"{endings.waiting} items have no result here, though their shards were run"
            hint = "Check that this folder is the same one on all nodes; then run again."
            raise ExecutorUnusable(str(folder.root), message, hint)
        time.sleep(_POLL_SECONDS)
        endings.look(now=True)
