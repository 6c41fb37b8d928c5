"""The evaluation of a model on data sets: its figures beside the published ones."""

from __future__ import annotations

from shotlog.learning.assessment.assessment import Assessment
from shotlog.learning.clips import DataSet, PublishedBoard
from shotlog.models.catalog import Card, ReportedFigure
from shotlog.schema import Model

OTHER_DATA = (
    "the published figures were taken on other data, so they cannot be compared with those above"
)


class BoardRow(Model):
    """A row of a board.

    Attributes:
        name: The model.
        precisions: Average precision in each column, 0 to 1; None where no clip shows its label.
        mean: Mean of the columns.
    """

    name: str
    precisions: tuple[float | None, ...]
    mean: float | None


class BoardFigures(Model):
    """The figures of a model in the columns of a published board, and rows of that board.

    Attributes:
        title: Name of the board.
        source: Where it is published, with its terms.
        columns: Titles of its columns.
        missing: Titles of the columns to whose label the model gives the score 0 for every clip.
        own: The row of the model.
        published: Rows of the board.
    """

    title: str
    source: str
    columns: tuple[str, ...]
    missing: tuple[str, ...]
    own: BoardRow
    published: tuple[BoardRow, ...]


class Evaluation(Model):
    """The evaluation of a model.

    Attributes:
        model: Its name.
        weights: Fingerprint of its weights; None for built-in analyzers.
        data: Names of the data sets.
        licence: Terms of the data sets, where they are known.
        skipped: Number of clips that were left out, by the reason.
        assessment: The figures.
        board: The figures on the board of the data set; None where it has none.
        reported: Published figures of the model: :data:`OTHER_DATA`.
    """

    model: str
    weights: str | None
    data: str
    licence: str
    skipped: dict[str, int]
    assessment: Assessment
    board: BoardFigures | None
    reported: tuple[ReportedFigure, ...]


def evaluate(
    assessment: Assessment, data: DataSet, *, model: str, weights: str | None, card: Card | None
) -> Evaluation:
    """Return an evaluation.

    Args:
        assessment: The figures on clips of the data.
        data: The data set.
        model: Name of the model.
        weights: Fingerprint of its weights; None for built-in analyzers.
        card: Its card; None for built-in analyzers.
    """
    return Evaluation(
        model=model,
        weights=weights,
        data=data.name,
        licence=data.licence,
        skipped=dict(data.skipped),
        assessment=assessment,
        board=None if data.board is None else place_on(data.board, assessment, model),
        reported=() if card is None else card.reported,
    )


def place_on(board: PublishedBoard, assessment: Assessment, name: str) -> BoardFigures:
    """Return the figures of a model in the columns of a board.

    Args:
        board: The board.
        assessment: The figures on its data set.
        name: Name of the model.
    """
    found = {figures.label: figures for figures in assessment.labels}
    precisions = [
        found[label].average_precision if label in found else None for label, _ in board.columns
    ]
    known = [precision for precision in precisions if precision is not None]
    return BoardFigures(
        title=board.title,
        source=board.source,
        columns=tuple(title for _, title in board.columns),
        missing=tuple(
            title for label, title in board.columns if label in found and not found[label].scored
        ),
        own=BoardRow(
            name=name,
            precisions=tuple(precisions),
            mean=sum(known) / len(known) if known else None,
        ),
        published=tuple(
            BoardRow(name=row, precisions=tuple(f / 100 for f in figures), mean=mean / 100)
            for row, (*figures, mean) in board.rows.items()
        ),
    )
