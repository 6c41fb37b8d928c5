"""The evaluation of a model as one HTML page, with its confusions and its reliability as plots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shotlog.learning.assessment.answers import answers_of, worst_of
from shotlog.learning.assessment.assessment import Assessment
from shotlog.learning.assessment.evaluation import OTHER_DATA, Evaluation
from shotlog.learning.assessment.scores import ClipScores
from shotlog.learning.figures import ReliabilityBin
from shotlog.report import render_plain_page
from shotlog.schema import VOCABULARIES

PACKAGE: Final = "shotlog.learning.assessment"
_WORST: Final = 50
"""Number of errors that are listed; all clips are in ``scores.csv``."""
_CELL: Final = 44
"""Side of a cell of the confusion matrix, in pixels."""
_DARK: Final = 0.5
"""Share of a row from which a cell is so dark that its text is light."""
_PLOT: Final = 240
"""Side of the reliability diagram, in pixels."""


@dataclass(frozen=True)
class _Cell:
    """A cell of the confusion matrix: place in pixels, count, share of its row, colour of text."""

    x: int
    y: int
    count: int
    share: str
    words: str
    dark: bool


@dataclass(frozen=True)
class _Point:
    """A bin of the reliability diagram: place in pixels, radius, words."""

    x: str
    y: str
    radius: str
    words: str


def render_evaluation(evaluation: Evaluation, scores: ClipScores) -> str:
    """Render an evaluation as one self-contained HTML page, without pictures of films.

    The same scores give the same text.

    Args:
        evaluation: The evaluation.
        scores: The scores behind it.
    """
    found = evaluation.assessment
    own = (found.accuracy, found.macro_f1, found.mean_ap)
    return render_plain_page(
        "evaluation.html.j2",
        package=PACKAGE,
        css="evaluation.css",
        evaluation=evaluation,
        found=found,
        display=VOCABULARIES[found.family].display,
        rows=[
            (
                "this model",
                *(one.spell(".3f") for one in own),
            ),
            *(
                (name, *(f"{figure:.3f}" for figure in (by.accuracy, by.macro_f1, by.mean_ap)))
                for name, by in (("majority", found.majority), ("random", found.random))
            ),
        ],
        matrix=_matrix(found),
        points=[_point(one) for one in found.reliability if one.count],
        plot=_PLOT,
        worst=worst_of(answers_of(scores), _WORST),
        other_data=OTHER_DATA,
        spell=_spell,
    )


def _spell(share: float | None) -> str:
    """Return a figure, or a dash where there is none."""
    return "-" if share is None else f"{share:.3f}"


@dataclass(frozen=True)
class _Matrix:
    """The confusion matrix of the labels that occur: names of rows and columns, cells, side."""

    rows: list[str]
    columns: list[str]
    cells: list[_Cell]
    side: int = _CELL


def _matrix(found: Assessment) -> _Matrix:
    rows = [
        (one, counts) for one, counts in zip(found.labels, found.confusion, strict=True)
        if one.clips
    ]  # fmt: skip
    shown = [one.label for one, _ in rows]
    columns = [
        (number, name) for number, name in enumerate(found.columns)
        if name in shown or any(counts[number] for _, counts in rows)
    ]  # fmt: skip
    cells: list[_Cell] = []
    for row, (one, counts) in enumerate(rows):
        for column, (number, name) in enumerate(columns):
            share = counts[number] / one.clips
            words = f"{one.label} named {name}: {counts[number]} of {one.clips}"
            x, y = column * _CELL, row * _CELL
            cells.append(_Cell(x, y, counts[number], f"{share:.3f}", words, share > _DARK))
    return _Matrix(shown, [name for _, name in columns], cells)


def _point(one: ReliabilityBin) -> _Point:
    confidence, right = one.confidence or 0.0, one.right or 0.0
    return _Point(
        x=f"{confidence * _PLOT:.1f}",
        y=f"{(1 - right) * _PLOT:.1f}",
        # The area grows with the number of answers, up to a limit.
        radius=f"{min(3 + one.count**0.5 / 2, 14):.1f}",
        words=f"{one.low:.1f} to {one.high:.1f}: {one.count} answers, {confidence:.0%} sure,"
        f" {right:.0%} right",
    )
