"""Gathers the frames of windows: one decode of each file, for all windows of all measures."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from shotlog.engine.sources import Located
from shotlog.media import FrameReader
from shotlog.media.decoding import Frame
from shotlog.schema import (
    Media,
    MediaUnreadable,
    Pixels,
    ShotlogError,
    TimeRange,
    VideoStream,
    Window,
    WindowMeasure,
)


@dataclass(frozen=True, eq=False)
class WindowJob:
    """A window that a measure must still look at.

    Attributes:
        measure: Who looks.
        media: The file.
        video: Its picture.
        window: What it is to look at.
        clips: The clips that it was chosen for; equal windows of several clips are one job.
    """

    measure: WindowMeasure
    media: Media
    video: VideoStream
    window: Window
    clips: list[Located]


class Gathered(NamedTuple):
    """A window with its frames (n, h, w, 3), or the reason why they never came."""

    job: WindowJob
    pixels: Pixels | ShotlogError


def gather(jobs: Sequence[WindowJob]) -> Generator[list[Gathered], None, None]:
    """Decodes file after file, in the order of the jobs, and gives each window once it is full.

    Every job comes out exactly once: the windows of a file in the order in which they are full,
    and last those whose frames never came. A file that cannot be read costs its own windows only.

    Yields:
        After every frame, the windows that it filled.
    """
    files: dict[str, list[WindowJob]] = {}
    for job in jobs:
        files.setdefault(job.media.content_id, []).append(job)
    for of_file in files.values():
        yield from _of_file(of_file)


def _of_file(jobs: list[WindowJob]) -> Generator[list[Gathered], None, None]:
    media, open_windows = jobs[0].media, _OpenWindows(jobs)
    # A range for each moment, not one for each window: what lies between is then skipped where it
    # can be. 16 frames of 12 s cost 0.12 s of intra-only 1080p so, and 1.0 s with whole windows;
    # of long GOPs (x264, 12 and 250 frames) both cost the same.
    tick = jobs[0].video.tick
    ranges = [TimeRange(start=at, duration=tick) for at in open_windows.moments]
    error: ShotlogError = MediaUnreadable(
        media.path, "frames that were there before can no longer be decoded"
    )
    try:
        for frame in FrameReader(media, ranges):
            yield open_windows.see(frame)
    except ShotlogError as broken:
        error = broken
    yield [Gathered(job, error) for job in open_windows.unfilled]


class _OpenWindows:
    """The windows of one file that are being filled.

    Windows share the pixels of a frame, so what is held is at most the wanted frames from the
    start of the earliest open window on.
    """

    def __init__(self, jobs: Sequence[WindowJob]) -> None:
        self._wanted: dict[Fraction, list[WindowJob]] = {}
        for job in jobs:
            for at in dict.fromkeys(job.window.frames):
                self._wanted.setdefault(at, []).append(job)
        self.moments = sorted(self._wanted)
        self._ahead = deque(self.moments)
        self._seen: dict[WindowJob, dict[Fraction, Pixels]] = {job: {} for job in jobs}
        self._lengths = {job: len(set(job.window.frames)) for job in jobs}

    @property
    def unfilled(self) -> list[WindowJob]:
        """Windows that miss a frame."""
        return list(self._seen)

    def see(self, frame: Frame) -> list[Gathered]:
        """Hands the frame to every window that wants it; gives those that are full now."""
        full: list[Gathered] = []
        while self._ahead and self._ahead[0] < frame.end:
            at = self._ahead.popleft()
            for job in self._wanted.pop(at) if at >= frame.start else ():
                seen = self._seen[job]
                seen[at] = frame.pixels(job.measure.need)
                if len(seen) == self._lengths[job]:
                    full.append(
                        Gathered(job, np.stack([seen[moment] for moment in job.window.frames]))
                    )
                    del self._seen[job]
        return full
