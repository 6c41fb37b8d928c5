"""The sound of audio tracks is that of the edit; ramps are read at the pace of each step."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from shotlog.analyzers.clock import EditClock, hear, hear_bands
from shotlog.analyzers.sound import QUIETEST, SILENCE
from shotlog.highlights import HighlightAnalyzer
from shotlog.highlights.heuristic import HeuristicHighlighter, compute_criteria
from shotlog.schema import EditView, TimeMap
from tests.analyzers.edits import PICTURE, SOUND, Event, Footage, Piece, edit_of
from tests.highlights.test_analyzer import claims, holds

WHOLE = Fraction(60)
APPLAUSE = Event(30, 4, loudness=18)
CALM, LOUD = Footage(60), Footage(60, [APPLAUSE], seed=1)


def piece(
    footage: Footage, start: int = 0, length: int = 60, source: int = 0, *,
    without: tuple[str, ...] = (), enabled: bool = True,
) -> Piece:  # fmt: skip
    return Piece(
        footage,
        Fraction(start),
        Fraction(length),
        Fraction(source),
        without=without,
        enabled=enabled,
    )


def loudness(view: EditView) -> np.ndarray:
    return hear(EditClock.of(view))[0][:, 0]


SILENT_PICTURE = piece(CALM, without=SOUND)


def test_what_is_loud_on_an_audio_track_is_a_highlight_under_a_silent_picture() -> None:
    assert claims(edit_of([SILENT_PICTURE])) == []
    (found,) = claims(edit_of([SILENT_PICTURE], sound=[piece(LOUD)]))
    assert holds(found.range, APPLAUSE)
    assert any("loudness" in reason for reason in found.reasons)


def test_the_sound_of_the_picture_is_not_heard_where_there_are_tracks() -> None:
    assert len(claims(edit_of([piece(LOUD)]))) == 1
    assert claims(edit_of([piece(LOUD)], sound=[piece(CALM)])) == []


def test_of_two_tracks_the_mel_bands_of_the_louder_one_are_heard() -> None:
    def bands(*tracks: Piece) -> np.ndarray:
        return hear_bands(EditClock.of(edit_of([SILENT_PICTURE], sound=tracks)))

    together = bands(piece(CALM), piece(LOUD))
    applause = slice(4 * 30 + 1, 4 * 34 - 1)
    np.testing.assert_array_equal(together[applause], bands(piece(LOUD))[applause])
    short = bands(piece(CALM, length=20))
    assert (short[81:] == QUIETEST).all()
    assert (short[:79] > QUIETEST).all()


def test_a_muted_track_changes_nothing() -> None:
    muted = edit_of([piece(LOUD)], sound=[piece(CALM, enabled=False)])
    alone = edit_of([piece(LOUD)])
    assert claims(muted) == claims(alone)
    analyzer = HighlightAnalyzer(HeuristicHighlighter())
    assert analyzer.curve(muted) == analyzer.curve(alone)


def test_the_loudest_of_simultaneous_clips_counts_and_whoever_speaks() -> None:
    quiet = Footage(60, [Event(0, 60, loudness=-20), Event(10, 5, speech=0.9)], seed=2)
    mixed = edit_of([SILENT_PICTURE], sound=[piece(quiet), piece(LOUD)])
    turned = edit_of([SILENT_PICTURE], sound=[piece(LOUD), piece(quiet)])
    only = edit_of([SILENT_PICTURE], sound=[piece(LOUD)])
    np.testing.assert_array_equal(loudness(mixed), loudness(only))
    np.testing.assert_array_equal(loudness(mixed), loudness(turned))
    speech = hear(EditClock.of(mixed))[1][:, 0]
    assert (speech[44:56] > 0.8).all()
    assert (speech[80:] < 0.2).all()


def test_where_no_clip_lies_on_a_track_it_is_silent() -> None:
    level = loudness(edit_of([SILENT_PICTURE], sound=[piece(LOUD, 20, 10)]))
    assert (level[:80] == SILENCE).all()
    assert (level[80:120] > SILENCE).all()
    assert (level[120:] == SILENCE).all()


def test_a_clip_whose_sound_is_not_known_is_not_taken_for_silence() -> None:
    lost = piece(LOUD, 20, 10, without=(*SOUND, *PICTURE))
    level = loudness(edit_of([SILENT_PICTURE], sound=[piece(CALM, 0, 20), lost]))
    assert np.isnan(level[80:120]).all()
    assert np.isfinite(level[:80]).all()


def test_sound_over_a_gap_or_past_the_picture_belongs_to_none() -> None:
    view = edit_of([piece(CALM, 0, 20), piece(CALM, 30, 10)], Fraction(40), sound=[piece(LOUD)])
    level = loudness(view)
    assert len(level) == 160
    assert np.isnan(level[80:120]).all()
    assert np.isfinite(level[:80]).all()
    assert np.isfinite(level[120:]).all()


def test_a_clip_that_starts_within_its_file_is_heard_from_there() -> None:
    level = loudness(edit_of([SILENT_PICTURE], sound=[piece(LOUD, 5, 20, source=25)]))
    whole = loudness(edit_of([SILENT_PICTURE], sound=[piece(LOUD)]))
    np.testing.assert_allclose(level[20:100], whole[100:180])


def ramped(*points: tuple[int, int]) -> TimeMap:
    return TimeMap.through([(Fraction(at), Fraction(source)) for at, source in points])


def feature(view: EditView, name: str) -> np.ndarray:
    criteria = {criterion.name: criterion for criterion in compute_criteria(EditClock.of(view))}
    return criteria[name].values


@pytest.mark.parametrize(
    ("points", "peak"),
    [
        (((0, 0), (10, 20), (50, 60)), (20, 24)),
        (((0, 0), (40, 20), (60, 60)), (45, 47)),
        (((0, 60), (60, 0)), (26, 30)),
    ],
)
def test_an_event_is_found_where_a_ramp_shows_it(
    points: tuple[tuple[int, int], ...], peak: tuple[int, int]
) -> None:
    length = Fraction(points[-1][0])
    made = Piece(LOUD, Fraction(0), length, ramp=ramped(*points))
    level = loudness(edit_of([made]))
    first, last = (4 * edge for edge in peak)
    assert level[first:last].min() > np.delete(level, np.s_[first - 1 : last + 1]).max()


def test_a_ramp_of_one_speed_is_read_as_that_speed() -> None:
    fast = Piece(LOUD, Fraction(0), Fraction(30), speed=Fraction(2))
    bent = Piece(LOUD, Fraction(0), Fraction(30), ramp=ramped((0, 0), (30, 60), (31, 61)))
    for name in ("loudness", "motion", "faces"):
        straight, ramp = (feature(edit_of([made]), name) for made in (fast, bent))
        np.testing.assert_allclose(ramp, straight, rtol=1e-6)


def test_motion_counts_at_the_pace_of_the_timeline() -> None:
    steady = Footage(60, [Event(0, 60, motion=0.2)])
    made = Piece(steady, Fraction(0), Fraction(40), ramp=ramped((0, 0), (20, 40), (40, 50)))
    motion = feature(edit_of([made]), "motion")
    assert np.median(motion[:70]) == pytest.approx(4 * np.median(motion[90:]), rel=0.05)
