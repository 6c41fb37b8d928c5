"""Owners of markers in FCPXML: ours come and go without a trace, those of editors stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from tests.otio.fcpxml.marking import CLIP, changed, elements, put, shot, tree
from tests.otio.fcpxml.projects import FORMAT, project, written

EMPTY_FORMS: dict[str, Callable[[str], str]] = {
    "one tag": lambda text: text,
    "one tag with a blank": lambda text: text.replace('duration="4s"/>', 'duration="4s" />'),
    "two tags": lambda text: text.replace('"4s"/>', '"4s"></asset-clip>'),
    "two tags on lines": lambda text: text.replace('"4s"/>', '"4s">\n      </asset-clip>'),
    "a comment": lambda text: text.replace('"4s"/>', '"4s">\n   <!-- <x> -->\n</asset-clip>'),
    "an odd attribute": lambda text: text.replace('name="a"', "name='a > \"b\"/'"),
    "one line": lambda text: "".join(line.strip() for line in text.splitlines()),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "tabs": lambda text: text.replace("    ", "\t"),
    "names": lambda text: text.replace('name="a"', 'name="e\u0301\u00a0\U0001f3ac"'),
}


@pytest.mark.parametrize("form", EMPTY_FORMS)
def test_clearing_leaves_no_trace(tmp_path: Path, form: str) -> None:
    path = written(tmp_path, EMPTY_FORMS[form](project(CLIP)))
    before = path.read_bytes()
    assert put(path, [shot(0), shot(24)]).added == 2
    once = path.read_bytes()

    assert put(path, [shot(0), shot(24)]).unchanged == 2
    assert path.read_bytes() == once
    # One of two goes, and comes back.
    put(path, [shot(24)])
    put(path, [shot(0), shot(24)])
    assert len(elements(path, "marker")) == 2
    assert FORMAT.clear_markers(path, path) == 2
    assert path.read_bytes() == before


def test_utf_16_stays_utf_16(tmp_path: Path) -> None:
    path = tmp_path / "cut.fcpxml"
    text = project(CLIP).replace("UTF-8", "UTF-16").encode("utf-16")
    path.write_bytes(text)
    put(path, [shot(0, name="Größe \U0001f3ac")])

    assert "Größe \U0001f3ac" in path.read_bytes().decode("utf-16")
    FORMAT.clear_markers(path, path)
    assert path.read_bytes() == text


@pytest.mark.parametrize(
    "edit",
    [
        ('value="CS · pan"', 'value="their word"'),
        ("Size: 90 %", "their note"),
        ('value="Close-up, Pan Left, Shake"', 'value="Medium Shot"'),
        ('<marker start="3610s"', '<marker start="3611s"'),
        ('value="CS · pan" note', 'value="CS · pan" completed="1" note'),
    ],
)
def test_what_an_editor_has_changed_is_kept(tmp_path: Path, edit: tuple[str, str]) -> None:
    path = written(tmp_path, project(CLIP))
    put(path, [shot(0)])
    changed(path, *edit)
    edited = path.read_bytes()

    result = put(path, [shot(0, name="LS")])
    assert (result.kept, result.added, result.changed) == (("0000000000000001",), 0, False)
    assert FORMAT.clear_markers(path, path) == 0
    assert path.read_bytes() == edited
    assert FORMAT.clear_markers(path, path, edited=True) == 1
    assert elements(path, "keyword") == elements(path, "marker") == []


def test_a_marker_whose_keyword_an_editor_took_out_is_theirs(tmp_path: Path) -> None:
    path = written(tmp_path, project(CLIP))
    put(path, [shot(0)])
    keyword = etree.tostring(next(tree(path).iter("keyword")), with_tail=False).decode()
    path.write_text(path.read_text().replace(keyword, ""))

    assert put(path, [shot(0, name="LS")]).kept == ("0000000000000001",)


def test_what_came_with_a_marker_that_an_editor_took_out_goes_too(tmp_path: Path) -> None:
    path = written(tmp_path, project(CLIP))
    put(path, [shot(0), shot(48)])
    text = path.read_text()
    start = text.index('<marker start="3610s"')
    path.write_text(text[:start].rstrip() + text[text.index("/>", start) + 2 :])
    assert len(elements(path, "keyword")) == 2

    cleared = tmp_path / "cleared.fcpxml"
    assert FORMAT.clear_markers(path, cleared) == 2
    assert cleared.read_text() == project(CLIP)
    # A new run writes it again, with one keyword.
    assert put(path, [shot(0), shot(48)]).replaced == 1
    assert path.read_text() == text


def test_markers_that_final_cut_wrote_anew_are_still_ours(tmp_path: Path) -> None:
    path = written(tmp_path, project(CLIP))
    put(path, [shot(0), shot(48)])
    root = tree(path)
    clip = next(root.iter("asset-clip"))
    for item in clip.iter("marker"):
        item.set("duration", "1/48000s")  # as on gaps and sound
    for item in clip.iter():
        for name in ("start", "duration"):
            if item.get(name, "").endswith("s") and "/" not in item.get(name):
                item.set(name, f"{int(item.get(name)[:-1]) * 2400}/2400s")
    clip[:] = sorted(clip, key=lambda item: ["marker", "keyword"].count(item.tag))
    path.write_bytes(etree.tostring(root))

    result = put(path, [shot(0), shot(48)])
    assert (result.unchanged, result.kept) == (2, ())
    assert FORMAT.clear_markers(path, path) == 2
    assert elements(path, "keyword") == elements(path, "analysis-marker") == []


def test_a_keyword_that_lost_its_note_is_known_by_its_range(tmp_path: Path) -> None:
    path = written(tmp_path, project(CLIP))
    put(path, [shot(0), shot(48)])
    root = tree(path)
    for item in root.iter("keyword"):
        del item.attrib["note"]
    clip = next(root.iter("asset-clip"))
    clip.append(etree.fromstring('<keyword start="3610s" duration="3s" value="theirs"/>'))
    path.write_bytes(etree.tostring(root))

    assert put(path, [shot(0), shot(48)]).unchanged == 2
    assert put(path, [shot(48)]).removed == 1
    assert FORMAT.clear_markers(path, path) == 1
    assert [k["value"] for k in elements(path, "keyword")] == ["theirs"]
    assert elements(path, "marker") == elements(path, "analysis-marker") == []


def test_a_copy_of_a_marker_shares_its_keyword(tmp_path: Path) -> None:
    path = written(tmp_path, project(CLIP))
    put(path, [shot(0)])
    own = etree.tostring(next(tree(path).iter("marker")), with_tail=False).decode()
    copy = own.replace('"3610s"', '"3611s"')
    path.write_text(path.read_text().replace("<keyword", f"{copy}<keyword"))

    assert put(path, []).kept == ("0000000000000001",)
    assert FORMAT.clear_markers(path, path, edited=True) == 1
    assert elements(path, "marker") == []


def test_keywords_and_shot_types_of_others_stay(tmp_path: Path) -> None:
    theirs = (
        '<keyword start="3610s" duration="1s" value="Close-up, Pan Left, Shake"/>'
        '<analysis-marker start="3610s" duration="1s"><shot-type value="closeUp"/>'
        "</analysis-marker>"
    )
    path = written(tmp_path, project(CLIP.replace("/>", f">{theirs}</asset-clip>")))
    before = path.read_bytes()
    put(path, [shot(0)])
    assert len(elements(path, "analysis-marker")) == 2

    put(path, [])
    assert path.read_bytes() == before


def test_a_change_replaces_the_marker_with_all_that_came_with_it(tmp_path: Path) -> None:
    path = written(tmp_path, project(CLIP))
    put(path, [shot(0)])
    result = put(path, [shot(0, 12, name="MS", payload={"size.label": "MS"})])

    assert (result.replaced, result.added, result.removed) == (1, 0, 0)
    assert [m["value"] for m in elements(path, "marker")] == ["MS"]
    assert [(k["value"], k["duration"]) for k in elements(path, "keyword")] == [
        ("Medium Shot", "1/2s")
    ]
    assert [s["value"] for s in elements(path, "shot-type")] == ["mediumShot"]
    fresh = written(tmp_path, project(CLIP))
    assert fresh == path
    put(fresh, [shot(0, 12, name="MS", payload={"size.label": "MS"})])
    FORMAT.clear_markers(path, path)
    assert path.read_text() == project(CLIP)
