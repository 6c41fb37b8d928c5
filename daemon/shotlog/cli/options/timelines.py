"""Options of reading a timeline: which sequence, in which dialect, with media where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from shotlog.schema import exact_rate
from shotlog.settings import load_settings
from shotlog_otio import ReadOptions, Relinks


class FrameRate(click.ParamType[Fraction]):
    """``25``, ``23.976`` or ``30000/1001``; rounded rates are taken for the exact ones."""

    name = "rate"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        """Return the exact rate that was typed."""
        try:
            return exact_rate(Fraction(str(value).strip()))
        except (ValueError, ZeroDivisionError, OverflowError):
            self.fail(f"'{value}' is no frame rate like 23.976, 25 or 30000/1001", param, ctx)


sequence_option = click.option(
    "--sequence",
    metavar="NAME",
    help="The sequence to read, of a file that holds several.",
)

rate_option = click.option(
    "--rate",
    type=FrameRate(),
    help="Frames per second of an EDL, which does not tell them: 23.976, 25, 30000/1001.",
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of reading a timeline to a command; see :func:`read_options_of`."""
    for option in (
        click.option(
            "--map",
            "relinks",
            metavar="OLD=NEW",
            multiple=True,
            help="Look for media whose path begins with OLD under NEW: 'E:\\Media=/mnt/media'. May"
            " be given more than once; for all runs of a project set media.relinks.",
        ),
        rate_option,
        click.option(
            "--dialect",
            metavar="NAME",
            help="Read OpenTimelineIO as this program writes it, instead of detecting that:"
            " resolve, premiere, kdenlive and so on.",
        ),
        sequence_option,
    ):
        command = option(command)
    return command


def read_options_of(
    timeline: Path | None,
    sequence: str | None,
    dialect: str | None,
    relinks: Sequence[str],
    rate: Fraction | None = None,
) -> ReadOptions:
    """Return the options of reading a timeline, those of its project's settings among them.

    Args:
        timeline: The timeline, whose folder leads to the project; None for none.
        sequence: See :func:`reading_options`.
        dialect: See :func:`reading_options`.
        relinks: See :func:`reading_options`; they are tried before those of the settings.
        rate: See :func:`reading_options`.

    Raises:
        SettingsError: The settings cannot be read.
        SettingInvalid: A map of paths, or a dialect, is none.
    """
    kept = load_settings(timeline).settings.media.relinks
    return ReadOptions(
        sequence=sequence, dialect=dialect, relinks=Relinks.parse((*relinks, *kept)), rate=rate
    )
