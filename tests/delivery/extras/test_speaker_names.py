"""Names of speakers, by the microphone that is loudest."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shotlog.delivery.extras import EXTRAS, ExtendedFilm, find_voices
from shotlog.delivery.reframe import EditSound, TrackPiece
from shotlog.delivery.subtitles import Cue
from shotlog.schema import ExtraError
from tests.delivery.extras.music import film, span

NAMES = EXTRAS.choose("speaker_names:names=A1:Anna,A2:Ben")
VOICES = {"A1": (span(0, 4), span(8, 10)), "A2": (span(4, 8),)}


def cue(start: int, end: int, text: str, *marks: tuple[int, int]) -> Cue:
    return Cue(
        Fraction(start), Fraction(end), text, tuple((at, Fraction(moment)) for at, moment in marks)
    )


def texts(done: ExtendedFilm) -> list[str]:
    return [each.text for each in done.cues]


def test_a_name_stands_where_another_one_begins_to_speak() -> None:
    cues = (cue(0, 2, "One"), cue(2, 4, "two"), cue(4, 6, "three"), cue(8, 10, "four"))
    done = NAMES.add(film(voices=VOICES, cues=cues))

    assert texts(done) == ["Anna: One", "two", "Ben: three", "Anna: four"]


def test_words_keep_their_moments() -> None:
    done = NAMES.add(film(voices=VOICES, cues=(cue(0, 2, "One two", (0, 0), (4, 1)),)))

    assert [at for at, _ in done.cues[0].marks] == [6, 10]
    assert [moment for _, moment in done.cues[0].marks] == [0, 1]


def test_a_cue_of_two_voices_alike_or_of_none_has_no_name() -> None:
    done = NAMES.add(film(voices=VOICES, cues=(cue(3, 5, "both"), cue(20, 22, "nobody"))))

    assert texts(done) == ["both", "nobody"]


def test_a_track_without_a_name_gives_none_but_ends_the_turn_before() -> None:
    anna = EXTRAS.choose("speaker_names:names=A1:Anna")
    cues = (cue(0, 2, "One"), cue(4, 6, "two"), cue(8, 10, "three"))

    assert texts(anna.add(film(voices=VOICES, cues=cues))) == ["Anna: One", "two", "Anna: three"]


def test_without_voices_or_cues_a_note_says_so() -> None:
    assert "no subtitles" in NAMES.add(film(voices=VOICES)).notes[0]
    alone = NAMES.add(film(cues=(cue(0, 2, "One"),)))
    assert (texts(alone), "no two audio tracks" in alone.notes[0]) == (["One"], True)


def test_bad_names_are_refused_in_words() -> None:
    with pytest.raises(ExtraError, match="no names"):
        EXTRAS.choose("speaker_names").require()
    with pytest.raises(ExtraError, match="A1:Anna"):
        EXTRAS.choose("speaker_names:names=Anna")
    other = EXTRAS.choose("speaker_names:names=A7:Zoe")
    with pytest.raises(ExtraError, match="A7"):
        other.add(film(voices=VOICES, cues=(cue(0, 2, "One"),)))


def test_of_two_microphones_that_hear_a_voice_the_louder_one_is_the_speakers() -> None:
    def track(*loudness: float) -> list[TrackPiece]:
        levels = np.repeat(np.array(loudness), 10)
        return [TrackPiece(0, levels, np.where(levels > -40, 0.9, 0.1))]

    sound = EditSound({"A1": track(-20, -35, -60), "A2": track(-35, -20, -60)})

    assert find_voices(sound, span(0, 3)) == {"A1": (span(0, 1),), "A2": (span(1, 2),)}


def test_one_microphone_alone_tells_no_voices() -> None:
    only = EditSound({"A1": [TrackPiece(0, np.full(10, -20.0), np.ones(10))]})

    assert find_voices(only, span(0, 1)) == {}
