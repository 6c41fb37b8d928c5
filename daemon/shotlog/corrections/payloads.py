"""Corrections of markers that no record tells of, by what the file itself holds of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shotlog.corrections.comparing import CorrectionOrigin
from shotlog.corrections.present import MediaPlace, PresentMarker, PresentTimeline
from shotlog.corrections.written import MOVES, Labels, labels_in
from shotlog.schema import UNDEFINED, Family, Finding, MarkerFamily, Provenance, Tier, TimeRange
from shotlog.schema.learning import Correction, CorrectionKind
from shotlog_otio import WrittenMarker

_TOPICS = {Family.SIZE: "size", **dict.fromkeys(MOVES, "move")}
"""Prefixes of the keys of a payload, by family."""


def corrections_by_payload(
    markers: Sequence[PresentMarker],
    written: Sequence[WrittenMarker],
    timeline: PresentTimeline,
    origin: CorrectionOrigin,
) -> Iterator[Correction]:
    """Yield the labels of markers of ours that no record tells of.

    OpenTimelineIO holds the name that was written, and the label, confidence and analyzer of each
    family, without the scores of other labels. Other formats tell an untouched marker from an
    edited one, and no more: the labels of an edited one count as added. What was moved or deleted
    is not known.

    Args:
        markers: The markers.
        written: All markers of ours in the file, as its format knows them.
        timeline: The timeline.
        origin: The origin of the corrections.
    """
    by_name = {(each.id, each.name): each for each in written}
    for now in markers:
        own, place = by_name.get((now.id, now.name)), timeline.place_of(now)
        if own is None or place is None:
            continue
        families = ((Family.SIZE,), MOVES) if own.family is MarkerFamily.SHOT else (MOVES,)
        for asked in families:
            correction = _correction(own, now, place, asked, origin)
            if correction is not None:
                yield correction


def _correction(
    own: WrittenMarker, now: PresentMarker, place: MediaPlace, families: tuple[Family, ...],
    origin: CorrectionOrigin,
) -> Correction | None:  # fmt: skip
    former_family, former = labels_in(own.wrote, *families)
    order = (former_family, *(family for family in families if family is not former_family))
    family, labels = labels_in(now.name, *order)
    if not labels and not former:
        return None
    if not own.wrote:
        kind = CorrectionKind.ADDED
    else:
        kind = CorrectionKind.KEPT if set(labels) == set(former) else CorrectionKind.RENAMED
    said = _said(own, former_family, former, place.range, now) if family is former_family else ()
    shot = own.payload.get("shot")
    return Correction(
        kind=kind,
        family=family,
        labels=labels,
        said=said,
        content_id=place.content_id,
        path=place.path,
        source=place.range,
        shot=shot if isinstance(shot, str) else None,
        marker=now.id,
        project=origin.project,
        timeline=origin.timeline,
        editor=origin.editor,
    )


def _said(
    own: WrittenMarker, family: Family, labels: Labels, source: TimeRange, now: PresentMarker
) -> tuple[Finding, ...]:
    """Return the finding that a payload tells, once for each of its labels."""
    topic = _TOPICS[family]
    told = {key: own.payload.get(f"{topic}.{key}") for key in ("analyzer", "version", "tier")}
    confidence, weights = (own.payload.get(f"{topic}.{key}") for key in ("confidence", "weights"))
    if now.shown is None or not isinstance(confidence, int | float):
        return ()
    try:
        by = Provenance(
            analyzer=str(told["analyzer"]), version=str(told["version"]),
            tier=Tier(str(told["tier"])), weights=weights if isinstance(weights, str) else None,
        )  # fmt: skip
    except ValueError:  # a tier of a newer version
        return ()
    return tuple(
        Finding(
            family=family, label=label, scores={}, confidence=float(confidence), source=source,
            timeline=now.shown, provenance=by,
        )
        for label in labels or (UNDEFINED,)
    )  # fmt: skip
