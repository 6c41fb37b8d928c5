"""Flashes that may harm people with photosensitive epilepsy."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from shotlog.delivery.qc.contract import Defect, FileFacts, PictureExaminer, QualityCheck, SeenFrame
from shotlog.schema import FrameNeed, TimeRange

_Values = npt.NDArray[np.float32]
_Flags = npt.NDArray[np.bool_]

_NEED = FrameNeed(width=64, height=36, pixels="rgb")
"""A screen of 2,304 cells: a quarter of it is 576 of them."""
_SECOND = Fraction(1)
_TOGETHER = Fraction(1, 10)
"""Seconds within which changes are of one flash: a lamp takes some frames to light up."""
_CHANGE, _DARKER = 0.1, 0.8
"""Of the brightest: 20 cd/m2 and 160 cd/m2 on a screen of 200 cd/m2, as ITU-R BT.1702 has them."""
_RED_SHARE, _RED_CHANGE = 0.8, 20 / 320
"""Saturated red, and the change of R - G - B: WCAG 2.2, definition of a red flash."""


class FlashCheck(QualityCheck):
    """More than three flashes in a second, over more than a quarter of the screen."""

    name: ClassVar[str] = "flashes"
    summary: ClassVar[str] = "flashes that may harm people with photosensitive epilepsy"
    source: ClassVar[str] = (
        "limits of ITU-R BT.1702 and WCAG 2.2; like a Harding test, and no certificate of one"
    )

    most: int = Field(3, ge=1)
    """Flashes that are allowed in any second."""
    area: float = Field(0.25, gt=0, le=1)
    """Share of the screen that must flash."""

    def of_picture(self, facts: FileFacts) -> PictureExaminer:
        """Return an examiner of the pictures."""
        return FlashExaminer(self)


class FlashExaminer(PictureExaminer):
    """Counts the opposing changes of each cell of the screen over the last second.

    A flash is a pair of opposing changes. A general one changes relative luminance by a tenth or
    more, and the darker state is below 0.8; a red one changes R - G - B, and one of its states is a
    saturated red. A change counts where enough of the screen changes together, less what changes in
    the other direction at the same time: things that move do both.
    """

    def __init__(self, check: FlashCheck) -> None:
        self._check = check
        self._counters = {
            "flashes": _ChangeCounter(_CHANGE, check.area),
            "red flashes": _ChangeCounter(_RED_CHANGE, check.area),
        }
        self._found: dict[str, list[TimeRange]] = {kind: [] for kind in self._counters}

    def see(self, frame: SeenFrame) -> None:
        """Take the next frame."""
        linear = _linear(frame.frame.pixels(_NEED))
        total = linear.sum(axis=2)
        is_red = linear[..., 0] >= _RED_SHARE * np.maximum(total, 1e-6)
        luminance = linear @ np.array([0.2126, 0.7152, 0.0722], np.float32)  # ITU-R BT.709
        red = np.maximum(0, 2 * linear[..., 0] - total)
        self._count("flashes", frame, luminance, luminance < _DARKER)
        self._count("red flashes", frame, red, is_red)

    def _count(self, kind: str, frame: SeenFrame, values: _Values, state: _Flags) -> None:
        counter = self._counters[kind]
        counter.add(TimeRange.between(frame.start, frame.end), values, state)
        # Two changes are a flash; one more begins the next.
        harmful = counter.counts > 2 * self._check.most
        if harmful.mean() > self._check.area:
            self._extend(kind, counter.span_of(harmful))

    def _extend(self, kind: str, span: TimeRange) -> None:
        found = self._found[kind]
        if found and span.start <= found[-1].end:
            span = TimeRange.between(min(found.pop().start, span.start), span.end)
        found.append(span)

    def defects(self) -> Sequence[Defect]:
        """Return the stretches with too many flashes."""
        most = self._check.most
        found = [
            self._check.defect(f"more than {most} {kind} a second, over the allowed area", span)
            for kind, spans in self._found.items()
            for span in spans
        ]
        return sorted(found, key=lambda defect: defect.range.start if defect.range else 0)


class _ChangeCounter:
    """Counts opposing changes in each cell during the last second.

    Args:
        least: The least change of a value.
        area: Share of the cells that must change in one direction together.
    """

    def __init__(self, least: float, area: float) -> None:
        self._least, self._area = least, area
        self._extreme: _Values | None = None
        self._was: _Flags = np.zeros(0, np.bool_)
        self._sign = np.zeros(0, np.int8)
        self._waiting: dict[int, deque[tuple[TimeRange, _Flags]]] = {1: deque(), -1: deque()}
        self._changes: deque[tuple[TimeRange, _Flags]] = deque()
        self.counts = np.zeros(0, np.int16)

    def add(self, shown: TimeRange, values: _Values, state: _Flags) -> None:
        """Add the values of a frame.

        Args:
            shown: When it is shown.
            values: (h, w) the values.
            state: (h, w) True where a state counts; one of the two of a change must.
        """
        if self._extreme is None:
            self._extreme, self._was = values.copy(), state.copy()
            self._sign, self.counts = (
                np.zeros(values.shape, np.int8),
                np.zeros(values.shape, np.int16),
            )
            return
        difference = values - self._extreme
        direction = np.sign(difference).astype(np.int8)
        # In the direction that it already has, the last change goes on.
        onward = direction == self._sign
        changed = ~onward & (np.abs(difference) >= self._least) & (state | self._was)
        moved = (onward & (direction != 0)) | changed
        self._sign[changed] = direction[changed]
        self._extreme[moved], self._was[moved] = values[moved], state[moved]
        while self._changes and self._changes[0][0].start <= shown.start - _SECOND:
            self.counts -= self._changes.popleft()[1]
        for sign, waiting in self._waiting.items():
            waiting.append((shown, changed & (self._sign == sign)))
            while waiting[0][0].start <= shown.start - _TOGETHER:
                waiting.popleft()
        self._count(1)
        self._count(-1)

    def span_of(self, cells: _Flags) -> TimeRange:
        """Return the time from the first to the last change of some cells in the last second."""
        shown = [span for span, changed in self._changes if (changed & cells).any()]
        return TimeRange.between(shown[0].start, shown[-1].end)

    def _count(self, sign: int) -> None:
        """Count the changes in a direction, once enough cells have changed together."""
        if self._share(sign) - self._share(-sign) <= self._area:
            return
        shown = self._waiting[sign][-1][0]
        together = np.logical_or.reduce([cells for _, cells in self._waiting[sign]])
        self._changes.append((shown, together))
        self.counts += together
        self._waiting[sign].clear()

    def _share(self, sign: int) -> float:
        """Return the share of the cells that have changed in a direction together."""
        waiting = [cells for _, cells in self._waiting[sign]]
        return float(np.logical_or.reduce(waiting).mean()) if waiting else 0.0


def _linear(pixels: npt.NDArray[np.uint8]) -> _Values:
    """Return linear light, 0 to 1, of 8-bit RGB: IEC 61966-2-1."""
    return _LINEAR[pixels]


_CODES = np.arange(256) / 255
_LINEAR: _Values = np.where(
    _CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4
).astype(np.float32)
