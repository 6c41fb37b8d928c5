"""Views of an evaluation: figures, labels, a board, and what to know about them."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table

from shotlog.cli.output import SafeLine, titled_table
from shotlog.learning.assessment import (
    OTHER_DATA,
    Assessment,
    BoardFigures,
    Evaluation,
    ModelComparison,
)

_MISTAKEN = 2
"""Labels that are listed as named in place of the right one."""


def show_evaluation(console: Console, evaluation: Evaluation) -> None:
    """Print an evaluation."""
    for part in _parts(evaluation):
        console.print(part)


def show_comparison(console: Console, found: ModelComparison, one: str, other: str) -> None:
    """Print the differences between two models."""
    figures = {"accuracy": found.accuracy, "macro-F1": found.macro_f1, "mean AP": found.mean_ap}
    told = ", ".join(f"{name} {figure.spell('+.3f')}" for name, figure in figures.items())
    console.print(
        SafeLine.assemble(
            (f"{one} less {other}", "bold"), f" on the same {found.clips} clips: {told}"
        ),
        soft_wrap=True,
    )


def _parts(evaluation: Evaluation) -> Iterator[RenderableType]:
    found = evaluation.assessment
    yield _figures_table(evaluation)
    yield _label_table(found)
    if evaluation.board is not None:
        yield _board_table(evaluation.board)
    unsure = f"{found.abstained} of {found.clips} clips would be called undefined"
    if found.accuracy_answered is not None:
        unsure += f"; of the others {found.accuracy_answered:.3f} are right"
    yield SafeLine(unsure)
    quality = found.quality
    yield SafeLine(f"calibration error {quality.ece:.3f}, Brier score {quality.brier:.3f}")
    for note in found.notes:
        yield SafeLine.assemble(("note: ", "yellow"), note)
    yield SafeLine(
        "in brackets: the interval that holds 95 % of the figures when films are drawn again", "dim"
    )
    for one in evaluation.reported:
        yield SafeLine(f"published: {one.figure}: {one.value} ({one.source})", "dim")
    if evaluation.reported:
        yield SafeLine(OTHER_DATA, "dim")


def _figures_table(evaluation: Evaluation) -> Table:
    found = evaluation.assessment
    table = titled_table(
        f"{found.family}: {evaluation.data}, {found.clips} clips of {found.films} films"
    )
    table.add_column("by", overflow="fold")
    for name in ("accuracy", "macro-F1", "mean AP"):
        table.add_column(name, justify="right")
    figures = (found.accuracy, found.macro_f1, found.mean_ap)
    table.add_row(SafeLine(evaluation.model), *(figure.spell() for figure in figures))
    for name, guess in (("majority", found.majority), ("random", found.random)):
        table.add_row(name, *map(_share, (guess.accuracy, guess.macro_f1, guess.mean_ap)))
    return table


def _label_table(found: Assessment) -> Table:
    table = titled_table("By label")
    table.add_column("label", no_wrap=True)
    for name in ("clips", "named", "precision", "recall", "F1", "AP"):
        table.add_column(name, justify="right")
    table.add_column("named instead", overflow="fold")
    for one, counts in zip(found.labels, found.confusion, strict=True):
        if not one.clips and not one.named:
            continue
        others = [
            (count, name)
            for count, name in zip(counts, found.columns, strict=True)
            if count and name != one.label
        ]
        named = ", ".join(
            f"{name} {count}" for count, name in sorted(others)[: -_MISTAKEN - 1 : -1]
        )
        shares = (one.precision, one.recall, one.f1, one.average_precision)
        table.add_row(one.label, str(one.clips), str(one.named), *map(_share, shares), named)
    return table


def _board_table(board: BoardFigures) -> RenderableType:
    """Return a board with a row for each of its columns, as it is wider than a terminal."""
    table = titled_table(board.title)
    rows = (board.own, *board.published)
    for name in ("", "here", *(str(number) for number in range(1, len(rows)))):
        table.add_column(name, justify="right" if name else "left")
    for number, title in enumerate(board.columns):
        lacks = " (not known)" if title in board.missing else ""
        table.add_row(f"{title}{lacks}", *(_percent(row.precisions[number]) for row in rows))
    table.add_row("mean", *(_percent(row.mean) for row in rows))
    names = ", ".join(f"{n} {row.name}" for n, row in enumerate(board.published, start=1))
    source = SafeLine(f"as published: {names}; {board.source}", "dim")
    return Group(table, source)


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.2f}"


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"
