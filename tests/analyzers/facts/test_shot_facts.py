"""Facts are what the evidence says of a shot, and nothing where there is none."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from shotlog.analyzers import Letterbox
from shotlog.analyzers.faces import Face, FaceMeasure, FaceSample
from shotlog.analyzers.facts import gather_facts
from shotlog.analyzers.size import SizeAnalyzer, count_faces
from shotlog.analyzers.sound import SILENCE, LoudnessMeasure, SpeechMeasure
from shotlog.highlights import HighlightAnalyzer
from shotlog.highlights.heuristic import HeuristicHighlighter
from shotlog.schema import Analyzer, EditView, ShotFacts, VideoStream
from tests.analyzers.edits import PICTURE, SOUND, Event, Footage, Piece, edit_of

NTSC = Fraction(30000, 1001)
TALK = Footage(60, [Event(10, 10, loudness=20, speech=0.9, faces=2)])
CALM = Footage(60, seed=1)
VIDEO = VideoStream(
    index=0, codec="h264", width=1920, height=1080, rate=Fraction(2983, 100),
    tick=Fraction(1, 90000), frames=None, duration=Fraction(60), variable_rate=True,
    nominal_rate=NTSC,
)  # fmt: skip


def piece(
    footage: Footage, start: int, length: Fraction | int, source: int, *,
    without: tuple[str, ...] = (),
) -> Piece:  # fmt: skip
    return Piece(footage, Fraction(start), Fraction(length), Fraction(source), without=without)


def facts(view: EditView, *analyzers: Analyzer, failed: tuple[str, ...] = ()) -> list[ShotFacts]:
    asked = analyzers or (HighlightAnalyzer(HeuristicHighlighter()), SizeAnalyzer())
    return gather_facts(view, asked, {"film": frozenset(failed)})


def test_a_shot_tells_what_its_own_media_show_and_play() -> None:
    before, half, whole = facts(
        edit_of([piece(TALK, 0, 10, 0), piece(TALK, 10, 10, 5), piece(TALK, 20, 8, 11)])
    )
    assert (before.faces, before.speech) == (0, 0.0)
    assert before.loudness == pytest.approx(-30, abs=1)
    assert half.faces == 2
    assert half.speech == pytest.approx(0.5, abs=0.01)
    assert (whole.faces, whole.speech) == (2, 1.0)
    assert whole.loudness == pytest.approx(-10, abs=1)


def test_loudness_is_a_mean_of_power_not_of_decibels() -> None:
    (half,) = facts(edit_of([piece(TALK, 0, 20, 0)]))
    assert half.loudness == pytest.approx(-10 - 10 * np.log10(2), abs=1)


def test_nothing_is_said_where_nothing_was_measured() -> None:
    (blank,) = facts(edit_of([piece(TALK, 0, 10, 10, without=(*PICTURE, *SOUND))]))
    assert blank == ShotFacts()
    (deaf,) = facts(edit_of([piece(TALK, 0, 10, 10, without=SOUND)]))
    assert (deaf.faces, deaf.speech, deaf.loudness) == (2, None, None)


@pytest.mark.parametrize(
    ("measure", "fact"),
    [(FaceMeasure, "faces"), (SpeechMeasure, "speech"), (LoudnessMeasure, "loudness")],
)
def test_rows_of_a_measure_that_failed_on_the_file_tell_nothing(
    measure: type[FaceMeasure | SpeechMeasure | LoudnessMeasure], fact: str
) -> None:
    (part,) = facts(edit_of([piece(TALK, 0, 10, 10)]), failed=(measure.name,))
    assert [name for name in ("faces", "speech", "loudness") if getattr(part, name) is None] == [
        fact
    ]


def test_the_sound_of_audio_tracks_is_that_of_the_shots_over_it() -> None:
    pictures = [piece(TALK, 0, 10, 10), piece(CALM, 10, 10, 0), piece(CALM, 20, 10, 0)]
    first, second, third = facts(edit_of(pictures, sound=[piece(TALK, 5, 10, 10)]))
    assert (first.faces, first.speech) == (2, 0.5)
    assert second.speech == 0.5
    assert second.loudness == pytest.approx(-10 - 10 * np.log10(2), abs=1)
    assert (third.speech, third.loudness) == (0.0, SILENCE)


def test_audio_tracks_that_nobody_listened_to_are_not_silent() -> None:
    pictures, sound = [piece(TALK, 0, 10, 10)], [piece(TALK, 20, 5, 10)]
    (told,) = facts(edit_of(pictures, Fraction(30), sound), SizeAnalyzer())
    assert (told.faces, told.speech, told.loudness) == (2, None, None)


def test_a_shot_shorter_than_a_step_hears_its_moment() -> None:
    frame = Fraction(1, 24)
    short = Piece(CALM, Fraction(1), frame)
    long = Piece(CALM, 1 + frame, Fraction(9))
    view = edit_of([short, long], sound=[piece(TALK, 0, 11, 10)])
    assert [told.speech for told in facts(view)] == [1.0, 1.0]


def test_properties_are_those_of_the_media_as_displayed() -> None:
    view = edit_of([piece(CALM, 0, 10, 0)])
    (shot,) = view.shots

    def told(video: VideoStream) -> ShotFacts:
        media = shot.media.model_copy(update={"video": video, "start_timecode": Fraction(3600)})
        return facts(replace(view, shots=[replace(shot, media=media)]))[0]

    film, still = told(VIDEO), told(VIDEO.model_copy(update={"still": True}))
    assert (film.width, film.height, film.start_timecode) == (1920, 1080, Fraction(3600))
    assert (film.rate, still.rate) == (NTSC, None)


def sample(at: int, *faces: tuple[float, float]) -> FaceSample:
    """A sample with faces at a position across, with a score."""
    found = tuple(Face(score, x, 0.5, 0.1, 0.2, 0.45, 0.55, 0.0) for x, score in faces)
    return FaceSample(2 * at, Letterbox(0.0, 0.0), found)


def test_faces_are_counted_at_one_moment_and_doubtful_ones_are_not() -> None:
    left, right, flower = (0.2, 0.8), (0.7, 0.8), (0.45, 0.45)
    assert count_faces([]) == 0
    assert count_faces([sample(n, left) for n in range(3)]) == 1
    # Two people who are never seen together are one at a time.
    assert count_faces([sample(0, left), sample(1, left), sample(2, right), sample(3, right)]) == 1
    assert count_faces([sample(n, left, right) for n in range(3)]) == 2
    assert count_faces([sample(n, left, flower) for n in range(3)]) == 1
    once = [sample(n, left, right) if n == 2 else sample(n, left) for n in range(6)]
    assert count_faces(once) == 1
    assert count_faces(once[1:4]) == 2
