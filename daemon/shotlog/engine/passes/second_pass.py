"""The second pass: once the shots are known, models run on the windows of each.

A decoder thread loads frames, file after file, while the calling thread owns the device and runs
full batches. Batches are filled across clips and files in the order of the decode, so that their
content depends on the edit and the cache alone, never on timing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.engine.passes.prefetch import Prefetcher
from shotlog.engine.passes.shots import SegmentedClip
from shotlog.engine.passes.window_frames import WindowFrames
from shotlog.engine.passes.window_jobs import WindowJob, missing_windows
from shotlog.engine.passes.window_loader import LoadedWindow, load_windows
from shotlog.engine.passes.window_results import WindowResults, moments_of
from shotlog.engine.plugins import analyzer_problem
from shotlog.engine.progress import RunProgress, StageProgress
from shotlog.schema import (
    Analyzer,
    AnalyzerError,
    ModelError,
    RemoteError,
    Row,
    ShotlogError,
    TimeRange,
    WindowMeasure,
)

_AHEAD_BYTES = 256 * 1024**2
"""Size of the loaded windows that wait for the device: 111 of 16 frames of 224 x 224."""

_BATCH_BYTES = 256 * 1024**2
"""Size at which a batch is run although it is not full; it bounds windows of many frames."""


def run_second_pass(
    clips: Sequence[SegmentedClip],
    analyzers: Sequence[Analyzer],
    cache: Cache,
    progress: RunProgress,
    frames: WindowFrames,
) -> WindowResults:
    """Run the window measures on every window of every shot, and store the rows as they come.

    Args:
        clips: The clips, divided into shots.
        analyzers: The analyzers whose window measures are run.
        cache: Holds the rows of earlier runs; their windows are not measured again.
        progress: Receives the progress, window by window.
        frames: Frames that the first pass has taken; they are not decoded again.

    Raises:
        ModelError: a model or the device cannot be used at all. What was measured is in the cache.
    """
    measures = {m.name: m for a in analyzers for m in a.measures if isinstance(m, WindowMeasure)}
    return measure_windows(clips, list(measures.values()), cache, progress, "Models", frames)


def measure_windows(
    clips: Sequence[SegmentedClip],
    measures: Sequence[WindowMeasure],
    cache: Cache,
    progress: RunProgress,
    stage: str,
    frames: WindowFrames | None = None,
) -> WindowResults:
    """Run measures on every window of every shot, as :func:`run_second_pass` does.

    Args:
        clips: The clips, divided into shots.
        measures: The measures.
        cache: Holds the rows of earlier runs.
        progress: Receives the progress.
        stage: Name of the stage for people.
        frames: Frames that were taken before.

    Raises:
        ModelError: a model or the device cannot be used at all.
    """
    out = WindowResults()
    jobs = [job for m in measures for job in missing_windows(clips, m, cache, out)]
    with (
        progress.stage(stage, len(jobs), "windows", saved=True) as bar,
        Prefetcher(load_windows(jobs, frames), _size_of, _AHEAD_BYTES) as loaded,
    ):
        runner = _BatchRunner(cache, bar, out)
        # Decoding has begun already: it runs while the weights are loaded.
        runner.prepare({job.measure.name: job.measure for job in jobs}.values())
        for item in loaded:
            runner.take(item)
        runner.finish()
    return out


def _size_of(item: LoadedWindow[WindowJob]) -> int:
    return 0 if isinstance(item.pixels, ShotlogError) else item.pixels.nbytes


class _BatchRunner:
    """Runs measures on batches of windows, in the calling thread."""

    def __init__(self, cache: Cache, bar: StageProgress, out: WindowResults) -> None:
        self._cache, self._bar, self._out = cache, bar, out
        self._waiting: dict[WindowMeasure, list[LoadedWindow[WindowJob]]] = {}

    def prepare(self, measures: Iterable[WindowMeasure]) -> None:
        """Prepare the measures. One that fails for any reason but its model is given up."""
        for measure in measures:
            measure.watch(lambda: self._bar.advance(0))  # an advance may end the run
            try:
                measure.prepare()
            except ShotlogError:
                raise
            except Exception as error:  # a plugin may raise anything; the others must go on
                message = f"it could not get ready ({type(error).__name__}: {error})"
                problem = AnalyzerError(measure.name, message).problem
                self._out.add_problem(measure.name, problem)
            else:
                self._waiting[measure] = []

    def take(self, item: LoadedWindow[WindowJob]) -> None:
        """Add a window to its measure's batch, and run the batch when it is full."""
        if isinstance(item.pixels, ShotlogError):
            self._lose(item, item.pixels)
        elif (batch := self._waiting.get(item.job.measure)) is None:
            self._bar.advance(1)  # the measure was given up in prepare()
        else:
            batch.append(item)
            if len(batch) >= item.job.measure.batch or sum(map(_size_of, batch)) >= _BATCH_BYTES:
                self._flush(item.job.measure)

    def finish(self) -> None:
        """Run the batches that did not become full."""
        for measure in self._waiting:
            self._flush(measure)

    def _flush(self, measure: WindowMeasure) -> None:
        batch, self._waiting[measure] = self._waiting[measure], []
        if batch:
            self._run(measure, batch)

    def _run(self, measure: WindowMeasure, batch: Sequence[LoadedWindow[WindowJob]]) -> None:
        """Run a batch; halve it where it fails, until the window that fails is alone."""
        try:
            values = _rows_of(measure, batch)
        except ModelError:
            raise  # the device or the weights: smaller batches would fail, too
        except Exception as error:  # a plugin may raise anything; the others must go on
            if len(batch) == 1:
                self._lose(batch[0], error)
                return
            middle = len(batch) // 2
            self._run(measure, batch[:middle])
            self._run(measure, batch[middle:])
            return
        for item, numbers in zip(batch, values, strict=True):
            self._store(item.job, numbers)
        self._bar.advance(len(batch))  # after the rows are stored: advance() may end the run

    def _store(self, job: WindowJob, numbers: npt.NDArray[np.float32]) -> None:
        media, measure, tick = job.media, job.measure, job.video.tick
        first, last = moments = moments_of(job.window, job.video)
        self._out.rows(media, measure)[moments] = numbers
        piece = TimeRange.between(first * tick, (last + 1) * tick)
        series = measure.series(tick, [Row(first, last, numbers)])
        self._cache.add(media.content_id, cache_key(measure), piece, series)

    def _lose(self, item: LoadedWindow[WindowJob], error: Exception) -> None:
        """Add a problem to every clip of a window that could not be measured."""
        measure = item.job.measure.name
        for clip in item.job.clips:
            if isinstance(error, ShotlogError):
                problem = error.problem.model_copy(update={"clip": clip.clip.id})
                if isinstance(error, RemoteError):  # it names the provider, and knows no clip
                    told = f"{problem.subject}: {problem.message}"
                    problem = problem.model_copy(
                        update={"subject": clip.clip.name, "message": told}
                    )
                self._out.add_problem(type(error).__name__, problem)
            else:
                self._out.add_problem(measure, analyzer_problem(measure, clip, error))
        self._bar.advance(1)


def _rows_of(
    measure: WindowMeasure, batch: Sequence[LoadedWindow[WindowJob]]
) -> Sequence[npt.NDArray[np.float32]]:
    """Return the rows of a batch; raise ValueError where their shape or values are wrong."""
    windows = [item.pixels for item in batch if not isinstance(item.pixels, ShotlogError)]
    values = measure.look(windows)
    if [v.shape for v in values] != [(measure.width,)] * len(batch):
        raise ValueError(f"{len(batch)} rows of {measure.width} numbers were expected")
    if not all(np.isfinite(v).all() for v in values):
        raise ValueError("some of its numbers are not finite")
    return values
