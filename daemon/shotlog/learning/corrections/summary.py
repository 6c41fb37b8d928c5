"""Counts of corrections: by kind, by analyzer, by label."""

from __future__ import annotations

from collections import Counter, defaultdict

from shotlog.learning.corrections.collected import Corrections
from shotlog.schema import UNDEFINED, Family, Model
from shotlog.schema.learning import Correction, CorrectionKind

_STANDS = frozenset({CorrectionKind.KEPT, CorrectionKind.MOVED, CorrectionKind.RECOLOURED})
"""Kinds of corrections whose label is still the one that was written."""


class Count(Model):
    """The number of corrections of a family and a kind."""

    family: Family
    """The question."""
    kind: CorrectionKind
    """The editor's action."""
    count: int
    """Number of corrections."""


class Agreement(Model):
    """The labels of one analyzer that editors kept and renamed, where it led."""

    family: Family
    """The question."""
    analyzer: str
    """Name of the analyzer."""
    kept: int
    """Number of labels that stand, moved and recoloured ones included."""
    renamed: int
    """Number of labels in whose place the editor wrote another."""

    @property
    def share(self) -> float:
        """Kept labels as a share of kept and renamed ones."""
        return self.kept / (self.kept + self.renamed)


class Change(Model):
    """A label that editors changed to another one."""

    family: Family
    """The question."""
    written: str
    """The label that was written; several moves are joined by ``+``."""
    now: str
    """The label of the editor; ``undefined`` for none."""
    count: int
    """Number of corrections."""


class CorrectionSummary(Model):
    """The figures of a set of corrections."""

    corrections: int
    """Number of corrections."""
    projects: int
    """Number of projects."""
    conflicts: int
    """Number of subjects of which two corrections give different labels."""
    counts: tuple[Count, ...]
    """By family and kind, in their order."""
    agreements: tuple[Agreement, ...]
    """By family and analyzer."""
    changes: tuple[Change, ...]
    """The most frequent first."""


def summarize_corrections(corrections: Corrections) -> CorrectionSummary:
    """Return the figures of corrections."""
    counts = Counter((each.family, each.kind) for each in corrections)
    return CorrectionSummary(
        corrections=len(corrections),
        projects=len(corrections.projects),
        conflicts=len(corrections.conflicts),
        counts=tuple(
            Count(family=family, kind=kind, count=counts[family, kind])
            for family in Family
            for kind in CorrectionKind
            if (family, kind) in counts
        ),
        agreements=_agreements(corrections),
        changes=_changes(corrections),
    )


def _agreements(corrections: Corrections) -> tuple[Agreement, ...]:
    told: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for each in corrections:
        stands = each.kind in _STANDS
        if each.said and (stands or each.kind is CorrectionKind.RENAMED):
            told[each.family.value, each.said[0].provenance.analyzer].append(stands)
    return tuple(
        Agreement(
            family=Family(family), analyzer=analyzer, kept=sum(kept), renamed=len(kept) - sum(kept)
        )
        for (family, analyzer), kept in sorted(told.items())
    )


def _changes(corrections: Corrections) -> tuple[Change, ...]:
    renamed = [each for each in corrections if each.kind is CorrectionKind.RENAMED and each.said]
    pairs = Counter((each.family, _written(each), _joined(each.labels)) for each in renamed)
    ranked = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Change(family=family, written=written, now=now, count=count)
        for (family, written, now), count in ranked
    )


def _written(each: Correction) -> str:
    """Return the label that the leading analyzer gave at the beginning of the range."""
    first = each.said[0]
    together = (
        finding.label
        for finding in each.said
        if finding.provenance == first.provenance and finding.timeline == first.timeline
    )
    return _joined(tuple(together))


def _joined(labels: tuple[str, ...]) -> str:
    return "+".join(labels) or UNDEFINED
