"""Crops read back from timelines: what stands in the file, whoever set it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.schema import CropKey, CropPath, Reframing, ReframingUnusable
from shotlog_otio import read_edit, read_reframing, write_reframing
from tests.otio.fcpxml.projects import project, written
from tests.otio.mlt.projects import entry, producer, shotcut
from tests.otio.timelines import clip, gap, saved, timeline, track

ASPECT = Fraction(9, 16)
FILM = '<asset-clip ref="film" name="film" offset="{}" start="3610s" duration="2s"/>'
FILLED = (
    '<asset-clip ref="film" name="film" offset="2s" start="3650s" duration="2s">'
    '<adjust-conform type="fill"/></asset-clip>'
)


def otio(folder: Path) -> Path:
    return saved(folder, timeline(track(clip("a", (0, 48)), gap(12), clip("b", (10, 48)))))


def fcpxml(folder: Path) -> Path:
    return written(folder, project(FILM.format("0s") + FILLED))


def mlt(folder: Path) -> Path:
    items = [entry("p0", 5, 54), '<blank length="10"/>', entry("p1", 20, 69)]
    file = folder / "cut.mlt"
    file.write_text(shotcut([producer("p0", path="a.mov"), producer("p1", path="a.mov")], items))
    return file


KINDS = pytest.mark.parametrize("make", [otio, fcpxml, mlt])


def crops(source: Path) -> Reframing:
    """Return a crop that moves, becomes smaller and jumps, and one that stands still."""
    edit = read_edit(source)
    shares = ((0, 0.3, 0.5, 1.0), (10, 0.6, 0.45, 0.8), (11, 0.4, 0.55, 0.8))
    paths = []
    for each, told in zip(edit.clips, (shares, shares[:1]), strict=True):
        start = each.timeline.start
        keys = (CropKey(at=start + n / edit.rate, x=x, y=y, scale=s) for n, x, y, s in told)
        path = CropPath(clip=each.id, name="a", width=1920, height=1080, keys=tuple(keys))
        paths.append(path)
    return Reframing(aspect=ASPECT, backend="subject", paths=tuple(paths))


def vertical(source: Path, made: Reframing | None = None) -> Path:
    out = source.with_stem("vertical")
    write_reframing(
        source, out, made or crops(source), read_edit(source), size=(1080, 1920), name="cut 9x16"
    )
    return out


def change(file: Path, old: str, new: str) -> None:
    text, count = re.subn(old, new, file.read_text(), count=1, flags=re.DOTALL)
    assert count == 1
    file.write_text(text)


@KINDS
def test_crops_come_back_at_the_same_moments_within_a_pixel(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    source = make(tmp_path)
    made, found = crops(source), read_reframing(vertical(source))
    assert (found.aspect, found.warnings) == (ASPECT, ())
    for old, new in zip(made.paths, found.paths, strict=True):
        assert (new.clip, new.width, new.height, new.edited) == (old.clip, 1920, 1080, False)
        assert [key.at for key in new.keys] == [key.at for key in old.keys]
        for key in old.keys:
            assert found.box(new, key.at) == pytest.approx(made.box(old, key.at), abs=0.5)


def edit_otio(file: Path) -> None:
    data = json.loads(file.read_text())
    effect = data["tracks"]["children"][0]["children"][0]["effects"][0]
    parameters = effect["metadata"]["Resolve_OTIO"]["Parameters"]
    (pan,) = (each for each in parameters if each["Parameter ID"] == "transformationPan")
    pan["Key Frames"]["20"] = {"Value": 0.0, "Variant Type": "Double"}
    file.write_text(json.dumps(data))


def edit_fcpxml(file: Path) -> None:
    added = '<keyframe time="86660/24s" value="0 0"/>'  # 20 frames after 3610 s
    change(file, "</keyframeAnimation>", added + "</keyframeAnimation>")


def edit_mlt(file: Path) -> None:
    # 1920 rows at a scale of 0.8 become 2400: the picture is 4266.6667 wide, in the middle.
    added = r"\1;20=-1593.3333 -240 4266.6667 2400 1"
    change(file, '(name="transition.rect">[^<]*)', added)


@pytest.mark.parametrize(
    ("make", "edit"), [(otio, edit_otio), (fcpxml, edit_fcpxml), (mlt, edit_mlt)]
)
def test_a_key_frame_that_an_editor_set_is_read_and_its_clip_is_edited(
    tmp_path: Path, make: Callable[[Path], Path], edit: Callable[[Path], None]
) -> None:
    source = make(tmp_path)
    out = vertical(source)
    edit(out)
    one, two = read_reframing(out).paths
    timing = read_edit(source)
    assert one.keys[-1].at == timing.clips[0].timeline.start + 20 / timing.rate
    assert one.keys[-1].x == pytest.approx(0.5, abs=1e-4)
    assert (len(one.keys), one.edited, two.edited) == (4, True, False)


@KINDS
def test_a_timeline_without_crops_is_told(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    with pytest.raises(ReframingUnusable, match="there are no crops in it"):
        read_reframing(make(tmp_path))


def test_an_otio_of_an_earlier_version_needs_its_aspect(tmp_path: Path) -> None:
    source = otio(tmp_path)
    out = vertical(source)
    out.write_text(re.sub(r'"aspect": "9/16",?', "", out.read_text()))
    with pytest.raises(ReframingUnusable, match="does not tell the aspect") as told:
        read_reframing(out)
    assert "--aspect" in str(told.value)
    assert read_reframing(out, ASPECT).paths == read_reframing(vertical(source)).paths


def test_fcpxml_that_lost_our_entries_is_read_by_its_formats(tmp_path: Path) -> None:
    source = fcpxml(tmp_path)
    out = vertical(source)
    before = read_reframing(out)
    change(out, "<metadata>.*?</metadata>", "")
    after = read_reframing(out)
    assert after.aspect == ASPECT
    assert [path.keys for path in after.paths] == [path.keys for path in before.paths]
    assert all(path.edited for path in after.paths)


def test_mlt_that_lost_our_entries_tells_the_clips_whose_size_is_not_known(tmp_path: Path) -> None:
    out = vertical(mlt(tmp_path))
    before = read_reframing(out)
    ours = r'\s*<property name="shotlog:\w+">[^<]*</property>'
    out.write_text(re.sub(ours, "", out.read_text()))
    with pytest.raises(ReframingUnusable, match="size of its picture is not known"):
        read_reframing(out)
    size = ('<property name="meta.media.width">1920</property>'
            '<property name="meta.media.height">1080</property>')  # fmt: skip
    out.write_text(re.sub(r"(<producer [^>]*>)", rf"\1{size}", out.read_text()))
    assert [path.keys for path in read_reframing(out).paths] == [p.keys for p in before.paths]


def test_bars_and_turned_pictures_are_told(tmp_path: Path) -> None:
    out = vertical(fcpxml(tmp_path))
    change(out, r'(<param name="position">)', r'<param name="rotation" value="5"/>\1')
    change(out, r'(<adjust-transform position="[^"]*" scale=)"[^"]*"', r'\1"0.2 0.2"')
    found = read_reframing(out)
    assert [path.clip for path in found.paths] == ["V1/1"]
    turned, bars = found.warnings
    assert "rotates the picture" in turned
    assert "leaves bars" in bars


@pytest.mark.parametrize("suffix", [".otio", ".fcpxml", ".mlt"])
def test_a_timeline_that_is_not_there_is_told(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(Exception, match="absent") as told:
        read_reframing(tmp_path / f"absent{suffix}")
    assert told.type.__module__.startswith("shotlog.schema")


def test_a_filter_that_rotates_is_told(tmp_path: Path) -> None:
    out = vertical(mlt(tmp_path))
    turned = '<property name="transition.fix_rotate_x">5</property>'
    change(out, '(<property name="transition.fill">)', turned + r"\1")
    found = read_reframing(out)
    assert [path.clip for path in found.paths] == ["V1/1"]
    assert "rotates the picture" in found.warnings[0]


def test_an_effect_that_is_switched_off_is_told(tmp_path: Path) -> None:
    out = vertical(otio(tmp_path))
    change(out, '"Enabled": true', '"Enabled": false')
    found = read_reframing(out)
    assert [path.clip for path in found.paths] == [read_edit(out).clips[1].id]
    assert "switched off" in found.warnings[0]


@KINDS
def test_clips_without_a_crop_are_told(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    source = make(tmp_path)
    made = crops(source)
    first = made.model_copy(update={"paths": made.paths[:1]})
    found = read_reframing(vertical(source, first))
    assert len(found.paths) == 1
    assert found.warnings[0].startswith("1 clip(s) have no crop in it and show their middle: ")
