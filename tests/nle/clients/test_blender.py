"""Blender runs our script: its timeline shows the markers on their frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog_otio.exporters import EXPORTERS, ExportMarker
from tests.nle.clients.blender import run_script, setting_of
from tests.nle.clients.marked import NAMES, NTSC, RATES, Mark
from tests.nle.clients.sandbox import ClientFailed
from tests.otio.marking import clip_range, edit_of

pytestmark = pytest.mark.client

TITLES = (*NAMES, '"); import os  # 😀', "ü" * 31)


def script(folder: Path, *names: str, rate: Fraction = NTSC) -> Path:
    """Export markers with these names, ten frames apart."""
    markers = [ExportMarker(10 * n, 5, "RED", name, "note") for n, name in enumerate(names)]
    path = folder / "markers.py"
    edit = edit_of(clip_range(0, 0, 10)).model_copy(update={"rate": rate, "name": 'a "cut" ü'})
    path.write_bytes(EXPORTERS.by_name["blender"].export(markers, edit).content)
    return path


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_every_marker_is_on_its_frame_counted_from_the_scenes_first(
    tmp_path: Path, rate: Fraction
) -> None:
    added = run_script(
        script(tmp_path, *TITLES, rate=rate), tmp_path / "a.blend", before=setting_of(rate)
    )

    assert added == [Mark(1 + 10 * n, name) for n, name in enumerate(TITLES)]


def test_a_second_run_replaces_the_first_and_keeps_what_was_edited(tmp_path: Path) -> None:
    project = tmp_path / "a.blend"
    run_script(script(tmp_path, "WS", "MS", "CU", "pan"), project, before=setting_of(NTSC))
    edit = (
        "import bpy; here = bpy.context.scene.timeline_markers;"
        " here['MS'].name = 'mine'; here['CU'].frame = 25; here.new('own', frame=50)"
    )

    again = run_script(script(tmp_path, "WS", "MS", "CU", "tilt"), project, before=edit)
    assert sorted(again) == [
        Mark(1, "WS"),
        Mark(11, "mine"),
        Mark(25, "CU"),
        Mark(31, "tilt"),
        Mark(50, "own"),
    ]
    assert sorted(run_script(tmp_path / "markers.py", project)) == sorted(again)


def test_a_scene_of_another_rate_is_refused_with_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(ClientFailed, match=r"24\.000 frames per second, the timeline .* 23\.976"):
        run_script(script(tmp_path, "WS"), tmp_path / "a.blend", before=setting_of(Fraction(24)))
