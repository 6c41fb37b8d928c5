"""Every planted defect is found, to the frame; a clean film has none."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.delivery.qc import CheckedFile, Defect, check_file, load_profile
from tests.delivery.qc.films import (
    FRAMES,
    PICTURE_DEFECTS,
    RATE,
    SOUND_DEFECTS,
    SOUND_RATE,
    Change,
    Sound,
    black,
    clean_sound,
    flashing,
    seconds,
    silent,
    write_film,
)

FIRST, END = 40, 100
FRAME = 1 / RATE


def check(path: Path, profile: str = "web") -> CheckedFile:
    return check_file(path, load_profile(profile).checks)


def found(path: Path, name: str) -> list[Defect]:
    return [defect for defect in check(path).defects if defect.check == name]


PICTURES = {kind: change(FIRST, END) for kind, change in PICTURE_DEFECTS.items()}
SAMPLES = (FIRST * SOUND_RATE // 25, END * SOUND_RATE // 25)
SOUNDS = {kind: change(clean_sound(), *SAMPLES) for kind, change in SOUND_DEFECTS.items()}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> CheckedFile:
    return check(write_film(tmp_path_factory.mktemp("clean") / "clean.mov"))


def test_a_clean_film_passes_and_has_figures(clean: CheckedFile) -> None:
    assert clean.defects == ()
    assert clean.passed
    assert clean.duration == FRAMES / RATE
    figures = {figure.name: figure.value for figure in clean.figures}
    assert figures["loudness"] == pytest.approx(-14, abs=1)


@pytest.mark.parametrize("name", PICTURES)
def test_a_defect_of_the_picture_is_found_to_the_frame(name: str, tmp_path: Path) -> None:
    defects = check(write_film(tmp_path / "film.mov", PICTURES[name])).defects
    (defect,) = defects
    assert defect.check == name
    assert_planted(defect)


@pytest.mark.parametrize("name", SOUNDS)
def test_a_defect_of_the_sound_is_found_to_the_frame(name: str, tmp_path: Path) -> None:
    path = write_film(tmp_path / "film.mov", sound=[SOUNDS[name]])
    (defect,) = found(path, name)
    assert defect.track == 1
    assert_planted(defect)


def assert_planted(defect: Defect) -> None:
    assert defect.range is not None
    assert abs(defect.range.start - seconds(FIRST)) <= FRAME
    assert abs(defect.range.end - seconds(END)) <= FRAME


def test_a_freeze_of_black_is_told_as_black_alone(tmp_path: Path) -> None:
    defects = check(write_film(tmp_path / "film.mov", black(0, FRAMES))).defects
    assert [defect.check for defect in defects] == ["black"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (flashing(FIRST, END, period=10), False),  # 2.5 flashes a second
        (flashing(FIRST, END, share=0.2), False),
        (flashing(FIRST, FIRST + 10), False),  # three flashes
        (flashing(FIRST, END, share=0.3), True),
        (flashing(FIRST, END, colour=(255, 0, 0)), True),
        (flashing(FIRST, END, colour=(40, 40, 40)), False),  # a fiftieth of the light of white
    ],
)
def test_flashes_are_told_by_number_area_and_light(
    change: Change, told: bool, tmp_path: Path
) -> None:
    assert bool(found(write_film(tmp_path / "film.mov", change), "flashes")) is told


def test_a_flash_of_saturated_red_is_named_so(tmp_path: Path) -> None:
    change = flashing(FIRST, END, colour=(120, 0, 0))  # luminance changes by 0.04 alone
    (defect,) = found(write_film(tmp_path / "film.mov", change), "flashes")
    assert "red flashes" in defect.message


def test_a_fade_and_a_pause_that_are_short_are_no_defects(tmp_path: Path) -> None:
    sound = silent(clean_sound(), 0, SOUND_RATE)
    path = write_film(tmp_path / "film.mov", black(FIRST, FIRST + 12), [sound])
    assert not found(path, "black")
    assert not found(path, "silence")


@pytest.mark.parametrize(
    ("sound", "told"),
    [
        ([clean_sound() / 4], ["loudness is"]),
        ([clean_sound() * 4], ["loudness is", "true peak is"]),
        ([np.zeros_like(clean_sound())], []),
    ],
)
def test_loudness_and_true_peak_have_limits(
    sound: Sequence[Sound], told: Sequence[str], tmp_path: Path
) -> None:
    defects = found(write_film(tmp_path / "film.mov", sound=sound), "loudness")
    assert len(defects) == len(told)
    for defect, start in zip(defects, told, strict=True):
        assert defect.message.startswith(start)


def test_digital_silence_has_no_loudness_and_is_silent(tmp_path: Path) -> None:
    checked = check(write_film(tmp_path / "film.mov", sound=[np.zeros_like(clean_sound())]))
    assert [figure.value for figure in checked.figures] == [None] * 3
    assert [defect.check for defect in checked.defects] == ["silence"]


def test_tracks_are_counted_and_each_is_heard(tmp_path: Path) -> None:
    quiet = silent(clean_sound(channels=1), *SAMPLES)
    checked = check(write_film(tmp_path / "film.mov", sound=[clean_sound(), quiet]))
    told = {
        (defect.check, defect.track) for defect in checked.defects if "loud" not in defect.check
    }
    assert told == {("streams", None), ("silence", 2)}
    without = check(write_film(tmp_path / "mute.mov", sound=[]))
    assert [defect.message for defect in without.defects] == [
        "missing sound: 0 sound tracks, not 1"
    ]


@pytest.mark.parametrize("seconds_less", [Fraction(-2), Fraction(2)])
def test_sound_that_is_shorter_or_longer_than_the_picture_is_told(
    seconds_less: Fraction, tmp_path: Path
) -> None:
    sound = clean_sound(FRAMES / RATE - seconds_less)
    (defect,) = found(write_film(tmp_path / "film.mov", sound=[sound]), "streams")
    assert defect.range is not None
    assert abs(defect.range.duration - 2) < FRAME
    assert ("before" if seconds_less > 0 else "after") in defect.message


def test_another_rate_of_sound_is_told_and_heard_all_the_same(tmp_path: Path) -> None:
    sound = silent(clean_sound()[:, ::2], SAMPLES[0] // 2, SAMPLES[1] // 2)
    path = write_film(tmp_path / "film.mov", sound=[sound], sound_rate=SOUND_RATE // 2)
    checked = check(path)
    (defect,) = [defect for defect in checked.defects if defect.check == "silence"]
    assert_planted(defect)
    assert "24000 samples per second" in str([d.message for d in checked.defects])


def test_what_is_no_film_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("no film")
    for path in (text, tmp_path / "absent.mp4"):
        checked = check(path)
        assert checked.problem is not None
        assert not checked.passed


def test_a_film_cut_off_midway_is_checked_and_its_end_is_told(tmp_path: Path) -> None:
    whole = write_film(tmp_path / "film.mkv", black(FIRST, END), [clean_sound()])
    content = whole.read_bytes()
    whole.write_bytes(content[: len(content) * 2 // 3])
    checked = check(whole)
    assert "black" in {defect.check for defect in checked.defects}
    assert not checked.passed
