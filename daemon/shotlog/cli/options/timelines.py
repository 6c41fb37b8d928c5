"""Options of reading a timeline: which sequence, in which dialect, with media where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from shotlog.settings import load_settings
from shotlog_otio import ReadOptions, Relinks

sequence_option = click.option(
    "--sequence",
    metavar="NAME",
    help="The sequence to read, of a file that holds several.",
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
    timeline: Path | None, sequence: str | None, dialect: str | None, relinks: Sequence[str]
) -> ReadOptions:
    """Return the options of reading a timeline, those of its project's settings among them.

    Args:
        timeline: The timeline, whose folder leads to the project; None for none.
        sequence: See :func:`reading_options`.
        dialect: See :func:`reading_options`.
        relinks: See :func:`reading_options`; they are tried before those of the settings.

    Raises:
        SettingsError: The settings cannot be read.
        SettingInvalid: A map of paths, or a dialect, is none.
    """
    kept = load_settings(timeline).settings.media.relinks
    return ReadOptions(sequence=sequence, dialect=dialect, relinks=Relinks.parse((*relinks, *kept)))
