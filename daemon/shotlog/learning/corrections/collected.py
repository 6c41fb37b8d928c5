"""Corrections in one order, merged without losing what editors disagree about."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from shotlog.schema import Family, TimeRange
from shotlog.schema.learning import Correction, CorrectionKind


@dataclass(frozen=True)
class Conflict:
    """Corrections of one subject with different labels.

    Attributes:
        family: The question.
        content_id: Identity of the media.
        source: The range, in media time.
        corrections: The corrections, of two timelines, editors or markers at least.
    """

    family: Family
    content_id: str
    source: TimeRange
    corrections: tuple[Correction, ...]


@dataclass(frozen=True)
class Corrections:
    """Corrections, each once, ordered by project, timeline and place in the media.

    Args:
        listed: The corrections, in any order.
    """

    listed: tuple[Correction, ...]

    def __init__(self, listed: Iterable[Correction] = ()) -> None:
        # A key of a few texts and numbers comes first: most corrections differ in it.
        by_line = {each.model_dump_json(): each for each in listed}
        ordered = sorted(by_line.items(), key=lambda item: (_order(item[1]), item[0]))
        object.__setattr__(self, "listed", tuple(each for _, each in ordered))

    def __len__(self) -> int:
        return len(self.listed)

    def __iter__(self) -> Iterator[Correction]:
        return iter(self.listed)

    def updated(self, newer: Corrections) -> Corrections:
        """Return these with newer ones, which replace those of the same subject and origin.

        The origin is the project, the editor and the timeline: what two timelines tell of one
        subject is kept side by side.
        """
        replaced = {_origin(each) for each in newer}
        return Corrections((*(each for each in self if _origin(each) not in replaced), *newer))

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Subjects of which two corrections give different labels."""

        def place(each: Correction) -> tuple[str, str, object, object]:
            family, content_id, source = each.subject
            return content_id, family.value, source.start, source.duration

        found = []
        for _, same in groupby(sorted(self, key=place), key=place):
            corrections = tuple(same)
            if len({frozenset(each.labels) for each in corrections}) > 1:
                family, content_id, source = corrections[0].subject
                found.append(Conflict(family, content_id, source, corrections))
        return tuple(found)

    @property
    def projects(self) -> tuple[str, ...]:
        """Names of the projects, sorted."""
        return tuple(sorted({each.project for each in self}))


def _origin(each: Correction) -> Hashable:
    return each.subject, each.project, each.editor, each.timeline


_KINDS = list(CorrectionKind)


def _order(each: Correction) -> tuple[object, ...]:
    source = each.source
    return (
        each.project, each.timeline, each.content_id, source.start, source.duration,
        each.family.value, each.editor, _KINDS.index(each.kind), each.labels,
    )  # fmt: skip
