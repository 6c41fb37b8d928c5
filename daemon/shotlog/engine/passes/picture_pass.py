"""Picture measurement: one decode of a file feeds every measure, each in a thread of its own.

Memory does not grow with the length of the film: per measure there is a queue of at most
``_QUEUE_BYTES`` of pictures and the rows of ``_PIECE`` of film, besides the decoder's own frames.
"""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.engine.passes.window_frames import WindowFrames
from shotlog.engine.progress import StageProgress
from shotlog.media import Frame, FrameReader
from shotlog.schema import Media, Observer, Picture, PictureMeasure, Row, Series, TimeRange, union

_PIECE = Fraction(20)
"""Seconds of film in a piece of the cache: an interrupt loses at most so much work."""
_QUEUE_BYTES = 24 * 1024**2
"""Bytes of pictures that wait for one measure."""


@dataclass
class PictureJob:
    """One measure and the ranges that it has not covered yet."""

    measure: PictureMeasure
    spans: list[TimeRange]
    failure: Exception | None = None


def measure_pictures(
    media: Media,
    jobs: Sequence[PictureJob],
    cache: Cache,
    bar: StageProgress,
    frames: WindowFrames | None = None,
) -> list[PictureJob]:
    """Decode the ranges of the jobs, and store the rows as pieces in the cache.

    Measures of reference frames share one decode; measures of all frames share another. A measure
    therefore gets the same frames whichever measures run with it.

    On an interrupt, or where the file is damaged, all rows up to that point are stored. A measure
    that raises is given up for this file; the others continue.

    Args:
        media: The file.
        jobs: The measures and their ranges.
        cache: Receives the rows.
        bar: Receives the progress, in seconds of film.
        frames: Receives the frames that it wants of those that are decoded.

    Returns:
        The jobs that failed, with ``failure`` set.

    Raises:
        MediaError: the file cannot be read at all.
    """
    for group in _passes(jobs):
        _measure_pass(media, group, cache, bar, frames)
    return [job for job in jobs if job.failure is not None]


def film_seconds(jobs: Sequence[PictureJob]) -> float:
    """Return the seconds of film that are decoded for the jobs."""
    decoded = (span.duration for group in _passes(jobs) for span in _spans(group))
    return float(sum(decoded, Fraction(0)))


def _passes(jobs: Sequence[PictureJob]) -> list[list[PictureJob]]:
    """Return the groups of jobs that share a decode: reference frames, then all frames."""
    kinds = ("reference", "all")
    groups = ([job for job in jobs if job.measure.need.frames == kind] for kind in kinds)
    return [group for group in groups if group]


def _spans(jobs: Sequence[PictureJob]) -> list[TimeRange]:
    return union(span for job in jobs for span in job.spans)


def _measure_pass(
    media: Media,
    jobs: Sequence[PictureJob],
    cache: Cache,
    bar: StageProgress,
    frames: WindowFrames | None,
) -> None:
    reference, content = jobs[0].measure.need.frames == "reference", media.content_id
    wanted = frames.moments(content) if frames is not None and reference else ()
    reader = FrameReader(media, _spans(jobs), reference=reference, beside=wanted)
    workers = [_Worker(job, media, cache) for job in jobs]
    complete = False
    try:
        for frame in reader:
            if frames is not None and frame.start in wanted:
                frames.take(content, frame)
            if not frame.beside:
                for worker in workers:
                    worker.show(frame)
                bar.advance(float(frame.end - frame.start))
        complete = True
    finally:
        if frames is not None and (reader.damage or not complete):
            # The second pass reads them again, and tells which windows are damaged.
            frames.forget(content)
        for worker in workers:
            worker.finish(complete=complete)
    cache.note_ending(media.content_id, reader.end, reader.damage)


class _Run:
    """One measure over one unbroken range: collects rows and stores them piece by piece."""

    def __init__(
        self, measure: PictureMeasure, span: TimeRange, tick: Fraction,
        store: Callable[[TimeRange, Series], None],
    ) -> None:  # fmt: skip
        self._measure = measure
        self._observer: Observer = measure.observer()
        self._tick = tick
        self._store = store
        self.span = span
        self._from = span.start
        self._rows: list[Row] = []

    def see(self, picture: Picture) -> None:
        """Measure the next picture."""
        self._rows.extend(self._observer.see(picture))
        seen_to = picture.at * self._tick
        if seen_to - self._from >= _PIECE + self._measure.reach:
            self.store_until(seen_to)

    def store_until(self, end: Fraction) -> None:
        """Store the rows up to a moment as a piece; keep the rows that the next piece needs."""
        if end <= self._from:
            return
        piece = TimeRange.between(self._from, end)
        series = self._measure.series(self._tick, self._rows)
        self._store(piece, series.within(piece))
        # Pieces overlap by the longest row, so that no row across a seam is missing from both.
        self._from = max(self.span.start, end - self._measure.reach)
        keep_from = self._from / self._tick
        self._rows = [row for row in self._rows if row.first >= keep_from]


class _Worker:
    """Feeds one measure with its pictures, in a thread of its own."""

    def __init__(self, job: PictureJob, media: Media, cache: Cache) -> None:
        if media.video is None:
            raise ValueError("the file has no picture to measure")
        need = job.measure.need
        self.job = job
        self._rate = need.rate
        self._tick = media.video.tick if need.rate is None else 1 / need.rate
        self._key, self._media, self._cache = cache_key(job.measure), media, cache
        self._todo = list(reversed(job.spans))
        self._span: TimeRange | None = None
        self._end = self._due = self._seen_to = Fraction(0)
        size = need.width * need.height * (3 if need.pixels == "rgb" else 1)
        # The protocol of the queue: a range that begins, its pictures, the next range, and so on;
        # last the moment up to which frames were decoded.
        self._queue: queue.Queue[TimeRange | Picture | Fraction] = queue.Queue(
            maxsize=max(2, min(256, _QUEUE_BYTES // size))
        )
        self._thread = threading.Thread(target=self._work, name=job.measure.name, daemon=True)
        self._thread.start()
        self._next_span()

    def show(self, frame: Frame) -> None:
        """Put the frame's pictures for this measure, if any, into the queue."""
        while self._span is not None and frame.start >= self._end:
            self._next_span()
        self._seen_to = frame.end
        # Most frames hold no moment of a coarse grid, and arithmetic of fractions is slow.
        if self._span is None or self.job.failure is not None or frame.end <= self._due:
            return
        for at in self._moments(frame):
            self._queue.put(Picture(at, frame.start, frame.pixels(self.job.measure.need)))

    def finish(self, *, complete: bool) -> None:
        """Wait until all pictures are measured and stored.

        Args:
            complete: True where the reader delivered all frames; otherwise only the film up to
                the last frame is stored.
        """
        while complete and self._todo:
            self._next_span()
        self._queue.put(self._span.end if complete and self._span else self._seen_to)
        self._thread.join()

    def _next_span(self) -> None:
        self._span = self._todo.pop() if self._todo else None
        if self._span is not None:
            self._due, self._end = self._span.start, self._span.end
            self._queue.put(self._span)

    def _moments(self, frame: Frame) -> Sequence[int]:
        """Return the ticks at which the measure samples the frame: its start, or a fixed rate."""
        if self._rate is None:
            return (int(frame.start / self._tick),) if frame.start >= self._due else ()
        # Rounded up at both ends: a moment at the end belongs to the next frame.
        first = math.ceil(max(frame.start, self._due) * self._rate)
        stop = math.ceil(min(frame.end, self._end) * self._rate)
        self._due = stop / self._rate
        return range(first, stop)

    def _work(self) -> None:
        run: _Run | None = None
        while not isinstance(item := self._queue.get(), Fraction):
            if self.job.failure is not None:
                continue  # drain the queue, or the decoder would wait for room in it
            try:
                if isinstance(item, Picture) and run is not None:
                    run.see(item)
                elif isinstance(item, TimeRange):
                    if run is not None:
                        run.store_until(run.span.end)
                    run = _Run(self.job.measure, item, self._tick, self._store)
            except Exception as error:  # a plugin may raise anything; the others must go on
                self.job.failure = error
        if run is not None and self.job.failure is None:
            run.store_until(min(run.span.end, item))

    def _store(self, span: TimeRange, series: Series) -> None:
        self._cache.add(self._media.content_id, self._key, span, series)
