"""Analysis by the daemon of this machine, as batch jobs: they give way to all other work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from types import TracebackType

from shotlog.batch.events import Stop
from shotlog.batch.running.analysis import Advance
from shotlog.batch.running.shot_vectors import ShotVectors, read_vectors, select_for
from shotlog.engine import (
    AnalyzerSelection,
    Cache,
    ProbeCache,
    make_thumbnail_reader,
    tell_fallback,
    tier_attempts,
)
from shotlog.paths import cache_file
from shotlog.schema import (
    BatchError,
    DaemonError,
    Edit,
    ItemParked,
    Log,
    LoggedShot,
    ModelError,
    Problem,
    ShotlogError,
    Stopped,
)
from shotlog.service.client import Client
from shotlog.service.protocol import (
    AnalysisOptions,
    ErrorCode,
    JobInfo,
    JobState,
    Priority,
    ProgressEvent,
    new_id,
)
from shotlog.settings import load_settings

_POLL_SECONDS = 0.25
"""Interval at which a stop is noticed while no event comes."""


class DaemonAnalysis:
    """A connection to the daemon, and its result cache; a context manager, for one thread.

    All edits of a call are submitted at once: the daemon runs those that wait together, so media
    that they share are decoded once and batches are full.

    Args:
        context: Name of the daemon, which is started if needed.
        keep_alive: Seconds that models stay loaded afterwards; None for the daemon's own.
        since: Seconds since 1970 from which costs of providers count as those of this run.

    Attributes:
        probe_cache: Keeps probed media, in the cache that the daemon uses as well.
        survives_crashes: True: the daemon parks a job that ended its worker twice.

    Raises:
        DaemonError: The daemon cannot be used.
        CacheError: The cache cannot be opened.
    """

    survives_crashes = True

    def __init__(
        self,
        context: str = "default",
        keep_alive: int | None = None,
        since: float | None = None,
    ) -> None:
        self._keep_alive, self._since = keep_alive, since
        self._left: Problem | None = None
        with ExitStack() as opened:
            self._client = opened.enter_context(Client(context=context, name="shotlog batch"))
            size = load_settings().settings.storage.cache_size
            self._cache = opened.enter_context(Cache(cache_file(), size))
            self._open = opened.pop_all()
        self.probe_cache = ProbeCache(self._cache)
        self._picture = make_thumbnail_reader(self._cache)
        self._selected: AnalyzerSelection | None = None  # of the one set of options of a batch

    def __enter__(self) -> DaemonAnalysis:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def analyze(
        self, edits: Sequence[Edit], asks: AnalysisOptions, advance: Advance, stop: Stop
    ) -> Iterator[Log | Exception]:
        """Yield for each edit its log, or its error; see :class:`EditAnalysis`."""
        asks, left = self._present(asks)
        open_jobs: set[str] = set()
        try:
            jobs = [self._submit(edit, asks, open_jobs) for edit in edits]
            for job, edit in zip(jobs, edits, strict=True):
                end = self._wait(job, edit, advance, stop)
                open_jobs.discard(job)
                if end.state is JobState.CANCELLED and not stop():
                    # Its lease had run out: the daemon was started anew, and knows this client by
                    # the job alone that it asked for; or this process was suspended.
                    again = self._submit(edit, asks, open_jobs)
                    end = self._wait(again, edit, advance, stop)
                    open_jobs.discard(again)
                outcome = self._outcome(end, edit)
                if left is not None and isinstance(outcome, Log):
                    outcome = tell_fallback(outcome, left)
                yield outcome
        finally:
            for job in open_jobs:
                with suppress(DaemonError):
                    self._client.cancel(job)

    def picture(self, shot: LoggedShot) -> bytes | None:
        """Return a JPEG of a shot; None for none."""
        return self._picture(shot)

    def vectors(self, shots: Sequence[LoggedShot], asks: AnalysisOptions) -> ShotVectors:
        """Return unit vectors of shots by image-text model, by their place in ``shots``.

        The daemon has measured them, on the device that this process would choose as well.
        """
        if not asks.embeddings:
            return {}
        if self._selected is None:
            self._selected = select_for(asks)
        return read_vectors(shots, self._selected, self._cache)

    def _present(self, asks: AnalysisOptions) -> tuple[AnalysisOptions, Problem | None]:
        """Return the options of a plan for this run, and why the provider is not asked any more.

        A provider that could not be used is asked once in a run, and not again for every timeline:
        to find nobody at its address takes seconds.
        """
        if asks.remote is None:
            return asks, None
        if self._left is None:
            remote = asks.remote.model_copy(update={"since": self._since})
            return asks.model_copy(update={"remote": remote}), None
        following = tier_attempts(asks.models, asks.remote)[1]
        return asks.model_copy(update={"models": following, "remote": None}), self._left

    def _submit(self, edit: Edit, asks: AnalysisOptions, open_jobs: set[str]) -> str:
        job = new_id()
        open_jobs.add(job)
        # Not durable: if this process is killed, the daemon ends the job after a while.
        self._client.submit(
            edit, asks, name=edit.name, priority=Priority.BATCH, durable=False, job=job,
            keep_alive=self._keep_alive,
        )  # fmt: skip
        return job

    def _outcome(self, end: JobInfo, edit: Edit) -> Log | Exception:
        if end.state is JobState.DONE:
            log = self._client.result(end.job)
            self._left = self._left or log.fallback
            return log
        if end.failure is None:
            return BatchError(edit.name, "its job was cancelled", "Run shotlog batch retry.")
        code, message, hint = end.failure.code, end.failure.message, end.failure.hint
        if code is ErrorCode.WORKER_LOST:
            return ItemParked(edit.name, message)
        # Without the model, or with a full device, no other edit can be analysed either.
        if code is ErrorCode.MODEL or end.failure.retryable:
            raise ModelError(edit.name, message, hint)
        return ShotlogError(edit.name, message.removeprefix(f"{edit.name}: "), hint)

    def _wait(self, job: str, edit: Edit, advance: Advance, stop: Stop) -> JobInfo:
        end: JobInfo | None = None
        for event in self._client.poll_events(job, _POLL_SECONDS):
            if stop():
                raise Stopped(edit.name)
            if isinstance(event, ProgressEvent):
                advance(event.stage, event.done, event.total, event.unit)
            elif isinstance(event, JobInfo):
                end = event
        assert end is not None  # noqa: S101  the last event is the state in which the job ended
        return end
