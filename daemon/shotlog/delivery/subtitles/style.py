"""Styles: SubStation files with one style, fitted to a picture and its safe area."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from shotlog.media.subtitle_files import read_text
from shotlog.schema import (
    Model,
    Rate,
    SubtitleStyleUnusable,
    SubtitlesUnreadable,
    readable,
)

if TYPE_CHECKING:
    import pysubs2

_ROOM: Final = files("shotlog.delivery.subtitles")
_FOLDER: Final = _ROOM / "styles"
_AREAS: Final = _ROOM / "safe_areas.toml"
_HEIGHT: Final = 1080
"""Height of the picture for which a style that tells none is made."""
_ADVANCE: Final = 0.55
"""Width of a character, in sizes of the font, for which room is kept: the mean of English text is
less in common fonts (measured by tests/delivery/subtitles/test_rendering.py)."""
_KARAOKE: Final = "Karaoke"

_Share = Annotated[Rate, Field(ge=0, lt=Fraction(1, 2))]


class SafeArea(Model):
    """Margins that text keeps clear of, as shares of width and height."""

    aspect: Rate
    """Width by height of the pictures it is for."""
    left: _Share
    """Share of the width at the left."""
    right: _Share
    """Share of the width at the right."""
    bottom: _Share
    """Share of the height at the bottom."""


@dataclass(frozen=True)
class SubtitleStyle:
    """A style of subtitles.

    Attributes:
        name: Its name or file.
        look: The style, for a picture of ``height``.
        height: Height of the picture that it was made for.
        karaoke: True if words change as they are spoken.
    """

    name: str
    look: pysubs2.SSAStyle
    height: int
    karaoke: bool

    def fitted(self, size: tuple[int, int], characters: int) -> pysubs2.SSAStyle:
        """Return the look for a picture, so that a line of the profile fits into the safe area.

        Args:
            size: Width and height of the picture.
            characters: Columns of a line.
        """
        width, height = size
        area = safe_area(Fraction(width, height))
        room = float(width * (1 - area.left - area.right))
        own = self.look.fontsize * height / self.height
        look = self.look.copy()
        look.fontsize = round(min(own, room / (characters * _ADVANCE)), 1)
        scale = look.fontsize / self.look.fontsize
        look.outline, look.shadow = (
            round(value * scale, 2) for value in (look.outline, look.shadow)
        )
        look.marginl, look.marginr = (round(width * side) for side in (area.left, area.right))
        look.marginv = round(height * area.bottom)
        return look


def built_in_styles() -> list[str]:
    """Return the names of the styles that come along."""
    return sorted(file.name.removesuffix(".ass") for file in _FOLDER.iterdir())


def load_style(name: str) -> SubtitleStyle:
    """Return a style by its name, or from a SubStation file with one style or one named Default.

    Raises:
        SubtitleStyleUnusable: There is no such style, or the file holds none.
    """
    import pysubs2

    if name in built_in_styles():
        text = (_FOLDER / f"{name}.ass").read_text(encoding="utf-8")
    else:
        text = _read(Path(name))
    try:
        parsed = pysubs2.SSAFile.from_string(text, format_="ass")
    except Exception as error:  # the package raises many kinds on damaged text
        raise SubtitleStyleUnusable(readable(name), f"its style is damaged ({error})") from error
    if "V4+ Styles" not in text:
        raise SubtitleStyleUnusable(readable(name), "there is no [V4+ Styles] in it")
    look = parsed.styles.get("Default") or next(iter(parsed.styles.values()))
    if not look.fontsize > 0:
        raise SubtitleStyleUnusable(readable(name), "its font has no size")
    height = parsed.info.get("PlayResY", "")
    karaoke = parsed.info.get(_KARAOKE, "").strip().lower() == "yes"
    return SubtitleStyle(
        name, look, int(height) if height.isdigit() and int(height) else _HEIGHT, karaoke
    )


def _read(path: Path) -> str:
    if not path.is_file():
        message = "there is no style of this name, and no file"
        raise SubtitleStyleUnusable(readable(str(path)), message)
    try:
        return read_text(path).text
    except SubtitlesUnreadable as error:
        raise SubtitleStyleUnusable(readable(str(path)), error.problem.message) from error


def safe_area(aspect: Fraction) -> SafeArea:
    """Return the safe area of pictures of an aspect (width by height), or of the nearest one."""
    return min(_areas(), key=lambda area: abs(math.log(area.aspect / aspect)))


@cache
def _areas() -> tuple[SafeArea, ...]:
    parsed = tomllib.loads(_AREAS.read_text(encoding="utf-8"))
    return tuple(SafeArea.model_validate(area) for area in parsed["area"])


def parse_aspect(text: str) -> Fraction:
    """Return an aspect, width by height: ``9:16``, ``1:1``, ``1.85:1``.

    Raises:
        ValueError: It is none.
    """
    wide, sign, high = text.partition(":")
    try:
        aspect = Fraction(wide) / Fraction(high if sign else "1")
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"'{text}' is no aspect like 9:16") from None
    if not Fraction(1, 5) <= aspect <= 5:
        raise ValueError(f"'{text}' is no aspect of a picture: 1:5 to 5:1 are")
    return aspect


def picture_size(film: tuple[int, int] | None, aspect: Fraction | None) -> tuple[int, int]:
    """Return the size of the picture that is delivered.

    It has the shorter side of the film, and that of HD without a film.

    Args:
        film: Width and height of the film; None without a picture.
        aspect: Width by height of what is delivered; None keeps that of the film.
    """
    if aspect is None:
        return film or (1920, 1080)
    short = min(film) if film else 1080
    return (round(short * aspect), short) if aspect >= 1 else (short, round(short / aspect))
