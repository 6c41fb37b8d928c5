"""Projects of Kdenlive: their sequences, tracks, clips and guides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shotlog.schema import TimelineAmbiguous
from shotlog_otio import ReadOptions
from shotlog_otio.mlt import KdenliveFormat
from tests.otio.mlt.projects import (
    UUID,
    entry,
    inspected,
    kdenlive,
    mlt,
    playlist,
    producer,
    prop,
    ranges,
    track,
    tractor,
)

OTHER = "{00000000-0000-4000-8000-000000000002}"


def guides(*listed: dict[str, object]) -> str:
    return json.dumps(listed).replace('"', "&quot;")


def clip(number: int, *facts: str, path: str = "a.mov") -> str:
    return producer(number, prop("kdenlive:id", number + 2), *facts, path=path)


def test_the_black_behind_all_is_no_clip_and_no_length(tmp_path: Path) -> None:
    found = inspected(tmp_path, kdenlive([clip(0)], [entry(0, 0, 9)]), ".kdenlive")

    assert (found.name, found.duration_frames) == ("Sequence 1", 10)
    assert ranges(found) == [("a.mov", 0, 10, 0, 10)]


def test_a_guide_may_lack_its_duration(tmp_path: Path) -> None:
    listed = guides(
        {"pos": 3, "comment": "a: b", "type": 6},
        {"pos": 5, "comment": "c\nd", "type": 2, "duration": 4},
        {"comment": "without a place"},
        {"pos": None},
    )
    facts = prop("kdenlive:sequenceproperties.guides", listed)
    found = inspected(tmp_path, kdenlive([clip(0)], [entry(0, 0, 9)], facts), ".kdenlive")

    assert [(m.frame, m.duration_frames, m.name, m.note, m.color) for m in found.markers] == [
        (3, 0, "a", "b", "#f39c1f"),
        (5, 4, "c", "d", "#1abc9c"),
    ]


def test_a_project_may_have_categories_of_its_own(tmp_path: Path) -> None:
    own = guides({"index": 2, "color": "#102030", "comment": "mine"})
    text = kdenlive(
        [clip(0)],
        [entry(0, 0, 9)],
        prop("kdenlive:sequenceproperties.guides", guides({"pos": 3, "type": 2})),
        settings=[prop("kdenlive:docproperties.guidesCategories", own)],
    )

    assert inspected(tmp_path, text, ".kdenlive").markers[0].color == "#102030"


def test_guides_of_old_projects_are_in_the_bin(tmp_path: Path) -> None:
    listed = guides({"pos": 3, "comment": "a", "type": 0})
    text = mlt(
        clip(0),
        playlist("main_bin", prop("kdenlive:docproperties.guides", listed), entry(0, 0, 9)),
        producer("black_track", service="color", length=20000),
        playlist("p", entry(0, 5, 9)),
        tractor("t0", prop("kdenlive:track_name", "V1"), track("p", "audio")),
        tractor("t", track("black_track"), track("t0")),
    )
    found = inspected(tmp_path, text, ".kdenlive")

    assert (found.name, found.duration_frames) == ("cut", 5)
    assert [(m.frame, m.name, m.on) for m in found.markers] == [(3, "a", "timeline")]


def test_markers_of_a_clip_in_the_bin_show_on_every_use_of_it(tmp_path: Path) -> None:
    marked = clip(0, prop("kdenlive:markers", guides({"pos": 12, "comment": "m", "type": 0})))
    items = [entry(0, 10, 19), entry(0, 0, 9), entry(0, 12, 13)]
    found = inspected(tmp_path, kdenlive([marked], items), ".kdenlive")

    assert [(m.frame, m.name, m.on) for m in found.markers] == [(2, "m", 0), (20, "m", 2)]
    assert found.hidden_markers == 1


def test_names_and_originals_of_proxies_are_told_in_the_bin(tmp_path: Path) -> None:
    facts = [
        prop("kdenlive:clipname", "Wide"),
        prop("kdenlive:proxy", "proxy/x.mkv"),
        prop("kdenlive:originalurl", "/media/a.mov"),
    ]
    used = producer("used", prop("kdenlive:id", 2), path="proxy/x.mkv")
    text = kdenlive([clip(0, *facts, path="proxy/x.mkv")], [entry("used", 0, 9)])
    found = inspected(tmp_path, text.replace("<producer", f"{used}<producer", 1), ".kdenlive")

    assert [(c.name, c.media) for c in found.clips] == [("Wide", "/media/a.mov")]


def test_two_playlists_make_one_track_whose_clips_overlap_in_a_mix(tmp_path: Path) -> None:
    text = kdenlive([clip(0)], [entry(0, 0, 19)])
    second = playlist("playlist1", '<blank length="15"/>', entry(0, 50, 69))
    found = inspected(tmp_path, text.replace(playlist("playlist1"), second), ".kdenlive")

    assert ranges(found) == [("a.mov", 0, 20, 0, 20), ("a.mov", 15, 35, 50, 70)]
    assert [c.id for c in found.clips] == ["V1/0", "V1/1"]


@pytest.mark.parametrize(("hide", "enabled"), [("audio", True), ("both", False)])
def test_a_switched_off_track_and_clip_are_not_enabled(
    tmp_path: Path, hide: str, enabled: bool
) -> None:
    off = clip(1, prop("set.test_image", 1), prop("set.test_audio", 1))
    text = kdenlive([clip(0), off], [entry(0, 0, 9), entry(1, 0, 9)])
    found = inspected(tmp_path, text.replace('hide="audio"', f'hide="{hide}"'), ".kdenlive")

    assert [c.enabled for c in found.clips] == [enabled, False]


def two_sequences(active: str) -> str:
    """A project of two sequences, the second of which shows the first, twice written."""

    def sequence(uuid: str, name: str, ident: str, shown: str) -> list[str]:
        lists = [playlist(f"p{ident}", entry(shown, 0, 9)), playlist(f"q{ident}")]
        tracks = [track(f"p{ident}", "audio"), track(f"q{ident}", "audio")]
        facts = [prop("kdenlive:uuid", uuid), prop("kdenlive:clipname", name)]
        return [
            *lists,
            tractor(f"t{ident}", prop("kdenlive:track_name", "V1"), *tracks),
            tractor(ident, *facts, track(f"t{ident}")),
        ]

    return mlt(
        clip(0),
        *sequence(UUID, "First", "s1", "0"),
        *sequence(UUID, "First", "copy", "0"),
        *sequence(OTHER, "Second", "s2", "copy"),
        playlist(
            "main_bin",
            prop("kdenlive:docproperties.activetimeline", active),
            entry("s1", 0, 0),
            entry("s2", 0, 0),
        ),
        tractor("wrapper", track("s1")),
    )


@pytest.mark.parametrize(("active", "name"), [(UUID, "First"), (OTHER, "Second")])
def test_the_open_sequence_is_read_and_each_is_listed_once(
    tmp_path: Path, active: str, name: str
) -> None:
    found = inspected(tmp_path, two_sequences(active), ".kdenlive")

    assert found.name == name
    assert [(s.name, s.duration_frames, s.chosen) for s in found.sequences] == [
        ("First", 10, name == "First"),
        ("Second", 10, name == "Second"),
    ]
    assert ranges(found) == [("a.mov", 0, 10, 0, 10)]


def test_a_sequence_is_chosen_by_its_name(tmp_path: Path) -> None:
    text = two_sequences(UUID)
    found = inspected(tmp_path, text, ".kdenlive", ReadOptions(sequence="Second"))

    assert (found.name, found.clips[0].id) == ("Second", "V1/0/V1/0")
    with pytest.raises(TimelineAmbiguous, match='none of its sequences is called "x"'):
        inspected(tmp_path, text, ".kdenlive", ReadOptions(sequence="x"))


def test_the_first_audio_track_is_the_one_nearest_to_the_picture(tmp_path: Path) -> None:
    def sound(number: int) -> str:
        facts = [prop("kdenlive:audio_track", 1), prop("kdenlive:track_name", f"s{number}")]
        return tractor(f"s{number}", *facts, track(f"p{number}", "video"))

    lists = [playlist(f"p{n}", entry(0, n, 9)) for n in range(3)]
    picture = tractor("v", prop("kdenlive:track_name", "V1"), track("p2", "audio"))
    whole = tractor("t", track("s0"), track("s1"), track("v"))
    text = mlt(clip(0), *lists, sound(0), sound(1), picture, whole)
    found = inspected(tmp_path, text, ".kdenlive")

    assert {c.track: c.source_in * 25 for c in found.sound} == {"A1": 1, "A2": 0}


def test_it_is_known_by_its_content(tmp_path: Path) -> None:
    text = kdenlive([clip(0)], [entry(0, 0, 9)])

    assert KdenliveFormat().sniff(tmp_path / "cut.xml", text.encode())
    assert not KdenliveFormat().sniff(tmp_path / "cut.xml", mlt(producer(0)).encode())
