"""Compound, multicam and synchronized clips: the media that they show, and their markers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.otio.fcpxml.projects import inspected_spine, places, sources

COMPOUND = """
        <media id="m" name="Compound">
            <sequence format="r24" duration="8s" tcStart="{start}"><spine>
                <asset-clip ref="film" offset="{start}" name="one" start="3600s" duration="4s">
                    <marker start="3601s" value="inside"/>
                </asset-clip>
                <asset-clip ref="film" name="two" start="3650s" duration="4s">
                    <title ref="clouds" lane="1" offset="3650s" name="over" duration="1s"/>
                </asset-clip>
            </spine></sequence>
        </media>"""


def multicam(tc_start: str, *, base: int = 0, sound: str = "") -> str:
    return f"""
        <media id="mc" name="Multicam">
            <multicam format="r24" tcStart="{tc_start}">
                <mc-angle name="A" angleID="a"><gap offset="{base}s" duration="3s"/>
                    <asset-clip ref="film" offset="{base + 3}s" name="A" start="3610s" duration="50s"/>
                </mc-angle>
                <mc-angle name="B" angleID="b">
                    <asset-clip ref="pal" offset="{base}s" name="B" start="20s" duration="50s"/>
                </mc-angle>
                {sound}
            </multicam>
        </media>"""  # noqa: E501


def shot(start: str, inside: str) -> str:
    return f'<mc-clip ref="mc" name="cut" start="{start}" duration="2s">{inside}</mc-clip>'


def test_a_trimmed_compound_clip_shows_the_clips_in_it(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<ref-clip ref="m" name="c" start="3s" duration="3s"><marker start="4s" value="on it"/>'
        "</ref-clip>",
        media=COMPOUND.format(start="0s"),
    )

    assert places(found.clips) == [
        ("V1", "one", 0, 24), ("V1", "two", 24, 72), ("V1", "over", 24, 48),
    ]  # fmt: skip
    assert sources(found.clips)[:2] == [(3, 4, 1), (50, 52, 1)]
    # A marker on a clip inside is not one of the timeline.
    assert [(m.frame, m.name, m.on) for m in found.markers] == [(24, "on it", 0)]
    assert sources(found.sound) == [(3, 4, 1), (50, 52, 1)]


def test_the_timecode_of_a_compound_clip_counts_in_its_start_and_in_its_offsets(
    tmp_path: Path,
) -> None:
    spine = '<ref-clip ref="m" start="3605s" duration="2s"/>'
    found = inspected_spine(tmp_path, spine, media=COMPOUND.format(start="3600s"))

    assert sources(found.clips) == [(51, 53, 1)]


def test_a_compound_clip_without_a_start_begins_at_its_first_frame(tmp_path: Path) -> None:
    spine = '<ref-clip ref="m" duration="2s"/>'
    found = inspected_spine(tmp_path, spine, media=COMPOUND.format(start="3600s"))

    assert sources(found.clips) == [(0, 2, 1)]


def test_a_compound_clip_used_twice_gives_two_clips(tmp_path: Path) -> None:
    use = '<ref-clip ref="m" name="c" start="1s" duration="1s">{}</ref-clip>'
    found = inspected_spine(
        tmp_path,
        use.format('<marker start="1s" value="first"/>')
        + use.format('<marker start="1s" value="second"/>'),
        media=COMPOUND.format(start="0s"),
    )

    assert [clip.id for clip in found.clips] == ["V1/0/V1/0", "V1/1/V1/0"]
    assert [(m.name, m.on) for m in found.markers] == [("first", 0), ("second", 1)]


def test_sound_of_a_compound_clip_alone_is_no_picture(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<video ref="pal" name="p" duration="2s">'
        '<ref-clip ref="m" lane="-1" offset="0s" duration="2s" srcEnable="audio"/></video>',
        media=COMPOUND.format(start="0s"),
    )

    assert (len(found.clips), sources(found.sound)) == (1, [(0, 2, 1)])


@pytest.mark.parametrize(
    ("angle", "source"),
    [("a", Fraction(17)), ("b", Fraction(30))],
)
def test_a_multicam_clip_shows_the_angle_that_it_names(
    tmp_path: Path, angle: str, source: Fraction
) -> None:
    spine = shot("10s", f'<mc-source angleID="{angle}" srcEnable="video"/>')
    found = inspected_spine(tmp_path, spine, media=multicam("0s"))

    # The start of the multicam clip, less the offset of the clip in its angle after a gap.
    assert sources(found.clips) == [(source, source + 2, 1)]


def test_picture_and_sound_may_be_of_two_angles(tmp_path: Path) -> None:
    inside = '<mc-source angleID="b" srcEnable="video"/><mc-source angleID="a" srcEnable="audio"/>'
    found = inspected_spine(tmp_path, shot("10s", inside), media=multicam("0s"))

    assert [clip.media for clip in found.clips] == ["/media/pal.mov"]
    assert [clip.media for clip in found.sound] == ["/media/film 1.mov"]
    assert sources(found.sound) == [(17, 19, 1)]


@pytest.mark.parametrize("base", [0, 3600])
def test_the_start_of_a_multicam_clip_includes_its_timecode_wherever_offsets_count_from(
    tmp_path: Path, base: int
) -> None:
    media = multicam("3600s", base=base)
    spine = shot("3610s", '<mc-source angleID="b" srcEnable="all"/>')

    assert sources(inspected_spine(tmp_path, spine, media=media).clips) == [(30, 32, 1)]


def test_an_angle_may_be_empty_where_it_is_shown(tmp_path: Path) -> None:
    spine = shot("2s", '<mc-source angleID="a"/>')
    found = inspected_spine(tmp_path, spine, media=multicam("0s"))

    assert places(found.clips) == [("V1", "A", 24, 48)]


def test_an_angle_that_the_file_does_not_hold_is_a_fault_of_the_clip(tmp_path: Path) -> None:
    found = inspected_spine(tmp_path, shot("5s", '<mc-source angleID="x"/>'), media=multicam("0s"))

    assert [(c.name, c.media) for c in found.clips] == [("cut", None)]
    assert [p.clip for p in found.problems] == ["cut"]


def test_a_multicam_clip_without_a_choice_shows_its_first_angle(tmp_path: Path) -> None:
    found = inspected_spine(tmp_path, shot("3s", ""), media=multicam("0s"))

    assert [clip.name for clip in found.clips] == ["A"]


def test_a_synchronized_clip_has_content_and_connected_items(tmp_path: Path) -> None:
    found = inspected_spine(
        tmp_path,
        '<sync-clip name="sync" start="3612s" duration="2s" format="r24">'
        '<clip offset="3610s" name="inner" start="3610s" duration="50s" format="r24">'
        '<video ref="film" offset="3610s" start="3610s" duration="50s"/>'
        '<marker start="3612s" value="inside"/></clip>'
        '<video ref="pal" lane="1" offset="3613s" name="connected" start="5s" duration="9s"/>'
        '<asset-clip ref="song" lane="-1" offset="3612s" start="7s" duration="2s"/>'
        '<marker start="3613s" value="on it"/>'
        "</sync-clip>",
    )

    assert places(found.clips) == [("V1", "inner", 0, 48), ("V2", "connected", 24, 240)]
    assert sources(found.clips)[0] == (12, 14, 1)
    assert [(m.frame, m.name) for m in found.markers] == [(24, "on it")]
    assert sources(found.sound) == [(7, 9, 1)]


def test_a_clip_that_holds_itself_is_a_fault_of_that_clip(tmp_path: Path) -> None:
    loop = (
        '<media id="m" name="M"><sequence format="r24" duration="9s"><spine>'
        '<video ref="pal" name="ok" duration="1s"/><ref-clip ref="m" name="loop" duration="8s"/>'
        "</spine></sequence></media>"
    )
    found = inspected_spine(tmp_path, '<ref-clip ref="m" duration="9s"/>', media=loop)

    assert [clip.name for clip in found.clips] == ["ok", "loop"]
    assert "it holds itself" in found.problems[0].message


SYNC = """<sync-clip name="s" start="0s" duration="2s" format="r24">
    <asset-clip ref="film" offset="0s" start="3600s" duration="9s" audioRole="dialogue">
        <asset-clip ref="song" lane="-1" offset="3600s" duration="2s" audioRole="dialogue.Boom"/>
    </asset-clip>
    <sync-source sourceID="{}"><audio-role-source role="{}" {}="0"/></sync-source>
</sync-clip>"""


@pytest.mark.parametrize(
    ("source", "role", "attribute", "heard"),
    [
        ("storyline", "dialogue.dialogue-1", "active", ["song"]),
        ("connected", "dialogue.Boom", "enabled", ["film 1"]),
        ("storyline", "music.music-1", "enabled", ["film 1", "song"]),
    ],
)
def test_roles_tell_which_sound_of_a_synchronized_clip_is_heard(
    tmp_path: Path, source: str, role: str, attribute: str, heard: list[str]
) -> None:
    found = inspected_spine(tmp_path, SYNC.format(source, role, attribute))

    assert [Path(c.media or "").stem for c in found.sound if c.enabled] == heard
    assert len(found.sound) == 2
    assert all(clip.enabled for clip in found.clips)


def test_roles_of_a_synchronized_clip_do_not_reach_what_is_connected_to_it(tmp_path: Path) -> None:
    outside = '<asset-clip ref="song" lane="-2" offset="0s" duration="1s" audioRole="dialogue"/>'
    sync = SYNC.format("storyline", "dialogue", "active").replace(
        "<sync-source", f"{outside}<sync-source", 1
    )
    found = inspected_spine(tmp_path, sync.replace("dialogue.Boom", "dialogue"))

    assert [(Path(c.media or "").stem, c.enabled) for c in found.sound] == [
        ("film 1", False), ("song", True), ("song", True),
    ]  # fmt: skip


def test_roles_switch_sound_off_in_compound_and_multicam_clips(tmp_path: Path) -> None:
    off = '<audio-role-source role="dialogue" enabled="0"/>'
    media = (
        (COMPOUND + multicam("0s"))
        .format(start="0s")
        .replace('ref="film"', 'ref="film" audioRole="dialogue.dialogue-1"')
    )
    found = inspected_spine(
        tmp_path,
        f'<ref-clip ref="m" duration="2s">{off}</ref-clip>'
        + shot("5s", f'<mc-source angleID="a">{off}</mc-source>')
        + '<ref-clip ref="m" duration="2s"/>',
        media=media,
    )

    assert [clip.enabled for clip in found.sound] == [False, False, True]


@pytest.mark.parametrize(("second", "heard"), [("0", False), ("1", True)])
def test_a_clip_is_heard_while_one_of_its_channels_is_on(
    tmp_path: Path, second: str, heard: bool
) -> None:
    found = inspected_spine(
        tmp_path,
        '<asset-clip ref="film" start="3600s" duration="1s" audioRole="dialogue">'
        '<audio-channel-source srcCh="1" enabled="0"/>'
        f'<audio-channel-source srcCh="2" role="music" active="{second}"/></asset-clip>',
    )

    assert [clip.enabled for clip in found.sound] == [heard]
