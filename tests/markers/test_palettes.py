"""The colours of markers in every program."""

from __future__ import annotations

from pathlib import Path

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docs.pages.colours import page
from shotlog.markers import (
    OTIO_COLOURS,
    PALETTE,
    PALETTES,
    any_colour,
    colour_in,
    colour_named,
    names_in,
    nearest,
    standard_colour,
)
from shotlog.schema import MarkerFamily

each = pytest.mark.parametrize("nle", PALETTES)
RGB = st.tuples(*[st.integers(0, 255)] * 3)


def test_the_names_are_those_of_opentimelineio() -> None:
    theirs = otio.schema.MarkerColor
    assert set(OTIO_COLOURS) == {getattr(theirs, name) for name in dir(theirs) if name.isupper()}


@each
def test_every_kind_and_every_colour_of_opentimelineio_has_one_in_every_program(nle: str) -> None:
    for colour in (*MarkerFamily, *OTIO_COLOURS):
        assert colour_named(nle, colour) in PALETTES[nle].colours


@each
def test_a_kind_has_the_colour_of_its_name_in_opentimelineio(nle: str) -> None:
    for family, name in PALETTE.items():
        assert colour_in(nle, family) == colour_in(nle, name) == colour_in(nle, name.upper())


@each
def test_what_is_written_is_read_as_the_same_colour(nle: str) -> None:
    for colour in PALETTES[nle].colours:
        assert standard_colour(nle, colour.name) == colour.otio
        if colour.value is not None:
            assert standard_colour(nle, colour.value) == colour.otio


@each
def test_the_nearest_colour_to_one_of_the_palette_is_itself(nle: str) -> None:
    for colour in PALETTES[nle].colours:
        assert nearest(nle, colour.rgb) == colour.name


@each
@given(rgb=RGB)
def test_there_is_a_nearest_colour_to_every_one(nle: str, rgb: tuple[int, int, int]) -> None:
    assert nearest(nle, rgb) in names_in(nle)


@pytest.mark.parametrize(
    ("nle", "colour", "value"),
    [
        # An export of Premiere Pro: 0xAABBGGRR of #D22C36, #E96F24, #19F4D6.
        ("premiere", "RED", 4281740498),
        ("premiere", "ORANGE", 4280578025),
        ("premiere", MarkerFamily.SHOT, 4292277273),
        ("fcp7", "GREEN", (48, 191, 72)),
        ("avid", MarkerFamily.MOVE, "magenta"),
        # AAF files of Media Composer.
        ("avid-aaf", "RED", (41471, 12134, 6564)),
        ("kdenlive", "RED", 8),
        ("kdenlive", "PURPLE", 0),
        ("shotcut", "RED", "#FF0000"),
        ("ges", "RED", 0xFFFF0000),
        ("finalcut", MarkerFamily.PROBLEM, "to-do"),
        ("finalcut", MarkerFamily.HIGHLIGHT, "chapter"),
        ("resolve", "MAGENTA", "Fuchsia"),
        ("blender", "RED", None),
    ],
)
def test_a_file_holds_what_the_program_writes(
    nle: str, colour: MarkerFamily | str, value: object
) -> None:
    assert colour_in(nle, colour) == value


@pytest.mark.parametrize(
    ("nle", "value", "name"),
    [
        ("shotcut", "#FE0102", "RED"),
        ("shotcut", "#80FF0000", "RED"),  # Qt writes the opacity first
        ("premiere", 4278190335, "RED"),  # 0xFF0000FF: blue, green, red from the top
        ("premiere", 4278190335 - 2**32, "RED"),  # read as 32 bits with a sign
        ("ges", 0xFF0000FF, "BLUE"),
        ("avid-aaf", (65535, 0, 0), "RED"),
        ("fcp7", (254, 1, 1), "RED"),
        ("kdenlive", 8, "RED"),
        ("kdenlive", 99, None),
        ("kdenlive", True, None),
        ("resolve", "resolvecolor", None),
        ("shotcut", "red", "RED"),
        ("otio", "Pink", "PINK"),
    ],
)
def test_other_values_are_read_as_the_colour_that_looks_most_like_them(
    nle: str, value: object, name: str | None
) -> None:
    assert standard_colour(nle, value) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CYAN", "CYAN"), ("Fuchsia", "MAGENTA"), ("ResolveColorMint", "GREEN"),
        ("#0000fe", "BLUE"), ("Turquoise", "CYAN"), ("To Do", "RED"), ("", None), ("mauve", None),
    ],
)  # fmt: skip
def test_a_name_of_any_program_is_known(text: str, name: str | None) -> None:
    assert any_colour(text) == name


def test_another_program_and_another_colour_are_errors() -> None:
    with pytest.raises(KeyError):
        colour_in("vegas", "RED")
    with pytest.raises(KeyError):
        colour_in("resolve", "mauve")


def test_the_page_is_up_to_date() -> None:
    told = Path(__file__).parents[2] / "docs" / "colours.md"
    assert told.read_text(encoding="utf-8") == page(), "run: python -m docs.pages"
