"""The second pass: once the shots are known, models look at the windows of each.

A decoder thread gathers frames, file after file, while the calling thread owns the device and
looks at full batches: they are filled across clips and files, in the order of the decode, so what
is in a batch depends on the edit and the cache alone, never on who was faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.engine.passes.prefetch import Ahead
from shotlog.engine.passes.segmentation import Divided
from shotlog.engine.passes.window_loader import Gathered, WindowJob, gather
from shotlog.engine.plugins import failure
from shotlog.engine.progress import Bar, Progress
from shotlog.schema import (
    Analyzer,
    AnalyzerError,
    Media,
    ModelError,
    Problem,
    Row,
    Series,
    Shot,
    ShotlogError,
    TimeRange,
    VideoStream,
    Window,
    WindowMeasure,
)

_AHEAD_BYTES = 256 * 1024**2
"""Of full windows that wait for the device: 111 of 16 frames of 224 x 224."""

_BATCH_BYTES = 256 * 1024**2
"""Of one batch, for windows of many frames; a batch holds one window at least."""

_Moments = tuple[int, int]
"""First and last moment of a window's row, in ticks."""


class Looked:
    """What models have seen in the windows of every shot, and what went wrong."""

    def __init__(self) -> None:
        self._chosen: dict[tuple[str, TimeRange, str], Sequence[Window]] = {}
        self._rows: dict[tuple[str, str], dict[_Moments, npt.NDArray[np.float32]]] = {}
        self._problems: dict[tuple[str | None, str], Problem] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong: one problem for each clip and cause, however many windows it cost."""
        return tuple(self._problems.values())

    def complain(self, cause: str, problem: Problem) -> None:
        """Adds a problem, unless its clip has one of the same cause."""
        self._problems.setdefault((problem.clip, cause), problem)

    def series(self, media: Media, shot: Shot, measure: WindowMeasure) -> Series | None:
        """The rows of exactly the windows of a shot, in their order.

        Returns:
            One row for each window, even where two windows are the same few frames; None where
            there is no window, or one of them has no row.
        """
        windows = self._chosen.get((media.content_id, shot.core, measure.name), ())
        if not windows or media.video is None:
            return None
        rows = self._rows[media.content_id, measure.name]
        keys = [_moments(window, media.video) for window in windows]
        if not rows.keys() >= set(keys):
            return None
        first, last = np.array(keys, np.int64).T
        return Series(media.video.tick, first, last, np.stack([rows[key] for key in keys]))

    def choose(self, item: Divided, measure: WindowMeasure, video: VideoStream) -> list[Window]:
        """The windows of a clip's shots; none of a shot whose choice goes wrong."""
        found: list[Window] = []
        for shot in item.shots:
            key = (item.located.media.content_id, shot.core, measure.name)
            try:
                if key not in self._chosen:
                    self._chosen[key] = _checked(measure.windows(shot.core, video), shot.core)
                found += self._chosen[key]
            except Exception as error:  # a plugin may raise anything; the others must go on
                self.complain(measure.name, failure(measure.name, item.located, error))
        return found

    def rows(self, media: Media, measure: WindowMeasure) -> dict[_Moments, npt.NDArray[np.float32]]:
        """The rows of a measure on a file, as far as they are known; to be added to."""
        return self._rows.setdefault((media.content_id, measure.name), {})


def measure_windows(
    clips: Sequence[Divided], analyzers: Sequence[Analyzer], cache: Cache, progress: Progress
) -> Looked:
    """Has every window of every shot looked at, and stores the rows as they come.

    Args:
        clips: The clips, divided into shots.
        analyzers: Who is asked; their window measures look.
        cache: Windows whose rows it holds are not looked at again.
        progress: Told of every window.

    Raises:
        ModelError: a model or the device cannot be used at all. What was measured is kept.
    """
    measures = {m.name: m for a in analyzers for m in a.measures if isinstance(m, WindowMeasure)}
    out = Looked()
    jobs = [job for m in measures.values() for job in _jobs(clips, m, cache, out)]
    with (
        progress.stage("Models", len(jobs), "windows", saved=True) as bar,
        Ahead(gather(jobs), _weight, _AHEAD_BYTES) as gathered,
    ):
        device = _Device(cache, bar, out)
        device.prepare({job.measure.name: job.measure for job in jobs}.values())
        for item in gathered:
            device.take(item)
        device.finish()
    return out


def _jobs(
    clips: Sequence[Divided], measure: WindowMeasure, cache: Cache, out: Looked
) -> Iterator[WindowJob]:
    """The windows of a measure that the cache does not hold, each once."""
    wanted: dict[str, dict[_Moments, WindowJob]] = {}
    for item in clips:
        media = item.located.media
        if media.video is None:
            continue
        jobs = wanted.setdefault(media.content_id, {})
        for window in out.choose(item, measure, media.video):
            job = WindowJob(measure, media, media.video, window, [])
            jobs.setdefault(_moments(window, media.video), job).clips.append(item.located)
    for jobs in wanted.values():
        if jobs:
            rows = _recall(jobs, cache, out)
            yield from (job for moments, job in jobs.items() if moments not in rows)


def _recall(
    jobs: Mapping[_Moments, WindowJob], cache: Cache, out: Looked
) -> Mapping[_Moments, npt.NDArray[np.float32]]:
    """The rows of one file's jobs that the cache holds."""
    some = next(iter(jobs.values()))
    rows, tick = out.rows(some.media, some.measure), some.video.tick
    start, end = min(first for first, _ in jobs), max(last for _, last in jobs) + 1
    span = TimeRange.between(start * tick, end * tick)
    held = cache.read(some.media.content_id, cache_key(some.measure), span)
    if held is not None:
        moments = zip(held.first.tolist(), held.last.tolist(), strict=True)
        rows.update((at, held.values[n]) for n, at in enumerate(moments) if at in jobs)
    return rows


def _checked(windows: Sequence[Window], core: TimeRange) -> Sequence[Window]:
    for window in windows:
        if not window.frames or list(window.frames) != sorted(window.frames):
            raise ValueError(f"the frames of a window must stand in order: {window}")
        if not (core.contains(window.frames[0]) and core.contains(window.frames[-1])):
            raise ValueError(f"it wants frames outside the shot {core}: {window}")
    return windows


def _moments(window: Window, video: VideoStream) -> _Moments:
    return window.frames[0] // video.tick, window.frames[-1] // video.tick


def _weight(item: Gathered) -> int:
    return 0 if isinstance(item.pixels, ShotlogError) else item.pixels.nbytes


class _Device:
    """Looks at windows in batches, in the thread that calls it."""

    def __init__(self, cache: Cache, bar: Bar, out: Looked) -> None:
        self._cache, self._bar, self._out = cache, bar, out
        self._waiting: dict[WindowMeasure, list[Gathered]] = {}

    def prepare(self, measures: Iterable[WindowMeasure]) -> None:
        """Makes the measures ready. One that trips over anything but its model is given up."""
        for measure in measures:
            try:
                measure.prepare()
            except ShotlogError:
                raise
            except Exception as error:  # a plugin may raise anything; the others must go on
                message = f"it could not get ready ({type(error).__name__}: {error})"
                problem = AnalyzerError(measure.name, message).problem
                self._out.complain(measure.name, problem)
            else:
                self._waiting[measure] = []

    def take(self, item: Gathered) -> None:
        """Adds a window to its measure's batch, and looks at the batch when it is full."""
        if isinstance(item.pixels, ShotlogError):
            self._lose(item, item.pixels)
        elif (batch := self._waiting.get(item.job.measure)) is None:
            self._bar.advance(1)
        else:
            batch.append(item)
            if len(batch) >= item.job.measure.batch or sum(map(_weight, batch)) >= _BATCH_BYTES:
                self._flush(item.job.measure)

    def finish(self) -> None:
        """Looks at the batches that did not become full."""
        for measure in self._waiting:
            self._flush(measure)

    def _flush(self, measure: WindowMeasure) -> None:
        batch, self._waiting[measure] = self._waiting[measure], []
        if batch:
            self._look(measure, batch)

    def _look(self, measure: WindowMeasure, batch: Sequence[Gathered]) -> None:
        """Looks at a batch; halves it when it fails, until whoever is to blame stands alone."""
        try:
            values = _numbers(measure, batch)
        except ModelError:
            raise
        except Exception as error:  # a plugin may raise anything; the others must go on
            if len(batch) == 1:
                self._lose(batch[0], error)
                return
            middle = len(batch) // 2
            self._look(measure, batch[:middle])
            self._look(measure, batch[middle:])
            return
        for item, numbers in zip(batch, values, strict=True):
            self._store(item.job, numbers)
        self._bar.advance(len(batch))  # only now, as a run may be left at every advance

    def _store(self, job: WindowJob, numbers: npt.NDArray[np.float32]) -> None:
        media, measure, tick = job.media, job.measure, job.video.tick
        first, last = moments = _moments(job.window, job.video)
        self._out.rows(media, measure)[moments] = numbers
        piece = TimeRange.between(first * tick, (last + 1) * tick)
        series = measure.series(tick, [Row(first, last, numbers)])
        self._cache.add(media.content_id, cache_key(measure), piece, series)

    def _lose(self, item: Gathered, error: Exception) -> None:
        measure = item.job.measure.name
        for clip in item.job.clips:
            if isinstance(error, ShotlogError):
                problem = error.problem.model_copy(update={"clip": clip.clip.id})
                self._out.complain(type(error).__name__, problem)
            else:
                self._out.complain(measure, failure(measure, clip, error))
        self._bar.advance(1)


def _numbers(
    measure: WindowMeasure, batch: Sequence[Gathered]
) -> Sequence[npt.NDArray[np.float32]]:
    windows = [item.pixels for item in batch if not isinstance(item.pixels, ShotlogError)]
    values = measure.look(windows)
    if [v.shape for v in values] != [(measure.width,)] * len(batch):
        raise ValueError(f"{len(batch)} rows of {measure.width} numbers were expected")
    if not all(np.isfinite(v).all() for v in values):
        raise ValueError("some of its numbers are not finite")
    return values
