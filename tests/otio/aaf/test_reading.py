"""Clips of AAF files: where they lie, and what they show of their media."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.schema import TimelineAmbiguous, TimelineEmpty
from shotlog_otio import ReadOptions
from tests.otio.aaf.making import Film, make
from tests.otio.aaf.reading import inspect, rows

NTSC = Fraction(24000, 1001)
DROP = Fraction(30000, 1001)


def test_clips_lie_one_after_another_and_filler_takes_its_time(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        a = film.master("a")
        film.track(film.sequence(), film.clip(a, 3, 7), film.filler(5), film.clip(a, 40, 10))

    path = make(tmp_path / "cut.aaf", build)
    assert rows(path) == [("V1/0", "a", (0, 7), (3, 10)), ("V1/2", "a", (12, 22), (40, 50))]
    assert inspect(path).duration_frames == 22


def test_both_neighbours_of_a_transition_are_shown_under_it(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        a = film.master("a")
        parts = (film.clip(a, 0, 20), film.transition(4), film.clip(a, 50, 20))
        fade = (film.transition(6), film.filler(6))
        film.track(film.sequence(), *parts, *fade)

    path = make(tmp_path / "cut.aaf", build)
    # 20 + 20 - 4; the fade to filler takes nothing off the clip.
    assert [row[2:] for row in rows(path)] == [((0, 20), (0, 20)), ((16, 36), (50, 70))]
    assert inspect(path).duration_frames == 36


def test_the_media_begin_with_the_file_and_not_with_the_tape(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        a = film.master("a", tape=86400, offset=100)
        film.track(film.sequence(), film.clip(a, 3, 7))

    [clip] = inspect(make(tmp_path / "cut.aaf", build)).clips
    assert (clip.source_in, clip.source_out) == (Fraction(3, 24), Fraction(10, 24))
    assert (clip.media_start_frame, clip.source_rate) == (86500, 24)


def test_positions_count_at_the_rate_of_the_sequence(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        a = film.master("a", rate=Fraction(25), tape=90000)
        film.track(film.sequence(start=180000), film.clip(a, 100, 50))

    [clip] = inspect(make(tmp_path / "cut.aaf", build, Fraction(50))).clips
    assert (clip.source_in, clip.source_out) == (2, 3)
    assert (clip.source_rate, clip.media_start_frame) == (25, 90000)


def test_sound_counts_samples_and_picture_frames(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        mob = film.sequence()
        film.track(mob, film.clip(film.master("a"), 0, 48))
        wave = film.master("w", 480000, kind="sound", rate=Fraction(48000), tape=None)
        clip = film.clip(wave, 24000, 96000, kind="sound")
        film.track(mob, clip, kind="sound", rate=48000)

    found = inspect(make(tmp_path / "cut.aaf", build))
    assert [c.track for c in found.clips] == ["V1"]
    [sound] = found.sound
    assert (sound.track, sound.record_in, sound.record_out) == ("A1", 0, 48)
    assert (sound.source_in, sound.source_out) == (Fraction(1, 2), Fraction(5, 2))
    assert found.duration_frames == 48


def test_the_tracks_of_a_scope_are_the_tracks_of_the_sequence(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        mob, a, b = film.sequence(), film.master("a"), film.master("b")
        slot = film.track(mob, film.filler(20))
        above = film.run(film.below(5), film.clip(b, 0, 15))
        slot.segment = film.scope(film.run(film.clip(a, 0, 20)), above)

    path = make(tmp_path / "cut.aaf", build)
    assert rows(path) == [("V1/0", "a", (0, 20), (0, 20)), ("V2/1", "b", (5, 20), (0, 15))]


def test_tracks_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        mob = film.sequence()
        film.track(mob, film.clip(film.master("upper"), 0, 5), number=2)
        film.track(mob, film.clip(film.master("lower"), 0, 5), number=1)

    found = rows(make(tmp_path / "cut.aaf", build))
    assert [row[:2] for row in found] == [("V1/0", "lower"), ("V2/0", "upper")]


@pytest.mark.parametrize(
    ("rate", "start", "drop"),
    [(DROP, 539460, True), (Fraction(60000, 1001), 215784, True), (NTSC, 86400, False)],
)
def test_the_timecode_track_of_number_one_counts(
    tmp_path: Path, rate: Fraction, start: int, drop: bool
) -> None:
    def build(film: Film) -> None:
        mob = film.sequence(start=start, drop=drop)
        film.timecode(mob, 7, fps=25, number=4)
        film.timecode(mob, 8, number=2)
        film.track(mob, film.clip(film.master("a"), 0, 5))

    found = inspect(make(tmp_path / "cut.aaf", build, rate))
    assert (found.rate, found.start_frame, found.drop_frame) == (rate, start, drop)


def test_a_switched_off_clip_is_the_alternate_of_nothing(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        off = film.file.create.Selector(media_kind="picture", length=10)
        off["Selected"].value = film.below(10)
        off["Alternates"].value = [film.clip(film.master("off"), 0, 10)]
        angle = film.file.create.Selector(media_kind="picture", length=10)
        angle["Selected"].value = film.clip(film.master("seen"), 0, 10)
        angle["Alternates"].value = [film.clip(film.master("other"), 0, 10)]
        film.track(film.sequence(), off, angle)

    found = inspect(make(tmp_path / "cut.aaf", build)).clips
    assert [(c.name, c.enabled) for c in found] == [("off", False), ("seen", True)]


def test_an_effect_on_one_clip_is_that_clip_and_one_of_several_is_a_nest(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        a, b = film.master("a"), film.master("b")
        one = film.effect("Resize", 10, film.clip(a, 0, 10))
        over = film.effect("Blend", 10, film.run(film.below(10)), film.run(film.clip(b, 5, 10)))
        inside = (film.run(film.clip(a, 0, 4), film.clip(b, 0, 6)), film.run(film.filler(10)))
        film.track(film.sequence(), one, over, film.effect("Submaster", 10, *inside))

    assert rows(make(tmp_path / "cut.aaf", build)) == [
        ("V1/0", "a", (0, 10), (0, 10)),
        ("V1/1", "b", (10, 20), (5, 15)),
        ("V1/2/V1/0", "a", (20, 24), (0, 4)),
        ("V1/2/V1/1", "b", (24, 30), (0, 6)),
    ]


def test_titles_and_effects_without_media_are_generated(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        title = film.effect("Title_2", 10, film.below(10), film.clip(film.master("Credits"), 0, 10))
        burn = film.effect("Timecode Burn-In", 10, film.effect("Mask", 10, film.below(10)))
        film.track(film.sequence(), title, burn)

    found = inspect(make(tmp_path / "cut.aaf", build))
    assert [(c.name, c.media) for c in found.clips] == [
        ("Credits", None),
        ("Timecode Burn-In", None),
    ]
    assert all("its picture is generated" in problem.message for problem in found.problems)
    assert len(found.problems) == 2


def test_a_sequence_in_a_sequence_is_a_nest_and_a_subclip_a_clip(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        a, b = film.master("a"), film.master("b")
        inner = film.sequence("inner")
        slot = film.track(inner, film.clip(a, 0, 30), film.clip(b, 10, 30))
        sub = film.sequence("close up", usage="SubClip")
        part = film.track(sub, film.clip(a, 100, 40))
        film.track(
            film.sequence("outer"),
            film.clip(inner, 20, 20, slot=slot.slot_id),
            film.clip(sub, 5, 10, slot=part.slot_id),
        )

    path = make(tmp_path / "cut.aaf", build)
    assert rows(path) == [
        ("V1/0/V1/0", "a", (0, 10), (20, 30)),
        ("V1/0/V1/1", "b", (10, 20), (10, 20)),
        ("V1/1", "close up", (20, 30), (105, 115)),
    ]
    found = inspect(path)
    assert (found.name, [(s.name, s.chosen) for s in found.sequences]) == (
        "outer",
        [("inner", False), ("outer", True)],
    )


def test_of_several_sequences_one_must_be_named(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        for name, frames in (("one", 24), ("two", 48)):
            film.track(film.sequence(name), film.clip(film.master(name), 0, frames))

    path = make(tmp_path / "cut.aaf", build)
    with pytest.raises(TimelineAmbiguous, match=r'"one" .1\.0 s.*"two" .2\.0 s') as caught:
        inspect(path)
    assert [item[::2] for item in caught.value.sequences] == [("one", 24), ("two", 48)]
    assert inspect(path, ReadOptions(sequence="two")).duration_frames == 48


def test_a_file_of_clips_alone_is_no_timeline(tmp_path: Path) -> None:
    with pytest.raises(TimelineEmpty, match="no sequence"):
        inspect(make(tmp_path / "bin.aaf", lambda film: film.master("a")))


def test_an_essence_group_is_the_first_of_its_files(tmp_path: Path) -> None:
    def build(film: Film) -> None:
        master, other = film.master("a"), film.master("proxy")
        group = film.file.create.EssenceGroup(media_kind="picture", length=240)
        [slot] = master.slots
        choice, second = slot.segment, next(iter(other.slots)).segment
        parts = [film.clip(choice.mob, 0, 240), film.clip(second.mob, 0, 240)]
        group["Choices"].value = parts
        slot.segment = group
        film.track(film.sequence(), film.clip(master, 3, 7))

    [clip] = inspect(make(tmp_path / "cut.aaf", build)).clips
    assert (clip.name, clip.media, clip.source_in) == ("a", "/media/a.mxf", Fraction(3, 24))


@pytest.mark.parametrize(
    ("switches", "enabled"),
    [
        ([{}, {"AudioMixerCompMute": 1}, {"AudioMixerCompMute": 0}], [True, False, True]),
        ([{}, {"AudioMixerCompSolo": 1}, {}], [False, True, False]),
    ],
)
def test_tracks_of_sound_are_heard_as_the_mixer_is_set(
    tmp_path: Path, switches: list[dict[str, int]], enabled: list[bool]
) -> None:
    def build(film: Film) -> None:
        mob = film.sequence()
        film.track(mob, film.clip(film.master("a"), 0, 10))
        wave = film.master("w", kind="sound")
        for number, switch in enumerate(switches, 1):
            clip = film.clip(wave, 0, 10, kind="sound")
            slot = film.track(mob, clip, kind="sound", number=number)
            values = [film.file.create.TaggedValue(*pair) for pair in switch.items()]
            if values:
                slot["TimelineMobAttributeList"].value = values

    found = inspect(make(tmp_path / "cut.aaf", build)).sound
    assert [c.enabled for c in found] == enabled
