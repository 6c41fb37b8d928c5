"""Final Cut Pro 7 XML is read as its files say; the right values are worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.schema import TimelineAmbiguous, TimelineEmpty, TimelineUnreadable
from shotlog_otio import ReadOptions
from tests.otio.fcp7.xmeml import (
    FORMAT,
    document,
    file,
    inspected,
    item,
    one_clip,
    rate,
    record,
    remap,
    sequence,
    tag,
    timecode,
    told,
    track,
    transition,
    write,
)


def test_a_clip_is_read_with_media_and_ranges(tmp_path: Path) -> None:
    found = inspected(tmp_path, document(sequence(track(item(10, 58, 24, 72)))))
    [clip] = found.clips
    assert told(found.name, found.rate, found.start_frame, found.duration_frames) == (
        "edit",
        24,
        0,
        58,
    )
    assert (clip.track, clip.id, clip.name, clip.media) == ("V1", "V1/0", "a", "/media/a.mov")
    assert record(clip) == (10, 58)
    assert told(clip.source_in, clip.source_out, clip.source_rate) == (1, 3, 24)
    assert told(clip.media_start_frame, clip.speed, clip.enabled) == (86400, 1, True)


@pytest.mark.parametrize(
    ("base", "ntsc", "exact"),
    [
        (24, True, Fraction(24000, 1001)),
        (30, True, Fraction(30000, 1001)),
        (60, True, Fraction(60000, 1001)),
        (15, True, Fraction(15000, 1001)),
        (25, True, Fraction(25)),  # there is no NTSC form of it, and Premiere never means one
        (25, False, Fraction(25)),
        ("23.976", False, Fraction(24000, 1001)),
        ("29.97", True, Fraction(30000, 1001)),
        ("50.0", False, Fraction(50)),
    ],
)
def test_rates_are_exact(tmp_path: Path, base: object, ntsc: bool, exact: Fraction) -> None:
    text = document(sequence(track(item(0, 5)), own=rate(base, ntsc=ntsc)))
    assert inspected(tmp_path, text).rate == exact


def test_in_and_out_count_at_the_rate_of_the_clip(tmp_path: Path) -> None:
    # 25 frames at 24000/1001, of a file at 30 with timecode at 30.
    media = file(inside=rate(30) + tag("duration", 900) + timecode(300, at=rate(30)))
    own = rate(24, ntsc=True)
    clip = one_clip(
        tmp_path, document(sequence(track(item(0, 48, 25, 73, media, own=own)), own=own))
    )
    assert told(clip.source_in, clip.source_out) == (
        Fraction(25 * 1001, 24000),
        Fraction(73 * 1001, 24000),
    )
    assert told(clip.source_rate, clip.media_start_frame) == (30, 300)


def test_a_clip_without_a_rate_inherits_that_of_its_sequence(tmp_path: Path) -> None:
    bare = file(inside=tag("duration", 100))
    clip = one_clip(
        tmp_path, document(sequence(track(item(0, 5, 5, inside=bare, own="")), own=rate(25)))
    )
    assert told(clip.source_in, clip.source_rate, clip.media_start_frame) == (
        Fraction(1, 5),
        25,
        None,
    )


def test_the_record_length_decides_where_writers_round_the_out_point(tmp_path: Path) -> None:
    clip = one_clip(tmp_path, document(sequence(track(item(0, 217, 100, 316)))))
    assert told(clip.source_in, clip.source_out, clip.speed) == (
        Fraction(100, 24),
        Fraction(317, 24),
        1,
    )


def test_a_large_difference_without_a_speed_change_is_told(tmp_path: Path) -> None:
    found = inspected(tmp_path, document(sequence(track(item(0, 100, 0, 50)))))
    assert any("50 frames apart" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("written", "frame", "drop"),
    [
        (timecode(86400, "01:00:00:00"), 86400, False),
        (timecode(107892, "01:00:00;00", "DF"), 107892, True),
        (timecode(None, "01:00:00;00", "DF"), 107892, True),
        (timecode(None, "00:01:00;02", "DF"), 1800, True),
        (timecode(None, "00:10:00;00", "DF"), 17982, True),
        (timecode(None, "01:00:00:00", "NDF"), 108000, False),
        (timecode(None, "01:00:00;00", ""), 107892, True),
        ("", 0, True),
        (timecode(None, "no timecode", ""), 0, True),
        (timecode(30, at=rate(0)), 30, False),
    ],
)
def test_the_start_timecode(tmp_path: Path, written: str, frame: int, drop: bool) -> None:
    own = rate(30, ntsc=True)
    found = inspected(tmp_path, document(sequence(track(item(0, 5)), own=own, inside=written)))
    assert (found.start_frame, found.drop_frame) == (frame, drop)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file://localhost/C%3a/Media/a%20b%23c.mov", "C:/Media/a b#c.mov"),
        ("file://localhost/D:/Media/ä.mov", "D:/Media/ä.mov"),
        ("file:///Volumes/disk/100%25.mov", "/Volumes/disk/100%.mov"),
        ("file://localhost//server/share/a.mov", "//server/share/a.mov"),
        ("file://server/share/a.mov", "//server/share/a.mov"),
        (r"\\server\share\a.mov", r"\\server\share\a.mov"),
        (r"E:\Media\a.mov", r"E:\Media\a.mov"),
        ("\n  file://localhost/media/a.mov\n", "/media/a.mov"),
        ("file://localhost/media/&amp; co.mov", "/media/& co.mov"),
    ],
)
def test_paths_are_decoded(tmp_path: Path, url: str, path: str) -> None:
    assert (
        one_clip(tmp_path, document(sequence(track(item(0, 5, inside=file(url=url)))))).media
        == path
    )


def test_files_are_defined_once_and_ids_are_not_trimmed(tmp_path: Path) -> None:
    one = file("A", "file:///media/one.mov")
    two = file("A ", "file:///media/two.mov")
    cut = track(
        item(0, 5, inside='<file id="A "/>'),  # before its definition
        item(5, 10, inside=one),
        item(10, 15, inside=two),
        item(15, 20, inside='<file id="A"/>'),
        item(20, 25, inside='<file id="A "/>'),
    )
    found = inspected(tmp_path, document(sequence(cut)))
    names = [Path(clip.media or "").stem for clip in found.clips]
    assert names == ["two", "one", "two", "one", "two"]


def test_an_edge_of_minus_one_is_that_of_the_transition(tmp_path: Path) -> None:
    # Both clips are shown under the dissolve from 90 to 110.
    cut = track(
        item(0, -1, 0, 110),
        transition(90, 110),
        item(-1, 200, 40, 150, name="b"),
        transition(190, 200),
        item(-1, -1, 7, 57, name="c"),
        transition(230, 240),
    )
    found = inspected(tmp_path, document(sequence(cut)))
    assert [record(clip) for clip in found.clips] == [(0, 110), (90, 200), (190, 240)]
    assert [told(clip.source_in * 24, clip.source_out * 24) for clip in found.clips] == [
        (0, 110), (40, 150), (7, 57),
    ]  # fmt: skip


def test_frames_under_a_transition_that_is_no_edge_are_handles(tmp_path: Path) -> None:
    cut = track(
        item(0, 100, 0, 100),
        transition(90, 105),
        item(100, 200, 40, 140, file() + remap(200), name="b"),
        transition(190, 220),
        item(-1, 300),
    )
    reading = FORMAT.open(write(tmp_path, document(sequence(cut))))
    handles = [told(c.node.head * 24, c.node.tail * 24) for c in reading.clips]
    assert handles == [(0, 5), (20, 40), (0, 0)]


def test_an_edge_of_minus_one_without_a_transition_follows_from_the_other(tmp_path: Path) -> None:
    cut = track(item(0, 50), item(-1, 80, 10, 30), item(80, -1, 10, 30), item(-1, -1, 0, 5))
    found = inspected(tmp_path, document(sequence(cut)))
    assert [record(clip) for clip in found.clips] == [(0, 50), (60, 80), (80, 100), (100, 105)]


def test_clips_and_tracks_that_are_switched_off_are_listed_so(tmp_path: Path) -> None:
    off = tag("enabled", "FALSE")
    tracks = (
        track(item(0, 5, inside=file() + off), item(5, 10)),
        track(item(0, 5), inside=off + tag("locked", "TRUE")),
    )
    found = inspected(tmp_path, document(sequence(*tracks)))
    assert [(c.id, c.enabled) for c in found.clips] == [
        ("V1/0", False), ("V2/0", False), ("V1/1", True),
    ]  # fmt: skip


def test_titles_have_no_media(tmp_path: Path) -> None:
    effect = tag("effect", tag("name", "Text") + tag("effecttype", "generator"))
    slide = '<file id="g"><mediaSource>Slug</mediaSource></file>'
    cut = track(
        item(0, 24, 86313, inside=effect, name="title", kind="generatoritem"),
        item(24, 48, 108000, inside=slide),
    )
    found = inspected(tmp_path, document(sequence(cut)))
    assert [told(c.name, c.media, record(c), c.speed) for c in found.clips] == [
        ("title", None, (0, 24), 1), ("a", None, (24, 48), 1),
    ]  # fmt: skip
    assert ["Text" in found.problems[0].message, "Slug" in found.problems[1].message] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    "media",
    [
        file(url="file:///media/a.mov", inside=rate() + tag("duration", 1)),
        file(url="file:///media/a.png", inside=rate()),
        file(url="file:///media/a.mov") + tag("stillframe", "TRUE"),
    ],
    ids=["one frame", "a picture", "a freeze frame"],
)
def test_a_still_shows_its_one_frame_whatever_its_in_point(tmp_path: Path, media: str) -> None:
    own = rate(60)
    clip = one_clip(
        tmp_path, document(sequence(track(item(0, 120, 216000, 216120, media, own=own)), own=own))
    )
    frame = 1 / (clip.source_rate or Fraction(0))
    assert told(clip.source_in, clip.source_out, clip.speed) == (0, frame, 0)
    assert record(clip) == (0, 120)


def test_a_freeze_frame_names_its_frame(tmp_path: Path) -> None:
    frozen = file() + tag("stillframe", "TRUE") + tag("stillframeoffset", 48)
    clip = one_clip(tmp_path, document(sequence(track(item(0, 10, 0, 10, frozen)))))
    assert told(clip.source_in, clip.source_out, clip.speed) == (2, Fraction(49, 24), 0)


def test_frames_may_be_written_with_a_point(tmp_path: Path) -> None:
    text = document(sequence(track(item(0, 5)))).replace("<in>0</in>", "<in>12.0</in>")
    assert one_clip(tmp_path, text).source_in == Fraction(1, 2)


def test_a_subclip_counts_from_its_own_start(tmp_path: Path) -> None:
    sub = file() + tag("subclipinfo", tag("startoffset", 48) + tag("endoffset", 100))
    assert one_clip(tmp_path, document(sequence(track(item(0, 24, 24, 48, sub))))).source_in == 3


def test_a_multiclip_shows_its_active_angle(tmp_path: Path) -> None:
    def angle(n: int, active: str, offset: int) -> str:
        clip = f'<clip id="angle {n}">{file(f"f{n}", f"file:///media/{n}.mov")}</clip>'
        return tag("angle", tag("activevideoangle", active) + clip + tag("syncoffset", offset))

    angles = angle(1, "FALSE", 0) + angle(2, "TRUE", 12)
    multi = f'<multiclip id="m">{angles}</multiclip>'
    cut = track(item(0, 24, 36, 60, multi), item(24, 48, 36, 60, '<multiclip id="m"/>'))
    found = inspected(tmp_path, document(sequence(cut)))
    # The second angle begins 12 frames after the multiclip.
    assert [told(c.media, c.source_in) for c in found.clips] == [("/media/2.mov", 1)] * 2


def test_a_clip_without_a_file_has_that_of_its_master_clip(tmp_path: Path) -> None:
    master = f'<bin><children><clip id="master">{file()}</clip></children></bin>'
    cut = sequence(track(item(0, 5, inside=tag("masterclipid", "master"))))
    assert one_clip(tmp_path, document(master, cut)).media == "/media/a.mov"


def test_a_clip_without_a_name_has_that_of_its_file(tmp_path: Path) -> None:
    media = file(inside=tag("name", "a.mov") + rate())
    assert (
        one_clip(tmp_path, document(sequence(track(item(0, 5, inside=media, name=""))))).name
        == "a.mov"
    )


def test_sound_is_listed_apart(tmp_path: Path) -> None:
    sound = track(item(0, 10, 5)) + track(item(3, 8, 5), inside=tag("enabled", "FALSE"))
    found = inspected(tmp_path, document(sequence(track(item(0, 10)), audio=sound)))
    assert [clip.track for clip in found.clips] == ["V1"]
    assert [told(c.track, record(c), c.source_in, c.enabled) for c in found.sound] == [
        ("A1", (0, 10), Fraction(5, 24), True), ("A2", (3, 8), Fraction(5, 24), False),
    ]  # fmt: skip


NEST = sequence(
    track(item(0, 48, 100), item(48, 96, 200)), name="nest", id_="sequence-2",
    audio=track(item(0, 96)),
)  # fmt: skip


def test_nests_are_flattened_to_their_media(tmp_path: Path) -> None:
    # Frames 36 to 60 of the nest: the last 12 of its first clip, the first 12 of its second.
    cut = track(
        item(0, 24, 36, 60, NEST),
        item(24, 48, 36, 60, '<sequence id="sequence-2"/>'),
    )
    found = inspected(tmp_path, document(sequence(cut)))
    assert [told(c.id, record(c), c.source_in * 24) for c in found.clips] == [
        ("V1/0/V1/0", (0, 12), 136), ("V1/0/V1/1", (12, 24), 200),
        ("V1/1/V1/0", (24, 36), 136), ("V1/1/V1/1", (36, 48), 200),
    ]  # fmt: skip
    assert [(s.name, s.chosen) for s in found.sequences] == [("edit", True), ("nest", False)]
    assert not found.problems


def test_the_sound_of_a_nest_is_that_of_an_audio_track(tmp_path: Path) -> None:
    cut = sequence(
        track(item(0, 24, 36, 60, NEST)),
        audio=track(item(0, 24, 36, 60, '<sequence id="sequence-2"/>')),
    )
    found = inspected(tmp_path, document(cut))
    assert [told(c.id, record(c), c.source_in * 24) for c in found.sound] == [
        ("A1/0/A1/0", (0, 24), 36)
    ]


def test_a_sequence_that_contains_itself_costs_only_that_clip(tmp_path: Path) -> None:
    inner = sequence(track(item(0, 10, inside='<sequence id="sequence-1"/>')), name="in", id_="s2")
    cut = sequence(track(item(0, 10), item(10, 20, inside=inner)), name="out")
    # Both contain the other: none is the outermost, so the user must choose.
    with pytest.raises(TimelineAmbiguous):
        inspected(tmp_path, document(cut))
    found = inspected(tmp_path, document(cut), ReadOptions(sequence="out"))
    assert [(clip.id, record(clip)) for clip in found.clips] == [
        ("V1/0", (0, 10)),
        ("V1/1/V1/0", (10, 20)),
    ]
    [problem] = found.problems
    assert problem.index == 1
    assert "contains itself (out > in > out)" in problem.message


def test_a_nest_that_is_not_in_the_file_costs_only_that_clip(tmp_path: Path) -> None:
    found = inspected(
        tmp_path, document(sequence(track(item(0, 5), item(5, 10, inside='<sequence id="x"/>'))))
    )
    assert [record(clip) for clip in found.clips] == [(0, 5), (5, 10)]
    assert [(p.index, '"x" is not in the file' in p.message) for p in found.problems] == [(1, True)]


def test_seventy_levels_of_nests_are_followed(tmp_path: Path) -> None:
    levels = [sequence(track(item(0, 48, 1)), name="0", id_="0")]
    for n in range(1, 70):
        inside = f'<sequence id="{n - 1}"/>'
        levels.append(sequence(track(item(0, 48, 0, inside=inside)), name=str(n), id_=str(n)))
    clip = one_clip(tmp_path, document(*levels))
    assert told(clip.media, clip.source_in) == ("/media/a.mov", Fraction(1, 24))


def test_sequences_that_multiply_are_refused(tmp_path: Path) -> None:
    levels = [sequence(track(item(0, 48)), name="0", id_="0")]
    for n in range(1, 40):
        inside = f'<sequence id="{n - 1}"/>'
        twice = track(item(0, 48, inside=inside), item(48, 96, inside=inside))
        levels.append(sequence(twice, name=str(n), id_=str(n)))
    with pytest.raises(TimelineUnreadable, match="show each other so often"):
        inspected(tmp_path, document(*levels))


def test_of_several_sequences_one_is_chosen_by_its_name(tmp_path: Path) -> None:
    one = sequence(track(item(0, 5)), name="one", id_="1")
    two = sequence(track(item(0, 7)), name="two", id_="2", inside=tag("duration", 7))
    children = f"<bin><children>{one}</children></bin>{two}"
    text = document(f"<project><children>{children}</children></project>")
    with pytest.raises(TimelineAmbiguous) as caught:
        inspected(tmp_path, text)
    assert '"two" (0.3 s at 24 frames per second)' in caught.value.problem.message
    found = inspected(tmp_path, text, ReadOptions(sequence="two"))
    assert (found.name, found.duration_frames) == ("two", 7)
    assert [(s.name, s.chosen) for s in found.sequences] == [("one", False), ("two", True)]


def test_sequences_of_one_id_are_told_apart_by_their_names(tmp_path: Path) -> None:
    text = document(
        sequence(track(item(0, 5)), name="one"), sequence(track(item(0, 7)), name="two")
    )
    assert inspected(tmp_path, text, ReadOptions(sequence="two")).duration_frames == 7


def test_a_sequence_without_a_rate_has_that_of_its_pictures(tmp_path: Path) -> None:
    pictures = tag("format", tag("samplecharacteristics", rate(25)))
    text = document(sequence(pictures, track(item(0, 5, own="")), own=""))
    assert inspected(tmp_path, text).rate == 25
    nothing = inspected(tmp_path, document(sequence(track(item(0, 5)), own="")))
    assert nothing.rate == 24
    assert nothing.warnings[0] == "the sequence tells no frame rate; 24 was taken"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = document(sequence(track(item(0, 5, name="größe")), name="schnitt ü"))
    if "16" in encoding:
        text = text.replace("UTF-8", "UTF-16")
    found = inspected(tmp_path, text.encode(encoding))
    assert (found.name, found.clips[0].name) == ("schnitt ü", "größe")


@pytest.mark.parametrize(("there", "numbers"), [(3, (1001, 1003)), (2, None)])
def test_numbered_pictures_are_a_film_where_the_last_is_there(
    tmp_path: Path, there: int, numbers: tuple[int, int] | None
) -> None:
    for n in range(1001, 1001 + there):
        (tmp_path / f"shot.{n}.png").touch()
    url = f"file://localhost{tmp_path}/shot.1001.png"
    media = file(url=url, inside=rate() + tag("duration", 3))
    [clip] = FORMAT.open(write(tmp_path, document(sequence(track(item(0, 3, inside=media)))))).clips
    assert clip.node.media is not None
    assert clip.node.media.written == f"{tmp_path}/shot.1001.png"
    pictures = clip.range.media.sequence if clip.range.media else None
    assert (pictures and (pictures.first, pictures.last)) == numbers


def test_a_file_of_clips_alone_is_empty(tmp_path: Path) -> None:
    with pytest.raises(TimelineEmpty, match="no sequence"):
        inspected(tmp_path, document(f'<clip id="a">{file()}</clip>'))
