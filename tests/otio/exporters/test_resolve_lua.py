"""The Lua file of markers, run by Lua."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.markers import place_markers
from shotlog.schema import Edit, Marker
from shotlog_otio.exporters import find_exporter, to_export
from tests.otio.exporters.reading import LUAS, run_lua_data
from tests.otio.marking import clip_range, edit_of, marker

LUA = find_exporter(Path("a.lua"))


def exported(markers: Sequence[Marker], edit: Edit) -> bytes:
    return LUA.export([to_export(m, LUA, {}) for m in markers], edit).content


EDIT = edit_of(clip_range(0, 0, 100)).model_copy(
    update={"name": 'Größe "1"', "start": Fraction(3600)}
)


@pytest.mark.parametrize("interpreter", LUAS)
def test_it_tells_everything_that_a_marker_needs(interpreter: str) -> None:
    markers = [marker(n) for n in range(3)]
    data = run_lua_data(exported(markers, EDIT), interpreter)

    assert data[:4] == (Fraction(24), 86_400, 2400, 'Größe "1"')
    assert [tuple(m) for m in data.markers] == [
        (10 * n, 5, colour, f"MS · pan {n}", "Größe: 87 %\nBy builtin.size 3")
        for n, colour in enumerate(["Cyan", "Purple", "Yellow"])
    ]
    assert data.custom_data == [p.custom_data for p in place_markers(markers, EDIT)]


@pytest.fixture(scope="module")
def long_list() -> bytes:
    """Return the file of markers "name 0", "name 1" ...: more than fit into one function."""
    markers = [marker(n, name=f"name {n}", note=f"note {n}") for n in range(30_000)]
    return exported(markers, edit_of(clip_range(0, 0, 100_000)))


@pytest.mark.parametrize("interpreter", LUAS)
def test_a_long_timeline_stays_within_the_limits_of_lua(long_list: bytes, interpreter: str) -> None:
    data = run_lua_data(long_list, interpreter)

    assert [m.name for m in data.markers] == [f"name {n}" for n in range(30_000)]


def test_every_byte_is_ascii_and_no_line_is_from_a_text() -> None:
    wild = marker(0, name='"]]\n}; os.exit() --', note='\\"\x07\u2028é')
    content = exported([wild], EDIT)
    plain = exported([marker(0)], EDIT)

    assert content.isascii()
    assert len(content.splitlines()) == len(plain.splitlines())


def test_the_same_cut_has_the_same_identity_and_another_has_another() -> None:
    def identity(*clips: object) -> str:
        return run_lua_data(exported([], edit_of(*clips))).identity  # type: ignore[arg-type]

    assert identity(clip_range(0, 0, 4)) == identity(clip_range(0, 0, 4))
    assert identity(clip_range(0, 0, 4)) != identity(clip_range(0, 0, 3))
    assert identity(clip_range(0, 0, 4)) != identity(clip_range(1, 0, 4))
