"""Markers of Final Cut Pro 7 XML: those of editors are read, ours are written and known again."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from lxml import etree

from shotlog.markers import MarkerColours, MarkerOptions, markers_of
from shotlog.schema import Edit, Marker, MarkerFamily
from shotlog_otio.markers import Target
from tests.otio.fcp7.xmeml import (
    FORMAT,
    document,
    file,
    inspected,
    item,
    marker,
    rate,
    remap,
    sequence,
    tag,
    track,
    write,
)
from tests.otio.marking import log_of

PLAIN = document(sequence(track(item(0, 48, 100), item(48, 96, 200, name="b"))))


def markers_for(edit: Edit, on: Target = "timeline") -> list[Marker]:
    return markers_of(log_of(edit), on=on)


def marked(source: Path, on: Target = "timeline", options: MarkerOptions | None = None) -> Path:
    out = source.with_name(f"marked-{on}.xml")
    edit = FORMAT.read(source)
    FORMAT.write_markers(
        source, out, markers_for(edit, on), edit, on=on, options=options or MarkerOptions()
    )
    return out


def elements(path: Path) -> list[etree._Element]:
    return list(etree.parse(path).iter("marker"))


def facts(element: etree._Element) -> dict[str, str]:
    return {child.tag: child.text or "" for child in element}


def test_markers_of_a_sequence_count_from_its_start(tmp_path: Path) -> None:
    inside = (
        tag("timecode", tag("frame", 86400)) + marker(7, 12, "cut", "why &amp; how") + marker(0)
    )
    found = inspected(tmp_path, document(sequence(track(item(0, 48)), inside=inside)))
    assert [(m.frame, m.duration_frames, m.name, m.note, m.on, m.ours) for m in found.markers] == [
        (0, 0, "m", "", "timeline", False),
        (7, 5, "cut", "why & how", "timeline", False),
    ]


def test_markers_of_a_clip_are_in_media_time_and_mostly_hidden(tmp_path: Path) -> None:
    inside = file() + marker(99) + marker(100) + marker(147) + marker(148)
    found = inspected(tmp_path, document(sequence(track(item(10, 58, 100, inside=inside)))))
    assert [(m.frame, m.on) for m in found.markers] == [(10, 0), (57, 0)]
    assert found.hidden_markers == 2


def test_a_marker_may_have_a_rate_of_its_own(tmp_path: Path) -> None:
    inside = file() + marker(48, 96, inside=rate(48))
    found = inspected(tmp_path, document(sequence(track(item(0, 48, inside=inside)))))
    assert [(m.frame, m.duration_frames) for m in found.markers] == [(24, 24)]


def test_markers_of_a_clip_count_at_its_rate(tmp_path: Path) -> None:
    # 15 frames a second in a sequence of 30: frame 73 is frame 146 of the sequence.
    own = rate(15)
    cut = track(item(249, 449, 0, 100, file() + marker(73), own=own))
    found = inspected(tmp_path, document(sequence(cut, own=rate(30))))
    assert [m.frame for m in found.markers] == [249 + 146]


def test_markers_of_a_retimed_clip_are_shown_where_their_frame_is(tmp_path: Path) -> None:
    inside = file() + marker(50) + remap(200)
    found = inspected(tmp_path, document(sequence(track(item(0, 48, 20, inside=inside)))))
    assert [m.frame for m in found.markers] == [5]  # the clip begins at frame 40 of its media


def test_markers_of_a_picture_count_from_its_in_point(tmp_path: Path) -> None:
    inside = file(url="a.png", inside=rate()) + marker(86410, 86420) + marker(86500)
    found = inspected(tmp_path, document(sequence(track(item(24, 72, 86400, inside=inside)))))
    assert [(m.frame, m.duration_frames, m.on) for m in found.markers] == [(34, 10, 0)]
    assert found.hidden_markers == 1


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("<pproColor>4281740498</pproColor>", "Red"),
        ("<pproColor>-13226798</pproColor>", "Red"),  # the same with the sign of 32 bits
        ("<pproColor>4278255360</pproColor>", "#00ff00"),
        ("<color><alpha>0</alpha><red>255</red><green>127</green><blue>0</blue></color>", "Orange"),
        ("<color><red>1</red><green>2</green><blue>3</blue></color>", "#010203"),
        ("<color><red>1</red></color>", ""),
        ("<pproColor>red</pproColor>", ""),
        ("", ""),
    ],
)
def test_colours(tmp_path: Path, written: str, name: str) -> None:
    text = document(sequence(track(item(0, 48)), inside=marker(1, inside=written)))
    assert [m.color for m in inspected(tmp_path, text).markers] == [name]


@pytest.mark.parametrize("first", ["", "-1", "NaN", "99999999999999999999", "later"])
def test_a_marker_without_a_place_is_passed_over(tmp_path: Path, first: str) -> None:
    text = document(sequence(track(item(0, 48)), inside=marker(first) + marker(3)))
    assert [m.frame for m in inspected(tmp_path, text).markers] == [3]


def test_ours_are_written_as_premiere_writes_its_own(tmp_path: Path) -> None:
    [first, _] = elements(marked(write(tmp_path, PLAIN)))
    assert [child.tag for child in first] == ["comment", "name", "in", "out", "pproColor", "color"]
    told = facts(first)
    assert (told["name"], told["in"], told["out"]) == ("MS · pan_left", "0", "48")
    assert told["pproColor"] == str(0xFFD6F419)  # cyan, #19F4D6
    assert [part.text for part in first[-1]] == ["0", "48", "191", "191"]
    assert re.search(r"\n\[shotlog [\w-]+ shot [0-9a-f]{8}\]$", told["comment"])


def test_a_marker_of_one_frame_is_a_point(tmp_path: Path) -> None:
    source = write(tmp_path, PLAIN)
    edit = FORMAT.read(source)
    point = markers_for(edit)[0].model_copy(update={"duration": 1})
    FORMAT.write_markers(source, source, [point], edit)
    assert facts(elements(source)[0])["out"] == "-1"
    assert [m.range.duration for m in FORMAT.read_markers(source)] == [0]
    assert not FORMAT.write_markers(source, source, [point], edit).changed


def test_users_choose_colours_by_the_names_of_premiere(tmp_path: Path) -> None:
    options = MarkerOptions(colours={"premiere": MarkerColours(shot="Green")})
    [first, _] = elements(marked(write(tmp_path, PLAIN), options=options))
    assert first.find("pproColor") is None  # green is its default, which it does not write
    assert [part.text for part in first.find("color")] == ["0", "48", "191", "72"]


def test_markers_of_clips_count_from_the_first_frame_of_their_media(tmp_path: Path) -> None:
    out = marked(write(tmp_path, PLAIN), on="clips")
    places = [
        (m.getparent().findtext("name"), m.findtext("in"), m.findtext("out")) for m in elements(out)
    ]
    assert places == [("a", "100", "148"), ("b", "200", "248")]
    shown = inspected(tmp_path, out.read_text()).markers
    assert [(m.frame, m.duration_frames, m.on, m.ours) for m in shown] == [
        (0, 48, 0, True), (48, 48, 1, True),
    ]  # fmt: skip


def test_markers_of_stills_subclips_and_other_rates_are_known_again(tmp_path: Path) -> None:
    still = file("s", "a.png", rate())
    sub = file() + tag("subclipinfo", tag("startoffset", 48))
    film = file("f", inside=rate(25) + tag("duration", 500) + tag("timecode", tag("frame", 100)))
    cut = track(
        item(0, 24, 216000, inside=still),
        item(24, 48, 10, inside=sub),
        item(48, 72, 10, 35, film, own=rate(25)),
        item(72, 96, 10, inside='<file id="f"/>' + remap(-100)),
    )
    source = write(tmp_path, document(sequence(cut)))
    out = marked(source, on="clips")
    places = [(m.findtext("in"), m.findtext("out")) for m in elements(out)]
    # 20 s at 24 are 480 frames: the last one runs from frame 446 to 470.
    assert places == [("216000", "216024"), ("10", "34"), ("10", "35"), ("446", "470")]
    edit = FORMAT.read(out)
    assert not FORMAT.write_markers(out, out, markers_for(edit, "clips"), edit, on="clips").changed
    assert [m.edited for m in FORMAT.read_markers(out)] == [False] * 4
    FORMAT.clear_markers(out, out)
    assert out.read_bytes() == source.read_bytes()


def test_clips_of_a_sequence_that_is_shown_twice_are_marked_once(tmp_path: Path) -> None:
    nest = sequence(track(item(0, 48, 100)), name="nest", id_="2")
    cut = track(item(0, 48, inside=nest), item(48, 96, inside='<sequence id="2"/>'))
    source = write(tmp_path, document(sequence(cut)))
    edit = FORMAT.read(source)
    markers = markers_for(edit, "clips")
    out = tmp_path / "out.xml"
    result = FORMAT.write_markers(source, out, markers, edit, on="clips")
    assert (len(markers), result.added) == (2, 1)
    [note] = result.notes
    assert note.startswith("1 marker was not written a second time")
    assert len(FORMAT.read_markers(out)) == 1
    assert not FORMAT.write_markers(out, out, markers, edit, on="clips").changed
    assert FORMAT.clear_markers(out, out) == 1
    assert out.read_bytes() == source.read_bytes()


def test_it_is_told_where_several_clips_share_their_markers(tmp_path: Path) -> None:
    master = file() + tag("masterclipid", "master-1")
    cut = track(item(0, 24, inside=master), item(24, 48, inside=master), item(48, 72))
    source = write(tmp_path, document(sequence(cut)))
    edit = FORMAT.read(source)
    result = FORMAT.write_markers(source, source, markers_for(edit, "clips"), edit, on="clips")
    [note] = result.notes
    assert note.startswith("2 of the marked clips show media that others show too")
    assert FORMAT.write_markers(source, source, markers_for(edit), edit).notes == ()


LAYOUTS = {
    "tabs": "<sequence>\n\t\t<name>a</name>\n\t\t{}\n\t\t<timecode/>\n\t\t<labels/>\n\t</sequence>",
    "windows": "<sequence>\r\n\t\t<name>a</name>\r\n\t\t{}\r\n\t\t<labels/>\r\n\t</sequence>",
    "one line": "<sequence><name>a</name>{}<labels/></sequence>",
    "premiere": "<sequence>\n\t\t<name>a</name>\n\t\t{}\n\t\t\t<marker/><labels/></sequence>",
}
BEGINNINGS = {
    "tabs": b"<timecode/>\n\t\t<marker>\n\t\t\t<comment>",
    "windows": b"</media>\r\n\t\t<marker>\r\n\t\t\t<comment>",
    "one line": b"</media><marker><comment>",
    "premiere": b"<marker/>\n\t\t\t<marker>\n\t\t\t\t<comment>",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_markers_take_the_layout_of_the_file_and_leave_it_as_it_was(
    tmp_path: Path, layout: str
) -> None:
    media = tag("media", tag("video", track(item(0, 48)))).replace("\n", "")
    end = "\r\n" if layout == "windows" else "\n"
    text = f"<xmeml>{end}\t{LAYOUTS[layout].format(media)}{end}</xmeml>{end}<!-- end -->"
    source = write(tmp_path, text)
    out = marked(source)
    raw = out.read_bytes()
    order = [child.tag for child in etree.fromstring(raw)[0]]
    assert order.index("marker") > order.index("media")
    assert order.index("labels") == len(order) - 1
    assert BEGINNINGS[layout] in raw
    assert (raw.count(b"\n") == raw.count(b"\r\n")) == (layout == "windows")
    FORMAT.clear_markers(out, out)
    assert out.read_bytes() == source.read_bytes()


def reexported(path: Path, change: dict[str, str] | None = None) -> None:
    """An export of Premiere Pro: other layout and order, texts, frames and pproColor kept."""
    root = etree.parse(path).getroot()
    for element in root.iter("marker"):
        kept = {child.tag: child for child in element}
        for child in list(element):
            element.remove(child)
        for name in ("comment", "name", "in", "out", "pproColor"):
            if name in kept:
                element.append(kept[name])
        if change:
            for name, text in change.items():
                element.find(name).text = text
            change = None
    of_editor = etree.fromstring(marker(5, 9, "mine", "a note"))
    next(root.iter("sequence")).append(of_editor)
    path.write_bytes(
        etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    )


@pytest.mark.parametrize("on", ["timeline", "clips"])
def test_ours_are_known_again_in_what_premiere_exports(tmp_path: Path, on: Target) -> None:
    out = marked(write(tmp_path, PLAIN), on=on)
    reexported(out)
    before, edit = out.read_bytes(), FORMAT.read(out)
    result = FORMAT.write_markers(out, out, markers_for(edit, on), edit, on=on)
    assert (result.unchanged, result.changed, result.kept) == (2, False, ())
    assert out.read_bytes() == before
    assert [m.ours for m in inspected(tmp_path, before).markers].count(False) == 1
    FORMAT.clear_markers(out, out)
    assert [facts(element)["name"] for element in elements(out)] == ["mine"]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "CU · pan_left"},
        {"in": "3"},
        {"out": "20"},
        {"pproColor": "4281740498"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_an_editor_has_changed_is_kept(tmp_path: Path, change: dict[str, str]) -> None:
    out = marked(write(tmp_path, PLAIN))
    reexported(out, change)
    edit = FORMAT.read(out)
    before = out.read_bytes()
    result = FORMAT.write_markers(out, out, markers_for(edit), edit)
    assert (len(result.kept), result.unchanged, out.read_bytes()) == (1, 1, before)
    assert FORMAT.clear_markers(out, out) == 1
    assert next(iter(change.values())) in out.read_text()
    assert FORMAT.clear_markers(out, out, edited=True) == 1


def test_a_program_that_drops_or_changes_colours_leaves_ours_as_they_are(tmp_path: Path) -> None:
    out = marked(write(tmp_path, PLAIN))
    blue = "<color><red>0</red><green>0</green><blue>255</blue></color>"
    text = re.sub("<pproColor>.*?</pproColor>", "", out.read_text())
    out.write_text(re.sub(r"<color>.*?</color>", blue, text, flags=re.DOTALL))
    assert [m.edited for m in FORMAT.read_markers(out)] == [False, False]


def test_texts_that_xml_cannot_hold_are_no_edits(tmp_path: Path) -> None:
    source = write(tmp_path, PLAIN)
    edit = FORMAT.read(source)
    odd = 'a <b> & "c" ]]> \ufffe\uffff \u2028 \n\t end\n\nüñ 🎬'
    one = Marker(
        id="1", family=MarkerFamily.MOVE, name=odd, note=odd, frame=3, duration=4, rate=Fraction(24)
    )
    FORMAT.write_markers(source, source, [one], edit)
    [read] = FORMAT.read_markers(source)
    assert (read.name, read.note, read.edited) == (
        odd.replace("\ufffe", "").replace("\uffff", ""),
        odd.replace("\ufffe", "").replace("\uffff", ""),
        False,
    )
    assert not FORMAT.write_markers(source, source, [one], edit).changed


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1"])
def test_files_keep_their_encoding(tmp_path: Path, encoding: str) -> None:
    text = PLAIN.replace("UTF-8", "ISO-8859-1" if "8859" in encoding else "UTF-16")
    text = PLAIN if encoding == "utf-8-sig" else text
    source = write(tmp_path, text.replace("edit", "größe").encode(encoding))
    out = marked(source)
    assert "größe" in out.read_bytes().decode(encoding)
    assert [m.edited for m in FORMAT.read_markers(out)] == [False, False]
    FORMAT.clear_markers(out, out)
    assert out.read_bytes() == source.read_bytes()


def test_copies_that_premiere_puts_on_other_uses_of_the_media_are_taken_out_again(
    tmp_path: Path,
) -> None:
    # It keeps markers with the media, and writes them on every clip of it, also those of sound.
    sound = track(item(0, 48, 100, name="sound"))
    source = write(tmp_path, document(sequence(track(item(0, 48, 100)), audio=sound)))
    out = marked(source, on="clips")
    root = etree.parse(out).getroot()
    picture, heard = root.iter("clipitem")
    heard.append(etree.fromstring(etree.tostring(picture.find("marker"))))
    out.write_bytes(etree.tostring(root))

    edit = FORMAT.read(out)
    result = FORMAT.write_markers(out, out, markers_for(edit, "clips"), edit, on="clips")
    assert (result.unchanged, result.removed, len(elements(out))) == (1, 1, 1)
    assert not FORMAT.write_markers(out, out, markers_for(edit, "clips"), edit, on="clips").changed
