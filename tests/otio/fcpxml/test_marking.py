"""Our markers in FCPXML: where they are written, and what comes with them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.markers import MarkerColours, MarkerOptions
from shotlog.schema import MarkerFamily
from shotlog_otio import inspection_of
from tests.otio.fcpxml.marking import CLIP, FULL, elements, put, put_shots, shot, tree
from tests.otio.fcpxml.projects import FORMAT, project, written


def test_a_marker_lies_on_the_time_of_the_clip_under_its_first_frame(tmp_path: Path) -> None:
    path = written(tmp_path, project(CLIP))
    put(path, [shot(12)])

    [own] = elements(path, "marker")
    assert (own["start"], own["duration"], own["value"]) == ("7221/2s", "1/24s", "CS · pan")
    assert own["note"].startswith("Size: 90 %\n[shotlog 000000000000000d shot ")
    assert list(own) == ["start", "duration", "value", "note"]


def test_a_shot_gets_its_keywords_and_its_shot_type_over_its_range(tmp_path: Path) -> None:
    path = written(tmp_path, project(CLIP))
    put(path, [shot(12, 24), shot(48, 900, payload={"size.label": "FS"})])

    assert [(k["start"], k["duration"], k["value"]) for k in elements(path, "keyword")] == [
        ("7221/2s", "1s", "Close-up, Pan Left, Shake"),
        ("3612s", "2s", "Full Shot"),  # no longer than the clip
    ]
    assert [(a["start"], a["duration"]) for a in elements(path, "analysis-marker")] == [
        ("7221/2s", "1s"),
        ("3612s", "2s"),
    ]
    assert [s["value"] for s in elements(path, "shot-type")] == ["closeUp", "wideShot"]
    # The range of a marker of ours is that of its keyword: Final Cut Pro's own are points.
    assert [m.range.duration for m in FORMAT.read_markers(path)] == [1, 2]


def test_other_kinds_of_markers(tmp_path: Path) -> None:
    path = written(tmp_path, project(CLIP))
    families = list(MarkerFamily)
    put(path, [shot(12 * n, 6, family=f, payload={}) for n, f in enumerate(families)])

    assert families[3] is MarkerFamily.PROBLEM
    # A shot without labels has no keywords; a problem and a defect are to be done.
    completed = [m.get("completed") for m in elements(path, "marker")]
    assert completed == [None, None, None, "0", None, "0", None]
    assert [k["value"] for k in elements(path, "keyword")] == ["Highlight"]
    assert elements(path, "analysis-marker") == []


def test_the_user_may_choose_kinds(tmp_path: Path) -> None:
    path = written(tmp_path, project(CLIP))
    colours = {"finalcut": MarkerColours(shot="Chapter", highlight="Completed")}
    highlight = shot(24, family=MarkerFamily.HIGHLIGHT)
    put(path, [shot(0), highlight], options=MarkerOptions(colours=colours))

    assert [m["posterOffset"] for m in elements(path, "chapter-marker")] == ["0s"]
    assert [m["completed"] for m in elements(path, "marker")] == ["1"]
    assert not any(m.edited for m in FORMAT.read_markers(path))


def test_a_marker_may_stand_on_a_gap(tmp_path: Path) -> None:
    gap = '<gap name="Gap" offset="0s" start="3600s" duration="2s"/>'
    path = written(tmp_path, project(gap + CLIP.replace("0s", "2s", 1)))
    put(path, [shot(24, 1)])

    assert [item.getparent().tag for item in tree(path).iter("marker")] == ["gap"]
    assert elements(path, "marker")[0]["start"] == "3601s"
    inspected = inspection_of(FORMAT.open(path))
    assert [(m.frame, m.on, m.ours) for m in inspected.markers] == [(24, "timeline", True)]


STACKED = """<asset-clip ref="film" offset="0s" name="a" start="3610s" duration="4s">
                            <video ref="pal" lane="1" offset="3611s" name="b" start="5s" duration="2s"/>
                        </asset-clip>"""  # noqa: E501


def test_markers_of_the_timeline_stand_on_its_storyline_alone(tmp_path: Path) -> None:
    path = written(tmp_path, project(STACKED))
    put_shots(path)

    assert {item.getparent().get("name") for item in tree(path).iter("marker")} == {"a"}
    assert [m["start"] for m in elements(path, "marker")] == ["3610s", "3611s"]
    # Of two pictures that are stacked, a keyword would name one for the other.
    assert [k["start"] for k in elements(path, "keyword")] == ["3610s"]


def test_markers_of_clips_stand_on_their_clips(tmp_path: Path) -> None:
    path = written(tmp_path, project(STACKED))
    put_shots(path, "clips")

    assert [(i.getparent().get("name"), i.get("start")) for i in tree(path).iter("keyword")] == [
        ("b", "5s"),
        ("a", "3610s"),
    ]


def test_the_marker_of_a_clip_in_a_nest_stands_on_the_nest(tmp_path: Path) -> None:
    media = (
        '<media id="m" name="M"><sequence format="r24" duration="9s"><spine>'
        '<asset-clip ref="film" name="x" start="3600s" duration="9s"/></spine></sequence></media>'
    )
    path = written(tmp_path, project('<ref-clip ref="m" start="3s" duration="2s"/>', media=media))
    put_shots(path, "clips")

    assert [(i.getparent().tag, i.get("start")) for i in tree(path).iter("marker")] == [
        ("ref-clip", "3s")
    ]


def test_a_marker_on_a_conformed_and_on_a_retimed_clip(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        project(
            '<asset-clip ref="pal" name="c" start="10s" duration="50/24s">'
            '<conform-rate srcFrameRate="25"/></asset-clip>'
            '<asset-clip ref="pal" name="t" start="20s" duration="2s"><timeMap>'
            '<timept time="0s" value="0s"/><timept time="40s" value="80s"/></timeMap></asset-clip>'
        ),
    )
    put(path, [shot(25, 5), shot(74, 5)])

    assert [(m["start"], m["duration"]) for m in elements(path, "marker")] == [
        ("11s", "1/25s"),
        ("21s", "1/24s"),
    ]
    assert [m.frame for m in inspection_of(FORMAT.open(path)).markers] == [25, 74]


@pytest.mark.parametrize("without", ["", "marker", "keyword", "video"])
def test_markers_stand_where_the_dtd_wants_them(tmp_path: Path, without: str) -> None:
    lines = [line for line in FULL.splitlines() if not without or f"<{without} " not in line]
    path = written(tmp_path, project("\n".join(lines)))
    put(path, [shot(12)])

    order = [item.tag for item in next(tree(path).iter("asset-clip"))]
    ours = order.index("analysis-marker")
    assert order[ours - 2 : ours] == ["marker", "keyword"]
    assert order[ours + 1 :] == ["audio-channel-source", "filter-video", "metadata"]


def test_a_marker_goes_before_all_else_where_nothing_comes_before(tmp_path: Path) -> None:
    path = written(tmp_path, project(CLIP.replace("/>", "><metadata/></asset-clip>")))
    put(path, [shot(0)])

    order = [item.tag for item in next(tree(path).iter("asset-clip"))]
    assert order == ["marker", "keyword", "analysis-marker", "metadata"]


@pytest.mark.parametrize(
    ("version", "tag", "expected"),
    [
        ("1.2", "clip", {"marker", "keyword"}),
        ("1.2", "title", {"marker"}),
        ("1.3", "title", {"marker", "keyword"}),
        ("1.4", "title", {"marker", "keyword", "analysis-marker"}),
    ],
)
def test_older_versions_get_what_their_dtd_knows(
    tmp_path: Path, version: str, tag: str, expected: set[str]
) -> None:
    inner = '<video ref="pal" offset="0s" duration="9s"/>' if tag == "clip" else ""
    spine = f'<{tag} ref="clouds" offset="0s" name="a" duration="4s">{inner}</{tag}>'
    path = written(tmp_path, project(spine, version=version))
    put(path, [shot(0)])

    found = {item.tag for item in tree(path).iter("marker", "keyword", "analysis-marker")}
    assert found == expected


def test_markers_of_an_inactive_clip_of_an_audition_are_let_be(tmp_path: Path) -> None:
    spine = (
        '<audition offset="0s"><asset-clip ref="film" name="a" start="3600s" duration="1s"/>'
        '<asset-clip ref="film" name="b" start="3600s" duration="1s"/></audition>'
    )
    path = written(tmp_path, project(spine))
    put_shots(path)

    assert [item.getparent().get("name") for item in tree(path).iter("marker")] == ["a"]


rates = st.sampled_from(["1001/24000", "1/24", "1/25", "1001/30000", "1/50", "1001/60000"])


@given(
    rate=rates,
    tc_start=st.integers(0, 10**6),
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=5),
    starts=st.lists(st.fractions(0, 10**5, max_denominator=90000), min_size=5, max_size=5),
    pick=st.lists(st.integers(0, 10**6), min_size=1, max_size=4),
)
def test_frames_come_back_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    rate: str,
    tc_start: int,
    lengths: list[int],
    starts: list[Fraction],
    pick: list[int],
) -> None:
    frame = Fraction(rate)
    at, spine = tc_start, ""
    for n, (length, start) in enumerate(zip(lengths, starts, strict=False)):
        tag = ("title", "gap", "video")[n % 3]
        reference = "" if tag == "gap" else ' ref="clouds"'
        place = f'offset="{at * frame}s" start="{start}s" duration="{length * frame}s"'
        spine += f"<{tag}{reference} {place}/>"
        at += length
    facts = f'format="r" tcStart="{tc_start * frame}s"'
    text = project(spine, media=f'<format id="r" frameDuration="{rate}s"/>', sequence=facts)
    path = written(tmp_path_factory.mktemp("cut"), text)
    frames = sorted({n % sum(lengths) for n in pick})
    markers = [shot(n, 3, rate=1 / frame) for n in frames]
    put(path, markers)

    found = inspection_of(FORMAT.open(path))
    assert [m.frame for m in found.markers if m.ours] == frames
    assert not any(m.edited for m in FORMAT.read_markers(path))
    assert put(path, markers).changed is False
    FORMAT.clear_markers(path, path)
    assert path.read_text() == text
