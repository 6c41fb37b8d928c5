"""Loading of windows: one decode of each file gives the frames of all windows of all measures."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from shotlog.engine.sources import LocatedClip
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


class LoadedWindow(NamedTuple):
    """A window with its frames (n, h, w, 3), or the error for which they could not be decoded."""

    job: WindowJob
    pixels: Pixels | ShotlogError


def load_windows(jobs: Sequence[WindowJob]) -> Generator[list[LoadedWindow], None, None]:
    """Decode file after file, in the order of the jobs, and yield each window once it is complete.

    Every job is yielded exactly once: the windows of a file in the order in which they are
    complete, then those with frames that could not be decoded. An unreadable file affects its own
    windows only.

    Yields:
        After every frame, the windows that it completed.
    """
    files: dict[str, list[WindowJob]] = {}
    for job in jobs:
        files.setdefault(job.media.content_id, []).append(job)
    for of_file in files.values():
        yield from _of_file(of_file)


def _of_file(jobs: list[WindowJob]) -> Generator[list[LoadedWindow], None, None]:
    media, open_windows = jobs[0].media, _OpenWindows(jobs)
    # One range per moment, not per window: the reader then skips the frames between them where it
    # can. 16 frames over 12 s of intra-only 1080p take 0.12 s this way, 1.0 s with whole windows;
    # with long GOPs (x264, 12 and 250 frames) both take the same time.
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
    yield [LoadedWindow(job, error) for job in open_windows.unfilled]


class _OpenWindows:
    """The windows of one file that still lack frames.

    Windows share the pixels of a frame, so memory holds at most the wanted frames since the start
    of the earliest incomplete window.
    """

    def __init__(self, jobs: Sequence[WindowJob]) -> None:
        self._wanted: dict[Fraction, list[WindowJob]] = {}
        for job in jobs:
            for at in dict.fromkeys(job.window.frames):
                self._wanted.setdefault(at, []).append(job)
        self.moments = sorted(self._wanted)
        self._ahead = deque(self.moments)
        self._frames: dict[WindowJob, dict[Fraction, Pixels]] = {job: {} for job in jobs}
        self._lengths = {job: len(set(job.window.frames)) for job in jobs}

    @property
    def unfilled(self) -> list[WindowJob]:
        """Windows that lack a frame."""
        return list(self._frames)

    def see(self, frame: Frame) -> list[LoadedWindow]:
        """Add the frame to every window that wants it; return those that are complete now."""
        full: list[LoadedWindow] = []
        while self._ahead and self._ahead[0] < frame.end:
            at = self._ahead.popleft()
            # A moment before the frame lay in one that could not be decoded: its windows fail.
            for job in self._wanted.pop(at) if at >= frame.start else ():
                frames = self._frames[job]
                frames[at] = frame.pixels(job.measure.need)
                if len(frames) == self._lengths[job]:
                    pixels = np.stack([frames[moment] for moment in job.window.frames])
                    full.append(LoadedWindow(job, pixels))
                    del self._frames[job]
        return full
