"""Crops in copies of timelines: exact key frames, all else untouched, an editor's changes kept."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from shotlog.schema import (
    ClipRange,
    CropKey,
    CropPath,
    Edit,
    LostSubject,
    OutputNotWritable,
    Reframing,
    ReframingUnsupported,
    ReframingUnusable,
    TimeRange,
)
from shotlog_otio import (
    WrittenCrops,
    check_crop_output,
    read_edit,
    read_markers,
    read_reframing,
    write_reframing,
)
from tests.otio.timelines import clip, gap, saved, stack, timeline, track, warp

RATE = Fraction(24)
SIZE = (1080, 1920)


def path(of: ClipRange, *keys: tuple[int, float], lost: tuple[LostSubject, ...] = ()) -> CropPath:
    """Return a crop with keys at frames of its clip, centred at shares of the width."""
    start = of.timeline.start
    made = tuple(CropKey(at=start + frame / RATE, x=x, y=0.5) for frame, x in keys)
    return CropPath(clip=of.id, name=of.name, width=1920, height=1080, keys=made, lost=lost)


def reframing(*paths: CropPath) -> Reframing:
    return Reframing(aspect=Fraction(9, 16), backend="subject", paths=paths)


def write(source: Path, target: Path, made: Reframing) -> WrittenCrops:
    edit = read_edit(source)
    return write_reframing(source, target, made, edit, size=SIZE, name="cut 9x16")


def transforms(file: Path) -> list[dict[str, Any]]:
    """Return the parameters of each clip's Transform by their ids."""
    found = []
    for each in otio.adapters.read_from_file(str(file)).find_clips():
        for effect in each.effects:
            resolve = dict(effect.metadata.get("Resolve_OTIO", {}))
            if resolve.get("Effect Name") == "Transform":
                parameters = json.loads(json.dumps(_plain(resolve["Parameters"])))
                found.append({p["Parameter ID"]: p for p in parameters})
    return found


def _plain(value: Any) -> Any:
    if hasattr(value, "items"):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (str, int, float)):
        return value
    return [_plain(each) for each in value]


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    made = timeline(track(clip("one", (0, 48)), gap(12), clip("two", (10, 48))), start=(0, 24))
    return saved(tmp_path, made)


def both(cut: Path) -> tuple[Edit, Reframing]:
    edit = read_edit(cut)
    one, two = edit.clips
    return edit, reframing(path(one, (0, 0.25), (24, 0.75)), path(two, (0, 0.5)))


def test_a_crop_fills_the_frame_and_its_key_frames_count_from_the_clips_first_frame(
    cut: Path, tmp_path: Path
) -> None:
    out = tmp_path / "vertical.otio"
    assert write(cut, out, both(cut)[1]).written == ("V1/0", "V1/2")
    one, two = transforms(out)
    # 1920 x 1080 fits into 1080 x 1920 at 0.5625; filled it is 1.7778 high: 3.1605 times as large.
    assert one["transformationZoomX"]["Parameter Value"] == pytest.approx((16 / 9) ** 2)
    assert "Key Frames" not in one["transformationZoomX"]
    keys = one["transformationPan"]["Key Frames"]
    # The centre of the crop is 480 source pixels left of the middle: the picture moves to the right
    # by 480 * 1920 / 1080 of 1080 pixels.
    assert {frame: key["Value"] for frame, key in keys.items()} == pytest.approx(
        {"0": 480 * (1920 / 1080) / 1080, "24": -480 * (1920 / 1080) / 1080}
    )
    assert "transformationPan" not in two


def test_a_first_value_that_is_the_default_is_not_written_as_the_default(
    cut: Path, tmp_path: Path
) -> None:
    edit = read_edit(cut)
    out = tmp_path / "vertical.otio"
    write(cut, out, reframing(path(edit.clips[0], (0, 0.5), (24, 0.75))))
    pan = transforms(out)[0]["transformationPan"]
    assert pan["Parameter Value"] != pan["Default Parameter Value"]
    assert pan["Key Frames"]["0"]["Value"] == 0


def test_nothing_but_the_name_and_the_effects_is_changed(cut: Path, tmp_path: Path) -> None:
    before, out = cut.read_bytes(), tmp_path / "vertical.otio"
    write(cut, out, both(cut)[1])
    assert cut.read_bytes() == before
    old, new = json.loads(before), json.loads(out.read_text())
    assert new.pop("name") == "cut 9x16"
    old.pop("name")
    for child in new["tracks"]["children"][0]["children"]:
        if child["OTIO_SCHEMA"].startswith("Clip"):
            child["effects"] = []
    assert new == old
    # Line by line: what is left of the text is that of the source.
    lines = iter(out.read_text().splitlines())
    kept = [line for line in before.decode().splitlines() if '"name": ""' not in line]
    missing = [line for line in kept if not any(line.strip(", ") == n.strip(", ") for n in lines)]
    assert len(missing) <= 3, missing  # the name, and two empty lists of effects


def test_a_second_run_gives_the_same_bytes(cut: Path, tmp_path: Path) -> None:
    out = tmp_path / "vertical.otio"
    write(cut, out, both(cut)[1])
    first = out.read_bytes()
    write(cut, out, both(cut)[1])
    assert out.read_bytes() == first


def test_a_rerun_keeps_the_key_frames_that_an_editor_changed(cut: Path, tmp_path: Path) -> None:
    out = tmp_path / "vertical.otio"
    edit, made = both(cut)
    write(cut, out, made)
    data = json.loads(out.read_text())
    effect = data["tracks"]["children"][0]["children"][0]["effects"][0]
    (pan,) = (
        p
        for p in effect["metadata"]["Resolve_OTIO"]["Parameters"]
        if p["Parameter ID"] == "transformationPan"
    )
    pan["Key Frames"]["0"]["Value"] = 0.123
    out.write_text(json.dumps(data))
    moved = reframing(path(edit.clips[0], (0, 0.4)), path(edit.clips[1], (0, 0.6)))
    result = write(cut, out, moved)
    assert (result.written, result.kept) == (("V1/2",), ("V1/0",))
    one, two = transforms(out)
    assert one["transformationPan"]["Key Frames"]["0"]["Value"] == 0.123
    assert two["transformationPan"]["Parameter Value"] < 0


def test_a_transform_of_the_editors_own_is_left_alone_and_told(tmp_path: Path) -> None:
    own = otio.schema.Effect(effect_name="Resolve Effect")
    own.metadata["Resolve_OTIO"] = {
        "Effect Name": "Transform",
        "Parameters": [{"Parameter ID": "transformationZoomX", "Parameter Value": 2.0}],
    }
    cut = saved(tmp_path, timeline(track(clip("mine", (0, 48), own)), start=(0, 24)))
    edit, out = read_edit(cut), tmp_path / "vertical.otio"
    result = write(cut, out, reframing(path(edit.clips[0], (0, 0.3))))
    assert (result.written, result.foreign) == ((), ("mine",))
    assert transforms(out)[0]["transformationZoomX"]["Parameter Value"] == 2.0


def test_other_effects_of_a_clip_stay_before_the_crop(tmp_path: Path) -> None:
    cut = saved(tmp_path, timeline(track(clip("fast", (0, 48), warp(2))), start=(0, 24)))
    edit, out = read_edit(cut), tmp_path / "vertical.otio"
    write(cut, out, reframing(path(edit.clips[0], (0, 0.3), (10, 0.6))))
    (found,) = otio.adapters.read_from_file(str(out)).find_clips()
    assert [effect.schema_name() for effect in found.effects] == ["LinearTimeWarp", "Effect"]
    assert list(transforms(out)[0]["transformationPan"]["Key Frames"]) == ["0", "10"]


def test_a_clip_in_a_nest_has_its_crop(tmp_path: Path) -> None:
    nest = stack(track(clip("inner", (0, 48))))
    cut = saved(tmp_path, timeline(track(gap(24), nest), start=(0, 24)))
    edit, out = read_edit(cut), tmp_path / "vertical.otio"
    assert write(cut, out, reframing(path(edit.clips[0], (0, 0.3), (5, 0.6)))).written
    assert list(transforms(out)[0]["transformationPan"]["Key Frames"]) == ["0", "5"]


def test_a_lost_subject_has_a_yellow_marker_with_the_reason(cut: Path, tmp_path: Path) -> None:
    edit, out = read_edit(cut), tmp_path / "vertical.otio"
    span = TimeRange(start=6 / RATE, duration=12 / RATE)
    lost = LostSubject(range=span, reason="no face in this shot")
    made = reframing(path(edit.clips[0], (0, 0.5), lost=(lost,)))
    assert write(cut, out, made).markers == 1
    write(cut, out, made)
    (marker,) = read_markers(out)
    assert (marker.name, marker.colour, marker.range) == ("Reframe · centre", "YELLOW", span)
    write(cut, out, both(cut)[1])
    assert read_markers(out) == []


def test_json_comes_back_as_it_was(cut: Path, tmp_path: Path) -> None:
    out, made = tmp_path / "crops.json", both(cut)[1]
    write(cut, out, made)
    assert read_reframing(out) == made


def test_a_rerun_keeps_what_was_changed_by_hand_in_json(cut: Path, tmp_path: Path) -> None:
    out = tmp_path / "crops.json"
    edit, made = both(cut)
    write(cut, out, made)
    data = json.loads(out.read_text())
    data["paths"][0]["keys"][0]["x"] = 0.9
    out.write_text(json.dumps(data))
    result = write(cut, out, reframing(*(path(c, (0, 0.1)) for c in edit.clips)))
    assert (result.written, result.kept) == (("V1/2",), ("V1/0",))
    one, two = read_reframing(out).paths
    assert (one.edited, one.keys[0].x, two.keys[0].x) == (True, 0.9, 0.1)
    again = write(cut, out, reframing(*(path(c, (0, 0.2)) for c in edit.clips)))
    assert again.kept == ("V1/0",)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"aspect": "9/16"}'])
def test_a_file_without_crops_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "crops.json"
    file.write_bytes(content)
    with pytest.raises(ReframingUnusable, match="there are no crops in it"):
        read_reframing(file)


def test_an_absent_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReframingUnusable, match="cannot be read"):
        read_reframing(tmp_path / "absent.json")


@pytest.mark.parametrize(
    ("name", "told"),
    [("out.edl", "into this kind of file"), ("cut.otio", "itself would be replaced")],
)
def test_outputs_that_cannot_be_are_refused_before_the_work(
    cut: Path, tmp_path: Path, name: str, told: str
) -> None:
    with pytest.raises(ReframingUnsupported, match=told):
        check_crop_output(cut, tmp_path / cut.name if name == "cut.otio" else tmp_path / name)


def test_a_timeline_of_another_kind_gives_json_alone(tmp_path: Path) -> None:
    edl = tmp_path / "cut.edl"
    edl.write_text(
        "TITLE: CUT\nFCM: NON-DROP FRAME\n\n"
        "001  A001 V C 00:00:00:00 00:00:04:00 00:00:00:00 00:00:04:00\n"
    )
    with pytest.raises(ReframingUnsupported, match=r"is no \.otio file"):
        check_crop_output(edl, tmp_path / "vertical.otio")
    check_crop_output(edl, tmp_path / "vertical.json")


def test_a_folder_that_is_not_there_is_told_before_the_work(cut: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable):
        check_crop_output(cut, tmp_path / "absent" / "vertical.otio")
