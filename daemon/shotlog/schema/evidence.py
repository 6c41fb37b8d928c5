"""Evidence: measurements of frames and sound, taken once, cached, and used by every analyzer.

A *measure* turns pictures or sound into *rows*: short vectors of numbers, each with the exact first
and last moment that it was taken from. A row is a pure function of the media between these moments.
So results do not depend on batch, order or clip boundaries, and the cache serves clips that were
moved, trimmed or split: the rows of a range are exactly those whose first and last moment lie in
it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from shotlog.schema.base import Model, Rate, Seconds
from shotlog.schema.media import VideoStream
from shotlog.schema.ranges import Window
from shotlog.schema.times import TimeRange

Pixels = npt.NDArray[np.uint8]
Samples = npt.NDArray[np.float32]

SOUND_RATE = 16_000
"""Samples per second of all sound that is measured (mono, float32 in [-1, 1])."""

MAX_REFERENCE_SIDE = 640
"""Longer side, in pixels, of the largest picture that is made of reference frames."""


class FrameNeed(Model):
    """The pictures that a measure asks for: rate, size and format.

    Attributes:
        rate: Pictures per second of media time, on the absolute grid ``n / rate`` (n whole): the
            picture at a grid moment is the frame that is shown then. None: every frame.
        frames: "all": all frames. "reference": only frames that other frames refer to, as if the
            others did not exist. The others are not decoded, which halves the work for most files.
            The choice depends on the file alone. Of film whose frames stand alone
            (:attr:`~shotlog.schema.VideoStream.stands_alone`) every n-th is taken, at least eleven
            a second. Where the film is at least twice as large as
            :data:`MAX_REFERENCE_SIDE`, they are decoded without the codec's loop filter, which
            differs by about one grey level; width and height may therefore not exceed it.
        width: The decoder scales the picture to fit into width x height, with the display aspect,
            never enlarged; both sides are even and at least 2.
        height: See width.
        pixels: "gray": (h, w) luma, full range 0-255. "rgb": (h, w, 3).
        fit: "inside": as described for width. "stretch": to exactly width x height, ignoring the
            aspect. "cover": scaled with its aspect to cover width x height, and cropped to the
            middle. Both may enlarge. "opencv": as OpenCV's VideoCapture and a bilinear
            ``cv2.resize`` give it, for detectors that were made for those: the pixel aspect, the
            tag of the colour matrix and interlacing are ignored, and pixels are "rgb".
    """

    rate: Rate | None = None
    frames: Literal["all", "reference"] = "all"
    width: int
    height: int
    pixels: Literal["gray", "rgb"] = "gray"
    fit: Literal["inside", "stretch", "cover", "opencv"] = "inside"

    @model_validator(mode="after")
    def _refuse_large_reference_pictures(self) -> FrameNeed:
        if self.frames == "reference" and max(self.width, self.height) > MAX_REFERENCE_SIDE:
            raise ValueError(
                f"pictures of reference frames have at most {MAX_REFERENCE_SIDE} pixels a side;"
                " ask for all frames"
            )
        return self


class Picture(NamedTuple):
    """One picture, as given to a measure.

    Attributes:
        at: Its moment in ticks of the series (grid number, or frame start in the media's ticks).
        shown: Start of the frame that is shown at that moment, in exact seconds of media time;
            equal for neighbours on a grid that is finer than the frame rate.
        pixels: (h, w) or (h, w, 3) uint8, C-contiguous, read-only.
    """

    at: int
    shown: Fraction
    pixels: Pixels


class Row(NamedTuple):
    """One row of evidence: first and last moment that it was taken from, in ticks, and numbers."""

    first: int
    last: int
    values: Sequence[float] | npt.NDArray[np.float32] | npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Series:
    """Rows of one measure over a range of one media file, sorted by (first, last).

    Attributes:
        tick: Seconds of one tick, exact.
        first: (n,) int64, first moment of each row, in ticks.
        last: (n,) int64, last moment of each row, in ticks; never before ``first``.
        values: (n, d) numbers; d and the type are those of the measure.
    """

    tick: Fraction
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    values: npt.NDArray[Any]

    @classmethod
    def of(
        cls, tick: Fraction, rows: Iterable[Row], width: int, dtype: npt.DTypeLike = np.float32
    ) -> Series:
        """Return a series of rows, sorted, with each (first, last) once."""
        unique = {(row.first, row.last): row.values for row in rows}
        keys = sorted(unique)
        values = np.array([unique[k] for k in keys], dtype=dtype).reshape(len(keys), width)
        moments = np.array(keys, dtype=np.int64).reshape(len(keys), 2)
        return cls(tick, moments[:, 0].copy(), moments[:, 1].copy(), values)

    def __len__(self) -> int:
        return len(self.first)

    def within(self, item: TimeRange) -> Series:
        """Return the rows whose moments all lie in ``[item.start, item.end)``."""
        # -(-a // b) is the exact ceiling: a moment at the start is in the range, one at the end is
        # not.
        start = -((-item.start) // self.tick)
        end = -((-item.end) // self.tick)
        keep = (self.first >= start) & (self.last < end)
        return Series(self.tick, self.first[keep], self.last[keep], self.values[keep])

    def merged(self, others: Iterable[Series]) -> Series:
        """Return this series merged with others of the same measure and media, each row once."""
        parts = [self, *others]
        first = np.concatenate([p.first for p in parts])
        last = np.concatenate([p.last for p in parts])
        values = np.concatenate([p.values for p in parts])
        # lexsort() sorts by its last key first.
        order = np.lexsort((last, first))
        first, last, values = first[order], last[order], values[order]
        # Overlapping parts hold equal rows, as a row depends on the media alone: any one is kept.
        fresh = np.ones(len(first), dtype=bool)
        fresh[1:] = (np.diff(first) != 0) | (np.diff(last) != 0)
        return Series(self.tick, first[fresh], last[fresh], values[fresh])

    def seconds(self, ticks: int) -> Fraction:
        """Return a moment, given in ticks, in exact seconds of media time."""
        return ticks * self.tick


class Observer(Protocol):
    """The state of a measure over one continuous run of pictures."""

    def see(self, picture: Picture) -> Iterable[Row]:
        """Take the next picture (``at`` rises) and return the rows that it completes."""
        ...


class Measure(ABC):
    """Common base of measures: a name, an epoch, named columns.

    Attributes:
        name: Unique name with a dot: ``camera.motion``.
        epoch: Version, part of the cache key; must be raised when the same frames give other
            numbers.
        columns: Names of the numbers in a row.
        dtype: Type of the numbers: float32, or uint8 for bytes.
    """

    name: str
    epoch: int
    columns: tuple[str, ...]
    dtype: npt.DTypeLike = np.float32

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.columns)

    def series(self, tick: Fraction, rows: Iterable[Row]) -> Series:
        """Return rows of this measure as a series."""
        return Series.of(tick, rows, self.width, self.dtype)

    @property
    def key(self) -> str:
        """Identity in the cache: everything apart from the media that decides a row's numbers."""
        return f"{self.name}@{self.epoch}"


class PictureMeasure(Measure):
    """A measure of pictures.

    Attributes:
        need: The pictures that it asks for.
        reach: The longest time between the first and the last moment of a row, in seconds; a new
            range that joins a measured one is extended by it. 0 for rows of single pictures. If
            ``need.rate`` is None, an upper bound that also holds for low frame rates.
    """

    need: FrameNeed
    reach: Fraction

    @abstractmethod
    def observer(self) -> Observer:
        """Return a new observer for one continuous run of pictures."""


class WindowMeasure(Measure):
    """A measure of windows: frames that are chosen once the shots are known.

    One row for each window; its first and last moment are those of the window's first and last
    frame. The engine reads the frames of all windows of a file in one pass, fills batches across
    clips and files, and passes each batch once.

    Attributes:
        need: Size and format of each frame; its ``rate`` is None, as windows name their moments.
        batch: Maximum number of windows in a batch.
        loop_filter: False where the frames may come without the codec's loop filter if the film is
            at least twice as large as :data:`MAX_REFERENCE_SIDE`, as reference frames do. Then one
            decode can serve the first pass and the windows. A change must raise the epoch.
    """

    need: FrameNeed
    batch: int
    loop_filter: bool = True

    @abstractmethod
    def windows(self, shot: TimeRange, video: VideoStream) -> Sequence[Window]:
        """Return the windows of a shot, in time order, with all frames within the shot.

        The result depends on the two arguments alone.
        """

    def prepare(self) -> None:
        """Load weights; called once per run, in the thread that calls :meth:`look`."""

    def watch(self, stop: Callable[[], None]) -> None:
        """Take what a measure that waits for others calls meanwhile: it raises to end the run.

        Called once per run, before :meth:`prepare`. Measures that compute need nothing of it.
        """

    @abstractmethod
    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        """Return the numbers of each window, which must not depend on the rest of the batch.

        Args:
            batch: For each window (frames, h, w, 3) uint8 RGB.

        Returns:
            For each window (width,) float32.

        Raises:
            Exception: Any; the engine halves the batch until the failing window is alone.
        """


class SoundNeed(Model):
    """The sound that a measure asks for: whole cells on the absolute grid ``n * cell``.

    Attributes:
        cell: Length of a cell, in seconds of media time.
        lead: Seconds of sound before the cell that are passed with it, if there are any, so that
            filters settle.
    """

    cell: Seconds
    lead: Seconds = Fraction(0)


class SoundMeasure(Measure):
    """A measure of sound (mono, float32, :data:`SOUND_RATE`); its tick is one sample."""

    need: SoundNeed

    @abstractmethod
    def listen(self, samples: Samples, start: int, lead: int) -> Iterable[Row]:
        """Return the rows of one cell.

        Args:
            samples: The lead, then the cell; shorter at the ends of the file.
            start: Number of the first sample of the cell itself, from media time 0.
            lead: Number of ``samples`` before ``start``.

        Returns:
            Rows in samples of media time, with ``first >= start``. They must depend on ``samples``
            alone.
        """
