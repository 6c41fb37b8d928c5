"""Clips of FCPXML: their places on the timeline, their media, and what counts as picture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.schema import TimelineAmbiguous, TimelineEmpty, TimelineUnreadable
from tests.otio.fcpxml.projects import (
    FORMAT,
    RESOURCES,
    inspected,
    inspected_spine,
    places,
    project,
    sources,
    written,
)

CLIP = '<asset-clip ref="film" name="a" start="3610s" duration="2s"/>'


def test_the_start_timecode_of_the_project_is_taken_off_offsets_and_never_off_starts(
    tmp_path: Path,
) -> None:
    found = inspected_spine(
        tmp_path,
        '<asset-clip ref="film" offset="3600s" name="a" start="3610s" duration="2s"/>'
        '<asset-clip ref="film" offset="3602s" name="b" start="3650s" duration="1s"/>',
        sequence='format="r24" tcStart="3600s" tcFormat="NDF"',
    )

    assert (found.start_frame, found.drop_frame, found.duration_frames) == (86400, False, 72)
    assert places(found.clips) == [("V1", "a", 0, 48), ("V1", "b", 48, 72)]
    assert sources(found.clips) == [(10, 12, 1), (50, 51, 1)]
    assert found.clips[0].media == "/media/film 1.mov"
    assert found.clips[0].media_start_frame == 86400


def test_media_timecode_counts_at_the_rate_of_the_media(tmp_path: Path) -> None:
    asset = (
        '<asset id="m" start="43517/12s" duration="10s" hasVideo="1" format="r24">'
        '<media-rep src="m.mov"/></asset>'
    )
    [clip] = inspected_spine(
        tmp_path,
        '<asset-clip ref="m" start="43518/12s" duration="1s"/>',
        media=asset,
        sequence='format="r25"',
    ).clips

    assert (clip.media_start_frame, clip.source_in) == (87034, Fraction(1, 12))


@pytest.mark.parametrize(
    ("asset", "media"),
    [
        ('<asset id="m" src="file:///a%20b.mov" duration="9s" hasVideo="1"/>', "/a b.mov"),
        ('<asset id="m" duration="9s"><media-rep src="c.mov"/></asset>', "c.mov"),
        (
            '<asset id="m" duration="9s"><media-rep kind="proxy-media" src="proxy.mov"/>'
            '<media-rep kind="original-media" src="d.mov"/></asset>',
            "d.mov",
        ),
        ('<asset id="m" duration="9s" hasVideo="1"/>', None),
    ],
)
def test_the_path_of_media_stands_in_the_asset_or_in_its_original(
    tmp_path: Path, asset: str, media: str | None
) -> None:
    [clip] = inspected_spine(tmp_path, '<asset-clip ref="m" duration="1s"/>', media=asset).clips

    assert clip.media == media


def test_a_connected_item_counts_on_the_time_of_the_item_that_it_is_connected_to(
    tmp_path: Path,
) -> None:
    found = inspected_spine(
        tmp_path,
        '<gap offset="0s" start="3600s" duration="2s">'
        '<asset-clip ref="film" lane="1" offset="3601s" name="a" start="3605s" duration="5s"/>'
        "</gap>"
        f"{CLIP}",
    )

    # It is not cut where its parent ends.
    assert places(found.clips) == [("V2", "a", 24, 144), ("V1", "a", 48, 96)]


def test_lanes_are_tracks_and_what_lies_below_the_storyline_is_lower(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<asset-clip ref="film" name="main" start="3600s" duration="4s">'
        '<title ref="clouds" lane="3" offset="3600s" name="top" duration="1s">'
        '<title ref="clouds" lane="1" offset="0s" name="topmost" duration="1s"/></title>'
        '<video ref="pal" lane="-1" offset="3602s" name="under" duration="1s"/>'
        "</asset-clip>",
    )

    assert sorted(places(found.clips)) == [
        ("V1", "under", 48, 72),
        ("V2", "main", 0, 96),
        ("V5", "top", 0, 24),
        ("V6", "topmost", 0, 24),
    ]


def test_a_connected_storyline_has_a_time_of_its_own(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<asset-clip ref="film" name="main" start="3600s" duration="9s">'
        '<spine lane="1" offset="3602s"><gap offset="0s" duration="1s"/>'
        '<video ref="pal" offset="1s" name="a" start="5s" duration="1s"/>'
        '<video ref="pal" offset="2s" name="b" start="7s" duration="2s"/></spine>'
        "</asset-clip>",
    )

    assert places(found.clips)[1:] == [("V2", "a", 72, 96), ("V2", "b", 96, 144)]


def test_items_without_an_offset_follow_each_other(tmp_path: Path) -> None:
    found = inspected_spine(tmp_path, f'{CLIP}<gap duration="1s"/>{CLIP}')

    assert places(found.clips) == [("V1", "a", 0, 48), ("V1", "a", 72, 120)]


def test_the_first_clip_of_an_audition_is_the_active_one(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<gap duration="1s"/><audition offset="1s">'
        '<asset-clip ref="film" name="taken" start="3610s" duration="2s">'
        '<marker start="3611s" value="shown"/></asset-clip>'
        '<asset-clip ref="film" name="other" start="3620s" duration="9s">'
        '<marker start="3621s" value="not shown"/></asset-clip></audition>',
    )

    assert places(found.clips) == [("V1", "taken", 24, 72)]
    assert [(m.frame, m.name) for m in found.markers] == [(48, "shown")]


def test_titles_generators_and_stills_are_clips(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<title ref="clouds" name="t" start="3600s" duration="1s"/>'
        '<video ref="clouds" name="g" start="3600s" duration="1s"/>'
        '<video ref="still" name="s" start="86399313/24000s" duration="1s"/>'
        '<caption lane="1" offset="0s" name="c" duration="1s"/>',
    )

    assert [(c.name, c.media) for c in found.clips] == [
        ("t", None), ("g", None), ("s", "/media/still.png"),
    ]  # fmt: skip
    # A still shows its one picture; when its time begins tells nothing.
    assert sources(found.clips)[2] == (0, Fraction(1, 24), 0)
    assert ["generated" in problem.message for problem in found.problems] == [True, True]


def test_sound_is_no_picture(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<asset-clip ref="film" name="silent" start="3600s" duration="2s" srcEnable="video">'
        '<asset-clip ref="song" lane="-1" offset="3600s" name="song" duration="2s"/>'
        '<asset-clip ref="film" lane="-2" offset="3600s" name="voice" start="3650s"'
        ' duration="1s" srcEnable="audio"/></asset-clip>',
    )

    assert places(found.clips) == [("V1", "silent", 0, 48)]
    assert places(found.sound) == [("A1", "song", 0, 48), ("A2", "voice", 0, 24)]
    assert found.sound[1].source_in == 50


def test_a_clip_with_sound_is_heard_unless_its_volume_is_off(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<asset-clip ref="film" name="heard" start="3600s" duration="1s"/>'
        '<asset-clip ref="film" name="off" start="3600s" duration="1s">'
        '<adjust-volume amount="-96dB"/></asset-clip>'
        '<video ref="film" name="picture" start="3600s" duration="1s"/>',
    )

    assert [(c.name, c.enabled) for c in found.sound] == [("heard", True), ("off", False)]
    assert len(found.clips) == 3


def test_a_disabled_clip_is_told(tmp_path: Path) -> None:
    [clip] = inspected_spine(tmp_path, CLIP.replace("/>", ' enabled="0"/>')).clips

    assert not clip.enabled


def test_a_clip_around_a_picture_is_that_picture(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<clip name="outer" start="2s" duration="3s" format="r24">'
        '<video ref="film" offset="0s" start="3600s" duration="50s">'
        '<audio ref="film" lane="-1" offset="3600s" start="3600s" duration="50s"/></video>'
        "</clip>",
    )

    assert (places(found.clips), sources(found.clips)) == (
        [("V1", "outer", 0, 72)],
        [(2, 5, 1)],
    )
    assert found.clips[0].id == "V1/0"
    assert sources(found.sound) == [(2, 5, 1)]


def test_names_are_given_back_as_they_are_spelled(tmp_path: Path) -> None:
    name = "e\u0301 \u00a0 \U0001f3ac \u00df"
    found = inspected_spine(
        tmp_path, f'<asset-clip ref="film" name="{name}" start="3600s" duration="1s"/>'
    )

    assert found.clips[0].name == name


def test_transitions_show_frames_beyond_the_cut(tmp_path: Path) -> None:
    text = project(
        '<asset-clip ref="film" offset="0s" name="a" start="3610s" duration="4s"/>'
        '<transition offset="7/2s" duration="1s"/>'
        '<asset-clip ref="film" offset="4s" name="b" start="3650s" duration="4s"/>'
        '<transition offset="15/2s" duration="1/2s"/>'
    )
    a, b = FORMAT.read(written(tmp_path, text)).clips

    assert [(a.timeline.start, a.timeline.end), b.timeline.start] == [(0, 4), 4]
    assert [a.head, a.tail] == [0, Fraction(1, 2)]
    assert [b.head, b.tail] == [Fraction(1, 2), 0]


def test_projects_of_one_file_are_chosen_by_name(tmp_path: Path) -> None:
    one = project(CLIP)
    start, end = one.index("            <project"), one.index("        </event>")
    two = one[:end] + one[start:end].replace('"Cut"', '"Other"') + one[end:]

    with pytest.raises(TimelineAmbiguous, match=r'"Cut" .*"Other"'):
        inspected(tmp_path, two)
    found = inspected(tmp_path, two, sequence="Other")
    assert found.name == "Other"
    assert [(s.name, s.duration_frames, s.chosen) for s in found.sequences] == [
        ("Cut", 0, False),
        ("Other", 0, True),
    ]


def test_clips_of_an_event_are_no_timeline(tmp_path: Path) -> None:
    text = f'<fcpxml version="1.11"><resources>{RESOURCES}</resources>{CLIP}{CLIP}</fcpxml>'

    with pytest.raises(TimelineUnreadable, match="holds 2 clips of an event and no project"):
        inspected(tmp_path, text)


def test_a_compound_clip_alone_is_a_timeline(tmp_path: Path) -> None:
    media = f'<media id="m" name="Reel"><sequence format="r24"><spine>{CLIP}</spine></sequence>'
    text = f'<fcpxml version="1.11"><resources>{RESOURCES}{media}</media></resources></fcpxml>'

    assert inspected(tmp_path, text).name == "Reel"


def test_a_project_of_version_1_2_holds_its_resources(tmp_path: Path) -> None:
    text = (
        f'<fcpxml version="1.2"><project name="Old"><resources>{RESOURCES}</resources>'
        f'<sequence format="r24" duration="2s"><spine>{CLIP}</spine></sequence></project></fcpxml>'
    )
    found = inspected(tmp_path, text)

    assert (found.name, found.rate) == ("Old", Fraction(24))
    assert sources(found.clips) == [(10, 12, 1)]


def test_a_newer_version_is_read_with_a_warning(tmp_path: Path) -> None:
    found = inspected(tmp_path, project(CLIP, version="1.15"))

    assert len(found.clips) == 1
    assert found.warnings == ("it is of FCPXML 1.15; the newest known version is 1.14",)


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("FFVideoFormat1080p2398", Fraction(24000, 1001)),
        ("FFVideoFormat1080i5994", Fraction(30000, 1001)),
        ("FFVideoFormat1080i50", Fraction(25)),
        ("FFVideoFormat3840x2160p60", Fraction(60)),
    ],
)
def test_apples_own_formats_tell_their_rate_by_name(
    tmp_path: Path, name: str, rate: Fraction
) -> None:
    found = inspected_spine(
        tmp_path, CLIP, media=f'<format id="f" name="{name}"/>', sequence='format="f"'
    )

    assert found.rate == rate


def test_a_project_without_picture_is_shown_and_not_analysed(tmp_path: Path) -> None:
    text = project('<asset-clip ref="song" duration="1s"/>')

    assert inspected(tmp_path, text).clips == ()
    with pytest.raises(TimelineEmpty):
        FORMAT.read(written(tmp_path, text))


def test_one_bad_clip_costs_only_itself(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        f'{CLIP}<asset-clip ref="film" name="bad" start="3600s" duration="x"/>{CLIP}'
        '<asset-clip ref="film" name="far" start="3600s" duration="99999999999999999999s"/>'
        '<asset-clip ref="gone" name="gone" duration="1s"/>',
    )

    assert len(found.clips) == 5
    assert [(p.clip, p.message) for p in found.problems] == [
        ("bad", 'its length is not known: its duration "x" is no time'),
        ("far", 'its length is not known: its duration "99999999999999999999s" is out of all'
         " bounds"),
        ("gone", "the timeline names no media for it"),
    ]  # fmt: skip
