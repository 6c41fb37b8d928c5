"""Runs jobs with the engine, in the worker; keeps models loaded between them."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shotlog.engine import Bar, Cache, Options, analyze
from shotlog.engine.voices import Voices
from shotlog.schema.errors import DeviceLost, DeviceUnusable, ModelError, ShotlogError
from shotlog.schema.findings import Log
from shotlog.service.ensemble import Ensemble
from shotlog.service.messages import Asks, ErrorCode, Failure, JobId, Submit
from shotlog.service.work import (
    Done,
    Dying,
    Failed,
    Holding,
    Part,
    Preempted,
    Progressed,
    Retiring,
    Word,
)
from shotlog.service.worker import LOST

PART_CHARACTERS = 1024**2
"""Of a log's JSON text in one message; escaped, it is at most six times as many bytes."""

PROGRESS_SECONDS = 0.1
"""Least time from one word of progress to the next within a stage."""

_log = logging.getLogger(__name__)


class _Left(BaseException):
    """A job is to be left. No ``Exception``: nobody may take it for a plugin's failure."""


class JobRunner:
    """Does what the broker orders, and says how it went.

    Args:
        say: Tells the broker.
        wanted_back: Whether a job is to be left; asked at every step of its progress.
        voices: Finds who is asked; None takes what is installed.
    """

    def __init__(
        self,
        say: Callable[[Word], None],
        wanted_back: Callable[[JobId], bool],
        voices: Callable[[Asks], Voices] | None = None,
    ) -> None:
        self._say, self._wanted_back = say, wanted_back
        self._voices = voices or Ensemble().of
        self._held: tuple[str, ...] = ()
        self._fresh = True

    def run(self, spec: Submit) -> None:
        """Analyses the edit of a job. Returns once how it ended was said."""
        progress = _Reporter(spec.job, self._say, self._wanted_back)
        voices: Voices | None = None
        try:
            with progress.stage("Preparing", 0, ""):
                voices = self._voices(spec.asks)
            text = self._analyze(spec, voices, progress).model_dump_json()
        except _Left:
            self._say(Preempted(job=spec.job))
        except DeviceUnusable as error:
            if voices is not None and not self._fresh:  # it is there, and its memory is short
                self._say(Retiring(job=spec.job))
                os._exit(0)
            self._fail(spec.job, error)
        except (DeviceLost, MemoryError) as error:
            self._die(error)
        except Exception as error:
            self._fail(spec.job, error)
        else:
            for start in range(0, len(text), PART_CHARACTERS):
                self._say(Part(job=spec.job, text=text[start : start + PART_CHARACTERS]))
            self._say(Done(job=spec.job))
        self._fresh = False

    def load(self, asks: Asks) -> None:
        """Makes models ready, so that the next job finds them warm."""
        try:
            voices = self._voices(asks)
            for measure in voices.measures:
                measure.prepare()
        except (DeviceLost, MemoryError) as error:
            self._die(error)
        except Exception as error:
            self._fail(None, error)
        else:
            self._held = voices.holding()
            self._say(Holding(models=self._held))

    def _analyze(self, spec: Submit, voices: Voices, progress: _Reporter) -> Log:
        options = Options(disabled=spec.asks.disabled)
        try:
            with Cache(Cache.default_path()) as cache:
                log = analyze(
                    spec.edit, voices.analyzers, cache, options=options, progress=progress
                )
        finally:
            if voices.measures:  # who asks no model leaves loaded ones as they are
                self._tell_holding(voices)
        return log.model_copy(update={"warnings": voices.warnings + log.warnings})

    def _tell_holding(self, voices: Voices) -> None:
        if (models := voices.holding()) != self._held:
            self._held = models
            self._say(Holding(models=models))

    def _fail(self, job: JobId | None, error: Exception) -> None:
        if not isinstance(error, ShotlogError):
            _log.error("a job failed unexpectedly", exc_info=error)
        self._say(Failed(job=job, failure=failure_of(error)))

    def _die(self, error: Exception) -> None:
        """Ends the process: its device does not come back to it, or memory is short."""
        _log.error("the worker cannot go on", exc_info=error)
        words = (
            f"{error.problem.subject}: {error.problem.message}"
            if isinstance(error, ShotlogError)
            else "its memory did not suffice"
        )
        self._say(Dying(reason=words))
        os._exit(LOST)


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
        hint=error.problem.hint,
        retryable=isinstance(error, DeviceUnusable),  # it may have memory again
    )


class _Reporter:
    """The engine's progress, for the broker; the place where a job is left."""

    def __init__(
        self, job: JobId, say: Callable[[Word], None], wanted_back: Callable[[JobId], bool]
    ) -> None:
        self._job, self._say, self._wanted_back = job, say, wanted_back

    @contextmanager
    def stage(self, name: str, total: float, unit: str) -> Iterator[Bar]:
        """Told at once; its progress, every tenth of a second."""
        yield _Stage(self, name, total, unit)

    def tell(self, stage: str, done: float, total: float, unit: str) -> None:
        self._say(Progressed(job=self._job, stage=stage, done=done, total=total, unit=unit))

    def leave_if_wanted(self) -> None:
        if self._wanted_back(self._job):
            raise _Left


class _Stage:
    def __init__(self, reporter: _Reporter, name: str, total: float, unit: str) -> None:
        self._reporter, self._name, self._total, self._unit = reporter, name, total, unit
        self._done = 0.0
        self._tell()
        reporter.leave_if_wanted()

    def advance(self, amount: float) -> None:
        self._done += amount
        if time.monotonic() - self._told >= PROGRESS_SECONDS:
            self._tell()
        self._reporter.leave_if_wanted()

    def _tell(self) -> None:
        self._told = time.monotonic()
        self._reporter.tell(self._name, self._done, self._total, self._unit)
