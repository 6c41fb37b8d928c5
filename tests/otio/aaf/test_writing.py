"""Our markers in AAF files: written, known again, kept where an editor has changed them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import aaf2
import pytest
from aaf2.core import AAFObject

from shotlog.markers import MarkerColours, MarkerOptions, markers_of
from shotlog.schema import (
    DiskFull,
    Edit,
    Marker,
    MarkerFamily,
    OutputNotWritable,
    TimelineUnreadable,
)
from shotlog_otio import WriteResult
from tests.otio.aaf.dumping import definitions, dump
from tests.otio.aaf.making import Film, make
from tests.otio.aaf.reading import FORMAT, inspect
from tests.otio.marking import log_of, marker, no_file_above

Change = Callable[[Any], object]


def cut(tmp_path: Path, *, with_markers: bool = True, rate: Fraction = Fraction(24)) -> Path:
    """Two tracks of two clips each, and markers of an editor at frames 0 and 30 of the lowest."""
    path = tmp_path / "cut.aaf"
    path.write_bytes(_cut(with_markers, rate))
    return path


@cache  # to make one takes as long as to read it twice
def _cut(with_markers: bool, rate: Fraction) -> bytes:
    def build(film: Film) -> None:
        mob, a, b = film.sequence(), film.master("a"), film.master("b")
        slot = film.track(mob, film.filler(60))
        low = film.run(film.clip(a, 0, 30), film.clip(b, 0, 30))
        high = film.run(film.filler(10), film.clip(b, 50, 20), film.filler(30))
        slot.segment = film.scope(low, high)
        if with_markers:
            ones = (film.marker("first", 0, colour="Red"), film.marker("at the cut", 30))
            film.markers(mob, slot, *ones)

    with tempfile.TemporaryDirectory() as folder:
        return make(Path(folder, "cut.aaf"), build, rate).read_bytes()


def write(
    path: Path, *markers: Marker, out: Path | None = None, on: Any = "timeline"
) -> WriteResult:
    return FORMAT.write_markers(path, out or path, markers, FORMAT.read(path), on=on)


def edit_by_hand(path: Path, change: Change, *, ours: bool = True) -> None:
    """An editor's session: change every marker of ours (or of others) and save."""
    with aaf2.open(str(path), "rw") as file:
        for mob in file.content.compositionmobs():
            for slot in mob.slots:
                held = slot.segment.components if hasattr(slot.segment, "components") else ()
                for item in list(held):
                    if "Comment" in item and ("[shotlog" in item["Comment"].value) == ours:
                        change(item)


def told(path: Path) -> list[tuple[int, int, str, str]]:
    """Frame, length, name and colour of our markers."""
    found = inspect(path).markers
    return [(m.frame, m.duration_frames, m.name, m.color) for m in found if m.ours]


def test_markers_are_points_of_avids_with_all_that_it_keeps(tmp_path: Path) -> None:
    path = cut(tmp_path)
    write(path, marker(1, frame=12, duration=7, note="Größe 大: 87 %\nBy builtin.size 3"))
    with aaf2.open(str(path), "r") as file:
        [mob] = file.content.compositionmobs()
        slot = next(s for s in mob.slots if "EditRate" in s and s.slot_id > 900)
        [item] = [m for m in slot.segment.components if "[shotlog" in m["Comment"].value]
        text = item["Comment"].value
        assert text.startswith("MS · pan 1\nGröße 大: 87 %\nBy builtin.size 3\n[shotlog ")
        assert item["Position"].value == 12
        assert "Length" not in item
        assert item["CommentMarkerUser"].value == "Shotlog"
        assert item["CommentMarkerColor"].value == {"red": 52428, "green": 13107, "blue": 52428}
        attributes = {a.name: a.value for a in item["CommentMarkerAttributeList"].value}
        assert attributes["_ATN_CRM_COLOR"] == "Magenta"
        assert attributes["_ATN_CRM_COM"] == text
        assert attributes["_ATN_CRM_LENGTH"] == 7
        # The track that it describes, and in order among the others.
        picture = next(s for s in mob.slots if s.media_kind == "Picture")
        assert item["DescribedSlots"].value == {picture.slot_id}
        assert slot["PhysicalTrackNumber"].value == 1
        assert [m["Position"].value for m in slot.segment.components] == [0, 12, 30]
    assert told(path) == [(12, 7, "MS · pan 1", "Magenta")]


def test_a_slot_is_made_where_there_is_none_and_goes_with_the_last_marker(tmp_path: Path) -> None:
    path = cut(tmp_path, with_markers=False)
    before = dump(path)
    write(path, marker(0), marker(1))
    with aaf2.open(str(path), "r") as file:
        [mob] = file.content.compositionmobs()
        [made] = [s for s in mob.slots if type(s).__name__ == "EventMobSlot"]
        assert made["EditRate"].value == 24
        assert made["PhysicalTrackNumber"].value == 1
        assert len({s.slot_id for s in mob.slots}) == len(list(mob.slots))
    assert FORMAT.clear_markers(path, path) == 2
    assert dump(path) == before


def test_all_other_objects_stay_as_they_are(tmp_path: Path) -> None:
    path, out = cut(tmp_path), tmp_path / "out.aaf"
    write(path, marker(0), marker(1), marker(2), out=out)
    assert dump(out, without_ours=True) == dump(path)
    assert definitions(path).items() <= definitions(out).items()
    assert [m.name for m in inspect(out).markers if not m.ours] == ["first", "at the cut"]


@pytest.mark.parametrize("on", ["timeline", "clips"])
def test_a_second_run_changes_no_byte(tmp_path: Path, on: Any) -> None:
    path = cut(tmp_path)
    edit = FORMAT.read(path)
    markers = markers_of(log_of(edit), on=on)
    first = FORMAT.write_markers(path, path, markers, edit, on=on)
    once = path.read_bytes()
    again = FORMAT.write_markers(path, path, markers, FORMAT.read(path), on=on)
    assert (first.added, again.unchanged, again.changed) == (3, 3, False)
    assert path.read_bytes() == once


def test_markers_on_clips_stand_on_the_tracks_of_their_clips(tmp_path: Path) -> None:
    path = cut(tmp_path, with_markers=False)
    edit = FORMAT.read(path)
    FORMAT.write_markers(path, path, markers_of(log_of(edit), on="clips"), edit, on="clips")
    with aaf2.open(str(path), "r") as file:
        [mob] = file.content.compositionmobs()
        placed = {
            slot["PhysicalTrackNumber"].value: [
                m["Position"].value for m in slot.segment.components
            ]
            for slot in mob.slots
            if type(slot).__name__ == "EventMobSlot"
        }
    assert placed == {1: [0, 30], 2: [10]}


def test_what_findings_no_longer_say_is_replaced_or_removed(tmp_path: Path) -> None:
    path = cut(tmp_path)
    write(path, marker(0), marker(1), marker(2))
    result = write(path, marker(0), marker(1, name="LS"), marker(3))
    assert (result.unchanged, result.replaced, result.added, result.removed) == (1, 1, 1, 1)
    assert [row[2] for row in told(path)] == ["MS · pan 0", "LS", "MS · pan 3"]


@pytest.mark.parametrize(
    "change",
    [
        lambda m: setattr(m["Comment"], "value", f"mine: {m['Comment'].value}"),
        lambda m: setattr(m["Position"], "value", 44),
        lambda m: setattr(m["CommentMarkerAttributeList"].value[1], "value", "Blue"),
    ],
    ids=["text", "frame", "colour"],
)
def test_a_marker_that_an_editor_changed_is_the_editors(tmp_path: Path, change: Change) -> None:
    path = cut(tmp_path)
    write(path, marker(1))
    edit_by_hand(path, change)
    kept = dump(path)
    result = write(path, marker(1))
    assert (result.kept, result.added, result.changed) == ((marker(1).id,), 0, False)
    assert FORMAT.clear_markers(path, path) == 0
    assert dump(path) == kept
    assert FORMAT.clear_markers(path, path, edited=True) == 1


def test_joined_lines_are_no_edit(tmp_path: Path) -> None:
    path = cut(tmp_path)
    write(path, marker(1))
    edit_by_hand(
        path, lambda m: setattr(m["Comment"], "value", " ".join(m["Comment"].value.split()))
    )
    assert not any(m.edited for m in FORMAT.read_markers(path))
    assert write(path, marker(1)).unchanged == 1


def test_a_taken_frame_of_a_track_sends_a_marker_to_the_timecode_track(tmp_path: Path) -> None:
    path = cut(tmp_path)
    result = write(path, marker(0, frame=30), marker(1, frame=30), marker(2, frame=31))
    assert [row[0] for row in told(path)] == [30, 30, 31]
    assert result.notes == (
        "2 markers stand on another track, at their frames:"
        " Media Composer holds one marker on a frame of a track",
    )


def test_where_all_tracks_are_taken_a_marker_comes_later(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        mob = film.file.create.CompositionMob("edit")
        film.file.content.mobs.append(mob)
        slot = film.track(mob, film.clip(film.master("a"), 0, 60))
        film.markers(mob, slot, film.marker("theirs", 5))

    path = make(tmp_path / "cut.aaf", build)
    [note] = write(path, marker(0, frame=5, duration=9)).notes
    assert note.startswith("1 marker stands on a later frame")
    assert [row[:2] for row in told(path)] == [(6, 8)]


def test_colours_are_those_that_the_user_chose(tmp_path: Path) -> None:
    path = cut(tmp_path, with_markers=False)
    options = MarkerOptions(colours={"avid-aaf": MarkerColours(shot="Yellow")})
    one = marker(0, family=MarkerFamily.SHOT)
    FORMAT.write_markers(path, path, [one], FORMAT.read(path), options=options)
    assert [row[3] for row in told(path)] == ["Yellow"]


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60)])
def test_frames_are_exact_at_every_rate(tmp_path: Path, rate: Fraction) -> None:
    path = cut(tmp_path, rate=rate)
    write(path, *(marker(n, frame=7 * n + 1, rate=rate) for n in range(8)))
    assert [row[0] for row in told(path)] == [7 * n + 1 for n in range(8)]


def test_texts_are_within_what_an_aaf_holds(tmp_path: Path) -> None:
    path = cut(tmp_path)
    write(path, marker(1, name="a\nb\0" * 200, note="\U0001f3ac" * 9000))
    [found] = [m for m in inspect(path).markers if m.ours]
    assert found.name.startswith("a ba b")
    assert found.note.startswith("\U0001f3ac" * 10)
    assert len(found.name) + len(found.note) < 3000


def test_the_users_file_is_whole_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = cut(tmp_path)
    before = path.read_bytes()
    edit: Edit = FORMAT.read(path)
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(tmp_path / "no such folder"))
        with pytest.raises(OutputNotWritable):
            FORMAT.write_markers(path, path, [marker(1)], edit)
    assert path.read_bytes() == before
    with no_file_above(len(before) // 2), pytest.raises(DiskFull):
        FORMAT.write_markers(path, path, [marker(1)], edit)
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cut.aaf"]


def test_a_file_that_cannot_be_written_back_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def build(film: Film) -> None:
        mob = film.sequence()
        film.track(mob, film.clip(film.master("a"), 0, 60))
        del mob["CreationTime"]  # which every mob must have

    with monkeypatch.context() as patch:
        patch.setattr(AAFObject, "validate", lambda _: None)
        path = make(tmp_path / "cut.aaf", build)
    before = path.read_bytes()
    with pytest.raises(TimelineUnreadable, match=r"-o markers\.txt"):
        write(path, marker(1))
    assert path.read_bytes() == before
    assert capfd.readouterr() == ("", "")  # pyaaf2 prints what it cannot write
