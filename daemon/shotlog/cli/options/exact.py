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


class PictureSize(click.ParamType[tuple[int, int]]):
    """``1080x1920``: width and height in pixels."""

    name = "size"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return the size that was typed."""
        width, sign, height = str(value).lower().partition("x")
        if not (sign and width.isdecimal() and height.isdecimal() and len(str(value)) < 12):
            self.fail(f"'{value}' is no size like 1080x1920", param, ctx)
        if not (int(width) and int(height)):
            self.fail(f"'{value}' is a size without pixels", param, ctx)
        return int(width), int(height)


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
