"""Music under a film: which piece is chosen, and how it lies there."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from shotlog.delivery.encode import AddedSound
from shotlog.delivery.extras import EXTRAS, ExtendedFilm
from shotlog.schema import SOUND_RATE, ExtraError
from tests.delivery.extras.music import clicks, film, span, write_wave


@pytest.fixture(scope="session")
def beds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with calm, medium and lively music, and a file of text."""
    folder = tmp_path_factory.mktemp("beds")
    write_wave(folder / "calm.wav", clicks(70, 12, level=0.1))
    write_wave(folder / "medium.wav", clicks(100, 12, level=0.3))
    write_wave(folder / "lively.wav", clicks(140, 12, level=0.8))
    (folder / "readme.txt").write_text("licences")
    return folder


def laid(beds: Path, on: ExtendedFilm, **parameters: object) -> ExtendedFilm:
    return EXTRAS.make("music", folder=str(beds), **parameters).add(on)


def gain(sound: AddedSound, moment: float) -> float:
    keys = sound.levels
    return float(np.interp(moment, [float(k.at) for k in keys], [k.gain for k in keys]))


@pytest.mark.parametrize(("shot", "piece"), [(15, "calm"), (5, "medium"), (1, "lively")])
def test_the_music_is_as_lively_as_the_cutting(shot: int, piece: str, beds: Path) -> None:
    done = laid(beds, film(shot=shot))

    assert {sound.path.stem for sound in done.sounds} == {piece}
    assert f"{piece}.wav" in done.notes[-1]


def test_the_same_film_gets_the_same_music(beds: Path) -> None:
    assert laid(beds, film()).sounds == laid(beds, film()).sounds


def test_the_bed_covers_the_stretch_and_fades_in_and_out(beds: Path) -> None:
    done = laid(beds, film(shot=1), fade=2)
    sounds = done.sounds

    assert [sounds[0].range.start, sounds[-1].range.end] == [0, 30]
    base = gain(sounds[0], 4)
    assert gain(sounds[0], 0) == 0
    assert gain(sounds[0], 1) == pytest.approx(base / 2)
    assert gain(sounds[-1], 29) == pytest.approx(base / 2)
    assert gain(sounds[-1], 30) == 0


def test_a_piece_that_is_too_short_begins_again_on_a_whole_bar(beds: Path) -> None:
    sounds = laid(beds, film(shot=1)).sounds

    assert len(sounds) == 3
    for before, after in pairwise(sounds):
        # One goes while the other comes, so that nothing is missing or clicks.
        assert before.range.end - after.range.start == Fraction(1, 50)
        joint = float(after.range.start)
        assert (gain(before, joint), gain(after, joint)) == (gain(before, joint - 0.1), 0)
        # Bars of four beats of 140 a minute.
        left = float(before.source_start + after.range.start - before.range.start)
        bars = (left - float(after.source_start)) / (4 * 60 / 140)
        assert bars == pytest.approx(round(bars), abs=0.02)


def test_it_goes_down_before_speech_and_stays_down_between_sentences(beds: Path) -> None:
    speech = (span(4, 6), span(7, 8))
    [sound] = laid(beds, film(length=10, speech=speech), duck=20, fade=0).sounds

    base = gain(sound, 1)
    assert [gain(sound, t) for t in (4, 5, 6.5, 8)] == pytest.approx([base / 10] * 4)
    assert [gain(sound, t) for t in (3.7, 8.6, 10)] == pytest.approx([base] * 3)


def test_the_bed_has_the_loudness_that_was_asked_for(beds: Path) -> None:
    quiet, loud = (laid(beds, film(), loudness=level).sounds[0] for level in (-33, -23))

    assert gain(loud, 4) / gain(quiet, 4) == pytest.approx(10**0.5)


def test_a_file_that_cannot_be_read_is_passed_over_with_a_note(tmp_path: Path) -> None:
    write_wave(tmp_path / "good.wav", clicks(100, 12))
    write_wave(tmp_path / "silent.wav", np.zeros(12 * SOUND_RATE, np.float32))
    (tmp_path / "damaged.mp3").write_bytes(b"\0" * 1000)

    done = laid(tmp_path, film())
    assert {sound.path.name for sound in done.sounds} == {"good.wav"}
    assert [note.partition(" ")[0] for note in done.notes] == [
        "damaged.mp3",
        "silent.wav",
        "music:",
    ]


@pytest.mark.parametrize("names", [(), ("notes.txt",)])
def test_a_folder_without_music_is_refused(names: tuple[str, ...], tmp_path: Path) -> None:
    for name in names:
        (tmp_path / name).write_text("no music")

    with pytest.raises(ExtraError, match="no music"):
        EXTRAS.make("music", folder=str(tmp_path)).require()


def test_a_folder_of_damaged_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "damaged.wav").write_bytes(b"RIFF")

    with pytest.raises(ExtraError, match=r"damaged\.wav"):
        laid(tmp_path, film())


def test_a_folder_that_is_not_there_or_not_named_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExtraError, match="cannot be read"):
        EXTRAS.make("music", folder=str(tmp_path / "none")).require()
    with pytest.raises(ExtraError, match="no folder"):
        EXTRAS.choose("music").require()


def test_music_without_a_beat_begins_again_as_a_whole(tmp_path: Path) -> None:
    tone = 0.2 * np.sin(np.arange(12 * SOUND_RATE) / 8)
    write_wave(tmp_path / "drone.wav", np.asarray(tone, np.float32))

    sounds = laid(tmp_path, film()).sounds
    assert [float(sound.source_start) for sound in sounds] == [0, 0, 0]
