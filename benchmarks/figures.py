"""Figures of a benchmark, as a table or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table


def print_figures(figures: Mapping[str, object], *, as_json: bool) -> None:
    """Print figures by their names."""
    if as_json:
        json.dump(figures, sys.stdout, indent=2)
        print()
        return
    table = Table("figure", "value")
    for key, value in figures.items():
        table.add_row(key, str(value))
    Console().print(table)
