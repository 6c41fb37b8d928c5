"""The frames of labelled clips: the pixels that a model gets of them from the engine."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from filelock import FileLock

from shotlog.engine import Cache
from shotlog.engine.passes import load_windows
from shotlog.engine.sources import ProbeCache
from shotlog.files import make_folder, output_errors
from shotlog.learning.clips.frame_store import FrameStore, WindowKey, window_key
from shotlog.learning.clips.labelled import LabelledClip
from shotlog.learning.clips.plan import FramePlan
from shotlog.models.analysis import ModelMeasure
from shotlog.schema import (
    FrameNeed,
    Media,
    MediaReference,
    Pixels,
    Problem,
    ShotlogError,
    TimeRange,
    VideoStream,
    Window,
)

Progress = Callable[[int, int], None]
"""Called with the steps that are done and all steps: a clip that is opened, a window that is read.
The windows count once all clips are open. It may raise to end the work, which then goes on in the
next call."""

_POLL: Final = 0.25
"""Seconds between two calls of the progress."""


@dataclass(frozen=True)
class ClipWindow:
    """A window of a clip.

    Attributes:
        clip: Number of the clip in the clips that were given.
        source: The range that it stands for, in media time.
    """

    clip: int
    source: TimeRange


class ClipFrames:
    """The windows of labelled clips, in the order of the clips, with their pixels.

    Attributes:
        windows: The windows; clips with a problem have none.
        problems: Clips that cannot be read, by their ids.
        warnings: Sentences for people about damage of the store.
    """

    def __init__(
        self,
        windows: Sequence[ClipWindow],
        pixels: Pixels,
        rows: Sequence[int],
        problems: Sequence[Problem],
        warnings: Sequence[str] = (),
    ) -> None:
        self.windows = tuple(windows)
        self.problems = tuple(problems)
        self.warnings = tuple(warnings)
        self._pixels, self._rows = pixels, tuple(rows)

    def __len__(self) -> int:
        return len(self.windows)

    def __iter__(self) -> Iterator[Pixels]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, window: int) -> Pixels:
        """Return the pixels of a window, (16, size, size, 3) RGB, a view that cannot be written."""
        pixels: Pixels = self._pixels[self._rows[window]]
        return pixels


@dataclass(frozen=True, eq=False)
class _Request:
    """A window to read; see :class:`~shotlog.engine.passes.WindowRequest`."""

    media: Media
    video: VideoStream
    window: Window
    need: FrameNeed
    key: WindowKey
    loop_filter: bool = ModelMeasure.loop_filter


_Planned = list[_Request] | ShotlogError
"""The windows of a clip, or the error for which it has none."""


@dataclass
class _Reading:
    """The work of the threads that read files.

    Attributes:
        store: Receives the windows.
        read: Windows that were read.
        failed: Windows that cannot be read, with the reason.
        stop: Set to end the work.
    """

    store: FrameStore
    read: set[WindowKey] = field(default_factory=set)
    failed: dict[WindowKey, ShotlogError] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> int:
        """Number of windows that were read or failed."""
        return len(self.read) + len(self.failed)

    def read_file(self, requests: Sequence[_Request]) -> None:
        """Decode a file once, from its first window to its last."""
        for loaded in load_windows(requests):
            for item in loaded:
                if isinstance(item.pixels, ShotlogError):
                    self.failed[item.job.key] = item.pixels
                else:
                    self.store.add(item.job.key, item.pixels)
                    self.read.add(item.job.key)
            if self.stop.is_set():
                return


def read_frames(
    clips: Sequence[LabelledClip], plan: FramePlan, folder: Path, progress: Progress
) -> ClipFrames:
    """Return the frames of all windows of clips; those that earlier calls have read are kept.

    The windows and the pixels are those that a model of this plan gets in the daemon for a clip
    that is one shot. Every file is decoded once, several files side by side. A clip that cannot be
    read, or of which a window cannot, is a problem of its own. After Ctrl-C, or the end of the
    process, the same call goes on where it stopped; a second process with the same folder waits.

    Args:
        clips: The clips.
        plan: The windows and pictures.
        folder: Keeps the frames of any clips and plans; it is made where it does not exist.
        progress: Receives the progress, in the calling thread.

    Raises:
        DiskFull: The frames need more room than there is; nothing was read.
        OutputNotWritable: The folder cannot be written.
        CacheError: The facts about media in the folder cannot be opened.
    """
    lock = FileLock(make_folder(folder, parents=True) / "frames.lock")
    with output_errors(folder):
        held = lock.acquire()
    with held:
        store = FrameStore(folder, plan.key, plan.shape)
        planned = _plan_all(clips, plan, folder, progress)
        wanted = [request for item in planned if isinstance(item, list) for request in item]
        missing = frozenset(store.missing(request.key for request in wanted))
        store.require_room(len(missing))
        reading = _Reading(store)
        _read_files(reading, _by_file(wanted, missing), len(clips), progress)
        return _collect(clips, planned, store, reading.failed)


def _plan_all(
    clips: Sequence[LabelledClip], plan: FramePlan, folder: Path, progress: Progress
) -> list[_Planned]:
    """Return the windows of each clip, or the error for which it has none."""
    planned: list[_Planned] = []
    with Cache(folder / "media.sqlite") as cache, ThreadPoolExecutor(_workers()) as pool:
        probes = ProbeCache(cache)
        futures = [pool.submit(_requests, clip, plan, probes) for clip in clips]
        try:
            for number, future in enumerate(futures, start=1):
                planned.append(future.result())
                progress(number, len(clips))
        finally:
            pool.shutdown(cancel_futures=True)
    return planned


def _requests(clip: LabelledClip, plan: FramePlan, probes: ProbeCache) -> _Planned:
    try:
        media = probes.get(MediaReference(path=str(clip.path.absolute())))
        windows = plan.windows(clip, media)
    except ShotlogError as error:
        return error
    if media.video is None:  # it was refused above
        return []
    return [
        _Request(media, media.video, one, plan.need, window_key(media.content_id, one.frames))
        for one in windows
    ]


def _by_file(wanted: Iterable[_Request], missing: frozenset[WindowKey]) -> list[list[_Request]]:
    """Return the missing windows of each file, each once."""
    files: dict[str, dict[WindowKey, _Request]] = {}
    for request in wanted:
        if request.key in missing:
            files.setdefault(request.media.content_id, {})[request.key] = request
    return [list(requests.values()) for requests in files.values()]


def _read_files(
    reading: _Reading, files: Sequence[Sequence[_Request]], opened: int, progress: Progress
) -> None:
    total = opened + sum(map(len, files))
    with ThreadPoolExecutor(_workers()) as pool:
        pending: set[Future[None]] = {pool.submit(reading.read_file, file) for file in files}
        try:
            while pending:
                finished, pending = wait(pending, _POLL, FIRST_COMPLETED)
                for future in finished:
                    future.result()
                progress(opened + reading.done, total)
        finally:
            reading.stop.set()
            pool.shutdown(cancel_futures=True)


def _collect(
    clips: Sequence[LabelledClip],
    planned: Sequence[_Planned],
    store: FrameStore,
    failed: Mapping[WindowKey, ShotlogError],
) -> ClipFrames:
    windows: list[ClipWindow] = []
    keys: list[WindowKey] = []
    problems: list[Problem] = []
    for number, (clip, requests) in enumerate(zip(clips, planned, strict=True)):
        if isinstance(requests, list):
            lost = [failed[request.key] for request in requests if request.key in failed]
            requests = lost[0] if lost else requests
        if isinstance(requests, ShotlogError):
            problems.append(_problem_of(clip, requests))
            continue
        windows += (ClipWindow(number, request.window.source) for request in requests)
        keys += (request.key for request in requests)
    return ClipFrames(windows, store.pixels(), store.rows(keys), problems, store.warnings)


def _problem_of(clip: LabelledClip, error: ShotlogError) -> Problem:
    problem = error.problem
    subject = f"{clip.id} ({problem.subject})"
    return problem.model_copy(update={"clip": clip.id, "subject": subject})


def _workers() -> int:
    """Return how many files are read at once: the decoder of each has threads of its own."""
    return os.cpu_count() or 1
