"""Corrections for tests."""

from __future__ import annotations

from fractions import Fraction

from shotlog.schema import Family, Finding, Provenance, Tier, TimeRange
from shotlog.schema.learning import Correction, CorrectionKind

TEN_SECONDS = TimeRange(start=Fraction(0), duration=Fraction(10))


def said(label: str, family: Family = Family.SIZE, analyzer: str = "faces") -> Finding:
    """Return what an analyzer said of ten seconds."""
    by = Provenance(analyzer=analyzer, version="1", tier=Tier.BUILTIN)
    return Finding(
        family=family, label=label, scores={label: 0.9}, confidence=0.9, source=TEN_SECONDS,
        timeline=TEN_SECONDS, provenance=by,
    )  # fmt: skip


def correction(
    kind: CorrectionKind = CorrectionKind.KEPT,
    labels: tuple[str, ...] = ("MS",),
    *,
    start: int = 0,
    content: str = "c1",
    written: str = "MS",
    family: Family = Family.SIZE,
    project: str = "film",
    timeline: str = "cut.otio",
    editor: str = "",
) -> Correction:
    """Return a correction of the ten seconds that begin at ``start``."""
    return Correction(
        kind=kind,
        family=family,
        labels=labels,
        said=(said(written, family),),
        content_id=content,
        path="/media/a.mov",
        source=TimeRange(start=Fraction(start), duration=Fraction(10)),
        project=project,
        timeline=timeline,
        editor=editor,
    )
