"""Lengths of film on the command line."""

from __future__ import annotations

from typing import Any

import click

from shotlog.selects import Length


class FilmLength(click.ParamType[Length]):
    """``48f`` (frames) or ``1.5s`` (seconds).

    Args:
        unit: Unit of a number alone, ``f`` or ``s``; "" refuses it.
    """

    name = "length"

    def __init__(self, unit: str = "") -> None:
        self._unit = unit

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Length:
        """Return the length that was typed."""
        if isinstance(value, Length):
            return value
        try:
            return Length.parse(str(value), unit=self._unit)
        except ValueError as error:
            self.fail(str(error), param, ctx)
