"""Runs jobs with the engine, in the worker; keeps models loaded between them.

Jobs that come together are one run of the engine. What goes wrong with it need not be the fault of
all: then each is to be run alone, and no one fails for another.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import inf
from typing import Never

from shotlog.engine import Voices
from shotlog.schema import (
    DeviceFull,
    DeviceLost,
    DeviceUnusable,
    HomeMissing,
    ModelError,
    ShotlogError,
)
from shotlog.service.ipc import (
    EXIT_DEVICE_LOST,
    Event,
    FatalError,
    JobDone,
    JobFailed,
    LoadFailed,
    ModelsChanged,
    ModelsLoaded,
    Preempted,
    RestartRequested,
    ResultChunk,
    RunSeparately,
    SelfTested,
    WorkerStats,
)
from shotlog.service.protocol import (
    DEFAULT_KEEP_ALIVE,
    AnalysisOptions,
    CacheStats,
    CorruptJob,
    ErrorCode,
    Failure,
    JobId,
    Submit,
    read_spec,
)
from shotlog.service.tasks import Task
from shotlog.service.worker.model_pool import ModelPool
from shotlog.service.worker.run_tools import ProgressReporter, RunLeft, RunTools
from shotlog.service.worker.selftest import run_selftest

_AGAIN = " Then start the daemon anew, with: shotlog daemon restart."

PART_CHARACTERS = 1024**2
"""Of a log's JSON text in one message; escaped, it is at most six times as many bytes."""

_log = logging.getLogger(__name__)


class JobRunner:
    """Does what the broker orders, and says how it went.

    Args:
        say: Tells the broker.
        wanted_back: Whether what runs is to be left; asked at every step of its progress.
        voices: Finds who is asked; None takes what is installed.
    """

    def __init__(
        self,
        say: Callable[[Event], None],
        wanted_back: Callable[[], bool],
        voices: Callable[[AnalysisOptions], Voices] | None = None,
    ) -> None:
        self._say, self._wanted_back = say, wanted_back
        self._ensemble = ModelPool()
        self._given = voices
        self._held: tuple[str, ...] = ()
        self._film = CacheStats()
        self._fresh = True

    def run(self, specs: Mapping[JobId, str], stay: float = DEFAULT_KEEP_ALIVE) -> None:
        """Runs the tasks of jobs with the same options. Returns once how all ended was said.

        Args:
            specs: For each job the JSON text of its ``Submit``.
            stay: Seconds that a model stays after its last use if nobody has a wish for it.
        """
        self._ensemble.keep_alive = stay
        if read := self._read(specs):
            self._run(read)
        self._tell_memory()

    def _run(self, specs: Sequence[Submit]) -> None:
        left = [spec.job for spec in specs]
        tasks = [spec.task for spec in specs]
        progress = ProgressReporter(self._say, self._wanted_back)
        tools = RunTools(progress, partial(self._voices, keep_alive=_longest(specs)))
        try:
            for text in self._results(tasks, tools):
                self._hand_over(left.pop(0), text)
        except RunLeft:
            self._say(Preempted())
        except DeviceFull as error:  # a fresh process would have no more room
            self._fail(left, error)
        except DeviceUnusable as error:
            if tools.prepared and not self._fresh:  # it is there, and its memory is short
                self._say(RestartRequested())
                os._exit(0)
            self._fail(left, error)
        except (DeviceLost, MemoryError) as error:
            self._die(error)
        except Exception as error:
            self._fail(left, error)
        self._fresh = False

    def _read(self, specs: Mapping[JobId, str]) -> list[Submit]:
        """What is asked; a job that cannot be read fails, and no other for it."""
        read = []
        for job, text in specs.items():
            try:
                read.append(read_spec(job, text))
            except CorruptJob as rotten:
                self._say(JobFailed(job=job, failure=rotten.failure))
        return read

    def _hand_over(self, job: JobId, text: str) -> None:
        for start in range(0, len(text), PART_CHARACTERS):
            self._say(ResultChunk(job=job, text=text[start : start + PART_CHARACTERS]))
        self._say(JobDone(job=job))

    def expire(self) -> float | None:
        """Lets models go whose time is over; gives the seconds until that may be so again."""
        if self._ensemble.expire():
            self._tell_holding()
            self._tell_memory()
        return self._ensemble.left()

    def load(
        self,
        asks: AnalysisOptions,
        keep_alive: float | None = None,
        stay: float = DEFAULT_KEEP_ALIVE,
    ) -> None:
        """Makes models ready, so that the next job finds them warm.

        Args:
            asks: Which models, and where.
            keep_alive: Seconds that they stay; None: as was wished for them last.
            stay: As for :meth:`run`.
        """
        self._ensemble.keep_alive = stay
        try:
            voices = self._voices(asks, keep_alive)
            for measure in voices.measures:
                measure.prepare()
        except (DeviceLost, MemoryError) as error:
            self._die(error)
        except Exception as error:
            _log_unforeseen(error)
            self._say(LoadFailed(failure=failure_of(error)))
        else:
            self._held = self._ensemble.holding()
            self._say(ModelsLoaded(models=self._held))
        self._tell_memory()

    def check(self, asks: AnalysisOptions) -> None:
        """Tries everything that is loaded, and says how that went."""
        began = time.monotonic()
        try:
            # Whoever holds no model need not import the libraries that models need.
            measures = self._voices(asks).measures if self._held else ()
            words = run_selftest([measure for measure in measures if measure.loaded is not None])
            ok = True
        except (DeviceLost, MemoryError) as error:
            self._die(error)
        except Exception as error:
            ok, words = False, failure_of(error).message
            _log.warning("the worker is not well", exc_info=error)
        self._say(SelfTested(ok=ok, words=words, seconds=time.monotonic() - began))

    def _results(self, tasks: Sequence[Task], tools: RunTools) -> Iterator[str]:
        """Run tasks together, and yield the JSON text of each one's result."""
        try:
            for result in type(tasks[0]).run(tasks, tools):
                self._film = tools.film
                yield result.model_dump_json()
        finally:
            if tools.prepared:
                self._tell_holding()

    def _tell_memory(self) -> None:
        film, self._film = self._film, CacheStats()
        self._say(WorkerStats(devices=self._ensemble.devices(), film=film))

    def _voices(self, asks: AnalysisOptions, keep_alive: float | None = None) -> Voices:
        return self._given(asks) if self._given else self._ensemble.of(asks, keep_alive)

    def _tell_holding(self) -> None:
        if (models := self._ensemble.holding()) != self._held:
            self._held = models
            self._say(ModelsChanged(models=models))

    def _fail(self, jobs: Sequence[JobId], error: Exception) -> None:
        """A job failed; of several it is not known which, and without any it harmed nobody."""
        _log_unforeseen(error)
        match jobs:
            case []:
                _log.warning("it failed once every job was done: %s", error)
            case [job]:
                self._say(JobFailed(job=job, failure=failure_of(error)))
            case _:
                _log.info("%d jobs failed together, and are tried one by one", len(jobs))
                self._say(RunSeparately())

    def _die(self, error: Exception) -> Never:
        """Ends the process: its device does not come back to it, or memory is short."""
        _log.error("the worker cannot go on", exc_info=error)
        words = (
            f"{error.problem.subject}: {error.problem.message}"
            if isinstance(error, ShotlogError)
            else "its memory did not suffice"
        )
        self._say(FatalError(reason=words))
        os._exit(EXIT_DEVICE_LOST)


def _log_unforeseen(error: Exception) -> None:
    if not isinstance(error, ShotlogError):
        _log.error("it failed unexpectedly", exc_info=error)


def _longest(specs: Sequence[Submit]) -> float | None:
    """How long models are to stay for jobs that run together; None where nobody has a wish."""
    wishes = [spec.keep_alive for spec in specs if spec.keep_alive is not None]
    return max(wishes, key=lambda wish: inf if wish < 0 else wish, default=None)


def failure_of(error: Exception) -> Failure:
    """What the broker tells its clients of an error."""
    if not isinstance(error, ShotlogError):
        return Failure(
            code=ErrorCode.INTERNAL,
            message=f"the analysis failed unexpectedly ({type(error).__name__}: {error})",
            hint="See: shotlog daemon logs; and report what they say.",
        )
    code = ErrorCode.MODEL if isinstance(error, ModelError) else ErrorCode.INTERNAL
    return Failure(
        code=code,
        message=f"{error.problem.subject}: {error.problem.message}",
        hint=error.problem.hint + _AGAIN * isinstance(error, HomeMissing),
        retryable=isinstance(error, DeviceUnusable),  # it may have memory again
    )
