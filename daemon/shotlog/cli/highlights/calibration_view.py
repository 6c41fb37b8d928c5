"""The figures of a calibration, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from shotlog.cli.output import SafeLine, titled_table
from shotlog.schema import FEWEST_CLIPS

if TYPE_CHECKING:
    from shotlog.learning.highlights import Calibrated, GenreFigures


def calibration_table(made: Calibrated) -> RenderableType:
    """Return the figures of every genre, on films that were left out, and what is used."""
    report = made.report
    table = titled_table(f"Confidences of {report.everything.films} films, each left out once")
    table.add_column("")
    for name in ("films", "passages", "taken", "plain", "share", "all", "own"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("used", overflow="fold")
    table.add_row("all", *_cells(report.everything), "all")
    for name, figures in report.genres.items():
        used = "own" if name in made.genres else f"all: {_why(figures)}"
        table.add_row(SafeLine(name), *_cells(figures), used)
    notes = (
        "Brier scores: 0 is the best, 0.250 that of a coin; --json has calibration errors, too",
        "plain: confidences without a calibration; share: the share of the other films that was"
        " taken; all, own: calibrated on films of all genres, or of this one",
    )
    refused = report.everything.all_genres.brier > report.everything.plain.brier
    verdict = "it is worse than plain confidences: with -o it would be refused"
    lines = [SafeLine(verdict, "bold")] * refused
    return Group(table, *lines, *(SafeLine(note, "dim") for note in notes))


def _cells(figures: GenreFigures) -> tuple[str, ...]:
    quality = (figures.plain, figures.share, figures.all_genres, figures.own)
    return (
        str(figures.films),
        str(figures.passages),
        str(figures.clips),
        *("" if each is None else f"{each.brier:.3f}" for each in quality),
    )


def _why(figures: GenreFigures) -> str:
    if figures.clips < FEWEST_CLIPS:
        return f"fewer than {FEWEST_CLIPS} taken"
    return "one film alone" if figures.own is None else "own is worse"
