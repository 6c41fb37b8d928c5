"""The built-in cut finder, and the absence of any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from shotlog.media.cuts.classifier import weights_digest
from shotlog.media.cuts.closer_look import doubtful_ranges, replace_rows
from shotlog.media.cuts.contract import CutFinder, CutView, FrameRequest
from shotlog.media.cuts.finder import (
    CutMeasure,
    ExactCutMeasure,
    find_cuts,
    refine_cuts,
    uncertain_ranges,
)
from shotlog.schema import Cut, TimeRange, union

_CHANGES, _EXACT = CutMeasure(), ExactCutMeasure()


class BuiltinCuts(CutFinder):
    """Hard cuts, dissolves, fades and dips, by three classifiers; it has no parameters."""

    name: ClassVar[str] = "builtin"
    version: ClassVar[str] = "2"

    @property
    def measures(self) -> tuple[CutMeasure]:
        """The changes between reference frames."""
        return (_CHANGES,)

    @property
    def placing(self) -> tuple[ExactCutMeasure]:
        """The changes between all frames."""
        return (_EXACT,)

    @property
    def key(self) -> str:
        """Its identity, with a digest of its weights."""
        return f"{super().key} {weights_digest()}"

    def find(self, view: CutView) -> list[Cut]:
        """Return the changes; a hard cut among frames that were left out has a span."""
        return find_cuts(view.rows(_CHANGES), view.span)

    def request(self, cuts: Sequence[Cut], view: CutView) -> Sequence[FrameRequest]:
        """Return the ranges that are measured with every frame.

        They are those in which hard cuts must still be placed, and where frames stand alone, all
        that may hold a brief change.
        """
        spans = uncertain_ranges(cuts, view.video.tick)
        return (FrameRequest(_EXACT, [*spans, *_doubtful(view)]),)

    def place(self, cuts: Sequence[Cut], view: CutView) -> list[Cut]:
        """Return the cuts, each hard one on its frame."""
        exact = view.rows(_EXACT)
        if doubtful := _doubtful(view):
            # Not all that is known of every frame: it would depend on other clips.
            closer = [exact.within(span) for span in union(doubtful)]
            cuts = find_cuts(replace_rows(view.rows(_CHANGES), closer), view.span)
        return refine_cuts(cuts, exact)


def _doubtful(view: CutView) -> list[TimeRange]:
    return doubtful_ranges(view.rows(_CHANGES), view.span) if view.video.stands_alone else []


class NoCuts(CutFinder):
    """No cuts: each clip is one shot."""

    name: ClassVar[str] = "off"
    version: ClassVar[str] = "1"

    @property
    def measures(self) -> tuple[()]:
        """Nothing."""
        return ()

    def find(self, view: CutView) -> list[Cut]:
        """Return nothing."""
        return []
