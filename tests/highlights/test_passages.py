"""Passages: where they begin and end, and which of them are the best."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.analyzers.clock import STEP, EditClock, find_speech
from shotlog.highlights import (
    LEAD,
    TAIL,
    HighlightAnalyzer,
    Judgement,
    Passages,
    Selected,
    Transcript,
    find_boundaries,
    find_delay,
    make_highlight_analyzers,
)
from shotlog.highlights.heuristic import HeuristicHighlighter
from shotlog.schema import (
    EditView,
    HighlightOptions,
    PassageOptions,
    ScoreCalibration,
    TimelineTooShort,
    TimeMap,
    TimeRange,
)
from tests.analyzers.edits import PICTURE, SOUND, Event, Footage, Piece, cut_up, edit_of

SHORT = PassageOptions(min_duration=Fraction(20), max_duration=Fraction(40), top=3)


def talk(*spans: tuple[float, float], loudness: float = 6) -> list[Event]:
    return [Event(a, b - a, speech=0.95, loudness=loudness) for a, b in spans]


def span(a: float | Fraction, b: float | Fraction) -> TimeRange:
    return TimeRange.between(Fraction(a), Fraction(b))


def judged(viral: Sequence[float], compelling: Sequence[float] | None = None) -> Judgement:
    values = np.array(viral, dtype=np.float64)
    return Judgement(values, values if compelling is None else np.array(compelling))


def select(view: EditView, judgement: Judgement, options: PassageOptions = SHORT) -> list[Selected]:
    return Passages(options).select(judgement, EditClock.of(view))


def steps(seconds: float) -> int:
    return int(seconds / STEP)


def bump(seconds: float, *places: tuple[float, float, float]) -> list[float]:
    """Return a judgement of noise, higher from one second to another by an amount."""
    values = np.random.default_rng(0).normal(0, 0.3, steps(seconds))
    for start, end, height in places:
        values[steps(start) : steps(end)] += height
    return [float(value) for value in values]


def test_speech_is_found_to_the_row_across_the_cuts_within_it() -> None:
    view = cut_up(Footage(60, talk((10, 14), (30, 31))), (5, 12, 45))
    first, second = find_speech(EditClock.of(view))
    for found, (start, end) in ((first, (10, 14)), (second, (30, 31))):
        assert abs(found.start - start) <= Fraction(32, 1000)
        assert abs(found.end - end) <= Fraction(32, 1000)


def test_speech_follows_the_speed_of_its_clip() -> None:
    footage = Footage(60, talk((20, 24)))
    half = edit_of([Piece(footage, start=Fraction(3), length=Fraction(60), speed=Fraction(1, 2))])
    (found,) = find_speech(EditClock.of(half))
    assert float(found.start) == pytest.approx(43, abs=0.1)
    assert float(found.duration) == pytest.approx(8, abs=0.1)


def test_speech_of_a_ramp_and_of_a_freeze_frame() -> None:
    footage = Footage(60, talk((2, 4)))
    ramp = TimeMap.through(
        [(Fraction(0), Fraction(0)), (Fraction(2), Fraction(4)), (Fraction(10), Fraction(12))]
    )
    view = edit_of(
        [
            Piece(footage, start=Fraction(0), length=Fraction(10), ramp=ramp),
            Piece(
                footage, start=Fraction(10), length=Fraction(5), source=Fraction(3),
                speed=Fraction(0),
            ),
        ]
    )  # fmt: skip
    (found,) = find_speech(EditClock.of(view))
    assert (float(found.start), float(found.end)) == pytest.approx((1, 2), abs=0.05)


def test_speech_on_audio_tracks_is_that_of_the_edit() -> None:
    silent, said = Footage(60), Footage(60, talk((8, 9)))
    view = edit_of(
        [Piece(silent, start=Fraction(0), length=Fraction(60), without=SOUND)],
        sound=[Piece(said, start=Fraction(20), length=Fraction(40), without=PICTURE)],
    )
    (found,) = find_speech(EditClock.of(view))
    assert float(found.start) == pytest.approx(28, abs=0.05)


def test_a_passage_ends_seven_tenths_after_the_last_word() -> None:
    clock = EditClock.of(cut_up(Footage(60, talk((10, 14), (20, 25))), ()))
    first, second = find_speech(clock)
    edges = find_boundaries(clock)
    for said in (first, second):
        # Each on the next whole frame.
        assert any(0 <= end.at - (said.end + TAIL) < 1 / clock.rate for end in edges.ends)
        assert any(0 <= at.at - (said.start - LEAD) < 1 / clock.rate for at in edges.starts)
    assert all((edge.at * clock.rate).denominator == 1 for edge in (*edges.starts, *edges.ends))


def test_the_tail_ends_with_the_shot_and_before_the_next_sentence() -> None:
    clock = EditClock.of(cut_up(Footage(60, talk((10, 14), (14.6, 18))), (Fraction(37, 2),)))
    first, second = find_speech(clock)
    ends = {end.at for end in find_boundaries(clock).ends}
    assert second.start - 1 / clock.rate in ends
    assert Fraction(37, 2) in ends
    frame = 1 / clock.rate
    for said in (first, second):
        assert not any(abs(end - (said.end + TAIL)) < frame for end in ends)


def test_a_cut_in_the_middle_of_a_sentence_is_no_edge() -> None:
    clock = EditClock.of(cut_up(Footage(60, talk((10, 14))), (7, 12, 40)))
    edges = find_boundaries(clock)
    for listed in (edges.starts, edges.ends):
        assert {7, 40} <= {edge.at for edge in listed}
        assert 12 not in {edge.at for edge in listed}


def test_no_passage_begins_with_a_flash_of_the_shot_before() -> None:
    clock = EditClock.of(cut_up(Footage(60, talk((10, 14), (20, 25))), (Fraction(21, 2), 22)))
    starts = [edge.at for edge in find_boundaries(clock).starts]
    assert not any(Fraction(9) < at < Fraction(21, 2) for at in starts)
    assert any(Fraction(39, 2) < at < 20 for at in starts)  # two seconds before the next cut


def test_a_passage_begins_and_ends_with_the_sentences_of_a_transcript() -> None:
    words = [span(n, n + Fraction(3, 4)) for n in range(10, 20)]
    said = Transcript(words, sentence_ends=(Fraction(55, 4), Fraction(79, 4)))
    assert said.sentences() == [span(10, Fraction(55, 4)), span(14, Fraction(79, 4))]
    clock = EditClock.of(cut_up(Footage(60), (12, 30)))
    edges = find_boundaries(clock, said)
    assert 12 not in {edge.at for edge in edges.starts}
    assert {start.at: start.reason for start in edges.starts}[Fraction(30)] == "at a cut"
    ends = {end.at: end.reason for end in edges.ends}
    assert ends[Fraction(math.ceil((Fraction(79, 4) + TAIL) * 24), 24)] == "after a sentence"
    # The next sentence begins a quarter of a second later.
    assert ends[14 - 1 / clock.rate] == "after a sentence"


def test_a_voice_that_goes_on_after_its_subtitle_is_not_cut_off() -> None:
    clock = EditClock.of(cut_up(Footage(60, talk((10, 16), (28, 33))), (15, 30, 40)))
    said = Transcript([span(10, 14)], sentence_ends=(Fraction(14),))
    edges = find_boundaries(clock, said)
    # At 15 s the voice goes on, and at 30 s somebody speaks of whom the transcript says nothing.
    for listed in (edges.starts, edges.ends):
        assert not {15, 30} & {edge.at for edge in listed}
        assert 40 in {edge.at for edge in listed}
    heard = find_speech(clock)[0]
    assert any(0 <= end.at - (heard.end + TAIL) < 1 / clock.rate for end in edges.ends)


@pytest.mark.parametrize("late", [Fraction(4), Fraction(-7)])
def test_subtitles_that_are_late_all_along_are_left_out_and_told(late: Fraction) -> None:
    rng = np.random.default_rng(1)
    starts = np.cumsum(rng.uniform(2, 7, 60)) + 10
    spoken = [(round(a, 1), round(a + rng.uniform(0.6, 1.8), 1)) for a in map(float, starts)]
    view = cut_up(Footage(320, talk(*spoken)), ())
    words = [span(Fraction(str(a)) + late, Fraction(str(b)) + late) for a, b in spoken]
    said = Transcript(words, tuple(word.end for word in words))
    clock = EditClock.of(view)
    assert find_boundaries(clock, said) == find_boundaries(clock)
    (told,) = Passages(SHORT, said).warnings(view)
    assert f"is {float(abs(late)):.1f} s {'late' if late > 0 else 'early'} for the voices" in told
    assert f"move its times by {float(-late):+.1f} s" in told

    right = Transcript([word.shifted(-late) for word in words])
    assert Passages(SHORT, right).warnings(view) == ()
    assert Passages(SHORT).warnings(view) == ()


def test_a_transcript_is_not_called_late_by_chance() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        voices, words = (
            [span(round(float(a), 1), round(float(a), 1) + 1) for a in np.cumsum(gaps)]
            for gaps in rng.uniform(1.5, 8, (2, 40))
        )
        assert find_delay(words, voices, Fraction(400)) is None


def test_words_after_the_last_sentence_end_are_a_sentence_too() -> None:
    words = [span(1, 2), span(3, 4), span(5, 6)]
    assert Transcript(words, (Fraction(4),)).sentences() == [span(1, 4), span(5, 6)]
    assert Transcript().sentences() == []


@settings(max_examples=40)
@given(
    spoken=st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 120)), max_size=12),
    cuts=st.sets(st.integers(1, 1599), max_size=20),
    cues=st.none() | st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 90)), max_size=12),
)
def test_no_edge_lies_inside_of_a_word(
    spoken: list[tuple[int, int]], cuts: set[int], cues: list[tuple[int, int]] | None
) -> None:
    spans = [(start / 10, min(160.0, (start + length) / 10)) for start, length in spoken]
    moments = sorted(Fraction(cut, 10) for cut in cuts)
    clock = EditClock.of(cut_up(Footage(160, talk(*spans)), moments))
    written = [span(Fraction(a, 10), Fraction(a + length, 10)) for a, length in sorted(cues or [])]
    said = None if cues is None else Transcript(written, tuple(cue.end for cue in written[::2]))
    words, edges = find_speech(clock), find_boundaries(clock, said)
    if find_delay(written, words, clock.duration) is None:
        words = [*words, *written]
    for edge in itertools.chain(edges.starts, edges.ends):
        assert 0 <= edge.at <= clock.duration
        assert not any(word.start < edge.at < word.end for word in words)


def test_the_stretch_that_grips_most_is_first_and_none_overlap() -> None:
    view = cut_up(Footage(300), range(5, 300, 5))
    found = select(view, judged(bump(300, (60, 90, 2), (200, 230, 4))))
    assert [float(item.range.start) for item in found[:2]] == [200, 60]
    assert len(found) == 3
    for one, other in itertools.combinations(found, 2):
        assert one.range.intersection(other.range) is None
    assert [item.scores["score"] for item in found] == sorted(
        (item.scores["score"] for item in found), reverse=True
    )
    assert found[0].scores["score"] == 100.0
    assert found[0].confidence > 0.5
    assert all(20 <= item.range.duration <= 40 for item in found)


def test_weights_decide_between_what_grips_and_what_holds() -> None:
    view = cut_up(Footage(300), range(5, 300, 5))
    judgement = judged(bump(300, (60, 90, 4)), bump(300, (200, 230, 4)))
    for viral, first in ((1.0, 60), (0.0, 200)):
        options = SHORT.model_copy(update={"viral_weight": viral, "compelling_weight": 1 - viral})
        assert select(view, judgement, options)[0].range.start == first


def test_only_the_ratio_of_weights_counts() -> None:
    view, judgement = cut_up(Footage(300), range(5, 300, 5)), judged(bump(300, (60, 90, 2)))
    one, other = (
        SHORT.model_copy(update={"viral_weight": 0.3 * by, "compelling_weight": 0.7 * by})
        for by in (1, 3)
    )
    assert select(view, judgement, one) == select(view, judgement, other)


def test_the_first_three_seconds_count_more() -> None:
    """Of two stretches that are equal but for the place of their peak, the earlier peak wins."""
    view = cut_up(Footage(120), (30, 60, 90))
    values = np.zeros(steps(120))
    values[steps(30) : steps(33)] = 3  # at the start of the second shot
    values[steps(87) : steps(90)] = 3  # at the end of the third
    options = PassageOptions(min_duration=Fraction(30), max_duration=Fraction(30), top=2)
    assert [item.range.start for item in select(view, judged(list(values)), options)] == [30, 60]


def test_nothing_is_selected_where_all_is_alike_or_unknown() -> None:
    view = cut_up(Footage(100), (20, 50, 80))
    flat, unknown = np.full(400, 0.2), np.full(400, np.nan)
    assert select(view, judged(list(flat))) == []
    assert select(view, judged(list(unknown))) == []


def test_a_stretch_of_which_most_is_unknown_is_no_passage() -> None:
    view = cut_up(Footage(120), (40, 80))
    values = bump(120, (0, 40, 5))
    values[: steps(30)] = [float("nan")] * steps(30)
    options = PassageOptions(min_duration=Fraction(40), max_duration=Fraction(40))
    assert 0 not in {item.range.start for item in select(view, judged(values), options)}


def test_a_timeline_shorter_than_a_passage_is_an_error_with_its_remedy() -> None:
    view = cut_up(Footage(50), (20,))
    with pytest.raises(TimelineTooShort, match=r"50\.0 s long.*--min-duration 12"):
        select(view, judged(bump(50)), PassageOptions())


def test_unbroken_speech_has_passages_between_its_words() -> None:
    said = [(n * 1.3, n * 1.3 + 1.1) for n in range(90)]
    clock = EditClock.of(cut_up(Footage(117, talk(*said)), ()))
    found = Passages(SHORT).select(judged(bump(117, (40, 60, 3))), clock)
    words = find_speech(clock)
    assert found
    for item in found:
        for edge in (item.range.start, item.range.end):
            assert not any(word.start < edge < word.end for word in words)


@pytest.mark.parametrize("without", [SOUND, PICTURE])
def test_passages_are_found_without_sound_and_without_picture(without: tuple[str, ...]) -> None:
    events = [Event(60, 20, loudness=12, motion=0.15, faces=2)]
    view = cut_up(Footage(200, events), range(10, 200, 10), without=without)
    options = HighlightOptions(passages=SHORT)
    (analyzer,) = make_highlight_analyzers(options)
    best = analyzer.conclude(view)[0]
    assert best.range.intersection(span(60, 80)) is not None
    assert any("begins at a cut" in reason for reason in best.reasons)
    assert {"score", "viral", "compelling"} <= best.scores.keys()


def test_a_calibration_makes_probabilities_of_scores() -> None:
    view, judgement = cut_up(Footage(300), range(5, 300, 5)), judged(bump(300, (60, 90, 2)))
    known = ScoreCalibration(source="Drama", clips=60, bias=-1.0, temperature=2.0)
    found = select(view, judgement, SHORT.model_copy(update={"calibration": known}))
    plain = select(view, judgement)
    assert [item.range for item in found] == [item.range for item in plain]
    for item in found:
        share = min(item.scores["score"], 99.5) / 100
        logit = np.log(share / (1 - share))
        assert item.confidence == pytest.approx(1 / (1 + np.exp(-(logit - 1) / 2)), abs=1e-3)
        (told,) = (reason for reason in item.reasons if "calibrated" in reason)
        assert told.endswith(f"of {item.confidence:.0%}, calibrated on 60 clips of Drama")


def test_other_options_and_another_transcript_are_another_key() -> None:
    said = Transcript([span(0, 1)])
    keys = {Passages().key, Passages(SHORT).key, Passages(SHORT, said).key}
    assert len(keys) == 3
    assert HighlightAnalyzer(HeuristicHighlighter(), Passages(SHORT)).claims_key.endswith(
        Passages(SHORT).key
    )


def test_half_an_hour_of_talk_is_searched_in_seconds() -> None:
    spoken = [(n * 6.0, n * 6.0 + 4) for n in range(300)]
    clock = EditClock.of(cut_up(Footage(1800, talk(*spoken)), range(9, 1800, 9)))
    values = np.random.default_rng(0).normal(0, 0.5, len(clock))
    began = time.process_time()
    assert len(Passages(PassageOptions()).select(judged(list(values)), clock)) == 5
    assert time.process_time() - began < 5
