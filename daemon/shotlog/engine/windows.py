"""The second pass: once the shots are known, models look at the windows of each.

A decoder thread gathers frames, file after file, while the calling thread owns the device and
looks at full batches: they are filled across clips and files, in the order of the decode, so what
is in a batch depends on the edit and the cache alone, never on who was faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from shotlog.engine.ahead import Ahead
from shotlog.engine.cache import Cache
from shotlog.engine.gathering import Gathered, WindowJob, gather
from shotlog.engine.plan import cache_key
from shotlog.engine.plugins import failure
from shotlog.engine.progress import Bar, Progress
from shotlog.engine.shots import Divided
from shotlog.schema.analysis import Analyzer
from shotlog.schema.errors import AnalyzerError, ModelError, Problem, ShotlogError
from shotlog.schema.evidence import Row, Track, WindowMeasure
from shotlog.schema.media import VideoStream
from shotlog.schema.ranges import Window
from shotlog.schema.times import TimeRange

_AHEAD_BYTES = 256 * 1024**2
"""Of full windows that wait for the device: 111 of 16 frames of 224 x 224."""

_BATCH_BYTES = 256 * 1024**2
"""Of one batch, for windows of many frames; a batch holds one window at least."""

Chosen = Mapping[tuple[str, TimeRange, str], Sequence[Window]]
"""The windows of a shot, by content id, core and name of the measure."""


class Looked:
    """What came of the second pass.

    Attributes:
        chosen: The windows that every measure wanted of every shot.
    """

    def __init__(self) -> None:
        self.chosen: dict[tuple[str, TimeRange, str], Sequence[Window]] = {}
        self._problems: dict[tuple[str | None, str], Problem] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What went wrong: one problem for each clip and cause, however many windows it cost."""
        return tuple(self._problems.values())

    def complain(self, cause: str, problem: Problem) -> None:
        """Adds a problem, unless its clip has one of the same cause."""
        self._problems.setdefault((problem.clip, cause), problem)


def measure_windows(
    clips: Sequence[Divided], analyzers: Sequence[Analyzer], cache: Cache, progress: Progress
) -> Looked:
    """Has every window of every shot looked at, and stores the rows as they come.

    Args:
        clips: The clips, divided into shots.
        analyzers: Who is asked; their window measures look.
        cache: Windows whose rows it holds are not looked at again.
        progress: Told of every window.

    Returns:
        What was chosen; where a window has no row in the cache now, a problem says why.

    Raises:
        ModelError: a model or the device cannot be used at all. What was measured is kept.
    """
    measures = {m.name: m for a in analyzers for m in a.measures if isinstance(m, WindowMeasure)}
    out = Looked()
    jobs = [job for m in measures.values() for job in _jobs(clips, m, cache, out)]
    with (
        progress.stage("Models", len(jobs), "windows") as bar,
        Ahead(gather(jobs), _weight, _AHEAD_BYTES) as gathered,
    ):
        device = _Device(cache, bar, out)
        device.prepare({job.measure.name: job.measure for job in jobs}.values())
        for item in gathered:
            device.take(item)
        device.finish()
    return out


def rows_of(windows: Sequence[Window], track: Track) -> Track | None:
    """The rows of exactly these windows, in their order.

    Args:
        windows: The windows of one shot.
        track: Rows of a window measure, of this shot and others.

    Returns:
        One row for each window; None where there is no window, or one of them has no row.
    """
    place = {
        key: n for n, key in enumerate(zip(track.first.tolist(), track.last.tolist(), strict=True))
    }
    keys = [_ticks(window, track.tick) for window in windows]
    if not keys or not place.keys() >= set(keys):
        return None
    rows = [place[key] for key in keys]
    return Track(track.tick, track.first[rows], track.last[rows], track.values[rows])


def _ticks(window: Window, tick: Fraction) -> tuple[int, int]:
    """First and last moment of a window's row."""
    return window.frames[0] // tick, window.frames[-1] // tick


def _span(window: Window, tick: Fraction) -> TimeRange:
    """The piece that holds a window's row and nothing else: whole ticks, so that the row is in."""
    first, last = _ticks(window, tick)
    return TimeRange.between(first * tick, (last + 1) * tick)


def _weight(item: Gathered) -> int:
    return 0 if isinstance(item.pixels, ShotlogError) else item.pixels.nbytes


def _jobs(
    clips: Sequence[Divided], measure: WindowMeasure, cache: Cache, out: Looked
) -> Iterable[WindowJob]:
    """The windows of a measure that the cache does not hold, each once."""
    key = cache_key(measure)
    jobs: dict[tuple[str, tuple[Fraction, ...]], WindowJob] = {}
    held: dict[str, set[TimeRange]] = {}
    for item in clips:
        media = item.located.media
        if media.video is None:
            continue
        known = held.setdefault(media.content_id, set(cache.pieces(media.content_id, key)))
        for window in _chosen(item, measure, media.video, out):
            if _span(window, media.video.tick) in known:
                continue
            job = jobs.setdefault(
                (media.content_id, window.frames),
                WindowJob(measure, media, media.video, window, []),
            )
            job.clips.append(item.located)
    return jobs.values()


def _chosen(
    item: Divided, measure: WindowMeasure, video: VideoStream, out: Looked
) -> Iterator[Window]:
    """The windows of a clip's shots; none of a shot whose choice goes wrong."""
    for shot in item.shots:
        key = (item.located.media.content_id, shot.core, measure.name)
        try:
            if key not in out.chosen:
                out.chosen[key] = _checked(measure.windows(shot.core, video), shot.core)
        except Exception as error:  # a plugin may raise anything; the others must go on
            out.complain(measure.name, failure(measure.name, item.located, error))
            continue
        yield from out.chosen[key]


def _checked(windows: Sequence[Window], core: TimeRange) -> Sequence[Window]:
    for window in windows:
        if not window.frames or list(window.frames) != sorted(window.frames):
            raise ValueError(f"the frames of a window must stand in order: {window}")
        if not (core.contains(window.frames[0]) and core.contains(window.frames[-1])):
            raise ValueError(f"it wants frames outside the shot {core}: {window}")
    return windows


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
            self._bar.advance(1)

    def _store(self, job: WindowJob, numbers: npt.NDArray[np.float32]) -> None:
        tick = job.video.tick
        track = job.measure.track(tick, [Row(*_ticks(job.window, tick), numbers)])
        self._cache.add(
            job.media.content_id, cache_key(job.measure), _span(job.window, tick), track
        )

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
