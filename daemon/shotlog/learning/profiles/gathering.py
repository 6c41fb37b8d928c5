"""Corrections as labels: which of them say something, and of which scores."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, NamedTuple

import numpy as np

from shotlog.analyzers.clock import Numbers
from shotlog.learning.profiles.labelled import CorrectedRange, LabelledScores
from shotlog.learning.profiles.projects import group_projects
from shotlog.learning.profiles.undoing import undo_profile
from shotlog.schema import UNDEFINED, VOCABULARIES, Analyzer, Family, Finding
from shotlog.schema.learning import Correction, CorrectionKind, EditorProfile, analyzer_key

FAMILIES: Final = (Family.SIZE, Family.MOVE, Family.MOVEMENT)
"""The questions whose labels editors correct."""

_ALWAYS: Final = frozenset({CorrectionKind.RENAMED, CorrectionKind.ADDED})
"""Kinds whose label an editor has set."""

_STANDS: Final = frozenset({
    CorrectionKind.KEPT, CorrectionKind.MOVED, CorrectionKind.RECOLOURED
})  # fmt: skip
"""Kinds whose label stands; it counts where the editor changed something beside it."""

_WHOLE: Final = 0.02
"""Distance from 1 within which scores add up to 1, as of labels of which one holds: they have four
digits each. Those of a model in which each label holds or not add up to 1 by chance alone."""


@dataclass(frozen=True)
class GatheredLabels:
    """The labels of corrections, beside the scores of every analyzer.

    Attributes:
        shots: By analyzer, by its key.
        left_out: Number of corrections, or of scores, that tell nothing, by the reason.
    """

    shots: tuple[LabelledScores, ...]
    left_out: Counter[str]


class _Subject(NamedTuple):
    """All corrections of one range, for one question."""

    span: CorrectedRange
    project: str
    corrections: tuple[Correction, ...]


def gather_labels(
    corrections: Iterable[Correction],
    analyzers: Sequence[Analyzer],
    find_profile: Callable[[str], EditorProfile | None],
) -> GatheredLabels:
    """Return the labels of editors beside the scores of the analyzers that are here.

    A label that was set anew always counts. One that was kept counts where the editor has changed
    any label of the family in the same timeline, and so has looked at it. A deleted marker names no
    label. Corrections of one range share its weight.

    Args:
        corrections: The corrections, in any order.
        analyzers: The analyzers of this installation: scores of other versions do not count.
        find_profile: Returns the profile of an id, by which scores were changed; None where it is
            not here.
    """
    ordered = sorted(corrections, key=lambda each: each.model_dump_json())
    left_out: Counter[str] = Counter()
    groups, known = group_projects(ordered), {each.key: each for each in analyzers}
    rows: defaultdict[str, list[_Row]] = defaultdict(list)
    for family in FAMILIES:
        labelled = _labelled([each for each in ordered if each.family == family], left_out)
        for subject in _subjects(labelled, groups):
            for key, finding in _said(subject, known, left_out).items():
                rows[key].append(_Row(subject, finding))
    shots = (_table(key, rows[key], find_profile, left_out) for key in sorted(rows))
    return GatheredLabels(tuple(each for each in shots if len(each)), left_out)


class _Row(NamedTuple):
    subject: _Subject
    finding: Finding


def _labelled(corrections: Sequence[Correction], left_out: Counter[str]) -> list[Correction]:
    """Return the corrections of one family that are labels."""
    seen = {_timeline(each) for each in corrections if each.kind is not CorrectionKind.KEPT}
    labelled = []
    for each in corrections:
        if not set(each.labels) - {UNDEFINED}:
            left_out["markers that were deleted, or name no label any more"] += 1
        elif each.kind in _ALWAYS or (each.kind in _STANDS and _timeline(each) in seen):
            labelled.append(each)
        else:
            left_out["labels of timelines in which nobody changed any"] += 1
    return labelled


def _timeline(correction: Correction) -> Hashable:
    return correction.project, correction.timeline, correction.editor


def _subjects(corrections: Sequence[Correction], groups: Mapping[str, str]) -> list[_Subject]:
    same: defaultdict[tuple[str, Fraction, Fraction], list[Correction]] = defaultdict(list)
    for each in corrections:
        _, content, source = each.subject
        same[content, source.start, source.duration].append(each)
    return [
        _Subject(
            CorrectedRange(all_of[0].content_id, all_of[0].path, all_of[0].subject[2]),
            groups[all_of[0].project],
            tuple(all_of),
        )
        for _, all_of in sorted(same.items())
    ]


def _said(
    subject: _Subject, known: Mapping[str, Analyzer], left_out: Counter[str]
) -> dict[str, Finding]:
    """Return the finding of each analyzer that is here about a subject, by its key."""
    found: dict[str, Finding] = {}
    if not any(each.said for each in subject.corrections):
        left_out["labels beside which no analyzer has said anything"] += 1
    for each in subject.corrections:
        for finding in sorted(each.said, key=lambda said: -_overlap(said, subject)):
            by = finding.provenance
            key = analyzer_key(by.analyzer, by.version, by.weights)
            if key in found or not finding.scores:
                continue
            if key not in known:
                left_out[f"scores of {key}, which is not on this machine"] += 1
            elif not _is_current(known[key], each):
                left_out[f"scores of {key} that were measured by an earlier version"] += 1
            else:
                found[key] = finding
    return found


def _overlap(finding: Finding, subject: _Subject) -> Fraction:
    both = finding.source.intersection(subject.span.source) if finding.source else None
    return both.duration if both else Fraction(0)


def _is_current(analyzer: Analyzer, correction: Correction) -> bool:
    """Return True unless a measure of the analyzer was of another epoch then."""
    return all(
        correction.evidence.get(measure.name, measure.epoch) == measure.epoch
        for measure in analyzer.measures
    )


def _table(
    key: str,
    rows: Sequence[_Row],
    find_profile: Callable[[str], EditorProfile | None],
    left_out: Counter[str],
) -> LabelledScores:
    """Return the labelled scores of one analyzer."""
    family = rows[0].finding.family
    told = {name for row in rows for name in row.finding.scores}
    labels = tuple(name for name in VOCABULARIES[family].names if name in told)
    whole = (sum(row.finding.scores.get(name, 0.0) for name in labels) for row in rows)
    exclusive = all(abs(total - 1) < _WHOLE for total in whole)
    kept, scores, named = [], [], []
    for row in rows:
        shares = _named(row.subject.corrections, labels)
        if not shares.any():
            left_out[f"labels that {key} does not know"] += 1
            continue
        raw = undo_profile(row.finding, labels, find_profile, exclusive=exclusive)
        if raw is None:
            left_out[f"scores of {key} that a profile changed which is not here any more"] += 1
            continue
        kept.append(row.subject)
        scores.append(raw)
        named.append(shares)
    return LabelledScores(
        analyzer=key,
        family=family,
        labels=labels,
        exclusive=exclusive,
        scores=np.array(scores).reshape(-1, len(labels)),
        named=np.array(named).reshape(-1, len(labels)),
        projects=tuple(subject.project for subject in kept),
        spans=tuple(subject.span for subject in kept),
    )


def _named(corrections: Sequence[Correction], labels: Sequence[str]) -> Numbers:
    """Return (k,) the share of corrections that name each label."""
    rows = [
        [label != UNDEFINED and label in each.labels for label in labels] for each in corrections
    ]
    return np.asarray(np.mean(rows, axis=0))
