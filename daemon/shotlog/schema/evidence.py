"""Evidence: what is measured once from frames or sound, kept, and asked by every analyzer.

A *measure* looks at pictures or listens to sound and gives *rows*: short vectors of numbers, each
tied to the exact moments it was taken from. A row is a pure function of the pictures between its
first and its last moment. That one rule makes results independent of batch, order and clip
boundaries, and lets the cache answer for a clip that was moved, trimmed or split: the rows of a
range are exactly those whose first and last moment lie in it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from shotlog.schema.base import Model, Rate, Seconds
from shotlog.schema.media import VideoStream
from shotlog.schema.ranges import Window
from shotlog.schema.times import TimeRange

Pixels = npt.NDArray[np.uint8]
Samples = npt.NDArray[np.float32]

SOUND_RATE = 16_000
"""Samples per second of all sound that is listened to (mono, float32 in [-1, 1])."""


class FrameNeed(Model):
    """What a measure needs to see.

    Attributes:
        rate: Pictures per second of media time, on the absolute grid ``n / rate`` (n whole): the
            picture at a grid moment is the frame that is shown then. None: every frame.
        frames: "all": of all frames there are. "reference": of those alone that others refer to,
            as if the others did not exist; those are not even decoded, which halves the work
            where there are any. Which they are is a fact of the file, whoever asks for what.
        width: The picture is scaled in the decoder to fit into width x height, display aspect
            kept, never enlarged; both sides are at least 2 and even.
        height: See width.
        pixels: "gray": (h, w) luma, full range 0-255. "rgb": (h, w, 3).
        fit: "inside": as said under width. "stretch": to exactly width x height, whatever the
            aspect. "cover": aspect kept, so that the picture covers width x height, and its middle
            cut out. The last two enlarge where they must.
    """

    rate: Rate | None = None
    frames: Literal["all", "reference"] = "all"
    width: int
    height: int
    pixels: Literal["gray", "rgb"] = "gray"
    fit: Literal["inside", "stretch", "cover"] = "inside"


class Picture(NamedTuple):
    """One picture as a measure sees it.

    Attributes:
        at: Its moment in ticks of the series (grid number, or frame start in the media's ticks).
        shown: Start of the frame that is shown at that moment, in exact seconds of media time;
            the same for two pictures of a grid that is finer than the material.
        pixels: (h, w) or (h, w, 3) uint8, C-contiguous, read-only.
    """

    at: int
    shown: Fraction
    pixels: Pixels


class Row(NamedTuple):
    """One row of evidence: first and last moment that it was taken from, in ticks; numbers."""

    first: int
    last: int
    values: Sequence[float] | npt.NDArray[np.float32] | npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Series:
    """Rows of one measure over a stretch of one media file, sorted by (first, last).

    Attributes:
        tick: Seconds of one tick, exact.
        first: (n,) int64, first moment of each row, in ticks.
        last: (n,) int64, last moment of each row, in ticks; never before ``first``.
        values: (n, d); d is the measure's width, the type the measure's type.
    """

    tick: Fraction
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    values: npt.NDArray[Any]

    @classmethod
    def of(
        cls, tick: Fraction, rows: Iterable[Row], width: int, dtype: npt.DTypeLike = np.float32
    ) -> Series:
        """A series of rows, sorted, each (first, last) kept once."""
        unique = {(row.first, row.last): row.values for row in rows}
        keys = sorted(unique)
        values = np.array([unique[k] for k in keys], dtype=dtype).reshape(len(keys), width)
        moments = np.array(keys, dtype=np.int64).reshape(len(keys), 2)
        return cls(tick, moments[:, 0].copy(), moments[:, 1].copy(), values)

    def __len__(self) -> int:
        return len(self.first)

    def within(self, item: TimeRange) -> Series:
        """The rows that were taken from moments in ``[item.start, item.end)`` alone."""
        start = -((-item.start) // self.tick)
        end = -((-item.end) // self.tick)
        keep = (self.first >= start) & (self.last < end)
        return Series(self.tick, self.first[keep], self.last[keep], self.values[keep])

    def merged(self, others: Iterable[Series]) -> Series:
        """This series and others of the same measure and media as one, doubles left out."""
        parts = [self, *others]
        first = np.concatenate([p.first for p in parts])
        last = np.concatenate([p.last for p in parts])
        values = np.concatenate([p.values for p in parts])
        order = np.lexsort((last, first))
        first, last, values = first[order], last[order], values[order]
        fresh = np.ones(len(first), dtype=bool)
        fresh[1:] = (np.diff(first) != 0) | (np.diff(last) != 0)
        return Series(self.tick, first[fresh], last[fresh], values[fresh])

    def seconds(self, ticks: int) -> Fraction:
        """A moment in exact seconds of media time."""
        return ticks * self.tick


class Observer(Protocol):
    """Looks at one unbroken run of pictures; made anew for every run."""

    def see(self, picture: Picture) -> Iterable[Row]:
        """Takes the next picture (``at`` rises) and gives the rows that it completes."""
        ...


class Measure(ABC):
    """What pictures and sounds have in common: a name, an epoch, named columns.

    Attributes:
        name: Unique name, dotted: ``camera.motion``.
        epoch: Raised by hand whenever the same frames would give other numbers; part of the cache
            key.
        columns: Names of the numbers in a row.
        dtype: Their type: float32 unless a measure keeps bytes.
    """

    name: str
    epoch: int
    columns: tuple[str, ...]
    dtype: npt.DTypeLike = np.float32

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return len(self.columns)

    def series(self, tick: Fraction, rows: Iterable[Row]) -> Series:
        """Rows of this measure as a series."""
        return Series.of(tick, rows, self.width, self.dtype)

    @property
    def key(self) -> str:
        """Identity in the cache: everything that decides a row's numbers, apart from the media."""
        return f"{self.name}@{self.epoch}"


class PictureMeasure(Measure):
    """Measures pictures.

    Attributes:
        need: What it needs to see.
        reach: The longest time between the first and the last moment of a row, in seconds: so much
            is looked at again where a new stretch joins an old one. 0 for single pictures. For
            ``need.rate is None`` give an upper bound that also holds for slow material.
    """

    need: FrameNeed
    reach: Fraction

    @abstractmethod
    def observer(self) -> Observer:
        """A fresh observer for one unbroken run of pictures."""


class WindowMeasure(Measure):
    """Looks at windows: frames that are chosen once the shots are known.

    One row for each window; its first and last moment are those of the window's first and last
    frame. The engine reads the frames of all windows of a file in one pass, fills batches across
    clips and files, and hands each batch over once.

    Attributes:
        need: How each frame is to look; its ``rate`` is None, the windows name their moments.
        batch: How many windows are handed over at once, at the most.
    """

    need: FrameNeed
    batch: int

    @abstractmethod
    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        """The windows of a shot, in time order, all frames within it; a function of these two."""

    def prepare(self) -> None:
        """Gets ready to look (loads weights), in the thread that will look; called once a run."""

    @abstractmethod
    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        """The numbers of each window; the same whatever else is in the batch.

        Args:
            batch: For each window (frames, h, w, 3) uint8 RGB.

        Returns:
            For each window (width,) float32.

        Raises:
            Exception: anything; the engine halves the batch until it knows whose fault it was.
        """


class SoundNeed(Model):
    """How sound is handed out: in whole cells on the absolute grid ``n * cell`` of media time.

    Attributes:
        cell: Length of a cell in seconds.
        lead: Seconds of the sound before the cell that are handed out with it, as far as there
            are any, so that filters can settle.
    """

    cell: Seconds
    lead: Seconds = Fraction(0)


class SoundMeasure(Measure):
    """Measures sound (mono, float32, :data:`SOUND_RATE`). The tick of its series is one sample."""

    need: SoundNeed

    @abstractmethod
    def listen(self, samples: Samples, start: int, lead: int) -> Iterable[Row]:
        """The rows of one cell.

        Args:
            samples: The lead, then the cell; shorter at the ends of the file.
            start: Number of the first sample of the cell itself, from media time 0.
            lead: How many of ``samples`` come before ``start``.

        Returns:
            Rows in samples of media time, with ``first >= start``. They may depend on nothing
            but ``samples``.
        """
