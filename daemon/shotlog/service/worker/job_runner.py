"""Executes the broker's commands in the worker: jobs, loading of models, self-test.

Jobs that are run together are one run of the engine. If that run fails, the job at fault is not
known, so each is to be run alone.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import inf
from typing import Never

from shotlog.engine import AnalyzerSelection
from shotlog.schema import DeviceFull, DeviceLost, DeviceUnusable, ShotlogError
from shotlog.service.ipc import (
    EXIT_DEVICE_LOST,
    Done,
    Event,
    Failed,
    FatalError,
    Loaded,
    Memory,
    ModelsChanged,
    Part,
    Preempted,
    RestartRequested,
    RunSeparately,
    SelfTested,
)
from shotlog.service.protocol import (
    KEEP_ALIVE,
    AnalysisOptions,
    CacheStats,
    CorruptJob,
    JobId,
    Submit,
    read_spec,
)
from shotlog.service.tasks import Task
from shotlog.service.worker.failures import log_unexpected, to_failure
from shotlog.service.worker.model_pool import ModelPool
from shotlog.service.worker.run_tools import ProgressReporter, RunPreempted, RunTools
from shotlog.service.worker.selftest import run_selftest

PART_CHARACTERS = 1024**2
"""Characters of a result's JSON text in one message. Escaped, each takes at most six bytes."""

_log = logging.getLogger(__name__)


class JobRunner:
    """Executes the broker's commands, one at a time, and sends events.

    Args:
        send: Sends an event to the broker.
        preempt_requested: Returns True if the running jobs are to be preempted; called at every
            step of their progress.
        select: Selects the analyzers for options; None selects from those that are installed.
    """

    def __init__(
        self,
        send: Callable[[Event], None],
        preempt_requested: Callable[[], bool],
        select: Callable[[AnalysisOptions], AnalyzerSelection] | None = None,
    ) -> None:
        self._send, self._preempt_requested = send, preempt_requested
        self._pool = ModelPool()
        self._custom_select = select
        self._loaded: tuple[str, ...] = ()
        self._cache_stats = CacheStats()
        self._fresh = True  # no job was run in this process yet

    def run(self, specs: Mapping[JobId, str], default_keep_alive: float = KEEP_ALIVE) -> None:
        """Run jobs with the same options together; return once the end of each was sent.

        Args:
            specs: The JSON text of each job's ``Submit``.
            default_keep_alive: Seconds that models are kept if no job names a keep-alive.
        """
        self._pool.keep_alive = default_keep_alive
        if jobs := self._parse(specs):
            self._run(jobs)
        self._send_memory()

    def _run(self, specs: Sequence[Submit]) -> None:
        unfinished = [spec.job for spec in specs]
        tasks = [spec.task for spec in specs]
        progress = ProgressReporter(self._send, self._preempt_requested)
        tools = RunTools(progress, partial(self._select, keep_alive=_longest_keep_alive(specs)))
        try:
            for text in self._results(tasks, tools):
                self._send_result(unfinished.pop(0), text)
        except RunPreempted:
            self._send(Preempted())
        except DeviceFull as error:  # a fresh process would have no more memory
            self._fail(unfinished, error)
        except DeviceUnusable as error:
            # The device worked when the models were prepared, so its memory has run out since; a
            # fresh process does not have the fragments of earlier jobs.
            if tools.prepared and not self._fresh:
                self._send(RestartRequested())
                os._exit(0)
            self._fail(unfinished, error)
        except (DeviceLost, MemoryError) as error:
            self._die(error)
        except Exception as error:
            self._fail(unfinished, error)
        self._fresh = False

    def _parse(self, specs: Mapping[JobId, str]) -> list[Submit]:
        """Return the jobs that can be read; fail the others."""
        jobs = []
        for job, text in specs.items():
            try:
                jobs.append(read_spec(job, text))
            except CorruptJob as error:
                self._send(Failed(job=job, failure=error.failure))
        return jobs

    def _send_result(self, job: JobId, text: str) -> None:
        for start in range(0, len(text), PART_CHARACTERS):
            self._send(Part(job=job, text=text[start : start + PART_CHARACTERS]))
        self._send(Done(job=job))

    def expire(self) -> float | None:
        """Unload expired models; return the seconds until the next one expires, or None."""
        if self._pool.expire():
            self._send_if_models_changed()
            self._send_memory()
        return self._pool.seconds_to_expiry()

    def load(
        self,
        options: AnalysisOptions,
        keep_alive: float | None = None,
        default_keep_alive: float = KEEP_ALIVE,
    ) -> None:
        """Load models, so that the next job need not wait for it.

        Args:
            options: The models and the device.
            keep_alive: Seconds that they are kept; None leaves it as it is.
            default_keep_alive: As for :meth:`run`.
        """
        self._pool.keep_alive = default_keep_alive
        try:
            voices = self._select(options, keep_alive)
            for measure in voices.measures:
                measure.prepare()
        except (DeviceLost, MemoryError) as error:
            self._die(error)
        except Exception as error:
            log_unexpected(error)
            self._send(Failed(job=None, failure=to_failure(error)))
        else:
            self._loaded = self._pool.loaded_models()
            self._send(Loaded(models=self._loaded))
        self._send_memory()

    def check(self, options: AnalysisOptions) -> None:
        """Run the self-test with those models of the options that are loaded; send its result."""
        began = time.monotonic()
        try:
            # Without a loaded model, the import of the models' libraries is saved.
            measures = self._select(options).measures if self._loaded else ()
            words = run_selftest([measure for measure in measures if measure.loaded is not None])
            ok = True
        except (DeviceLost, MemoryError) as error:
            self._die(error)
        except Exception as error:
            ok, words = False, to_failure(error).message
            _log.warning("the self-test failed", exc_info=error)
        self._send(SelfTested(ok=ok, words=words, seconds=time.monotonic() - began))

    def _results(self, tasks: Sequence[Task], tools: RunTools) -> Iterator[str]:
        """Run tasks together, and yield the JSON text of each one's result."""
        try:
            for result in type(tasks[0]).run(tasks, tools):
                self._cache_stats = tools.cache_stats
                yield result.model_dump_json()
        finally:
            if tools.prepared:
                self._send_if_models_changed()

    def _send_memory(self) -> None:
        stats, self._cache_stats = self._cache_stats, CacheStats()
        self._send(Memory(devices=self._pool.device_memory(), film=stats))

    def _select(
        self, options: AnalysisOptions, keep_alive: float | None = None
    ) -> AnalyzerSelection:
        if self._custom_select:
            return self._custom_select(options)
        return self._pool.select(options, keep_alive)

    def _send_if_models_changed(self) -> None:
        if (models := self._pool.loaded_models()) != self._loaded:
            self._loaded = models
            self._send(ModelsChanged(models=models))

    def _fail(self, jobs: Sequence[JobId], error: Exception) -> None:
        """Fail a job; ask for separate runs where several may be at fault."""
        log_unexpected(error)
        match jobs:
            case []:  # after the last result was sent, the error harms no job
                _log.warning("failed after the last job: %s", error)
            case [job]:
                self._send(Failed(job=job, failure=to_failure(error)))
            case _:
                _log.info("%d jobs failed together; they are run one by one", len(jobs))
                self._send(RunSeparately())

    def _die(self, error: Exception) -> Never:
        """End the process: its device is lost to it, or the main memory is exhausted."""
        _log.error("the worker must end", exc_info=error)
        reason = (
            f"{error.problem.subject}: {error.problem.message}"
            if isinstance(error, ShotlogError)
            else "out of main memory"
        )
        self._send(FatalError(reason=reason))
        os._exit(EXIT_DEVICE_LOST)  # no clean-up: it could hang on the lost device


def _longest_keep_alive(specs: Sequence[Submit]) -> float | None:
    """Return the longest keep-alive of jobs that run together; None where none names one."""
    named = [spec.keep_alive for spec in specs if spec.keep_alive is not None]
    # Negative means without limit.
    return max(named, key=lambda seconds: inf if seconds < 0 else seconds, default=None)
