"""Markers in projects of Kdenlive and Shotcut: what is written, kept and taken out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from shotlog.markers import markers_of
from shotlog.schema import Edit, Marker, MarkerFamily, TimelineUnreadable
from shotlog_otio.formats import PatchedFormat
from shotlog_otio.markers import Target, WriteResult
from shotlog_otio.mlt import KdenliveFormat, MltFormat
from tests.otio.marking import log_of, marker
from tests.otio.mlt.projects import (
    entry,
    kdenlive,
    producer,
    prop,
    saved,
    shotcut,
)

GUIDES = "kdenlive:sequenceproperties.guides"
EMPTY = "[\n]\n"


def written(
    format_: PatchedFormat, path: Path, markers: list[Marker], on: Target = "timeline"
) -> WriteResult:
    edit: Edit = format_.read(path)
    return format_.write_markers(path, path, markers, edit, on=on)


def listed(path: Path, name: str = GUIDES) -> list[dict[str, object]]:
    """The guides in a file, as an independent reader of XML finds them."""
    found = etree.parse(path).find(f".//property[@name='{name}']")
    return json.loads(found.text) if found is not None else []


def project(folder: Path, *facts: str, clip: tuple[str, ...] = ()) -> Path:
    services = [producer(0, prop("kdenlive:id", 2), *clip)]
    items = [entry(0, 0, 49), entry(0, 20, 69)]
    return saved(folder, kdenlive(services, items, *facts), ".kdenlive")


def of(number: int, frame: int, **facts: object) -> Marker:
    return marker(number, frame=frame, **facts)


@pytest.mark.parametrize(
    "facts",
    [
        (),
        (prop(GUIDES, EMPTY),),
        (prop(GUIDES, "[]"),),
        (f'<property name="{GUIDES}"/>',),
        (prop(GUIDES, '[{"pos":3,"comment":"a &amp; b","type":0}]'),),
        (prop(GUIDES, '[\n    {\n        "comment": "&lt;ü>",\n        "pos": 3\n    }\n]\n'),),
    ],
    ids=["absent", "empty", "brackets", "no text", "one line", "as Kdenlive"],
)
def test_guides_are_added_and_taken_out_without_a_trace(
    tmp_path: Path, facts: tuple[str, ...]
) -> None:
    path = project(tmp_path, *facts)
    before, format_ = path.read_bytes(), KdenliveFormat()
    kept = listed(path) if "[" in "".join(facts) else []

    assert written(format_, path, [of(1, 10), of(2, 20)]).added == 2
    guides = listed(path)
    assert guides[: len(kept)] == kept
    assert [g["pos"] for g in guides[len(kept) :]] == [10, 20]
    assert written(format_, path, [of(2, 20)]).removed == 1
    assert written(format_, path, [of(2, 20), of(3, 30)]).added == 1
    assert format_.clear_markers(path, path) == 2
    assert path.read_bytes() == before


def test_a_guide_says_all_on_one_line_and_has_a_category_of_the_project(tmp_path: Path) -> None:
    path = project(tmp_path)
    written(KdenliveFormat(), path, [of(4, 10, family=MarkerFamily.SHOT)])
    (guide,) = listed(path)

    text = str(guide["comment"])
    assert text.startswith("MS · pan 4: Größe: 87 % / By builtin.size 3 [shotlog 0000000000000004")
    # Turquoise, for Cyan; and the member by which the file can be restored, which Kdenlive drops.
    assert guide == {
        "comment": text,
        "duration": 5,
        "pos": 10,
        "shotlog_was": None,
        "type": 2,
    }


def test_categories_that_the_project_lacks_are_not_used(tmp_path: Path) -> None:
    own = '[{"index":4,"color":"#00ffff"},{"index":5,"color":"#ff0000"}]'
    services = [producer(0, prop("kdenlive:id", 2))]
    settings = [prop("kdenlive:docproperties.guidesCategories", own)]
    text = kdenlive(services, [entry(0, 0, 49)], settings=settings)
    path = saved(tmp_path, text, ".kdenlive")
    families = [MarkerFamily.SHOT, MarkerFamily.PROBLEM]
    written(KdenliveFormat(), path, [of(n, 10 * n, family=f) for n, f in enumerate(families)])

    assert [g["type"] for g in listed(path)] == [4, 5]


def test_one_guide_is_put_on_a_frame_and_an_editors_stays_alone_there(tmp_path: Path) -> None:
    path = project(tmp_path, prop(GUIDES, '[{"pos":10,"comment":"mine","type":0}]'))
    result = written(KdenliveFormat(), path, [of(1, 10), of(2, 20), of(3, 20)])

    assert [(g["pos"], g.get("duration")) for g in listed(path)[1:]] == [(20, 5), (21, 4)]
    assert result.notes == (
        "1 marker was not written, as your own stands on the frame, which holds one alone",
        "1 marker was put a frame or more later, as the program keeps one marker on a frame",
    )


def saved_by_kdenlive(path: Path) -> None:
    """What Kdenlive 22.12 keeps of guides: position, text and category."""
    tree = etree.parse(path)
    for item in tree.iterfind(f".//property[@name='{GUIDES}']"):
        kept = [{k: g[k] for k in ("comment", "pos", "type")} for g in json.loads(item.text)]
        item.text = f"{json.dumps(kept, indent=4)}\n"
    tree.write(path, encoding="utf-8", xml_declaration=True)


def test_a_rerun_after_kdenlive_saved_knows_its_guides(tmp_path: Path) -> None:
    path, format_ = project(tmp_path), KdenliveFormat()
    markers = [of(1, 10), of(2, 20), of(3, 30)]
    written(format_, path, markers)
    saved_by_kdenlive(path)
    before = path.read_bytes()

    assert not any(m.edited for m in format_.read_markers(path))
    assert not written(format_, path, markers).changed
    assert path.read_bytes() == before
    assert format_.clear_markers(path, path) == 3
    assert listed(path) == []


@pytest.mark.parametrize("change", [{"comment": "CU"}, {"pos": 12}, {"type": 5}])
def test_a_guide_that_an_editor_changed_is_kept(tmp_path: Path, change: dict[str, object]) -> None:
    path, format_ = project(tmp_path), KdenliveFormat()
    written(format_, path, [of(1, 10), of(2, 20)])
    tree = etree.parse(path)
    (item,) = tree.iterfind(f".//property[@name='{GUIDES}']")
    guides = json.loads(item.text)
    tag = guides[0]["comment"].rpartition("[")[2]
    guides[0].update(change)
    if "comment" in change:
        guides[0]["comment"] += f" [{tag}"
    item.text = json.dumps(guides)
    tree.write(path, encoding="utf-8", xml_declaration=True)

    result = written(format_, path, [of(1, 10, name="WS · static"), of(2, 20)])
    assert (result.unchanged, result.added, len(result.kept)) == (1, 0, 1)
    assert {k: listed(path)[0][k] for k in ("pos", "type")} == {
        k: guides[0][k] for k in ("pos", "type")
    }


def test_a_guide_whose_tag_an_editor_took_away_is_the_editors(tmp_path: Path) -> None:
    path, format_ = project(tmp_path), KdenliveFormat()
    written(format_, path, [of(1, 10)])
    text = path.read_text().replace(str(listed(path)[0]["comment"]).replace("&", "&amp;"), "CU!")
    path.write_text(text)

    assert written(format_, path, [of(1, 10)]).added == 0
    assert [g["comment"] for g in listed(path)] == ["CU!"]


def test_markers_on_clips_go_to_the_bin_once_in_frames_of_the_media(tmp_path: Path) -> None:
    path, format_ = project(tmp_path), KdenliveFormat()
    before, edit = path.read_bytes(), format_.read(path)
    markers = markers_of(log_of(edit), on="clips")
    assert written(format_, path, markers, on="clips").added == 2

    # The clip is used from frame 0 and from frame 20 on.
    marks = listed(path, "kdenlive:markers")
    assert [(m["pos"], m["duration"]) for m in marks] == [(0, 50), (20, 50)]
    assert not written(format_, path, markers, on="clips").changed
    assert len(format_.read_markers(path)) == 2
    assert format_.clear_markers(path, path) == 2
    assert path.read_bytes() == before


def test_the_copy_of_the_guides_that_kdenlive_writes_loses_ours_too(tmp_path: Path) -> None:
    path, format_ = project(tmp_path, prop(GUIDES, EMPTY)), KdenliveFormat()
    written(format_, path, [of(1, 10), of(2, 20)])
    tree = etree.parse(path)
    (item,) = tree.iterfind(f".//property[@name='{GUIDES}']")
    copy = etree.SubElement(item.getparent(), "property", name="kdenlive:markers")
    copy.text = json.dumps([{"pos": 3, "comment": "mine"}, *json.loads(item.text)])
    item.addnext(copy)
    tree.write(path, encoding="utf-8", xml_declaration=True)

    format_.clear_markers(path, path)
    assert listed(path, "kdenlive:markers") == [{"pos": 3, "comment": "mine"}]


def test_a_damaged_list_of_guides_is_not_overwritten(tmp_path: Path) -> None:
    path = project(tmp_path, prop(GUIDES, "[{"))

    assert any("damaged" in text for text in KdenliveFormat().open(path).edit.warnings)
    with pytest.raises(TimelineUnreadable, match="its list of guides"):
        written(KdenliveFormat(), path, [of(1, 10)])


MARK = "shotcut:markers"
EDITORS = (
    f'<properties name="{MARK}"><properties name="4">'
    '<property name="text">mine &amp; "yours"</property><property name="start">00:00:00.200'
    '</property><property name="end">00:00:00.200</property>'
    '<property name="color">#00FF00</property></properties></properties>'
)


@pytest.mark.parametrize(
    "facts",
    [
        (),
        (f'<properties name="{MARK}"/>',),
        (f"<properties name='{MARK}'>\n</properties>",),
        (EDITORS,),
    ],
    ids=["absent", "empty", "blank", "an editor's"],
)
def test_markers_of_shotcut_are_added_and_taken_out_without_a_trace(
    tmp_path: Path, facts: tuple[str, ...]
) -> None:
    path = saved(tmp_path, shotcut([producer(0)], [entry(0, 0, 99)], *facts))
    before, format_ = path.read_bytes(), MltFormat()

    assert written(format_, path, [of(1, 10), of(2, 20, duration=1)]).added == 2
    first, *_ = [
        m
        for m in etree.parse(path).iterfind(f".//*[@name='{MARK}']/properties")
        if "pan 1" in m[0].text
    ]
    facts_of = {p.get("name"): p.text for p in first}
    assert facts_of["text"].startswith("MS · pan 1: Größe: 87 % / By builtin.size 3 [shotlog")
    assert (facts_of["start"], facts_of["end"]) == ("00:00:00.400", "00:00:00.600")
    assert first.get("name") == ("5" if EDITORS in facts else "0")
    assert not written(format_, path, [of(1, 10), of(2, 20, duration=1)]).changed
    assert written(format_, path, [of(2, 20, duration=1, name="CU")]).replaced == 1
    assert format_.clear_markers(path, path) == 1
    assert path.read_bytes() == before


def test_shotcut_keeps_several_markers_on_a_frame(tmp_path: Path) -> None:
    path = saved(tmp_path, shotcut([producer(0)], [entry(0, 0, 99)], EDITORS))
    result = written(MltFormat(), path, [of(1, 5), of(2, 5)])

    assert (result.added, result.notes) == (2, ())
    assert len(MltFormat().open(path).markers) == 3


def test_a_marker_that_shotcut_gave_another_colour_is_kept(tmp_path: Path) -> None:
    path = saved(tmp_path, shotcut([producer(0)], [entry(0, 0, 99)]))
    written(MltFormat(), path, [of(4, 10, family=MarkerFamily.SHOT)])
    path.write_text(path.read_text().replace("#00FFFF", "#123456"))
    result = written(MltFormat(), path, [of(4, 10, family=MarkerFamily.SHOT, name="CU")])

    assert (len(result.kept), result.changed) == (1, False)
