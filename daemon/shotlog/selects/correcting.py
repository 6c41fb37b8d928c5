"""Labels of a log, corrected by an editor who renamed our markers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from shotlog.markers import labels_of_name, markers_of
from shotlog.schema import (
    Family,
    Finding,
    Log,
    LoggedShot,
    MarkerFamily,
    Provenance,
    Tier,
    TimeRange,
    group_by_range,
)
from shotlog.selects.carrying import EditorMarker

Labels = Sequence[tuple[Family, str]]

_TOPICS = ((Family.SIZE,), (Family.MOVE, Family.MOVEMENT))
"""Families of which a name tells one label together."""
_OF_SHOTS = frozenset(family for families in _TOPICS for family in families)

_BY = Provenance(analyzer="markers", version="1", tier=Tier.BUILTIN)
_UNKNOWN = math.nan
"""Confidence in a label of an editor: none is told, and a library holds it as not measured."""


def correct_labels(log: Log, markers: Iterable[EditorMarker]) -> Log:
    """Return a log with the labels that an editor wrote, to be searched and grouped by.

    A label in the name of one of our markers takes the place of all that was found on its subject,
    in the range of the marker. What a name leaves out stays as it was found.

    Args:
        log: The log of the timeline that holds the markers.
        markers: The markers of editors in it.
    """
    names = {
        marker.content.tag.id: marker.content.name
        for marker in markers
        if marker.content.tag is not None
    }
    if not names:
        return log
    shots = list(log.shots)
    # The markers of shots come in the order in which the log has the shots.
    order = iter(
        sorted(range(len(shots)), key=lambda n: (shots[n].shot.timeline.start, shots[n].shot.clip))
    )
    number_of: dict[object, int] = {}
    for marker in markers_of(log):
        if marker.family is MarkerFamily.SHOT:
            number_of[marker.payload["shot"]] = next(order)
        elif marker.family is not MarkerFamily.MOVE:
            continue
        if (name := names.get(marker.id)) is not None:
            number = number_of[marker.payload["shot"]]
            begin = marker.frame / marker.rate
            told, found = labels_of_name(name).labels, labels_of_name(marker.name).labels
            shots[number] = _correct(shots[number], told, found, begin)
    return log.model_copy(update={"shots": tuple(shots)})


def _correct(logged: LoggedShot, told: Labels, found: Labels, begin: Fraction) -> LoggedShot:
    """Return a shot with the labels that one marker tells.

    Args:
        logged: The shot.
        told: The labels that an editor wrote.
        found: Those that the marker would have without the editor.
        begin: The marker's first frame, in seconds of the timeline.
    """
    if not told or told == found:
        return logged
    families = {family for family, _ in told}
    if Family.KIND in families:
        kept = [f for f in logged.findings if f.family not in {*_OF_SHOTS, Family.KIND}]
        kind = [_finding(*label, logged.shot.timeline) for label in told]
        return logged.model_copy(update={"findings": (*kept, *kind)})
    findings = [f for f in logged.findings if f.family is not Family.KIND]
    for topic in _TOPICS:
        labels = [label for label in told if label[0] in topic]
        if labels and labels != [label for label in found if label[0] in topic]:
            spans = group_by_range(logged.leading(*topic))
            findings = [f for f in findings if f.family not in topic]
            findings += _relabel(spans, labels, begin, logged.shot.timeline)
    return logged.model_copy(update={"findings": tuple(findings)})


def _relabel(
    spans: Sequence[Sequence[Finding]], labels: Labels, begin: Fraction, whole: TimeRange
) -> list[Finding]:
    """Return the labels of a shot on one subject, with others for the span that begins last.

    They all are of one analyzer, as only one is asked; see :meth:`LoggedShot.leading`.
    """
    last = max((n for n, span in enumerate(spans) if span[0].timeline.start <= begin), default=0)
    findings = []
    for number, span in enumerate(spans):
        if number != last:
            findings += [f.model_copy(update={"provenance": _BY}) for f in span]
    at = spans[last][0].timeline if spans else whole
    return [*findings, *(_finding(*label, at) for label in labels)]


def _finding(family: Family, label: str, at: TimeRange) -> Finding:
    return Finding(
        family=family, label=label, scores={}, confidence=_UNKNOWN, source=None, timeline=at,
        provenance=_BY,
    )  # fmt: skip
