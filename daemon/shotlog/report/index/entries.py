"""Facts of a batch, and of each of its timelines, for the index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from shotlog.schema import Problem


class IndexState(StrEnum):
    """State of a timeline in a batch, the most urgent first."""

    FAILED = "failed"
    PARKED = "parked"
    """Given up because it ended its worker again and again."""
    PROBLEMS = "problems"
    """Done, but some of it could not be analysed."""
    WAITING = "waiting"
    DONE = "done"
    DUPLICATE = "duplicate"
    """Equal to another one, whose result it shares."""


@dataclass(frozen=True)
class IndexEntry:
    """One timeline. Paths are relative to the folder of the page, names are for people.

    Attributes:
        name: Its name.
        source: Path of the file that it comes from.
        kind: ``timeline``, or ``media`` for a file of which a timeline was made.
        state: Its state.
        marked: Path of the marked timeline; None where there is none.
        report: Path of its report; None where there is none.
        pictures: Paths of pictures of it; the first few are shown.
        shots: Number of its shots.
        seconds: Its length.
        sizes: Number of shots by label of their size, ``undefined`` included.
        moves: Number of shots by label of their move or movement, ``undefined`` included.
        highlights: Number of its highlights.
        problems: Its problems: of the whole file, or of clips.
        warnings: Number of assumptions about it.
        duplicate_of: Source of the timeline that it equals; None where it equals none.
    """

    name: str
    source: str
    kind: str = "timeline"
    state: IndexState = IndexState.DONE
    marked: str | None = None
    report: str | None = None
    pictures: tuple[str, ...] = ()
    shots: int = 0
    seconds: Fraction = Fraction(0)
    sizes: Mapping[str, int] = field(default_factory=dict)
    moves: Mapping[str, int] = field(default_factory=dict)
    highlights: int = 0
    problems: tuple[Problem, ...] = ()
    warnings: int = 0
    duplicate_of: str | None = None


@dataclass(frozen=True)
class IndexSummary:
    """Facts of the whole batch.

    Attributes:
        title: Title of the page.
        files: Files beside the page, such as tables of all shots: text of the link, and path
            relative to the folder of the page.
        notes: Sentences about the batch.
    """

    title: str
    files: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
