"""Planted events are found, in order; nothing is made of noise; unknown is never taken for calm."""

from __future__ import annotations

import time
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.demo import make_applause, make_room_tone
from shotlog.engine import Cache, analyze
from shotlog.highlights import HighlightAnalyzer
from shotlog.highlights.heuristic import HeuristicHighlighter
from shotlog.schema import Claim, ClipRange, Edit, EditView, MediaReference, TimeMap, TimeRange
from shotlog.synthetic import AUDIO_RATE, write_video
from tests.analyzers.edits import PICTURE, SOUND, Event, Footage, Piece, cut_up, edit_of

CUTS = (5, 9, 14, 19, 26, 33, 39, 47, 52)
APPLAUSE = Event(20, 3, loudness=14, motion=0.1)
SPEECH = Event(40, 5, speech=0.9, loudness=8)


def claims(view: EditView) -> list[Claim]:
    return list(HighlightAnalyzer(HeuristicHighlighter()).conclude(view))


def seconds(item: TimeRange) -> tuple[float, float]:
    return float(item.start), float(item.end)


def holds(item: TimeRange, event: Event) -> bool:
    """Return True if a claim covers at least three quarters of an event."""
    shared = min(float(item.end), event.start + event.length) - max(float(item.start), event.start)
    return shared >= 0.75 * event.length


def test_planted_events_are_found_the_strongest_first() -> None:
    found = claims(cut_up(Footage(60, [SPEECH, APPLAUSE]), CUTS))
    assert [c.label for c in found] == ["HL 1", "HL 2"]
    assert holds(found[0].range, APPLAUSE)
    assert holds(found[1].range, SPEECH)
    assert found[0].confidence > found[1].confidence


def test_the_curve_is_highest_in_the_first_highlight() -> None:
    view = cut_up(Footage(60, [SPEECH, APPLAUSE]), CUTS)
    curve = HighlightAnalyzer(HeuristicHighlighter()).curve(view)
    assert curve is not None
    assert len(curve.values) * curve.step == view.edit.duration
    known = [value for value in curve.values if value is not None]
    peak = curve.values.index(max(known)) * curve.step
    assert claims(view)[0].range.contains(peak)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (Event(30, 4, loudness=15), "loudness +"),
        (Event(30, 4, motion=0.2, loudness=6), "motion in the picture +"),
        (Event(30, 4, speech=0.95, loudness=8), "voices are raised"),
        (Event(30, 4, faces=3, loudness=12), "faces in the picture: 3"),
    ],
)
def test_a_highlight_has_reasons(event: Event, reason: str) -> None:
    (found,) = claims(cut_up(Footage(60, [event]), CUTS))
    assert holds(found.range, event)
    assert any(reason in text for text in found.reasons), found.reasons


def test_talk_at_the_level_of_all_else_is_no_highlight() -> None:
    assert claims(cut_up(Footage(60, [Event(20, 10, speech=0.95)]), CUTS)) == []


def test_a_voice_is_raised_in_comparison_with_the_talk_around_it() -> None:
    """It is not raised because they were silent before."""
    talk, shout = Event(0, 60, speech=0.9), Event(30, 4, loudness=8)
    (found,) = claims(cut_up(Footage(60, [talk, shout]), CUTS))
    assert holds(found.range, shout)
    assert any("voices are raised" in text for text in found.reasons)
    silence = Event(20, 10, loudness=-40)
    assert claims(cut_up(Footage(60, [talk, silence]), CUTS)) == []


def test_a_sound_that_goes_on_after_a_pause_is_no_highlight() -> None:
    assert claims(cut_up(Footage(60, [Event(20, 10, loudness=-40)]), CUTS)) == []


def test_what_a_move_of_the_camera_leaves_is_no_motion_in_the_picture() -> None:
    """The same change under a still camera is."""
    move, action = Event(26, 7, motion=0.04, camera=0.24), Event(26, 7, motion=0.04)
    assert claims(cut_up(Footage(60, [move]), CUTS)) == []
    (found,) = claims(cut_up(Footage(60, [action]), CUTS))
    assert any("motion in the picture" in text for text in found.reasons)


def test_a_burst_of_cuts_is_among_the_reasons() -> None:
    burst = [Fraction(n, 2) for n in range(60, 72)]
    footage = Footage(90, [Event(30, 5, motion=0.1)])
    found = claims(cut_up(footage, [8, 16, 24, *burst, 44, 52, 60, 68, 76]))
    assert any("cuts come faster" in text for text in found[0].reasons)


def test_steady_footage_has_no_highlight() -> None:
    """Chance passes the bar in about one of fifty (``benchmarks/highlights.py``)."""
    with_any = [bool(claims(cut_up(Footage(60, seed=seed), CUTS))) for seed in range(30)]
    assert sum(with_any) <= 1


def test_even_a_perfectly_constant_film_has_none() -> None:
    footage = Footage(60)
    for name, series in footage.series.items():
        series.values[:] = series.values[0]
        footage.series[name] = series
    assert claims(cut_up(footage, CUTS)) == []


def test_equal_moments_are_ranked_by_time() -> None:
    """Of seven minutes, each the same, the inner ones have the same surroundings too."""
    footage = Footage(60, [Event(28, 4, loudness=15, motion=0.2)])
    found = claims(edit_of([Piece(footage, Fraction(60 * n), Fraction(60)) for n in range(7)]))
    inner = [c for c in found if 120 <= c.range.start < 300]
    assert len({c.confidence for c in inner}) == 1
    assert [int(c.range.start // 60) for c in inner] == [2, 3, 4][: len(inner)]
    assert len(inner) >= 2


def test_a_film_without_sound_is_judged_by_its_picture() -> None:
    event = Event(30, 4, motion=0.25, faces=2)
    (found,) = claims(cut_up(Footage(60, [event]), CUTS, without=SOUND))
    assert holds(found.range, event)
    assert "judged by picture alone: no sound is known here" in found.reasons
    assert not {"loudness", "onset", "change", "voice"} & found.scores.keys()


def test_a_silent_clip_among_sounding_ones_does_not_look_like_a_pause() -> None:
    footage = Footage(60)
    pieces = [
        Piece(footage, Fraction(n * 5), Fraction(5), Fraction(n * 5), without=SOUND * (n == 6))
        for n in range(12)
    ]
    assert claims(edit_of(pieces)) == []


def test_sound_alone_is_enough() -> None:
    event = Event(30, 4, loudness=16, speech=0.9)
    (found,) = claims(cut_up(Footage(60, [event]), CUTS, without=PICTURE))
    assert "judged without motion: no moving picture is known here" in found.reasons


def test_a_single_long_shot_can_hold_highlights() -> None:
    found = claims(cut_up(Footage(60, [APPLAUSE]), []))
    assert len(found) == 1
    assert holds(found[0].range, APPLAUSE)


@pytest.mark.parametrize("duration", [0, 1, 5, 60])
def test_a_timeline_without_clips_has_no_highlight(duration: int) -> None:
    assert claims(edit_of([], Fraction(duration))) == []


def test_a_timeline_too_short_to_compare_with_itself_has_none() -> None:
    assert claims(cut_up(Footage(10, [Event(4, 2, loudness=20, motion=0.3)]), [5])) == []


def test_shots_without_any_evidence_give_no_highlight() -> None:
    assert claims(cut_up(Footage(60, [APPLAUSE]), CUTS, without=SOUND + PICTURE)) == []


def test_highlights_begin_and_end_on_cuts_near_by() -> None:
    found = claims(cut_up(Footage(60, [Event(20, 4, loudness=15, motion=0.2)]), [10, 19, 25, 40]))
    assert seconds(found[0].range) == (19.0, 25.0)


def test_a_phrase_is_not_cut_off() -> None:
    """The words go on for a second and a half after the applause has died down."""
    events = [Event(30, 3, loudness=15, motion=0.2), Event(29, 6, speech=0.95)]
    (found,) = claims(cut_up(Footage(60, events), [8, 15, 48]))
    assert found.range.start <= 29
    assert found.range.end >= 35


def test_retimed_reversed_and_frozen_clips_are_read_at_the_frames_shown() -> None:
    ground, footage = Footage(60, seed=1), Footage(60, [Event(10, 4, loudness=15, motion=0.2)])
    s = Fraction
    cases = {
        "slow motion": (Piece(footage, s(20), s(20), s(5), s(1, 2)), (30.0, 38.0)),
        "reversed": (Piece(footage, s(20), s(20), s(22), s(-1)), (28.0, 32.0)),
        "fast": (Piece(footage, s(20), s(20), s(0), s(2)), (25.0, 27.0)),
    }
    for name, (piece, (start, end)) in cases.items():
        pieces = [Piece(ground, s(0), s(20)), piece, Piece(ground, s(40), s(20), s(30))]
        best = claims(edit_of(pieces))[0]
        assert holds(best.range, Event(start, end - start)), name
    frozen = Piece(footage, s(20), s(20), s(11), s(0))
    pieces = [Piece(ground, s(0), s(20)), frozen, Piece(ground, s(40), s(20), s(30))]
    assert claims(edit_of(pieces)) == []


def test_the_clip_on_top_is_the_visible_one() -> None:
    loud, calm = Footage(60, [APPLAUSE]), Footage(60, seed=2)
    below = Piece(loud, Fraction(0), Fraction(60))
    above = Piece(calm, Fraction(15), Fraction(15), Fraction(15), layer=1)
    off = Piece(calm, Fraction(15), Fraction(15), Fraction(15), layer=1, enabled=False)
    assert claims(edit_of([below, above])) == []
    assert len(claims(edit_of([below, off]))) == 1


def test_gaps_are_unknown_and_no_highlight_reaches_into_one() -> None:
    footage = Footage(60, [Event(20, 4, loudness=15, motion=0.2)])
    pieces = [
        Piece(footage, Fraction(0), Fraction(23)),
        Piece(footage, Fraction(40), Fraction(30), Fraction(30)),
    ]
    (found,) = claims(edit_of(pieces))
    assert seconds(found.range)[1] <= 23.0


@given(
    seed=st.integers(0, 1000),
    length=st.integers(12, 200),
    starts=st.lists(st.integers(0, 190), max_size=6),
    rate=st.sampled_from([Fraction(24), Fraction(24000, 1001), Fraction(25)]),
)
@settings(max_examples=25, deadline=None)
def test_claims_are_finite_ranked_disjoint_and_inside(
    seed: int, length: int, starts: list[int], rate: Fraction
) -> None:
    events = [Event(start, 4, loudness=12, motion=0.2, speech=0.8) for start in starts]
    footage = Footage(length, events, seed)
    rng = np.random.default_rng(seed)
    frames = sorted({int(n) for n in rng.integers(1, int(length * rate), length // 4)})
    view = cut_up(footage, [frame / rate for frame in frames])
    found = claims(view)
    assert [c.label for c in found] == [f"HL {n + 1}" for n in range(len(found))]
    assert len(found) <= min(5, length // 12)
    for claim in found:
        assert np.isfinite([*claim.scores.values(), claim.confidence]).all()
        assert 0 <= claim.confidence <= 1
        assert 0 <= claim.scores["score"] <= 100
        assert 0 <= claim.range.start < claim.range.end <= view.edit.duration
        assert claim.range.duration <= 15
        assert claim.reasons
    ranges = sorted((c.range.start, c.range.end) for c in found)
    assert all(a[1] <= b[0] for a, b in pairwise(ranges))
    assert found == claims(view)


def test_two_hours_are_judged_in_seconds() -> None:
    hour = Footage(3600, [Event(900, 5, loudness=15, motion=0.2)])
    cuts = np.cumsum(np.random.default_rng(0).exponential(5, 650))
    pieces = []
    for n in range(2):
        edges = [0, *(int(cut * 24) for cut in cuts if cut < 3600), 3600 * 24]
        pieces += [
            Piece(hour, n * 3600 + Fraction(a, 24), Fraction(b - a, 24), Fraction(a, 24))
            for a, b in pairwise(edges)
            if a < b
        ]
    view = edit_of(pieces)
    began = time.process_time()
    found = claims(view)
    assert time.process_time() - began < 5
    assert [int(c.range.start) // 10 * 10 for c in found] == [890, 4490]


@pytest.mark.slow
@pytest.mark.parametrize("silent", [False, True])
def test_a_burst_in_a_real_file_is_found_with_and_without_sound(
    tmp_path: Path, silent: bool
) -> None:
    """Half a minute of a calm picture; from 16 s to 20 s confetti falls and people applaud."""
    path = tmp_path / "film.mp4"
    write_video(path, _confetti(), Fraction(12), sound=None if silent else _applause())
    length = TimeRange(start=Fraction(0), duration=Fraction(30))
    clip = ClipRange(
        id="V1/0",
        name="film",
        media=MediaReference(path=str(path)),
        source=length,
        timeline=length,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
    )
    edit = Edit(name="edit", rate=Fraction(12), duration=Fraction(30), clips=(clip,))
    with Cache(None) as cache:
        log = analyze(edit, [HighlightAnalyzer(HeuristicHighlighter())], cache)
    (found,) = log.highlights
    assert holds(found.timeline, Event(16, 4))
    assert ("judged by picture alone: no sound is known here" in found.reasons) == silent
    assert any("motion in the picture" in text for text in found.reasons)
    assert any("loudness" in text for text in found.reasons) != silent


def _confetti() -> Iterator[npt.NDArray[np.uint8]]:
    rng = np.random.default_rng(0)
    rough = rng.integers(0, 256, (90, 160, 3), dtype=np.uint8)
    ground = np.asarray(cv2.GaussianBlur(rough, (9, 9), 0), np.uint8)
    for frame in range(30 * 12):
        picture = ground.copy()
        if 16 * 12 <= frame < 20 * 12:
            for x, y in rng.integers((0, 0), (154, 84), (60, 2)):
                picture[y : y + 6, x : x + 6] = rng.integers(0, 256, 3)
        yield picture


def _applause() -> npt.NDArray[np.float32]:
    rng = np.random.default_rng(0)
    track = make_room_tone(rng, 30 * AUDIO_RATE)
    track[16 * AUDIO_RATE : 20 * AUDIO_RATE] += make_applause(rng, 4 * AUDIO_RATE)
    return track
