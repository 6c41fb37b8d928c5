"""Sides to which the faces of shots are turned, by the faces that were measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shotlog.schema import LoggedShot, ShotView


def add_facings(
    shots: Sequence[LoggedShot], views: Sequence[ShotView], failed: Mapping[str, frozenset[str]]
) -> list[LoggedShot]:
    """Return the shots, each with the side to which its one face is turned.

    Args:
        shots: The shots of an edit, in timeline order.
        views: The evidence about each, in the same order.
        failed: By content id, names of the measures that failed on a file.
    """
    # Imported late: they need the detectors.
    from shotlog.analyzers.faces import FaceMeasure
    from shotlog.analyzers.facts import find_facing

    told = []
    for logged, view in zip(shots, views, strict=True):
        series = view.series.get(FaceMeasure.name)
        lost = FaceMeasure.name in failed.get(view.media.content_id, frozenset())
        # What is no shot of anything, such as a title card, shows nobody who turns.
        if series and not lost and logged.kind is None:
            logged = logged.model_copy(update={"facing": find_facing(series)})
        told.append(logged)
    return told
