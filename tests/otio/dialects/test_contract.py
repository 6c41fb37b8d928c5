"""The contract of a dialect; it runs over every dialect that is installed."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import opentimelineio as otio
import pytest

from shotlog.schema import MarkerFamily, TimeRange
from shotlog_otio.dialects import DIALECTS, Dialect, detect_dialect

SPEEDS = [Fraction(1), Fraction(1, 2), Fraction(-1), Fraction(-5, 2), Fraction(960, 1001)]
OWN = TimeRange(start=Fraction(20), duration=Fraction(41))

SHARED = {MarkerFamily.DEFECT, MarkerFamily.REFRAMING}
"""Kinds with the colour of another: a fault is red, a highlight and what to look at are yellow."""

each = pytest.mark.parametrize("dialect", DIALECTS.installed, ids=lambda dialect: str(dialect.name))


def test_the_dialects_that_shotlog_brings_are_installed() -> None:
    assert {"plain", "premiere", "resolve"} <= {dialect.name for dialect in DIALECTS.installed}


@each
def test_it_is_frozen(dialect: Dialect) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        dialect.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        dialect.palette[MarkerFamily.SHOT] = "RED"  # type: ignore[index]


@each
def test_every_kind_of_marker_has_a_colour_of_its_own_that_opentimelineio_knows(
    dialect: Dialect,
) -> None:
    colours = [dialect.palette[f] for f in MarkerFamily if f not in SHARED]
    known = {name for name in dir(otio.schema.MarkerColor) if name.isupper()}

    assert len(set(colours)) == len(colours)
    # A fault is red, whether it is of a clip or of a finished file.
    assert dialect.palette[MarkerFamily.DEFECT] == dialect.palette[MarkerFamily.PROBLEM]
    highlight, reframing = MarkerFamily.HIGHLIGHT, MarkerFamily.REFRAMING
    assert dialect.palette[reframing] == dialect.palette[highlight]
    assert set(colours) <= known


@each
def test_names_and_notes_have_room_for_a_label(dialect: Dialect) -> None:
    assert min(dialect.limits) >= len("MCS · pan_left+tilt_up+zoom_in")


@each
def test_metadata_of_an_unknown_tool_are_not_detected(dialect: Dialect) -> None:
    for metadata in ({}, {"my_tool": {"version": 1}}, {"": None}, {"shotlog": {"id": "1"}}):
        assert not dialect.detect(metadata)


@each
@pytest.mark.parametrize("speed", SPEEDS, ids=str)
def test_content_is_the_length_times_the_speed_and_starts_at_the_range(
    dialect: Dialect, speed: Fraction
) -> None:
    retiming = dialect.retime(OWN, speed)

    assert retiming.speed == speed
    assert retiming.content.start == OWN.start
    assert retiming.content.duration == retiming.length * abs(speed) > 0


@each
def test_at_full_speed_the_range_is_the_content_and_the_length(dialect: Dialect) -> None:
    retiming = dialect.retime(OWN, Fraction(1))

    assert (retiming.content, retiming.length) == (OWN, OWN.duration)
    assert dialect.retime_warnings(Fraction(1)) == ()


@each
def test_a_freeze_frame_takes_its_range_as_length_and_shows_one_moment(dialect: Dialect) -> None:
    retiming = dialect.retime(OWN, Fraction(0))

    assert retiming.content == TimeRange(start=OWN.start, duration=Fraction(0))
    assert retiming.length == OWN.duration


@each
def test_an_item_that_runs_backwards_begins_with_the_end_of_its_content(dialect: Dialect) -> None:
    retiming = dialect.retime(OWN, Fraction(-1))

    # Placed at 100 s: its first moment is second 61 of the content, one second later it is at 60.
    map_ = retiming.map_from(Fraction(100))
    moments = [map_.to_source(Fraction(second)) for second in (100, 101)]
    assert moments == [Fraction(61), Fraction(60)]


@each
def test_an_effect_without_metadata_is_not_described(dialect: Dialect) -> None:
    assert dialect.describe_effect({}) is None


@each
def test_keys_and_values_of_timecode_formats_are_in_the_form_compared(
    dialect: Dialect,
) -> None:
    for key, formats in dialect.timecode_formats.items():
        for text in (key, *formats):
            assert text.isalnum()
            assert text == text.lower()


@pytest.mark.parametrize(
    ("metadata", "name"),
    [
        ([], "plain"),
        ([{}, {"other": 1}], "plain"),
        ([{"PremierePro_OTIO": {}}], "premiere"),
        ([{}, {"PremierePro_OTIO": {}}], "premiere"),  # on the stack alone
        ([{"Resolve_OTIO": {}}, {}], "resolve"),
        ([{"fcp_xml": {"@MZ.Sequence.VideoTimeDisplayFormat": "103"}}], "plain"),  # by an adapter
    ],
    ids=str,
)
def test_a_dialect_is_detected_by_the_metadata_of_any_object(
    metadata: list[dict[str, object]], name: str
) -> None:
    assert detect_dialect(metadata).name == name
