"""Projects of Shotcut and of other programs of MLT."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.schema import TimelineEmpty, TimelineUnreadable
from shotlog_otio import ReadOptions, Relinks
from shotlog_otio.mlt import MltFormat
from tests.otio.mlt.projects import (
    entry,
    inspected,
    mlt,
    playlist,
    producer,
    prop,
    ranges,
    saved,
    shotcut,
    track,
    tractor,
)


def test_an_out_point_is_inclusive_and_the_length_of_a_blank_is_not(tmp_path: Path) -> None:
    items = [entry(0, 10, 19), '<blank length="5"/>', entry(0, 0, 0)]
    found = inspected(tmp_path, shotcut([producer(0)], items))

    assert ranges(found) == [("a.mov", 0, 10, 10, 20), ("a.mov", 15, 16, 0, 1)]
    assert found.duration_frames == 16


def test_points_of_an_entry_count_from_the_in_point_of_what_it_shows(tmp_path: Path) -> None:
    # As melt writes cuts, and as MLT 7.12 shows this very project: film frames 15 to 19, 10 to 59,
    # 30 to 38 in twos, and 17 to 21.
    cut = producer(0).replace('in="0" out="99"', 'in="10" out="59"')
    warp = producer("w", path="2:a.mov", service="timewarp").replace('in="0"', 'in="10"')
    nest = playlist("n", entry(0, 0, 30)).replace('id="n"', 'id="n" in="5" out="20"')
    items = [entry(0, 5, 9), '<entry producer="0"/>', entry("w", 5, 9), entry("n", 2, 6)]
    found = inspected(tmp_path, mlt(cut, warp, nest, playlist("p", *items)))

    assert [c.source_in * 25 for c in found.clips] == [15, 10, 30, 17]
    assert [c.source_out * 25 for c in found.clips] == [20, 60, 40, 22]
    assert found.duration_frames == 65


def test_clock_times_are_rounded_to_frames_of_an_odd_rate(tmp_path: Path) -> None:
    # 100/3 frames per second: 0.09 s is frame 3, 0.33 s frame 11.
    items = [entry(0, "00:00:00.090", "00:00:00.330")]
    found = inspected(tmp_path, shotcut([producer(0)], items, rate=(100, 3)))

    assert found.rate == Fraction(100, 3)
    assert ranges(found, found.rate) == [("a.mov", 0, 9, 3, 12)]


def test_a_rate_may_be_written_unreduced(tmp_path: Path) -> None:
    text = shotcut([producer(0)], [entry(0, 0, 9)], rate=(25000000, 1000000))

    assert inspected(tmp_path, text).rate == 25


def test_the_media_tell_their_own_rate_and_start_timecode(tmp_path: Path) -> None:
    facts = [
        prop("meta.media.frame_rate_num", 30000),
        prop("meta.media.frame_rate_den", 1001),
        prop("meta.attr.0.stream.timecode.markup", "00:01:00;02"),
    ]
    (clip,) = inspected(tmp_path, shotcut([producer(0, *facts)], [entry(0, 50, 99)])).clips

    # Drop-frame: label 00:01:00;02 is frame 1800. In- and out-points count from the first frame.
    assert (clip.source_rate, clip.media_start_frame) == (Fraction(30000, 1001), 1800)
    assert [clip.source_in, clip.source_out] == [2, 4]


def test_in_points_of_a_time_warp_count_frames_of_the_retimed_media(tmp_path: Path) -> None:
    warp = producer(0, prop("warp_speed", "2.5"), path="2.5:a.mov", service="timewarp", length=40)
    found = inspected(tmp_path, shotcut([warp], [entry(0, 10, 29)]))

    assert ranges(found) == [("a.mov", 0, 20, 25, 75)]
    assert (found.clips[0].speed, found.clips[0].media) == (Fraction(5, 2), "a.mov")


def test_a_negative_time_warp_runs_backwards_from_the_last_frame(tmp_path: Path) -> None:
    warp = producer(0, path="-0.5:/media/a.mov", service="timewarp", length=100)
    found = inspected(tmp_path, shotcut([warp], [entry(0, 0, 19)]))

    # Frame 0 shows retimed frame 99, frame 19 shows 80: media frames 40 up to 50.
    assert ranges(found) == [("a.mov", 0, 20, 40, 50)]
    assert (found.clips[0].speed, found.clips[0].media) == (Fraction(-1, 2), "/media/a.mov")


def remapped(time_map: str) -> str:
    link = f"<link>{prop('mlt_service', 'timeremap')}{prop('time_map', time_map)}</link>"
    return producer(0, link, tag="chain")


def test_a_straight_time_remap_is_a_speed(tmp_path: Path) -> None:
    text = shotcut([remapped("0=1;00:00:04.000=3")], [entry(0, 50, 99)])
    found = inspected(tmp_path, text)

    # Two seconds in four, from the first second on: frame 50 shows 2 s.
    assert ranges(found) == [("a.mov", 0, 50, 50, 75)]
    assert found.clips[0].speed == Fraction(1, 2)


def test_a_time_remap_that_holds_is_a_freeze(tmp_path: Path) -> None:
    found = inspected(tmp_path, shotcut([remapped("0=2;100=2")], [entry(0, 0, 9)]))

    assert found.clips[0].speed == 0
    assert found.clips[0].source_in == 2


def test_a_speed_ramp_is_followed(tmp_path: Path) -> None:
    text = shotcut([remapped("0=0;50=2;99=2.98")], [entry(0, 0, 99)])
    (clip,) = inspected(tmp_path, text).clips

    # Two seconds in 50 frames, then half that speed for the other 50.
    assert [clip.source_in, clip.source_out] == [0, 3]
    assert clip.speed == Fraction(3, 4)


@pytest.mark.parametrize("time_map", ["0=0;50~=2;99=3", "0=0;50|=2;99=3", "50=1;0=0", "0=x"])
def test_a_remap_with_curves_is_not_guessed(tmp_path: Path, time_map: str) -> None:
    found = inspected(tmp_path, shotcut([remapped(time_map)], [entry(0, 0, 99)]))

    assert "it has a speed ramp" in found.problems[0].message


def dissolve(*facts: str) -> str:
    """A project of two clips of 20 frames that overlap for five."""
    mix = (
        f'<tractor id="mix" in="0" out="4">{"".join(facts)}'
        '<track producer="0" in="15" out="19"/><track producer="1" in="30" out="34"/>'
        f"<transition>{prop('mlt_service', 'luma')}</transition></tractor>"
    )
    items = [entry(0, 0, 14), entry("mix", 0, 4), entry(1, 35, 49)]
    return shotcut([producer(0), producer(1, path="b.mov"), mix], items)


@pytest.mark.parametrize("facts", [(), (prop("shotcut:transition", "lumaMix"),)])
def test_clips_overlap_under_a_transition(tmp_path: Path, facts: tuple[str, ...]) -> None:
    found = inspected(tmp_path, dissolve(*facts))

    assert ranges(found) == [("a.mov", 0, 20, 0, 20), ("b.mov", 15, 35, 30, 50)]
    assert found.duration_frames == 35


def test_a_clip_that_lies_under_two_transitions_alone_is_one_clip(tmp_path: Path) -> None:
    def mix(name: str, a: str, b: str) -> str:
        return tractor(name, prop("shotcut:transition", "mix"), a, b).replace(
            f'id="{name}"', f'id="{name}" in="0" out="4"'
        )

    def part(service: int, first: int) -> str:
        return f'<track producer="{service}" in="{first}" out="{first + 4}"/>'

    services = [producer(0), producer(1, path="b.mov"), producer(2, path="c.mov")]
    mixes = [mix("m", part(0, 10), part(1, 50)), mix("n", part(1, 55), part(2, 0))]
    items = [entry(0, 0, 9), entry("m", 0, 4), entry("n", 0, 4), entry(2, 5, 9)]
    found = inspected(tmp_path, shotcut([*services, *mixes], items))

    assert ranges(found) == [
        ("a.mov", 0, 15, 0, 15),
        ("b.mov", 10, 20, 50, 60),
        ("c.mov", 15, 25, 0, 10),
    ]


def test_tracks_of_picture_and_sound_are_told_apart(tmp_path: Path) -> None:
    text = mlt(
        producer(0),
        playlist("v1", prop("shotcut:video", 1), entry(0, 0, 9)),
        playlist("v2", prop("shotcut:video", 1), entry(0, 10, 19)),
        playlist("a1", prop("shotcut:audio", 1), entry(0, 20, 29)),
        playlist("background", entry(0, 0, 99)),
        tractor(
            "t",
            prop("shotcut", 1),
            track("background"),
            track("v1"),
            track("v2", "video"),
            track("a1", "video"),
        ),
    )
    found = inspected(tmp_path, text)

    assert [(c.track, c.enabled) for c in found.clips] == [("V1", True), ("V2", False)]
    assert [(c.track, c.enabled, c.source_in) for c in found.sound] == [
        ("A1", True, Fraction(4, 5))
    ]
    assert found.duration_frames == 10  # the background is no track of the editor


def test_a_track_that_hides_its_picture_is_one_of_sound(tmp_path: Path) -> None:
    tracks = [track("v"), track("a", "video"), track("gone", "both")]
    lists = [playlist(name, entry(0, 0, 9)) for name in ("v", "a", "gone")]
    found = inspected(tmp_path, mlt(producer(0), *lists, tractor("t", *tracks)))

    assert [(c.id, c.enabled) for c in found.clips] == [("V1/0", True), ("V2/0", False)]
    assert [c.id for c in found.sound] == ["A1/0"]


def test_nests_are_flattened_to_the_media_inside(tmp_path: Path) -> None:
    inner = tractor("nest", track("inner"))
    text = mlt(
        producer(0),
        playlist("inner", '<blank length="10"/>', entry(0, 40, 79)),
        inner,
        playlist("outer", '<blank length="100"/>', entry("nest", 5, 29)),
        tractor("t", track("outer")),
    )
    found = inspected(tmp_path, text)

    # Frames 5 to 29 of the nest: five frames of the gap, then media from frame 40 on.
    assert ranges(found) == [("a.mov", 105, 125, 40, 60)]
    assert found.clips[0].id == "V1/0/V1/0"


def test_generators_and_other_projects_are_named_as_what_they_are(tmp_path: Path) -> None:
    services = [
        producer(0, path="#ff0000", service="color"),
        producer(1, path="other.mlt", service="xml"),
        producer(2, path="a.png", service="qimage"),
    ]
    found = inspected(tmp_path, shotcut(services, [entry(n, 0, 9) for n in range(3)]))

    assert [clip.media for clip in found.clips] == [None, "other.mlt", "a.png"]
    assert [problem.index for problem in found.problems] == [0, 1]
    assert "another project (other.mlt)" in found.problems[1].message


def test_pictures_of_a_folder_count_by_the_frames_that_each_is_shown(tmp_path: Path) -> None:
    for n in range(3, 9):
        (tmp_path / f"p{n:02d}.png").write_bytes(b"")
    pictures = producer(0, prop("ttl", 5), path=f"{tmp_path}/.all.png", service="qimage")
    found = inspected(tmp_path, shotcut([pictures], [entry(0, 10, 19)]))
    (clip,) = found.clips

    assert clip.media == f"{tmp_path}/.all.png"
    # Five frames for each picture: the third and the fourth are shown.
    assert [clip.source_rate, clip.source_in * 5, clip.source_out * 5] == [5, 2, 4]


def test_relative_paths_start_at_the_root_or_where_it_has_moved(tmp_path: Path) -> None:
    film = tmp_path / "moved" / "a.mov"
    film.parent.mkdir()
    film.write_bytes(b"film")
    text = mlt(producer(0), playlist("p", entry(0, 0, 9)), root="E:/Cut")
    relinks = Relinks.parse([f"E:\\Cut={film.parent}"])
    edit = MltFormat().read(saved(tmp_path, text), ReadOptions(relinks=relinks))
    media = edit.clips[0].media
    assert media is not None
    assert media.path == str(film)
    assert media.start == 0  # in- and out-points count from the first frame


def test_a_proxy_stands_for_its_original(tmp_path: Path) -> None:
    facts = [prop("shotcut:proxy", 1), prop("shotcut:resource", "/media/a.mov")]
    proxied = producer(0, *facts, path="proxies/1.mp4")

    assert inspected(tmp_path, shotcut([proxied], [entry(0, 0, 9)])).clips[0].media == (
        "/media/a.mov"
    )


def test_one_bad_clip_costs_only_itself(tmp_path: Path) -> None:
    bad = [entry(0, "x", 9), entry(0, 9, 3), entry("gone", 0, 9)]
    text = shotcut([producer(0)], [entry(0, 0, 9), *bad, entry(0, 20, 29)])
    found = inspected(tmp_path, text)

    assert [clip.record_in for clip in found.clips if clip.record_out > clip.record_in] == [0, 10]
    assert [problem.message for problem in found.problems] == [
        'its length is not known: its range cannot be read: "x" is no time',
        "its length is not known: its out-point lies before its in-point",
        "its length is not known: the file lacks what it shows",
    ]


def test_a_project_without_a_timeline_is_empty(tmp_path: Path) -> None:
    kept = playlist("main_bin", prop("xml_retain", 1), entry(0, 0, 9))

    with pytest.raises(TimelineEmpty):
        inspected(tmp_path, mlt(kept))


@pytest.mark.parametrize("rate", [(0, 1), (25, 0), (-25, 1), (10**9, 1)])
def test_a_frame_rate_that_is_none_is_refused(tmp_path: Path, rate: tuple[int, int]) -> None:
    with pytest.raises(TimelineUnreadable, match="no usable frame rate"):
        inspected(tmp_path, shotcut([producer(0)], [entry(0, 0, 9)], rate=rate))


def test_a_project_that_holds_itself_is_refused(tmp_path: Path) -> None:
    nests = [playlist(f"p{n}", *[entry(f"p{n - 1}" if n else "p29", 0, 9)] * 2) for n in range(30)]

    with pytest.raises(TimelineUnreadable, match=r"nested too deeply|more clips"):
        inspected(tmp_path, mlt(*nests))


def test_a_bomb_of_nests_is_refused(tmp_path: Path) -> None:
    nests = [playlist(f"p{n}", *[entry(f"p{n - 1}", 0, 0)] * 10) for n in range(1, 9)]
    text = mlt(producer(0), playlist("p0", entry(0, 0, 9)), *nests)

    with pytest.raises(TimelineUnreadable, match="more clips than any edit"):
        inspected(tmp_path, text)
