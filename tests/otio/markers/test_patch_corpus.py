"""Markers in timelines that real tools wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest

from shotlog_otio import clear_markers, markers_of, read_edit, read_markers, write_markers
from tests.otio.marking import all_markers, edited_by_otio, log_of
from tests.otio.timelines import load

FILES = [
    "timelines/otio/clip_example.otio",
    "timelines/otio/effects.otio",
    "timelines/otio/generator_reference_test.otio",
    "timelines/otio/image_sequence_example.otio",
    "timelines/otio/img_seq_media_reference.otio",
    "timelines/otio/multiinstance.otio",
    "timelines/otio/multitrack.otio",
    "timelines/otio/nested_example.otio",
    "timelines/otio/premiere_example.marker3_future.otio",
    "timelines/otio/premiere_example.otio",
    "timelines/otio/screening_example.otio",
    "timelines/otio/time_warp_test_suite.otio",
    "timelines/otio/transition_test.otio",
    "resolve/otio/ambiguity_base.otio",
    "resolve/otio/ambiguity_ref2.otio",
    "resolve/otio/ambiguity_ref4_retime_50pct.otio",
    "resolve/otio/ambiguity_ref5_speedramp_stepped.otio",
    "resolve/otio/ambiguity_torture_ref.otio",
    "resolve/otio/ayon_clip_img_seq_2x_speed_resolve.otio",
    "resolve/otio/ayon_clip_img_seq_reverse_speed_no_tc.otio",
    "resolve/otio/ayon_clip_movie_with_handles.otio",
    "resolve/otio/ayon_clip_qt_embedded_tc.otio",
]

On = Literal["timeline", "clips"]


@pytest.mark.parametrize("on", ["timeline", "clips"])
@pytest.mark.parametrize("name", FILES)
def test_only_markers_are_added_and_clearing_removes_all(
    data_dir: Path, tmp_path: Path, name: str, on: On
) -> None:
    source, out = data_dir / name, tmp_path / "out.otio"
    edit = read_edit(source)
    markers = markers_of(log_of(edit), on=on)
    assert markers
    assert write_markers(source, out, markers, edit, on=on).added == len(markers)

    root = load(out).root
    data = json.loads(out.read_bytes())
    for item in all_markers(data):
        item["ours"] = "shotlog" in item["metadata"]
    assert sum(item["ours"] for item in all_markers(data)) == len(markers)
    clear_markers(out, tmp_path / "cleared.otio")
    assert (tmp_path / "cleared.otio").read_bytes() == source.read_bytes()
    if on == "timeline":
        owner = getattr(root, "tracks", root)
        del owner.markers[len(owner.markers) - len(markers) :]
        assert root.is_equivalent_to(load(source).root)

    written = write_markers(out, tmp_path / "again.otio", markers, edit, on=on)
    assert (written.unchanged, written.changed) == (len(markers), False)
    assert (tmp_path / "again.otio").read_bytes() == out.read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_the_text_around_the_markers_is_the_same(data_dir: Path, tmp_path: Path, name: str) -> None:
    source, out = data_dir / name, tmp_path / "out.otio"
    edit = read_edit(source)
    write_markers(source, out, markers_of(log_of(edit)), edit)
    before, after = source.read_bytes(), out.read_bytes()
    head = next(i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)
    assert after.endswith(before[head + 1 :].lstrip(b" \r\n]"))


@pytest.mark.parametrize("name", [f for f in FILES if "marker3" not in f])
def test_clip_markers_lie_within_what_the_clip_uses(
    data_dir: Path, tmp_path: Path, name: str
) -> None:
    source, out = data_dir / name, tmp_path / "out.otio"
    edit = read_edit(source)
    write_markers(source, out, markers_of(log_of(edit), on="clips"), edit, on="clips")
    data = json.loads(out.read_bytes())
    found = 0
    for clip in edit.clips:
        item = data
        for step in clip.path:
            item = item[step]
        for written in (m for m in item["markers"] if "shotlog" in m["metadata"]):
            rate = written["marked_range"]["start_time"]["rate"]
            start = written["marked_range"]["start_time"]["value"] / rate
            length = written["marked_range"]["duration"]["value"] / rate
            found += 1
            assert length * rate >= 0.999
            assert float(clip.source.start) - 1e-6 <= start
            assert start + length <= float(clip.source.end) + max(1e-6, 1.001 / rate)
    assert found == len(read_markers(out)) > 0


@pytest.mark.parametrize("name", [f for f in FILES if "marker3" not in f])
def test_a_rerun_keeps_every_change_of_the_editor(
    data_dir: Path, tmp_path: Path, name: str
) -> None:
    source, out = data_dir / name, tmp_path / "out.otio"
    edit = read_edit(source)
    markers = markers_of(log_of(edit))
    write_markers(source, out, markers, edit)
    edited_by_otio(out, lambda root: None)
    assert not any(m.edited for m in read_markers(out))
    saved = out.read_bytes()
    assert not write_markers(out, out, markers, edit).changed
    assert out.read_bytes() == saved

    def rename_last(root: object) -> None:
        getattr(root, "tracks", root).markers[-1].name = "mine"  # type: ignore[attr-defined]

    edited_by_otio(out, rename_last)
    assert [m.name for m in read_markers(out) if m.edited] == ["mine"]
    saved = out.read_bytes()
    assert len(write_markers(out, out, markers, edit).kept) == 1
    assert out.read_bytes() == saved
