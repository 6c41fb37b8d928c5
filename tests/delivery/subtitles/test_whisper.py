"""Speech recognition: what is missing is told in a sentence, and a model of any weights runs."""

from __future__ import annotations

import shutil
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.delivery.subtitles import (
    SUBTITLE_SOURCES,
    SpokenFilm,
    SubtitleOptions,
    load_profile,
    make_subtitles,
)
from shotlog.schema import SubtitleSourceError
from tests.delivery.subtitles.films import film_at, heard, seconds, write_talk

SPOKEN = [seconds(1, 3), seconds(4, 6)]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> SpokenFilm:
    return heard(write_talk(tmp_path_factory.mktemp("talk") / "talk.wav", SPOKEN, 7))


def test_words_of_a_model_are_cues_within_what_was_heard(talk: SpokenFilm, whisper: Path) -> None:
    source = SUBTITLE_SOURCES.make("whisper", model=str(whisper), device="cpu", beam=1)
    cues = source.read(talk, "en").cues
    assert cues  # random weights always recognise something
    for cue in cues:
        assert cue.told is None
        assert cue.marks[0][0] == 0
        assert 0 <= cue.start <= cue.end <= 30  # a window of Whisper has 30 s
    options = SubtitleOptions(load_profile("web"), language="en")
    assert make_subtitles(talk, source, options).cues


def test_an_english_model_tells_that_it_knows_no_other_language(
    talk: SpokenFilm, whisper: Path
) -> None:
    source = SUBTITLE_SOURCES.make("whisper", model=str(whisper), device="cpu", beam=1)
    assert (source.read(talk, "").language, source.read(talk, "").notes) == ("en", ())
    german = source.read(talk, "de")
    assert german.language == "en"
    assert german.notes == ("the model knows no language 'de'; it recognised 'en'",)


def test_where_nobody_speaks_nothing_is_recognised(whisper: Path) -> None:
    source = SUBTITLE_SOURCES.make("whisper", model=str(whisper), device="cpu")
    assert source.read(film_at(Fraction(25)), "en").cues == ()


def test_a_missing_package_is_told(whisper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(SubtitleSourceError) as caught:
        SUBTITLE_SOURCES.make("whisper", model=str(whisper)).require()
    assert "faster-whisper is not installed" in str(caught.value)
    assert "pip install 'shotlog[speech]'" in caught.value.problem.hint


def test_a_missing_folder_and_missing_files_are_told_and_nothing_is_downloaded(
    tmp_path: Path, whisper: Path
) -> None:
    with pytest.raises(SubtitleSourceError, match="no such folder"):
        SUBTITLE_SOURCES.make("whisper", model=str(tmp_path / "none")).require()
    part = shutil.copytree(whisper, tmp_path / "part")
    (part / "tokenizer.json").unlink()  # faster-whisper would fetch one
    with pytest.raises(SubtitleSourceError, match=r"no tokenizer\.json in this folder"):
        SUBTITLE_SOURCES.make("whisper", model=str(part)).require()
    with pytest.raises(SubtitleSourceError, match="downloads none"):
        SUBTITLE_SOURCES.make("whisper").require()


@pytest.mark.parametrize("name", ["model.bin", "tokenizer.json", "config.json"])
def test_a_damaged_file_of_a_model_is_told(
    tmp_path: Path, whisper: Path, talk: SpokenFilm, name: str
) -> None:
    damaged = shutil.copytree(whisper, tmp_path / "damaged")
    (damaged / name).write_bytes(b"\x07nothing of a model")
    with pytest.raises(SubtitleSourceError, match="the model cannot be used"):
        SUBTITLE_SOURCES.make("whisper", model=str(damaged), device="cpu").read(talk, "en")
