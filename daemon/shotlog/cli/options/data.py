"""``--data KIND PATH``: the data sets of labelled clips that a command reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shotlog.cli.options.shared import ANY_PATH

if TYPE_CHECKING:
    from shotlog.learning.clips import DataSet
    from shotlog.schema import Family

data_option = click.option(
    "--data",
    nargs=2,
    type=(str, ANY_PATH),
    multiple=True,
    required=True,
    metavar="KIND PATH",
    help="Labelled clips: movieshots FOLDER, folders FOLDER (one for each class), kinetics-list"
    " FILE, jsonl FILE (also corrections), camerabench FOLDER, or a kind of a plugin. May be given"
    " more than once. See docs/training.md.",
)
"""The option; gives pairs of a kind and a path."""


def read_data(given: Sequence[tuple[str, Path]], families: Sequence[Family]) -> list[DataSet]:
    """Return the data sets that were given with ``--data``, in their order.

    Args:
        given: Kinds and paths.
        families: Families whose labels are wanted.

    Raises:
        DataSetReaderError: There is no such kind.
        DataSetUnreadable: One is of another format, damaged, or holds no clip that can be used.
    """
    # Imported here: the help must not wait for NumPy.
    from shotlog.learning.clips import read_data_set

    return [read_data_set(kind, path, families) for kind, path in given]
