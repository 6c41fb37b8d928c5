"""Cues meet what is heard: on voices that speak at known times, and on a recorded lecture."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shotlog.delivery.subtitles import (
    HOLD,
    SUBTITLE_SOURCES,
    Cue,
    SpokenFilm,
    SubtitleOptions,
    align,
    linking_words,
    load_profile,
    make_subtitles,
    moments,
    open_film,
    place_text,
)
from shotlog.engine import Cache
from shotlog.media import probe
from shotlog.schema import SOUND_RATE, MediaReference, Samples, SubtitleSourceError, TimeRange
from tests.delivery.subtitles.films import Given, film_at, heard, seconds, write_sound, write_talk

WEB = SubtitleOptions(load_profile("web"))
SPOKEN = [seconds(1, 2.5), seconds(3.5, 6), seconds(7, 8)]
NEAR = Fraction(15, 100)
"""Seconds within which an edge must lie of the speech."""


@pytest.fixture(scope="module", params=[22_050, 44_100, 48_000])
def talk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SpokenFilm:
    path = tmp_path_factory.mktemp("talk") / "talk.wav"
    return heard(write_talk(path, SPOKEN, 9, request.param))


def told(start: float, end: float, text: str = "Words.") -> Cue:
    times = Fraction(str(start)), Fraction(str(end))
    return Cue(*times, text, told=times)


def test_cues_that_are_off_by_a_third_of_a_second_move_to_the_voice_at_any_sample_rate(
    talk: SpokenFilm,
) -> None:
    cues = (told(1.3, 2.2), told(3.2, 6.3), told(7.3, 8.3))
    for cue, spoken in zip(make_subtitles(talk, Given(cues=cues), WEB).cues, SPOKEN, strict=True):
        assert abs(cue.start - spoken.start) <= NEAR
        assert abs(cue.end - HOLD - spoken.end) <= NEAR


def test_a_text_without_times_falls_on_the_sentences_that_are_heard(
    talk: SpokenFilm, tmp_path: Path
) -> None:
    # About as many syllables as seconds: 7, 12 and 5 for 1.5, 2.5 and 1 s.
    text = tmp_path / "talk.txt"
    sentences = (
        "We had waited for a while.",
        "It was evening when he came home, and nobody saw.",
        "Then we left the town.",
    )
    text.write_text(" ".join(sentences), encoding="utf-8")
    subtitles = make_subtitles(talk, SUBTITLE_SOURCES.make("file", file=str(text)), WEB)
    assert tuple(" ".join(cue.text.split()) for cue in subtitles.cues) == sentences
    for cue, spoken in zip(subtitles.cues, SPOKEN, strict=True):
        assert abs(cue.start - spoken.start) <= NEAR
        assert abs(cue.end - HOLD - spoken.end) <= NEAR


def test_edges_move_no_further_than_the_tolerance_and_never_past_each_other() -> None:
    speech = [seconds(1, 2), seconds(4, 5)]
    far, near = align([told(1.6, 2.6), told(3.9, 4.6)], speech, Fraction(1, 2))
    assert (far.start, far.end) == (Fraction("1.6"), Fraction("2.6"))
    assert (near.start, near.end) == (Fraction(4), 5 + HOLD)
    assert align([told(1.6, 2.6)], speech, Fraction(1))[0].start == 1


def test_an_edge_within_a_sentence_stays() -> None:
    speech = [seconds(1, 9)]
    first, second = align([told(1, 5), told(5, 9)], speech, Fraction(1, 2))
    assert first.end == second.start == 5


def test_a_start_takes_the_first_word_of_two_that_are_equally_near() -> None:
    speech = [seconds(1, 1.2), seconds(1.4, 3)]
    (only,) = align([told(1.2, 3)], speech, Fraction(1, 2))
    assert only.start == 1


def test_subtitles_that_are_late_all_along_are_told_with_the_shift_that_mends_it() -> None:
    rng = np.random.default_rng(3)
    starts = np.cumsum(rng.uniform(2, 6, 40))
    speech = [seconds(round(at, 2), round(at + rng.uniform(0.8, 1.8), 2)) for at in starts]
    film = film_at(Fraction(25), speech, Fraction(300))
    late = tuple(told(float(item.start) + 2.4, float(item.end) + 2.4) for item in speech)
    (note,) = make_subtitles(film, Given(cues=late), WEB).notes
    assert "2.4 s late" in note
    assert "--shift -2.4" in note
    options = SubtitleOptions(load_profile("web"), shift=Fraction("-2.4"))
    mended = make_subtitles(film, Given(cues=late), options)
    assert mended.notes == ()
    assert all(abs(a.start - b.start) <= NEAR for a, b in zip(mended.cues, speech, strict=True))


def test_a_tolerance_of_0_moves_nothing(talk: SpokenFilm) -> None:
    options = SubtitleOptions(load_profile("web"), tolerance=Fraction(0))
    subtitles = make_subtitles(talk, Given(cues=(told(1.3, 3),)), options)
    assert subtitles.cues[0].start == Fraction("1.3")
    assert not subtitles.aligned


def test_silences_fall_between_sentences_although_nobody_keeps_an_even_pace() -> None:
    # Seeded: stretches of 1 to 4 s, each a sentence whose pace is up to a quarter off.
    rng = np.random.default_rng(5)
    speech, sentences, at = [], [], Fraction(0)
    for number in range(60):
        length = Fraction(int(rng.integers(100, 400)), 100)
        speech.append(TimeRange(start=at, duration=length))
        syllables = max(2, round(float(length) * 5 * rng.uniform(0.75, 1.25)))
        sentences.append("So " + "da " * (syllables - 2) + f"no{number}.")
        at += length + Fraction(int(rng.integers(30, 150)), 100)
    text = " ".join(sentences)
    cue = place_text(text, speech, linking_words("en")).cue
    starts = dict(cue.marks)
    offset, hits = 0, 0
    for sentence, spoken in zip(sentences, speech, strict=True):
        hits += starts.get(offset) == spoken.start
        offset += len(sentence) + 1
    assert hits >= 57


@given(
    st.lists(st.sampled_from(["So", "we", "went,", "home.", "?!", "日本語。", "2026"]), min_size=1),
    st.lists(st.integers(1, 400), min_size=1, max_size=30),
)
@example(["?!"], [1, 1, 104, 400, 400, 400, 400, 400, 1])
def test_any_words_on_any_speech_are_in_order_and_within_it(
    words: list[str], lengths: list[int]
) -> None:
    speech, at = [], Fraction(0)
    for length in lengths:
        speech.append(TimeRange(start=at + Fraction(1, 4), duration=Fraction(length, 100)))
        at = speech[-1].end
    cue = place_text(" ".join(words), speech, linking_words("en")).cue
    placed = moments(cue, range(len(cue.text) + 1))
    assert placed == sorted(placed)
    assert speech[0].start <= placed[0] <= placed[-1] <= speech[-1].end


def test_a_text_in_which_nobody_speaks_is_told(tmp_path: Path) -> None:
    text = tmp_path / "talk.txt"
    text.write_text("Nobody hears this.", encoding="utf-8")
    source = SUBTITLE_SOURCES.make("file", file=str(text))
    with pytest.raises(SubtitleSourceError, match="nobody is heard to speak"):
        source.read(film_at(Fraction(25)), "en")


def test_a_text_of_another_film_is_told(tmp_path: Path) -> None:
    text = tmp_path / "talk.txt"
    text.write_text("This is far too long for one second. " * 5, encoding="utf-8")
    source = SUBTITLE_SOURCES.make("file", file=str(text))
    (note,) = source.read(film_at(Fraction(25), [seconds(1, 2)]), "en").notes
    assert "is it the text of this film?" in note


def test_a_second_run_measures_no_sound(tmp_path: Path) -> None:
    path = write_talk(tmp_path / "talk.wav", SPOKEN[:1], 3)
    with Cache(None) as cache:
        measured: list[float] = []
        first = open_film(path, cache, measured.append)
        assert measured
        again: list[float] = []
        assert open_film(path, cache, again.append).speech == first.speech
        assert again == []


def test_on_a_recorded_lecture_edges_lie_at_what_the_loudness_tells(
    data_dir: Path, tmp_path: Path
) -> None:
    media = probe(MediaReference(path=str(data_dir / "video" / "speech" / "lecture_audio.webm")))
    minute = SpokenFilm(media).samples(seconds(0, 60))
    film = heard(write_sound(tmp_path / "lecture.wav", minute))
    # A subtitle for each stretch of speech of a second and more, all 0.3 s late.
    spoken = [item for item in film.speech if item.duration >= 1]
    late = tuple(
        told(float(item.start) + 0.3, float(item.end) + 0.3, f"Stretch {number}.")
        for number, item in enumerate(spoken)
    )
    cues = make_subtitles(film, Given(cues=late), WEB).cues
    rises, falls = _loud_edges(minute)
    starts = [float(np.abs(rises - float(cue.start)).min()) for cue in cues]
    ends = [float(np.abs(falls - float(cue.end - HOLD)).min()) for cue in cues]
    # A breath before a word and the room after it are loud or not, at any threshold.
    assert np.mean(np.array(starts) <= NEAR) >= 0.9
    assert np.mean(np.array(ends) <= NEAR) >= 0.8


def _loud_edges(sound: Samples) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the starts and ends of what is 20 dB louder than the room, in seconds."""
    step = SOUND_RATE // 100
    power = np.square(sound[: len(sound) // step * step].reshape(-1, step)).mean(axis=1)
    level = 10 * np.log10(power + 1e-12)
    edges = np.flatnonzero(np.diff((level > np.percentile(level, 10) + 20), prepend=0, append=0))
    return edges[::2] / 100, edges[1::2] / 100
