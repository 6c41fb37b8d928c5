"""Records of logs: exact ranges, honest confidence, reasons for what is undefined."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from shotlog.mcp import describe_highlights, describe_shots, span_of, summarize
from shotlog.schema import (
    UNDEFINED,
    Edit,
    Family,
    ShotFacts,
    TimeRange,
)
from tests.report.logs import finding, highlight, log, logged, span

RATES = st.sampled_from([Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001)])
TIMES = st.fractions(0, 4000, max_denominator=100_000)


@given(RATES, TIMES, TIMES)
def test_a_range_is_exact_and_its_frames_are_those_that_show_it(
    rate: Fraction, start: Fraction, duration: Fraction
) -> None:
    edit = Edit(name="cut", rate=rate, duration=start + duration, clips=())
    told = span_of(TimeRange(start=start, duration=duration), edit)
    assert (told.start, told.duration) == (start, duration)
    assert told.first_frame == math.ceil(start * rate)
    assert told.end_frame > told.first_frame
    assert told.end_frame >= (start + duration) * rate
    assert told.timecode == edit.timecode(Fraction(told.first_frame) / rate)


def test_times_are_written_as_fractions_never_as_floating_point() -> None:
    at = TimeRange(start=Fraction(1001, 24), duration=Fraction(1, 3))
    edit = Edit(name="cut", rate=Fraction(24000, 1001), duration=Fraction(100), clips=())
    told = span_of(at, edit).to_json()
    assert (told["start"], told["duration"]) == ("1001/24", "1/3")
    assert (told["first_frame"], told["timecode"]) == (1000, "00:00:41:16")


def test_undefined_has_its_reason_and_no_confidence() -> None:
    (shot,) = describe_shots(log([logged(0, 1, sizes=UNDEFINED)]), [0])
    (size,) = shot.sizes
    assert size.label == UNDEFINED
    assert size.confidence is None
    assert size.reasons == ("nobody in the picture to measure by",)
    assert "confidence" not in size.to_json()


def test_what_is_no_shot_is_told_by_its_kind() -> None:
    of = log([logged(0, 1), logged(1, 1, findings=[finding(Family.KIND, "black", span(1, 1))])])
    shot, black = describe_shots(of, [0, 1])
    assert (shot.kind, black.kind, black.sizes) == (None, "black", ())
    told = summarize(of)
    assert (told.shots, told.kinds, told.sizes) == (2, {"black": 1}, {"MS": 1})


def test_an_abstention_without_a_reason_says_that_nothing_is_certain() -> None:
    bare = finding(Family.SIZE, UNDEFINED, span(0, 1), scores={"CS": 0.4, "MS": 0.41})
    (shot,) = describe_shots(log([logged(0, 1, findings=[bare])]), [0])
    assert shot.sizes[0].reasons == ("no label is certain enough",)
    assert shot.sizes[0].best_scores == {"MS": 0.41, "CS": 0.4}
    assert shot.moves == ()


def test_figures_of_motion_are_no_scores_of_moves() -> None:
    (shot,) = describe_shots(log([logged(0, 1, moves="pan_left")]), [0])
    assert shot.moves[0].best_scores == {"pan_left": 0.9}
    assert shot.moves[0].confidence == 0.8


def test_moves_of_parts_of_a_shot_have_ranges_of_their_own() -> None:
    parts = [
        finding(Family.MOVE, "static", span(0, 1)),
        finding(Family.MOVE, "pan_left", span(1, 1)),
    ]
    (shot,) = describe_shots(log([logged(0, 2, findings=parts)]), [0])
    starts = [move.timeline.start for move in shot.moves if move.timeline is not None]
    assert starts == [0, 1]


def test_source_frames_are_counted_at_the_rate_of_the_media() -> None:
    facts = ShotFacts(faces=2, rate=Fraction(50), start_timecode=Fraction(3600))
    shot = logged(2, 1).model_copy(update={"facts": facts})
    (told,) = describe_shots(log([shot]), [0])
    assert (told.media.first_frame, told.media.end_frame) == (100, 150)
    assert told.media.timecode == "01:00:02:00"
    (bare,) = describe_shots(log([logged(2, 1)]), [0])
    assert bare.media.first_frame is None


def test_shots_are_numbered_from_one_and_highlights_name_theirs() -> None:
    made = log(
        [logged(0, 2), logged(2, 2), logged(4, 2)], highlights=[highlight(1, 1, 2, score=88)]
    )
    (found,) = describe_highlights(made)
    assert (found.label, found.score, found.shots) == ("HL 1", 88, (1, 2))
    assert [shot.number for shot in describe_shots(made, range(3))] == [1, 2, 3]
    highlights = [shot.highlights for shot in describe_shots(made, range(3))]
    assert highlights == [("HL 1",), ("HL 1",), ()]


def test_a_summary_counts_shots_by_label() -> None:
    told = summarize(log([logged(0, 1), logged(1, 1, sizes="CS"), logged(2, 1, moves=UNDEFINED)]))
    assert told.shots == 3
    assert told.sizes == {"MS": 2, "CS": 1}
    assert told.moves == {"static": 2, UNDEFINED: 1}
    assert told.start_timecode == log([]).edit.timecode(Fraction(0))
