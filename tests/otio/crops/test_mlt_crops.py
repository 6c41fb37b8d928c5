"""Crops in copies of projects of MLT: the picture that melt shows, and changes that are kept."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from lxml import etree

from shotlog.schema import CropKey, CropPath, LostSubject, Reframing, TimeRange
from shotlog_otio import WrittenCrops, read_edit, read_markers, write_reframing
from tests.nle.clients.sandbox import Sandbox, need
from tests.otio.mlt.projects import (
    entry,
    mlt,
    playlist,
    producer,
    prop,
    shotcut,
    track,
    tractor,
)

SIZE = (180, 320)
WIDTH, HEIGHT = 640, 360
RATE = 25


def made(file: Path, *centres: tuple[float, ...]) -> Reframing:
    """Return crops whose keys lie 10 frames apart, at shares of the width."""
    edit = read_edit(file)
    paths = []
    for clip, shares in zip(edit.clips, centres, strict=True):
        keys = tuple(
            CropKey(at=clip.timeline.start + Fraction(10 * n, RATE), x=x, y=0.5)
            for n, x in enumerate(shares)
        )
        paths.append(CropPath(clip=clip.id, name="a", width=WIDTH, height=HEIGHT, keys=keys))
    return Reframing(aspect=Fraction(9, 16), backend="subject", paths=tuple(paths))


def write(source: Path, target: Path, crops: Reframing) -> WrittenCrops:
    return write_reframing(source, target, crops, read_edit(source), size=SIZE, name="cut 9x16")


def saved(folder: Path, text: str) -> Path:
    path = folder / "cut.mlt"
    path.write_text(text)
    return path


def cut_of(folder: Path, *, path: str = "a.mov", shared: bool = False) -> Path:
    """A project of two clips, 30 frames from the 5th and 40 from the 20th of their media."""
    services = [producer("p0", path=path), producer("p1", path=path)]
    second = "p0" if shared else "p1"
    items = [entry("p0", 5, 34), '<blank length="10"/>', entry(second, 20, 59)]
    return saved(folder, shotcut(services[: 1 if shared else 2], items))


def rects(file: Path) -> dict[str, str]:
    """Return the key frames of our filters by the element that holds each, and its number."""
    found = {}
    for number, item in enumerate(etree.parse(file).iter("filter")):
        facts = {p.get("name"): p.text for p in item.iter("property")}
        if facts["mlt_service"] == "affine":
            found[f"{item.getparent().tag} {number}"] = facts["transition.rect"]
    return found


def test_key_frames_count_from_the_clips_first_frame_and_fill_the_frame(tmp_path: Path) -> None:
    cut, out = cut_of(tmp_path), tmp_path / "vertical.mlt"
    result = write(cut, out, made(cut, (0.25, 0.75), (0.5,)))
    assert (result.written, result.left) == (("V1/0", "V1/1"), ())
    one, two = rects(out).values()
    # 360 rows become 320: the picture is 568.8889 wide, and a quarter of it lies in the middle.
    assert one == "0=-52.2222 0.0 568.8889 320.0 1;10=-336.6667 0.0 568.8889 320.0 1"
    assert two == "0=-194.4444 0.0 568.8889 320.0 1"
    spans = [(item.get("in"), item.get("out")) for item in etree.parse(out).iter("filter")]
    assert spans == [("5", "34"), ("20", "59")]
    assert dict(etree.parse(out).find("profile").attrib) == {
        "frame_rate_num": "25", "frame_rate_den": "1", "description": "180x320", "width": "180",
        "height": "320", "sample_aspect_num": "1", "sample_aspect_den": "1",
        "display_aspect_num": "9", "display_aspect_den": "16",
    }  # fmt: skip


def test_nothing_but_the_profile_and_the_filters_is_changed(tmp_path: Path) -> None:
    cut, out = cut_of(tmp_path), tmp_path / "vertical.mlt"
    before = cut.read_text()
    write(cut, out, made(cut, (0.25, 0.75), (0.5,)))
    assert cut.read_text() == before
    text = re.sub(r"<filter.*?</filter>", "", out.read_text(), flags=re.DOTALL)
    old, new = (re.sub(r"<profile[^>]*>", "", each) for each in (before, text))
    assert new == old


def test_clips_that_share_their_media_hold_their_filters_in_their_entries(tmp_path: Path) -> None:
    cut, out = cut_of(tmp_path, shared=True), tmp_path / "vertical.mlt"
    write(cut, out, made(cut, (0.25,), (0.75,)))
    assert [holder.split()[0] for holder in rects(out)] == ["entry", "entry"]


@pytest.mark.client
@pytest.mark.parametrize("shared", [False, True], ids=["own media", "shared media"])
def test_melt_shows_the_crop_on_its_frame(tmp_path: Path, shared: bool) -> None:
    film = tmp_path / "film.mkv"
    film_of(film)
    cut = cut_of(tmp_path, path=str(film), shared=shared)
    out = tmp_path / "vertical.mlt"
    write(cut, out, made(cut, (0.3, 0.7), (0.5,)))
    pictures = _shown_by_melt(out)
    assert {picture.shape for picture in pictures} == {(320, 180)}
    # The film is as light as its column is far to the right, so the middle tells the centre.
    centres = {n: float(pictures[n][:, 85:95].mean()) / 255 for n in (0, 5, 10, 29, 40, 79)}
    wanted = {0: 0.3, 5: 0.5, 10: 0.7, 29: 0.7, 40: 0.5, 79: 0.5}
    assert centres == pytest.approx(wanted, abs=0.01)
    # There are no bars: each edge shows the column that the crop ends with.
    half = 9 / 16 * HEIGHT / WIDTH / 2
    edges = [float(pictures[0][:, x].mean()) / 255 for x in (1, -2)]
    assert edges == pytest.approx([0.3 - half, 0.3 + half], abs=0.015)
    rows = (pictures[0][1, 85:95].mean(), pictures[0][-2, 85:95].mean())
    assert rows[0] == pytest.approx(rows[1], abs=2)


@pytest.mark.client
def test_melt_follows_the_keys_of_a_retimed_clip_that_is_enlarged(tmp_path: Path) -> None:
    film, out = tmp_path / "film.mkv", tmp_path / "vertical.mlt"
    film_of(film)
    fast = producer("p0", prop("warp_speed", 2), path=f"2:{film}", service="timewarp", length=50)
    cut = saved(tmp_path, shotcut([fast], [entry("p0", 5, 34)]))
    crops = made(cut, (0.3, 0.7))
    keys = tuple(key.model_copy(update={"scale": 0.5}) for key in crops.paths[0].keys)
    path = crops.paths[0].model_copy(update={"keys": keys})
    assert write(cut, out, crops.model_copy(update={"paths": (path,)})).written == ("V1/0",)
    pictures = _shown_by_melt(out)
    centres = {n: float(pictures[n][:, 85:95].mean()) / 255 for n in (0, 5, 10, 29)}
    assert centres == pytest.approx({0: 0.3, 5: 0.5, 10: 0.7, 29: 0.7}, abs=0.01)
    edges = [float(pictures[0][:, x].mean()) / 255 for x in (1, -2)]
    half = 9 / 16 * HEIGHT / WIDTH / 4
    assert edges == pytest.approx([0.3 - half, 0.3 + half], abs=0.015)


def test_a_clip_with_a_dissolve_has_one_filter_for_both_its_parts(tmp_path: Path) -> None:
    services = [producer("p0"), producer("p1")]
    mix = (
        f'<tractor id="mix" in="0" out="9">{prop("shotcut:transition", "lumaMix")}'
        '<track producer="p0" in="25" out="34"/><track producer="p1" in="10" out="19"/></tractor>'
    )
    items = [entry("p0", 5, 24), entry("mix", 0, 9), entry("p1", 20, 59)]
    cut, out = saved(tmp_path, shotcut([*services, mix], items)), tmp_path / "vertical.mlt"
    assert len(write(cut, out, made(cut, (0.3, 0.7), (0.5, 0.6))).written) == 2
    spans = [(item.get("in"), item.get("out")) for item in etree.parse(out).iter("filter")]
    assert spans == [("5", "34"), ("10", "59")]
    assert [[key.partition("=")[0] for key in rect.split(";")] for rect in rects(out).values()] == [
        ["0", "10"], ["0", "10"]
    ]  # fmt: skip


def _shown_by_melt(project: Path) -> list[np.ndarray]:
    """Return the grey pictures that melt shows of a project."""
    melt, shown = need("melt", "melt"), project.with_suffix(".mkv")
    Sandbox(project.parent / "melt").run(
        melt, project, "-consumer", f"avformat:{shown}", "vcodec=ffv1", "pix_fmt=yuv420p", "an=1"
    )
    with av.open(str(shown)) as opened:
        return [frame.to_ndarray(format="gray") for frame in opened.decode(video=0)]


def film_of(path: Path) -> None:
    """Write 100 frames that grow evenly lighter from left to right."""
    row = 16 + 219 * (np.arange(WIDTH) + 0.5) / WIDTH
    grey = np.broadcast_to(np.round(row).astype(np.uint8), (HEIGHT, WIDTH))
    chroma = np.full((HEIGHT // 2, WIDTH), 128, np.uint8)
    with av.open(str(path), "w") as film:
        stream = film.add_stream("ffv1", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        planar = np.concatenate([grey, chroma])
        for _ in range(100):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(planar, format="yuv420p")))
        film.mux(stream.encode(None))


def test_a_rerun_gives_the_same_bytes_and_keeps_what_an_editor_changed(tmp_path: Path) -> None:
    cut, out = cut_of(tmp_path), tmp_path / "vertical.mlt"
    crops = made(cut, (0.25, 0.75), (0.5,))
    write(cut, out, crops)
    first = out.read_bytes()
    assert write(cut, out, crops).kept == ()
    assert out.read_bytes() == first
    out.write_text(out.read_text().replace("0=-52.2222 ", "0=-99.0 "))
    for _ in range(2):
        result = write(cut, out, made(cut, (0.4,), (0.6,)))
        assert (result.written, result.kept) == (("V1/1",), ("V1/0",))
        assert next(iter(rects(out).values())).startswith("0=-99.0 ")


def test_times_and_numbers_in_shotcuts_own_form_are_no_change(tmp_path: Path) -> None:
    cut, out = cut_of(tmp_path), tmp_path / "vertical.mlt"
    write(cut, out, made(cut, (0.25, 0.75), (0.5,)))
    text = out.read_text().replace("10=-336.6667 0.0 568.8889 320.0 1",
                                   "00:00:00.400=-336.667 0 568.889 320 1.000000")  # fmt: skip
    assert "00:00:00.400" in text
    out.write_text(text)
    assert write(cut, out, made(cut, (0.3,), (0.3,))).kept == ()


def test_a_filter_of_the_editors_own_that_places_the_picture_is_left_and_told(
    tmp_path: Path,
) -> None:
    own = f"<filter>{prop('mlt_service', 'affine')}{prop('transition.rect', '0 0 9 9 1')}</filter>"
    services = [producer("p0", own), producer("p1")]
    text = shotcut(services, [entry("p0", 0, 9), entry("p1", 0, 9)])
    cut, out = saved(tmp_path, text), tmp_path / "vertical.mlt"
    result = write(cut, out, made(cut, (0.5,), (0.5,)))
    assert (result.written, result.foreign) == (("V1/1",), ("a.mov",))
    assert "0 0 9 9 1" in rects(out).values()


def test_a_clip_of_a_nested_sequence_is_left_and_told(tmp_path: Path) -> None:
    inner = [playlist("inner", entry("p0", 0, 19)), tractor("nest", track("inner"))]
    text = mlt(
        producer("p0"), *inner, playlist("playlist0", entry("nest", 0, 19)),
        f'<tractor id="t" in="0" out="19">{prop("shotcut", 1)}{track("playlist0")}</tractor>',
    )  # fmt: skip
    cut, out = saved(tmp_path, text), tmp_path / "vertical.mlt"
    result = write(cut, out, made(cut, (0.5,)))
    assert result.written == ()
    assert result.left == (
        "a.mov: it lies in a nested sequence, whose own frame is that of the project",
    )


def test_a_lost_subject_has_a_marker_with_the_reason(tmp_path: Path) -> None:
    cut, out = cut_of(tmp_path), tmp_path / "vertical.mlt"
    lost = LostSubject(
        range=TimeRange(start=Fraction(8, 25), duration=Fraction(1)), reason="no face in this shot"
    )
    crops = made(cut, (0.5,), (0.5,))
    first = crops.paths[0].model_copy(update={"lost": (lost,)})
    assert write(cut, out, crops.model_copy(update={"paths": (first,)})).markers == 1
    (marker,) = read_markers(out)
    assert (marker.name, marker.range.start) == ("Reframe · centre", Fraction(8, 25))
