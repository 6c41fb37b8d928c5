"""The contract of cut finders, which are found by the entry point group ``shotlog.cut_finders``.

A cut finder names the measures that it uses, as an analyzer does; the engine takes them once and
keeps their rows in the cache, and the cuts of the same rows as well.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from shotlog.plugins import ConfigurablePlugin, PluginKind
from shotlog.schema import (
    Cut,
    CutFinderError,
    Measure,
    PictureMeasure,
    Provenance,
    Series,
    Tier,
    TimeRange,
    VideoStream,
    WindowMeasure,
)


class FrameRequest(NamedTuple):
    """Ranges that a finder wants to be measured as well, once it has found cuts."""

    measure: PictureMeasure
    spans: Sequence[TimeRange]


@dataclass(frozen=True, eq=False)
class CutView:
    """The evidence about one range of a film.

    Attributes:
        span: The range, in media time.
        video: The picture stream.
        series: By measure name, rows of the film, within the range and beyond.
    """

    span: TimeRange
    video: VideoStream
    series: Mapping[str, Series]

    def rows(self, measure: Measure) -> Series:
        """Return the rows of a measure within the range; none where nothing was measured."""
        found = self.series.get(measure.name)
        return measure.series(self.video.tick, ()) if found is None else found.within(self.span)


class CutFinder(ConfigurablePlugin, ABC):
    """A way of finding the changes of shot; its fields are the parameters that users may choose.

    A parameter that changes rows is part of the ``key`` of its measure, so that the cache tells
    them apart.

    Attributes:
        version: Version; must be raised when the same rows give other cuts.
        tier: Place where it computes.
    """

    version: ClassVar[str]
    tier: ClassVar[Tier] = Tier.BUILTIN

    @property
    @abstractmethod
    def measures(self) -> tuple[PictureMeasure | WindowMeasure, ...]:
        """Measures that it uses. The windows of a :class:`WindowMeasure` lie in the whole range."""

    @abstractmethod
    def find(self, view: CutView) -> list[Cut]:
        """Return the cuts strictly inside a range, in time order; their spans do not overlap.

        The result depends on the rows within the range alone.
        """

    def request(self, cuts: Sequence[Cut], view: CutView) -> Sequence[FrameRequest]:
        """Return what must be measured before :meth:`place` is called; nothing by default."""
        return ()

    def place(self, cuts: Sequence[Cut], view: CutView) -> list[Cut]:
        """Return the cuts at their exact places.

        Args:
            cuts: What :meth:`find` returned.
            view: The rows that :meth:`request` asked for, and if there are any, all others too.
        """
        return list(cuts)

    @property
    def placing(self) -> tuple[PictureMeasure, ...]:
        """Measures that :meth:`request` may name; none by default."""
        return ()

    @property
    def key(self) -> str:
        """Identity of the finder: all that decides its cuts, apart from the rows."""
        # Another NumPy may round otherwise.
        return f"cuts.{self.text}@{self.version} numpy {np.__version__}"

    def require(self) -> None:
        """Check that everything it needs is installed.

        Raises:
            CutFinderError: A package is missing; the hint tells how to install it.
        """

    @property
    def provenance(self) -> Provenance:
        """Provenance of the cuts that it finds."""
        return Provenance(analyzer=f"cuts.{self.text}", version=self.version, tier=self.tier)


CUT_FINDERS = PluginKind("shotlog.cut_finders", CutFinder, "cut finder", CutFinderError)
"""Cut finders; ``--cuts`` chooses one."""
