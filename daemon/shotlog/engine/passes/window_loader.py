"""Loading of windows: one decode of each file gives the frames of all windows of all measures.

Windows whose frames the first pass has taken need no decode.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from shotlog.engine.passes.window_frames import WindowFrames
from shotlog.engine.passes.window_jobs import WindowRequest
from shotlog.media import FrameReader
from shotlog.media.decoding import Frame
from shotlog.schema import MediaUnreadable, Pixels, ShotlogError, TimeRange

R = TypeVar("R", bound=WindowRequest)


class LoadedWindow(NamedTuple, Generic[R]):
    """A window with its frames (n, h, w, 3), or the error for which they could not be decoded."""

    job: R
    pixels: Pixels | ShotlogError


def load_windows(
    jobs: Sequence[R], frames: WindowFrames | None = None
) -> Generator[list[LoadedWindow[R]], None, None]:
    """Decode file after file, in the order of the jobs, and yield each window once it is complete.

    Every job is yielded exactly once: of a file first the windows whose frames are there already,
    then the others in the order in which they are complete, then those with frames that could not
    be decoded. An unreadable file affects its own windows only.

    Yields:
        After every frame, the windows that it completed.
    """
    files: dict[str, list[R]] = {}
    for job in jobs:
        files.setdefault(job.media.content_id, []).append(job)
    for content, of_file in files.items():
        lacking = of_file
        if frames is not None:
            lacking = yield from _of_frames(of_file, frames)
            frames.forget(content)
        for loop_filter in (True, False):
            alike = [job for job in lacking if job.loop_filter == loop_filter]
            if alike:
                yield from _of_file(alike, loop_filter=loop_filter)


def _of_frames(
    jobs: Sequence[R], frames: WindowFrames
) -> Generator[list[LoadedWindow[R]], None, list[R]]:
    """Yield the windows whose frames are there; return the others."""
    lacking = []
    for job in jobs:
        pixels = frames.window(job)
        if pixels is None:
            lacking.append(job)
        else:
            yield [LoadedWindow(job, pixels)]
    return lacking


def _of_file(jobs: list[R], *, loop_filter: bool) -> Generator[list[LoadedWindow[R]], None, None]:
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
        for frame in FrameReader(media, ranges, loop_filter=loop_filter):
            yield open_windows.see(frame)
    except ShotlogError as broken:
        error = broken
    yield [LoadedWindow(job, error) for job in open_windows.unfilled]


class _OpenWindows(Generic[R]):
    """The windows of one file that still lack frames.

    Windows share the pixels of a frame, so memory holds at most the wanted frames since the start
    of the earliest incomplete window.
    """

    def __init__(self, jobs: Sequence[R]) -> None:
        self._wanted: dict[Fraction, list[R]] = {}
        for job in jobs:
            for at in dict.fromkeys(job.window.frames):
                self._wanted.setdefault(at, []).append(job)
        self.moments = sorted(self._wanted)
        self._ahead = deque(self.moments)
        self._frames: dict[R, dict[Fraction, Pixels]] = {job: {} for job in jobs}
        self._lengths = {job: len(set(job.window.frames)) for job in jobs}

    @property
    def unfilled(self) -> list[R]:
        """Windows that lack a frame."""
        return list(self._frames)

    def see(self, frame: Frame) -> list[LoadedWindow[R]]:
        """Add the frame to every window that wants it; return those that are complete now."""
        full: list[LoadedWindow[R]] = []
        while self._ahead and self._ahead[0] < frame.end:
            at = self._ahead.popleft()
            # A moment before the frame lay in one that could not be decoded: its windows fail.
            for job in self._wanted.pop(at) if at >= frame.start else ():
                frames = self._frames[job]
                frames[at] = frame.pixels(job.need)
                if len(frames) == self._lengths[job]:
                    pixels = np.stack([frames[moment] for moment in job.window.frames])
                    full.append(LoadedWindow(job, pixels))
                    del self._frames[job]
        return full
