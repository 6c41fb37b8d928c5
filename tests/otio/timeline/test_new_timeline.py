"""A new timeline holds its files exactly, for us and for OpenTimelineIO."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.markers import MarkerTag
from shotlog.schema import (
    ClipEmpty,
    Edit,
    ImageSequence,
    Marker,
    MarkerFamily,
    Media,
    NoPicture,
    TimelineEmpty,
    TimeRange,
    VideoStream,
)
from shotlog_otio import (
    Blank,
    MediaPiece,
    NewMarker,
    check_piece,
    make_timeline,
    make_timeline_of_pieces,
    pieces_clock,
    read_edit,
    read_markers,
    read_timeline,
    write_markers,
)

NTSC_24, NTSC_30 = Fraction(24000, 1001), Fraction(30000, 1001)
RATES = (NTSC_24, NTSC_30, Fraction(60000, 1001), Fraction(24), Fraction(25), Fraction(50))


def _media(path: str, rate: Fraction, frames: int | None, **changes: Any) -> Media:
    video = VideoStream(
        index=0,
        codec="h264",
        width=64,
        height=36,
        rate=rate,
        tick=1 / rate,
        frames=frames,
        duration=frames / rate if frames is not None else None,
    )
    plain = {"path": path, "content_id": "x", "container": "mov", "video": video, "audio": None}
    return Media(**{**plain, **changes})


def _read(folder: Path, *media: Media) -> Edit:
    path = folder / "new.otio"
    path.write_bytes(make_timeline(media, "new"))
    return read_edit(path)


def test_files_come_back_exactly_one_after_the_other(tmp_path: Path) -> None:
    start = 86400 / NTSC_24
    edit = _read(
        tmp_path,
        _media("/a b/c#1 100%.mov", NTSC_24, 100, start_timecode=start),
        _media("/d.mov", Fraction(25), 50),
        _media("/e.mov", NTSC_30, 7),
    )
    assert (edit.name, edit.rate) == ("new", NTSC_24)
    assert edit.start == 0
    first, second, third = edit.clips
    assert first.media is not None
    assert (first.media.path, first.media.start) == ("/a b/c#1 100%.mov", start)
    assert (first.source.start, first.source.duration) == (start, 100 / NTSC_24)
    assert second.timeline.start == 100 / NTSC_24
    assert third.timeline.start == 100 / NTSC_24 + 2
    assert third.source.duration == 7 / NTSC_30
    assert edit.duration == third.timeline.end
    assert not any(clip.problem or clip.warnings for clip in edit.clips)


def test_a_still_is_shown_for_five_seconds_and_lends_no_rate(tmp_path: Path) -> None:
    photo = _media("/a.png", Fraction(25), 1)
    assert photo.video is not None
    still = photo.video.model_copy(update={"still": True, "duration": None})
    photo = photo.model_copy(update={"video": still})
    edit = _read(tmp_path, photo, _media("/b.mov", NTSC_24, 100))
    assert edit.rate == NTSC_24
    assert [clip.timeline.start for clip in edit.clips] == [0, 5]
    assert _read(tmp_path, photo).rate == 25


def test_a_sequence_in_steps_comes_back_as_one(tmp_path: Path) -> None:
    sequence = ImageSequence(pattern="/s/a.%d.png", first=1, last=19, step=2, rate=Fraction(12))
    (clip,) = _read(tmp_path, _media("/s/a.1.png", Fraction(12), 10, sequence=sequence)).clips
    assert clip.media is not None
    assert clip.media.sequence == sequence.model_copy(update={"last": 20})  # its picture lasts


def test_opentimelineio_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "new.otio"
    path.write_bytes(make_timeline([_media("/é/a.mov", NTSC_24, 100)], "nèw"))
    read = otio.adapters.read_from_file(str(path))
    (clip,) = read.find_clips()
    assert (read.name, clip.name) == ("nèw", "a.mov")
    assert clip.media_reference.target_url == "file:///%C3%A9/a.mov"
    assert clip.duration() == otio.opentime.RationalTime(100, float(NTSC_24))
    assert clip.available_range() == clip.source_range
    assert read.tracks[0].kind == otio.schema.TrackKind.Video


def test_an_image_sequence_comes_back_as_one(tmp_path: Path) -> None:
    sequence = ImageSequence(
        pattern="/s 1/50%%_.%04d.exr", first=1001, last=1009, rate=Fraction(24)
    )
    media = _media("/s 1/50%_.1001.exr", Fraction(24), 9, sequence=sequence)
    (clip,) = _read(tmp_path, media).clips
    assert clip.media is not None
    assert (clip.media.sequence, clip.media.path) == (sequence, media.path)


def test_a_file_of_a_variable_rate_keeps_its_exact_length(tmp_path: Path) -> None:
    media = _media("/phone.mp4", Fraction(2983, 100), 100)
    assert media.video is not None
    changes = {
        "tick": Fraction(1, 90000),
        "duration": Fraction(301234, 90000),
        "variable_rate": True,
    }
    media = media.model_copy(update={"video": media.video.model_copy(update=changes)})
    edit = _read(tmp_path, media)
    assert edit.duration == Fraction(301234, 90000)
    assert edit.rate == 30  # the usual rate nearest to 29.83; no editor counts in that


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [NTSC_24, NTSC_30, Fraction(60000, 1001), *map(Fraction, (24, 25, 50))]
            ),
            st.integers(1, 200_000),
            st.integers(0, 24 * 3600 * 24),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_no_length_and_no_timecode_is_rounded(files: list[tuple[Fraction, int, int]]) -> None:
    media = [
        _media(f"/{index}.mov", rate, frames, start_timecode=start / rate)
        for index, (rate, frames, start) in enumerate(files)
    ]
    read = otio.adapters.read_from_string(make_timeline(media, "new").decode(), "otio_json")
    for item, (rate, frames, start) in zip(read.find_clips(), files, strict=True):
        assert item.source_range.start_time == otio.opentime.RationalTime(start, float(rate))
        assert item.source_range.duration == otio.opentime.RationalTime(frames, float(rate))


def test_the_same_files_give_the_same_bytes() -> None:
    media = [_media("/a.mov", NTSC_24, 100)]
    assert make_timeline(media, "new") == make_timeline(media, "new")


def test_files_that_cannot_stand_in_a_timeline_are_refused() -> None:
    with pytest.raises(TimelineEmpty):
        make_timeline([], "new")
    with pytest.raises(NoPicture, match=r"/a\.wav"):
        make_timeline([_media("/a.wav", NTSC_24, 1, video=None)], "new")
    for frames in (None, 0):
        with pytest.raises(ClipEmpty, match=r"/a\.mov"):
            make_timeline([_media("/a.mov", NTSC_24, frames)], "new")


def _piece(media: Media, first: int, frames: int, name: str = "") -> MediaPiece:
    assert media.video is not None
    rate = media.video.rate
    return MediaPiece(media, TimeRange(start=first / rate, duration=frames / rate), name)


def test_pieces_are_counted_from_the_start_timecode_and_know_the_whole_file() -> None:
    start = 86400 / NTSC_24
    media = _media("/a.mov", NTSC_24, 100, start_timecode=start)
    text = make_timeline_of_pieces([_piece(media, 10, 20, "take 3"), _piece(media, 30, 5)], "n")
    read = otio.adapters.read_from_string(text.decode(), "otio_json")
    first, second = read.find_clips()
    assert (first.name, second.name) == ("take 3", "a.mov")
    assert first.source_range.start_time == otio.opentime.RationalTime(86410, float(NTSC_24))
    assert second.source_range.start_time == first.source_range.end_time_exclusive()
    assert first.available_range() == second.available_range()
    assert first.available_range().duration == otio.opentime.RationalTime(100, float(NTSC_24))


def test_a_timeline_of_pieces_has_the_rate_of_most_of_what_it_shows() -> None:
    long, short = _media("/long.mov", Fraction(25), 90_000), _media("/short.mov", NTSC_24, 100)
    pieces = [_piece(long, 0, 25), _piece(short, 0, 48)]
    assert pieces_clock(pieces).rate == NTSC_24
    assert make_timeline_of_pieces(pieces, "n") == make_timeline_of_pieces(pieces, "n")


def test_pieces_that_cannot_stand_in_a_timeline_are_refused() -> None:
    media = _media("/a.mov", NTSC_24, 100)
    with pytest.raises(TimelineEmpty):
        make_timeline_of_pieces([], "n")
    with pytest.raises(ClipEmpty):
        check_piece(_piece(media, 3, 0))
    with pytest.raises(NoPicture):
        check_piece(MediaPiece(_media("/a.wav", NTSC_24, 1, video=None), _piece(media, 0, 1).range))


def test_a_gap_between_pieces_is_whole_frames_of_the_timeline(tmp_path: Path) -> None:
    media = _media("/a.mov", NTSC_24, 100)
    for asked, frames in ((Fraction(1), 24), (Fraction(1, 1000), 1)):
        path = tmp_path / f"{frames}.otio"
        before, after = _piece(media, 0, 10), _piece(media, 50, 5)
        path.write_bytes(make_timeline_of_pieces([before, Blank(asked), after], "n"))
        first, second = read_edit(path).clips
        assert second.timeline.start - first.timeline.end == frames / NTSC_24
    with pytest.raises(TimelineEmpty):
        make_timeline_of_pieces([Blank(Fraction(1))], "n")


def test_the_markers_of_an_editor_stand_where_they_are_given(tmp_path: Path) -> None:
    media = _media("/a.mov", NTSC_24, 100, start_timecode=86400 / NTSC_24)

    def at(frame: int, frames: int) -> TimeRange:
        return TimeRange(start=frame / NTSC_24, duration=frames / NTSC_24)

    on_clip = NewMarker(at(12, 3), "look", "at the\nhand", "Fuchsia")
    piece = MediaPiece(media, at(10, 20), "take 3", (on_clip,))
    path = tmp_path / "new.otio"
    path.write_bytes(
        make_timeline_of_pieces([piece], "n", [NewMarker(at(4, 0), "mine", "", "dusk")])
    )
    told = [
        (item.marker.name, item.marker.note, item.marker.colour, item.shown, item.clip)
        for item in read_timeline(path).markers
    ]
    assert told == [
        ("mine", "", "DUSK", at(4, 0), None),
        ("look", "at the\nhand", "MAGENTA", at(2, 3), 0),
    ]
    assert read_markers(path) == []


def test_a_marker_of_ours_that_an_editor_changed_stays_changed(tmp_path: Path) -> None:
    piece = _piece(_media("/a.mov", NTSC_24, 100), 10, 20)
    whole = TimeRange(start=Fraction(0), duration=20 / NTSC_24)
    tag = MarkerTag("1c", MarkerFamily.SHOT, "0123abcd")
    path = tmp_path / "new.otio"
    path.write_bytes(
        make_timeline_of_pieces([piece], "n", [NewMarker(whole, "CS · static", tag=tag)])
    )
    ours = Marker(
        id="1c", family=MarkerFamily.SHOT, name="MS · static", note="", frame=0, duration=20,
        rate=NTSC_24,
    )  # fmt: skip
    result = write_markers(path, path, [ours], read_edit(path))
    assert (result.added, result.kept) == (0, ("1c",))
    assert [(m.name, m.edited) for m in read_markers(path)] == [("CS · static", True)]


def test_an_analysis_leaves_the_marker_of_a_group(tmp_path: Path) -> None:
    path = tmp_path / "new.otio"
    path.write_bytes(make_timeline_of_pieces([_piece(_media("/a.mov", NTSC_24, 9), 0, 9)], "n"))
    group, shot = (
        Marker(id=f"{n}c", family=family, name="CS", note="", frame=0, duration=9, rate=NTSC_24)
        for n, family in enumerate((MarkerFamily.GROUP, MarkerFamily.SHOT))
    )
    write_markers(path, path, [group, shot], read_edit(path))
    result = write_markers(path, path, [], read_edit(path))
    assert result.removed == 1
    assert [marker.family for marker in read_markers(path)] == [MarkerFamily.GROUP]
