"""Exact numbers as users type them: aspects of pictures, seconds."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, Final

import click

_SECONDS: Final = re.compile(r"[+-]?\d{1,6}(\.\d{0,6}|/[1-9]\d{0,5})?")


class Aspect(click.ParamType[Fraction]):
    """``9:16``: the width of a picture by its height."""

    name = "aspect"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        """Return the aspect that was typed."""
        from shotlog.delivery.subtitles import parse_aspect

        if isinstance(value, Fraction):
            return value
        try:
            return parse_aspect(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class ExactSeconds(click.ParamType[Fraction]):
    """``0.5``, ``-2`` or ``1/3``: seconds, exact."""

    name = "seconds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        """Return the seconds that were typed."""
        if not _SECONDS.fullmatch(str(value)):
            self.fail(f"'{value}' are no seconds like 0.5 or -2", param, ctx)
        return Fraction(str(value))
