"""Crops in copies of FCPXML files: exact key frames, all else untouched, changes kept."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from lxml import etree

from shotlog.schema import (
    CropKey,
    CropPath,
    LostSubject,
    Reframing,
    ReframingUnsupported,
    TimeRange,
)
from shotlog_otio import (
    ReadOptions,
    WrittenCrops,
    read_edit,
    read_markers,
    write_reframing,
)
from tests.nle.clients.dtd import faults_of
from tests.otio.fcpxml.projects import project, written

SIZE = (1080, 1920)
CLIP = '<asset-clip ref="film" name="film" offset="0s" start="3610s" duration="4s"/>'
FAST = """<asset-clip ref="film" name="fast" offset="4s" start="0s" duration="2s">
    <timeMap><timept time="0s" value="3600s"/><timept time="10s" value="3620s"/></timeMap>
    <adjust-conform type="fill"/>
    <marker start="1s" duration="1/24s" value="mine"/>
</asset-clip>"""


def made(file: Path, *centres: tuple[float, ...], reading: ReadOptions | None = None) -> Reframing:
    """Return crops whose keys lie 12 frames apart, at shares of the width."""
    edit = read_edit(file, reading or ReadOptions())
    paths = []
    for clip, shares in zip(edit.clips, centres, strict=True):
        keys = tuple(
            CropKey(at=clip.timeline.start + Fraction(n, 2), x=x, y=0.5)
            for n, x in enumerate(shares)
        )
        paths.append(CropPath(clip=clip.id, name="film", width=1920, height=1080, keys=keys))
    return Reframing(aspect=Fraction(9, 16), backend="subject", paths=tuple(paths))


def write(
    source: Path, target: Path, crops: Reframing, reading: ReadOptions | None = None
) -> WrittenCrops:
    reading = reading or ReadOptions()
    edit = read_edit(source, reading)
    return write_reframing(source, target, crops, edit, size=SIZE, name="Cut 9x16", reading=reading)


def transforms(file: Path) -> list[etree._Element]:
    return list(etree.parse(file).iter("adjust-transform"))


def keys(transform: etree._Element, name: str) -> dict[str, str]:
    found = transform.iterfind(f"param[@name='{name}']/keyframeAnimation/keyframe")
    return {key.get("time"): key.get("value") for key in found}


def test_key_frames_count_on_the_clips_own_time_and_fill_the_frame(tmp_path: Path) -> None:
    cut, out = written(tmp_path, project(CLIP)), tmp_path / "vertical.fcpxml"
    assert write(cut, out, made(cut, (0.25, 0.75))).written == ("V1/0",)
    (transform,) = transforms(out)
    scale = float(transform.get("scale").split()[0])
    assert scale == pytest.approx((16 / 9) ** 2, abs=1e-6)
    # The picture, 3413 1/3 wide in the frame, moves by a quarter of that: 853 1/3 of 1920 pixels.
    found = keys(transform, "position")
    assert list(found) == ["3610s", "7221/2s"]
    places = [[float(n) for n in value.split()] for value in found.values()]
    assert places == [pytest.approx([100 * 4 / 9, 0], abs=1e-5),
                      pytest.approx([-100 * 4 / 9, 0], abs=1e-5)]  # fmt: skip


def test_a_retimed_clip_keeps_its_time_and_the_scale_counts_from_its_conform(
    tmp_path: Path,
) -> None:
    cut, out = written(tmp_path, project(CLIP + FAST)), tmp_path / "vertical.fcpxml"
    write(cut, out, made(cut, (0.5,), (0.25, 0.75)))
    fast = transforms(out)[1]
    assert list(keys(fast, "position")) == ["0s", "1/2s"]
    assert float(fast.get("scale").split()[0]) == pytest.approx(1, abs=1e-6)
    order = [child.tag for child in fast.getparent()]
    assert order == ["timeMap", "adjust-conform", "adjust-transform", "marker"]


def test_nothing_but_the_size_the_name_and_the_transforms_is_changed(tmp_path: Path) -> None:
    cut, out = written(tmp_path, project(CLIP + FAST)), tmp_path / "vertical.fcpxml"
    before = cut.read_bytes()
    write(cut, out, made(cut, (0.5,), (0.25, 0.75)))
    assert cut.read_bytes() == before
    text = re.sub(r"<metadata>.*?</metadata>", "", out.read_text(), flags=re.DOTALL)
    text = re.sub(r"<adjust-transform[^>]*/>", "", text)
    text = re.sub(r"<adjust-transform.*?</adjust-transform>", "", text, flags=re.DOTALL)
    text = re.sub(r"<format id=\"shotlog1\"[^>]*>", "", text)
    text = text.replace('"Cut 9x16"', '"Cut"').replace('format="shotlog1"', 'format="r24"')
    assert _bare(text) == _bare(before.decode())
    (new,) = etree.parse(out).iterfind(".//format[@id='shotlog1']")
    assert dict(new.attrib) == {
        "id": "shotlog1", "frameDuration": "100/2400s", "width": "1080", "height": "1920"
    }  # fmt: skip


def _bare(text: str) -> str:
    """Return a text without blanks, and with every empty element in the short form."""
    return re.sub(r"></asset-clip>", "/>", re.sub(r"\s+", "", text))


def test_the_result_keeps_to_apples_description(tmp_path: Path) -> None:
    cut, out = written(tmp_path, project(CLIP + FAST)), tmp_path / "vertical.fcpxml"
    write(cut, out, made(cut, (0.5,), (0.25, 0.75)))
    assert faults_of(out.read_bytes()) == []


def test_the_copy_reads_as_the_same_edit(tmp_path: Path) -> None:
    cut, out = written(tmp_path, project(CLIP + FAST)), tmp_path / "vertical.fcpxml"
    write(cut, out, made(cut, (0.5,), (0.25, 0.75)))
    old, new = read_edit(cut), read_edit(out)
    assert (new.name, new.rate, new.clips) == ("Cut 9x16", old.rate, old.clips)


def test_a_rerun_gives_the_same_bytes_and_keeps_what_an_editor_changed(tmp_path: Path) -> None:
    cut, out = written(tmp_path, project(CLIP + FAST)), tmp_path / "vertical.fcpxml"
    crops = made(cut, (0.5,), (0.25, 0.75))
    write(cut, out, crops)
    first = out.read_bytes()
    assert write(cut, out, crops).kept == ()
    assert out.read_bytes() == first
    out.write_text(re.sub(r'(time="1/2s" value=")[^"]*', r"\g<1>7 8", out.read_text()))
    for _ in range(2):
        result = write(cut, out, made(cut, (0.3,), (0.6, 0.7)))
        assert (result.written, result.kept) == (("V1/0",), ("V1/1/V1/0",))
        assert keys(transforms(out)[1], "position")["1/2s"] == "7 8"


def test_a_transform_of_the_editors_own_and_clips_of_nests_are_left_and_told(
    tmp_path: Path,
) -> None:
    media = f"""<media id="m" name="Nest"><sequence format="r24" duration="4s"><spine>{CLIP}
    </spine></sequence></media>"""
    own = CLIP.replace("/>", '><adjust-transform scale="2 2"/></asset-clip>')
    nest = '<ref-clip ref="m" name="Nest" offset="4s" duration="4s"/>'
    cut, out = written(tmp_path, project(own + nest, media=media)), tmp_path / "vertical.fcpxml"
    result = write(cut, out, made(cut, (0.5,), (0.5,)))
    assert (result.written, result.foreign) == ((), ("film",))
    assert result.left == (
        "film: it lies in a compound or multicam clip, whose own frame keeps its aspect",
    )
    (transform,) = transforms(out)
    assert transform.get("scale") == "2 2"


def test_one_of_two_projects_is_copied_again_and_a_compound_clip_is_refused(
    tmp_path: Path,
) -> None:
    text = project(CLIP)
    start = text.index("<project")
    end = text.index("</project>") + len("</project>")
    second = text[start:end].replace('"Cut"', '"Second"')
    media = f"""<media id="m" name="Nest"><sequence format="r24" duration="4s"><spine>{CLIP}
    </spine></sequence></media>"""
    text = (text[:end] + second + text[end:]).replace("</resources>", media + "</resources>")
    cut, out = written(tmp_path, text), tmp_path / "vertical.fcpxml"
    chosen = ReadOptions(sequence="Second")
    for _ in range(2):
        result = write(cut, out, made(cut, (0.3, 0.4), reading=chosen), chosen)
        assert (result.written, result.kept) == (("V1/0",), ())
    names = [item.get("name") for item in etree.parse(out).iter("project")]
    assert names == ["Cut", "Cut 9x16"]
    nest = ReadOptions(sequence="Nest")
    with pytest.raises(ReframingUnsupported, match="is a compound clip"):
        write(cut, out, made(cut, (0.5,), reading=nest), nest)


def test_a_lost_subject_has_a_marker_with_the_reason(tmp_path: Path) -> None:
    cut, out = written(tmp_path, project(CLIP)), tmp_path / "vertical.fcpxml"
    lost = LostSubject(
        range=TimeRange(start=Fraction(1), duration=Fraction(1)), reason="no face in this shot"
    )
    crops = made(cut, (0.5,))
    path = crops.paths[0].model_copy(update={"lost": (lost,)})
    assert write(cut, out, crops.model_copy(update={"paths": (path,)})).markers == 1
    (marker,) = read_markers(out)
    assert marker.name == "Reframe · centre"
    assert "no face in this shot" in marker.note
