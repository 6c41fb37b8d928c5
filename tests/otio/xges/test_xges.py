"""Projects of GES, as Pitivi and GES 1.22 write them."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from shotlog.schema import MarkerFamily, TimelineUnreadable
from shotlog_otio.xges import XgesFormat, escaped_value, fields_of, quoted, structures_in
from tests.otio.marking import marker
from tests.otio.xges.projects import clip, inspected, layer, project, saved

FILM = Fraction(24000, 1001)


def test_layers_are_tracks_and_the_first_is_the_topmost(tmp_path: Path) -> None:
    text = project(layer(0, clip("top", 0, 10)), layer(1, clip("low", 5, 10, 2)))
    found = inspected(tmp_path, text)

    assert [(c.track, c.name, c.record_in, c.record_out) for c in found.clips] == [
        ("V2", "top", 0, 10),
        ("V1", "low", 5, 15),
    ]
    assert found.rate == 24
    assert found.duration_frames == 15


def test_nanoseconds_that_were_rounded_are_whole_frames(tmp_path: Path) -> None:
    text = project(layer(0, clip("a", 1, 1000, 7, rate=FILM)), rate="24000/1001")
    found = inspected(tmp_path, text)

    (item,) = found.clips
    assert (item.record_in, item.record_out) == (1, 1001)
    assert [item.source_in * FILM, item.source_out * FILM] == [7, 1007]


def test_media_tell_their_rate_and_in_points_count_from_their_first_frame(tmp_path: Path) -> None:
    stream = "<stream-info caps='video/x-h264, framerate=(fraction)30000/1001'/>"
    asset = f"<asset id='file:///media/a%20b.mov'>{stream}</asset>"
    text = project(layer(0, clip("a", 0, 10, url="file:///media/a%20b.mov")), assets=asset)
    (item,) = inspected(tmp_path, text).clips

    assert (item.media, item.source_rate) == ("/media/a b.mov", Fraction(30000, 1001))
    assert item.media_start_frame is None
    edit = XgesFormat().read(tmp_path / "cut.xges")
    media = edit.clips[0].media
    assert media is not None
    assert media.start == 0


def effect(rate: str, properties: str = "properties;") -> str:
    return (
        f"<effect asset-id='videorate rate={rate}' type-name='GESEffect' properties='{properties}'"
        f" children-properties='properties, GstVideoRate::rate=(double){rate};'/>"
    )


def test_time_effects_multiply_and_those_switched_off_do_not_count(tmp_path: Path) -> None:
    off = effect("8", "properties, active=(boolean)false;")
    text = project(layer(0, clip("a", 0, 24, 12, effect("3"), effect("0.5"), off)))
    (item,) = inspected(tmp_path, text).clips

    assert item.speed == Fraction(3, 2)
    assert [item.source_in, item.source_out] == [Fraction(1, 2), 2]


def test_titles_are_generated_and_transitions_are_no_clips(tmp_path: Path) -> None:
    text = project(
        layer(
            0,
            clip("titleclip0", 0, 10, kind="GESTitleClip", url="GESTitleClip"),
            clip("t", 5, 5, kind="GESTransitionClip", url="crossfade"),
            clip("uriclip3", 5, 10),
            clip("other", 20, 5, url="file:///p/other.xges"),
        )
    )
    found = inspected(tmp_path, text)

    assert [(c.name, c.media) for c in found.clips] == [
        ("titleclip0", None),
        ("a.mov", "/media/a.mov"),
        ("other", "file:///p/other.xges"),
    ]
    assert [problem.index for problem in found.problems] == [0, 2]


def test_a_switched_off_source_and_sound_alone_are_told(tmp_path: Path) -> None:
    off = (
        "<source track-id='0' properties='properties, active=(boolean)false, track-type=(int)4;'/>"
    )
    text = project(layer(0, clip("a", 0, 10, 0, off), clip("b", 10, 10, types=2)))
    found = inspected(tmp_path, text)

    assert [(c.name, c.enabled) for c in found.clips] == [("a", False)]
    assert [(c.id, c.name) for c in found.sound] == [("A1/0", "b")]


@given(st.text(), st.text())
def test_any_text_comes_back_from_a_structure_in_a_structure(name: str, note: str) -> None:
    texts = [t.encode(errors="replace").decode() for t in (name, note)]
    inner = f"a, x=(string){quoted(texts[0])}; b, y=(string){quoted(texts[1])}"
    outer = f'metadatas, list=(GESMarkerList)"{escaped_value(inner)}", z=(int)1;'

    first, second = structures_in(fields_of(outer)["list"])
    assert (first.fields["x"], second.fields["y"]) == tuple(texts)
    assert fields_of(outer)["z"] == "1"


def test_strings_are_quoted_as_gstreamer_quotes_them() -> None:
    # As GES 1.22 wrote them.
    assert quoted("H.264 / AVC") == r'"H.264\ /\ AVC"'
    assert quoted("plain") == "plain"
    assert quoted('a "q"; y=z, ü\n') == r'"a\ \"q\"\;\ y\=z\,\ \303\274\012"'


BY_OTHERS = (
    "metadatas, markers=(GESMarkerList)&quot;{}marker-times, position=(guint64)416666666;"
    r" metadatas, comment=(string)\&quot;mine\\ \303\274\&quot;, marker-color=(uint)4278255360"
    "&quot;, duration=(guint64)7;"
)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        "",
        "metadatas;",
        "metadatas, name=(string)x;",
        "metadatas, markers=(GESMarkerList)&quot;&quot;;",
        "metadatas, markers=(GESMarkerList)&quot;marker-list-flags, flags=(int)0;&quot;, a=(int)1;",
        BY_OTHERS.format(""),
        BY_OTHERS.format("marker-list-flags, flags=(int)0; "),
    ],
)
def test_markers_are_added_and_taken_out_without_a_trace(
    tmp_path: Path, metadata: str | None
) -> None:
    path = saved(tmp_path, project(layer(0, clip("a", 0, 99)), metadata=metadata))
    format_ = XgesFormat()
    before, edit = path.read_bytes(), format_.read(path)
    others = [(m.marker.name, m.marker.start) for m in format_.open(path).markers]
    markers = [marker(1, frame=10), marker(2, frame=20), marker(3, frame=20)]

    assert format_.write_markers(path, path, markers, edit).added == 3
    etree.parse(path)
    found = format_.open(path).markers
    assert [(m.marker.name, m.marker.start) for m in found[: len(others)]] == others
    assert [m.marker.start * 24 for m in found[len(others) :]] == [10, 20, 20]
    assert not format_.write_markers(path, path, markers, edit).changed
    renamed = marker(2, frame=20, name="CU")
    assert format_.write_markers(path, path, [renamed, markers[2]], edit).replaced == 1
    assert format_.write_markers(path, path, [renamed, markers[0]], edit).added == 1
    assert format_.clear_markers(path, path) == 2
    assert path.read_bytes() == before


def test_a_marker_is_written_in_the_nanosecond_in_which_its_frame_has_begun(tmp_path: Path) -> None:
    text = project(layer(0, clip("a", 0, 99, rate=FILM)), rate="24000/1001")
    path, format_ = saved(tmp_path, text), XgesFormat()
    edit = format_.read(path)
    one = marker(1, frame=1, rate=FILM, family=MarkerFamily.SHOT)
    format_.write_markers(path, path, [one], edit)

    (written,) = etree.parse(path).iterfind(".//timeline")
    # Frame 1 begins at 41708333.3 ns: rounded down, GES would show frame 0.
    assert "position=(guint64)41708334" in written.get("metadatas")
    assert re.search(r"marker-color=\(uint\)4278255615\b", written.get("metadatas"))  # 0xff00ffff


def test_a_marker_that_an_editor_moved_is_kept(tmp_path: Path) -> None:
    path, format_ = saved(tmp_path, project(layer(0, clip("a", 0, 99)))), XgesFormat()
    edit = format_.read(path)
    format_.write_markers(path, path, [marker(1, frame=12)], edit)
    path.write_text(path.read_text().replace("position=(guint64)500000000", "position=(guint64)0"))

    result = format_.write_markers(path, path, [marker(1, frame=12, name="CU")], edit)
    assert (len(result.kept), result.changed) == (1, False)
    assert format_.clear_markers(path, path) == 0
    assert format_.clear_markers(path, path, edited=True) == 1


@pytest.mark.parametrize(
    "metadata",
    [
        r"metadatas, markers=(GESMarkerList)&quot;marker-times; metadatas, comment=\&quot;x&quot;;",
        "metadatas, name=(string)&quot;x;",
    ],
)
def test_a_damaged_list_is_not_written_to(tmp_path: Path, metadata: str) -> None:
    path = saved(tmp_path, project(layer(0, clip("a", 0, 99)), metadata=metadata))
    edit, before = XgesFormat().read(path), path.read_bytes()

    with pytest.raises(TimelineUnreadable, match="its list of markers is damaged"):
        XgesFormat().write_markers(path, path, [marker(1)], edit)
    assert path.read_bytes() == before


def test_markers_that_pitivi_keeps_on_a_clip_are_in_time_of_its_media(tmp_path: Path) -> None:
    listed = "; ".join(
        f"marker-times, position=(guint64){n}; metadatas, comment=(string)m{n}" for n in (0, 10**9)
    )
    source = f"<source metadatas='metadatas, markers=(GESMarkerList)&quot;{listed}&quot;;'/>"
    # From frame 12 of the media on: the marker at its start is hidden, that at 1 s is at frame 22.
    found = inspected(tmp_path, project(layer(0, clip("a", 10, 48, 12, source))))

    assert [(m.frame, m.name, m.on) for m in found.markers] == [(22, f"m{10**9}", 0)]
    assert found.hidden_markers == 1


def test_another_root_and_a_bad_time_are_told(tmp_path: Path) -> None:
    with pytest.raises(TimelineUnreadable, match="not of GES"):
        inspected(tmp_path, "<mlt/>")
    bad = clip("a", 0, 10).replace("start='0'", "start='99999999999999999999999'")
    found = inspected(tmp_path, project(layer(0, bad, clip("b", 0, 5))))
    assert [p.clip for p in found.problems] == ["a"]
