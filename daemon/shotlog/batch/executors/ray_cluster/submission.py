"""Submission of the driver as a job of a cluster, by the Ray Jobs API."""

from __future__ import annotations

import asyncio
import secrets
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ray.job_submission import JobStatus, JobSubmissionClient

from shotlog.batch.events import Noted, Stop
from shotlog.batch.executors.ray_cluster.messages import Line, RayJob, read_line
from shotlog.batch.store import OutputFolder
from shotlog.files import output_errors, replace_file
from shotlog.schema import ExecutorUnusable
from shotlog_otio import Relinks

_POLL_SECONDS = 0.5
_STOP_SECONDS = 30  # Ray's default of 3 s is less than an analysis may take to its next step

Take = Callable[[Line], None]


def submit(
    job: RayJob, folder: OutputFolder, take: Take, look: Callable[[], None], stop: Stop
) -> ExecutorUnusable | None:
    """Run the driver as a job of a cluster, and follow its log until it ends.

    The job is a file in the output folder, which the head has to see: by the same path, or by the
    one to which the maps of paths lead.

    Args:
        job: The work; its address is that of the cluster's dashboard.
        folder: The output folder.
        take: Takes the lines of the driver.
        look: Called twice a second.
        stop: Returns True once the job is to stop.

    Returns:
        The error of a job that failed, or that others have stopped; None for one that has ended.

    Raises:
        ExecutorUnusable: The cluster refuses the job.
        OutputNotWritable: The file of the job cannot be written.
    """
    address = job.address or ""
    name = f"shotlog-{secrets.token_hex(8)}"
    with _job_file(job, folder, name) as file, _mapped_errors(address):
        client = JobSubmissionClient(address)
        client.submit_job(
            entrypoint=_entrypoint(file, job.settings.maps),
            submission_id=name,
            runtime_env={
                "env_vars": {
                    "RAY_USAGE_STATS_ENABLED": "0",
                    "RAY_JOB_STOP_WAIT_TIME_S": str(_STOP_SECONDS),
                }
            },
        )
        take(Noted(message=f"Ray runs this as job {name}; see: ray job logs {name}"))
        status = asyncio.run(_Following(client, name, take, look, stop).follow())
        if status is JobStatus.FAILED:
            return _failed(address, client.get_job_info(name).message or "")
        if status is JobStatus.STOPPED and not stop():
            hint = "What is done is kept; run the same command again."
            return ExecutorUnusable(address, "somebody has stopped the job on the cluster", hint)
        return None


@contextmanager
def _job_file(job: RayJob, folder: OutputFolder, name: str) -> Iterator[Path]:
    path = folder.root / ".shotlog" / f"{name}.json"
    content = job.model_copy(update={"address": "auto"}).model_dump_json()
    with output_errors(path):
        replace_file(path, content.encode())
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink()


def _entrypoint(file: Path, maps: tuple[str, ...]) -> str:
    """Return the command that the head runs, with its own path of the job's file."""
    there = Relinks.parse(maps).apply([str(file)])[0]
    return shlex.join(["python", "-m", __package__, there])


class _Following:
    """Follows the log of a job until it has ended.

    Args:
        client: The client of the cluster.
        name: Id of the job.
        take: Takes the lines of the driver.
        look: Called twice a second.
        stop: Returns True once the job is to stop.
    """

    def __init__(
        self,
        client: JobSubmissionClient,
        name: str,
        take: Take,
        look: Callable[[], None],
        stop: Stop,
    ) -> None:
        self._client, self._name = client, name
        self._take, self._look, self._stop = take, look, stop
        self._stopping = False

    async def follow(self) -> JobStatus:
        """Return the status in which the job has ended."""
        tail = asyncio.create_task(self._tail())
        while not (status := self._client.get_job_status(self._name)).is_terminal():
            await asyncio.sleep(_POLL_SECONDS)
            self._look()
            if self._stop() and not self._stopping:
                self._stopping = True
                self._client.stop_job(self._name)
        with suppress(TimeoutError):  # the rest of the log; results do not depend on it
            await asyncio.wait_for(tail, timeout=10 * _POLL_SECONDS)
        return status

    async def _tail(self) -> None:
        """Take the lines of the log as they come."""
        rest = ""
        try:
            async for text in self._client.tail_job_logs(self._name):
                *lines, rest = (rest + text).split("\n")
                for line in lines:
                    if (message := read_line(line)) is not None:
                        self._take(message)
        except Exception as error:  # aiohttp raises many kinds
            told = f"the log of the job cannot be followed ({error}); it goes on all the same"
            self._take(Noted(message=told))


@contextmanager
def _mapped_errors(address: str) -> Iterator[None]:
    """Turn errors of the Jobs API into :class:`ExecutorUnusable`."""
    try:
        yield
    except ExecutorUnusable:
        raise
    except Exception as error:  # RuntimeError, ConnectionError, and those of requests
        first = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
        message = f"the cluster refuses the job ({first.rstrip('.')})"
        raise ExecutorUnusable(address, message) from error


def _failed(address: str, told: str) -> ExecutorUnusable:
    if "No module named" in told and "shotlog" in told:
        hint = "Install it on all nodes, in the same version: pip install 'shotlog[ray]'"
        return ExecutorUnusable(address, "Shotlog is not installed on the cluster's head", hint)
    last = next((line.strip() for line in reversed(told.splitlines()) if line.strip()), "no reason")
    return ExecutorUnusable(address, f"the job failed ({last})", "See its log: ray job logs.")
