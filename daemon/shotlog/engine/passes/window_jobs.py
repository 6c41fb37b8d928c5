"""The windows that must still be measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from shotlog.engine.cache import Cache
from shotlog.engine.coverage import cache_key
from shotlog.engine.passes.shots import SegmentedClip
from shotlog.engine.passes.window_results import Moments, WindowResults, moments_of
from shotlog.engine.sources import LocatedClip
from shotlog.schema import FrameNeed, Media, TimeRange, VideoStream, Window, WindowMeasure


class WindowRequest(Protocol):
    """A window whose frames are to be read, whatever becomes of them."""

    @property
    def media(self) -> Media:
        """The media file."""

    @property
    def video(self) -> VideoStream:
        """Its video stream."""

    @property
    def window(self) -> Window:
        """The moments of the frames."""

    @property
    def need(self) -> FrameNeed:
        """Size and format of each frame."""

    @property
    def loop_filter(self) -> bool:
        """See :attr:`~shotlog.schema.WindowMeasure.loop_filter`."""


@dataclass(frozen=True, eq=False)
class WindowJob:
    """A window that a measure has not measured yet.

    Attributes:
        measure: The measure.
        media: The media file.
        video: Its video stream.
        window: The moments of its frames.
        clips: The clips that it was chosen for; equal windows of several clips are one job.
    """

    measure: WindowMeasure
    media: Media
    video: VideoStream
    window: Window
    clips: list[LocatedClip]

    @property
    def need(self) -> FrameNeed:
        """Size and format of each frame."""
        return self.measure.need

    @property
    def loop_filter(self) -> bool:
        """False where the frames may come without the codec's loop filter."""
        return self.measure.loop_filter


def missing_windows(
    clips: Sequence[SegmentedClip], measure: WindowMeasure, cache: Cache, out: WindowResults
) -> Iterator[WindowJob]:
    """Yield the windows of a measure whose rows the cache lacks, each once."""
    wanted: dict[str, dict[Moments, WindowJob]] = {}
    for item in clips:
        media = item.located.media
        if media.video is None:
            continue
        jobs = wanted.setdefault(media.content_id, {})
        for window in out.choose(item, measure, media.video):
            job = WindowJob(measure, media, media.video, window, [])
            jobs.setdefault(moments_of(window, media.video), job).clips.append(item.located)
    for jobs in wanted.values():
        if jobs:
            rows = _read_cached(jobs, cache, out)
            yield from (job for moments, job in jobs.items() if moments not in rows)


def _read_cached(
    jobs: Mapping[Moments, WindowJob], cache: Cache, out: WindowResults
) -> Mapping[Moments, npt.NDArray[np.float32]]:
    """Return the rows of one file's jobs, after adding those that the cache holds."""
    some = next(iter(jobs.values()))
    rows, tick = out.rows(some.media, some.measure), some.video.tick
    start, end = min(first for first, _ in jobs), max(last for _, last in jobs) + 1
    span = TimeRange.between(start * tick, end * tick)
    cached = cache.read(some.media.content_id, cache_key(some.measure), span)
    if cached is not None:
        moments = zip(cached.first.tolist(), cached.last.tolist(), strict=True)
        # Rows of other windows that lie in the same range are left out.
        rows.update((at, cached.values[n]) for n, at in enumerate(moments) if at in jobs)
    return rows
