"""Measures whose rows are the metrics of PySceneDetect's detectors, as in its stats files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from importlib.metadata import version
from typing import Any

import numpy as np

from shotlog.schema import FrameNeed, Picture, PictureMeasure, Row

VERSION = version("scenedetect")
"""Version of PySceneDetect."""

_LONGEST = 256
"""Longer side of the pictures in pixels: ``scenedetect.scene_manager.DEFAULT_MIN_WIDTH``."""

_ANY_RATE = Fraction(25)
"""Metrics do not depend on the clock; a detector only wants one."""


class DetectorMeasure(PictureMeasure):
    """The metrics that a detector computes of each frame, or of each pair of neighbours.

    A row of a pair has the moments of both frames, a row of a frame its own; the first frame of a
    run has no pair.
    """

    epoch = 1
    need = FrameNeed(
        rate=None, frames="all", width=_LONGEST, height=_LONGEST, pixels="rgb", fit="opencv"
    )

    def __init__(
        self, name: str, make: Callable[[], Any], *, pairs: bool = True, **parameters: Any
    ) -> None:
        """Create a measure.

        Args:
            name: Name of the measure after ``pyscenedetect.``.
            make: Maker of the detector; called when measuring begins.
            pairs: True where the metrics compare a frame with the one before.
            parameters: The parameters of the detector that change its metrics.
        """
        self.name = f"pyscenedetect.{name}"
        self.columns = _COLUMNS[name]
        self.reach = Fraction(4) if pairs else Fraction(0)
        self._make, self._pairs, self._parameters = make, pairs, parameters

    @property
    def key(self) -> str:
        """The name, the version of PySceneDetect, and the parameters that change rows."""
        said = " ".join(f"{name}={value}" for name, value in sorted(self._parameters.items()))
        return f"{super().key} {VERSION} {said}".rstrip()

    def observer(self) -> _MetricObserver:
        """Return a new observer for one continuous run of pictures."""
        return _MetricObserver(self._make(), len(self.columns), pairs=self._pairs)


_COLUMNS = {
    "content": ("delta_hue", "delta_sat", "delta_lum", "delta_edges"),
    "threshold": ("average_rgb",),
    "hash": ("hash_dist",),
    "histogram": ("hist_diff",),
}


class _MetricObserver:
    """Observer that lets a detector process each picture, and reads its metrics."""

    def __init__(self, detector: Any, count: int, *, pairs: bool) -> None:
        self._detector, self._count, self._pairs = detector, count, pairs
        self._number, self._before = 0, 0

    def see(self, picture: Picture) -> Iterable[Row]:
        """Return the row of a picture, if the detector has metrics of it."""
        from scenedetect import FrameTimecode, StatsManager

        stats, moment = StatsManager(), FrameTimecode(self._number, fps=_ANY_RATE)
        self._detector.stats_manager = stats
        # Detectors take BGR.
        self._detector.process_frame(moment, np.ascontiguousarray(picture.pixels[..., ::-1]))
        # The metrics of the frame itself are last; content_val, which is first, depends on weights.
        values = stats.get_metrics(moment, self._detector.get_metrics()[-self._count :])
        first = self._before if self._pairs else picture.at
        self._number, self._before = self._number + 1, picture.at
        return () if None in values else (Row(first, picture.at, values),)
