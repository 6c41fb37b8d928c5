"""Corrections are labels where an editor has looked, and of scores that are those of today."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.analyzers.move import MoveAnalyzer
from shotlog.analyzers.size import SizeAnalyzer
from shotlog.learning.profiles import GatheredLabels, LabelledScores, gather_labels
from shotlog.schema import Family, Finding, Provenance, TimeRange
from shotlog.schema.learning import (
    Correction,
    CorrectionKind,
    EditorProfile,
    HeadCorrection,
    LabelCalibration,
)

SCORES = {"LS": 0.05, "FS": 0.1, "MS": 0.6, "CS": 0.2, "ECS": 0.05}
KEY = SizeAnalyzer().key


def span(start: int, seconds: int = 2) -> TimeRange:
    return TimeRange(start=Fraction(start), duration=Fraction(seconds))


def said(start: int = 0, seconds: int = 2, by: Provenance | None = None, **about: Any) -> Finding:
    return Finding(
        **{
            "family": Family.SIZE,
            "label": "MS",
            "scores": SCORES,
            "confidence": 0.6,
            "source": span(start, seconds),
            "timeline": span(start, seconds),
            "provenance": by or SizeAnalyzer().provenance,
            **about,
        }
    )


def correction(start: int = 0, labels: tuple[str, ...] = ("CS",), **about: Any) -> Correction:
    return Correction(
        **{
            "kind": CorrectionKind.RENAMED,
            "family": Family.SIZE,
            "labels": labels,
            "said": (said(start),),
            "content_id": "a",
            "path": "/a.mov",
            "source": span(start),
            "project": "reel 1",
            "timeline": "cut",
            **about,
        }
    )


def gather(*corrections: Correction, profile: EditorProfile | None = None) -> GatheredLabels:
    return gather_labels(corrections, [SizeAnalyzer(), MoveAnalyzer()], lambda _: profile)


def only(*corrections: Correction, profile: EditorProfile | None = None) -> LabelledScores:
    (shots,) = gather(*corrections, profile=profile).shots
    return shots


def named(shots: LabelledScores, shot: int = 0) -> dict[str, float]:
    return {k: v for k, v in zip(shots.labels, shots.named[shot].tolist(), strict=True) if v}


def test_a_renamed_marker_is_a_label_beside_the_scores_of_its_analyzer() -> None:
    shots = only(correction())
    assert (shots.analyzer, shots.exclusive, named(shots)) == (KEY, True, {"CS": 1.0})
    assert dict(zip(shots.labels, shots.scores[0].tolist(), strict=True)) == SCORES


def test_a_label_counts_as_kept_only_where_the_editor_changed_another_one() -> None:
    kept: dict[str, Any] = {"kind": CorrectionKind.KEPT, "labels": ("MS",)}
    assert len(only(correction(0), correction(5, **kept))) == 2
    alone = gather(correction(5, **kept), correction(0, timeline="other cut"))
    assert len(alone.shots[0]) == 1
    assert alone.left_out == {"labels of timelines in which nobody changed any": 1}


@pytest.mark.parametrize("kind", [CorrectionKind.MOVED, CorrectionKind.RECOLOURED])
def test_a_marker_that_was_moved_or_coloured_keeps_its_label(kind: CorrectionKind) -> None:
    assert named(only(correction(kind=kind, labels=("MS",)))) == {"MS": 1.0}


@pytest.mark.parametrize("labels", [(), ("undefined",)])
def test_a_deleted_marker_names_no_label_but_shows_that_the_editor_looked(
    labels: tuple[str, ...],
) -> None:
    deleted = correction(0, labels, kind=CorrectionKind.DELETED)
    found = gather(deleted, correction(5, ("MS",), kind=CorrectionKind.KEPT))
    assert len(found.shots[0]) == 1
    assert found.left_out["markers that were deleted, or name no label any more"] == 1


def test_editors_who_disagree_share_the_weight_of_the_shot() -> None:
    shots = only(correction(editor="anna"), correction(labels=("MS",), editor="otto"))
    assert len(shots) == 1
    assert named(shots) == {"CS": 0.5, "MS": 0.5}


def test_projects_that_share_media_are_one_group() -> None:
    shots = only(
        correction(0, project="b", content_id="x"),
        correction(5, project="a", content_id="x"),
        correction(9, project="a", content_id="y"),
        correction(0, project="c", content_id="z"),
    )
    assert sorted(shots.projects) == ["a + b", "a + b", "a + b", "c"]


def test_scores_of_another_version_are_told_and_not_used() -> None:
    older = SizeAnalyzer().provenance.model_copy(update={"version": "1"})
    found = gather(correction(said=(said(by=older),)))
    assert found.shots == ()
    assert found.left_out == {"scores of builtin.size/1, which is not on this machine": 1}


def test_scores_of_rows_of_an_earlier_epoch_are_told_and_not_used() -> None:
    (measure,) = SizeAnalyzer().measures
    assert len(only(correction(evidence={measure.name: measure.epoch}))) == 1
    found = gather(correction(evidence={measure.name: measure.epoch - 1}))
    assert found.shots == ()
    assert found.left_out == {f"scores of {KEY} that were measured by an earlier version": 1}


def test_a_label_that_the_analyzer_does_not_know_is_told() -> None:
    moves = {"pan_left": 0.7, "static": 0.3, "motion.camera": 2.0}
    by = MoveAnalyzer().provenance
    pan = said(by=by, family=Family.MOVE, label="pan_left", scores=moves)
    found = gather(correction(0, ("pov",), family=Family.MOVE, said=(pan,)))
    assert found.shots == ()
    assert found.left_out == {f"labels that {by.analyzer}/{by.version} does not know": 1}


def test_of_several_spans_that_one_is_taken_that_the_label_covers() -> None:
    by, tilt = MoveAnalyzer().provenance, {"pan_left": 0.1, "tilt_up": 0.9}
    pan = said(0, 4, by, family=Family.MOVE, scores={"pan_left": 0.9, "tilt_up": 0.1})
    spans = (pan, said(4, 4, by, family=Family.MOVE, scores=tilt))
    about = {"family": Family.MOVE, "said": spans, "source": span(3, 4)}
    shots = only(correction(0, ("pan_left",), **about))
    assert dict(zip(shots.labels, shots.scores[0].tolist(), strict=True)) == tilt


def test_scores_that_do_not_add_up_are_of_labels_that_hold_by_themselves() -> None:
    by, both = MoveAnalyzer().provenance, {"pan_left": 0.9, "tilt_up": 0.8}
    move = said(by=by, family=Family.MOVE, scores=both)
    shots = only(correction(0, ("pan_left", "tilt_up"), family=Family.MOVE, said=(move,)))
    assert not shots.exclusive
    assert shots.truth.tolist() == [[1.0, 1.0]]


def test_abstentions_without_scores_and_markers_without_findings_tell_nothing() -> None:
    abstained = correction(0, said=(said(scores={}, label="undefined"),))
    found = gather(abstained, correction(5, said=(), kind=CorrectionKind.ADDED))
    assert found.shots == ()
    assert found.left_out == {"labels beside which no analyzer has said anything": 1}


def changed(profile: EditorProfile, scores: dict[str, float]) -> Correction:
    by = SizeAnalyzer().provenance.model_copy(update={"profile": profile.id})
    return correction(said=(said(by=by, scores=scores),))


@given(st.floats(0.3, 3), st.lists(st.floats(-2, 2), min_size=5, max_size=5))
def test_scores_that_a_profile_changed_are_changed_back(heat: float, bias: list[float]) -> None:
    calibration = LabelCalibration(temperature=heat, bias=dict(zip(SCORES, bias, strict=True)))
    profile = EditorProfile(name="anna", calibrations={KEY: calibration})
    shots = only(changed(profile, calibration.of_one(SCORES)), profile=profile)
    back = dict(zip(shots.labels, shots.scores[0].tolist(), strict=True))
    assert back == pytest.approx(SCORES, rel=1e-6)


def test_scores_that_a_missing_profile_changed_are_told_and_not_used() -> None:
    profile = EditorProfile(name="anna", calibrations={KEY: LabelCalibration(temperature=2)})
    found = gather(changed(profile, SCORES))
    assert found.shots == ()
    (reason,) = found.left_out
    assert "a profile changed which is not here" in reason


def test_scores_that_a_head_changed_must_be_measured_again() -> None:
    head = HeadCorrection(analyzer=KEY, features=(), mean=(), scale=(), bias={}, weights={})
    profile = EditorProfile(name="anna", size=head)
    assert np.isnan(only(changed(profile, SCORES), profile=profile).scores).all()
