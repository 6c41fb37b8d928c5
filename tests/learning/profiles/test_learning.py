"""A rule of an editor is found on projects that were left out; what is no rule is refused."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.made_corrections import (
    Editor,
    MadeShot,
    agreeing,
    careless,
    gather,
    make_corrections,
    measured,
    nearer,
    tight_headroom,
)
from shotlog.analyzers.size import SizeAnalyzer, size_features
from shotlog.learning.profiles import LearnedProfile, ProfileStage, learn_profile
from shotlog.schema import LabelsMissing, ProfileWorse
from shotlog.schema.learning import CorrectionKind, EditorProfile

KEY = SizeAnalyzer().key


def learned(editor: Editor, shots: int, projects: int = 4, *, media: bool = True) -> LearnedProfile:
    corrections, made = make_corrections(editor, shots, projects, seed=3)
    tables = gather(corrections).shots
    return learn_profile("anna", measured(tables, made) if media else tables)


def agreement(editor: Editor, profile: EditorProfile | None) -> float:
    """Return the share of new shots that get the editor's label, as the analyzer applies it."""
    _, made = make_corrections(editor, 400, 1, seed=99)
    rng = np.random.default_rng(0)
    return float(np.mean([_label(shot, profile) == editor(shot, rng) for shot in made.values()]))


def _label(shot: MadeShot, profile: EditorProfile | None) -> str:
    scores = shot.scores
    if profile is not None and (head := profile.head(KEY)) is not None:
        scores = head.apply(scores, size_features([shot.face] * 3).tolist())
    if profile is not None and (calibration := profile.calibrations.get(KEY)) is not None:
        scores = calibration.of_one(scores)
    return max(scores, key=lambda name: scores[name])


def taken(found: LearnedProfile) -> list[ProfileStage]:
    return [stage.stage for stage in found.stages if stage.taken]


def test_a_bias_of_labels_is_found_by_temperature_and_biases_alone() -> None:
    found = learned(nearer, 120, media=False)
    found.check()
    assert taken(found) == [ProfileStage.CALIBRATION]
    assert found.profile.calibrations[KEY].bias["CS"] > 0
    assert agreement(nearer, found.profile) > agreement(nearer, None) + 0.08


def test_close_ups_by_head_room_are_found_on_projects_never_seen() -> None:
    found = learned(tight_headroom, 240)
    found.check()
    assert taken(found) == [ProfileStage.HEAD]
    head = found.profile.size
    assert head is not None
    assert agreement(tight_headroom, found.profile) > agreement(tight_headroom, None) + 0.08
    before, after = found.stages[1].before, found.stages[1].after
    assert before
    assert after
    assert after.nll.mean < before.nll.mean


@pytest.mark.parametrize("share", [1.0, 0.2])
def test_careless_labels_are_refused(share: float) -> None:
    found = learned(careless(share), 120)
    assert found.profile.analyzers == frozenset()
    with pytest.raises(ProfileWorse, match="no better on projects that it has not seen"):
        found.check()


def test_an_editor_who_agrees_everywhere_needs_no_profile() -> None:
    corrections, _ = make_corrections(agreeing, 60, 3, seed=1)
    renamed = [each.model_copy(update={"kind": CorrectionKind.MOVED}) for each in corrections]
    found = learn_profile("anna", gather(renamed).shots)
    assert {stage.reason for stage in found.stages} >= {"the editor agrees with it everywhere"}
    with pytest.raises(LabelsMissing, match="agrees with it everywhere"):
        found.check()


def test_too_few_corrections_are_told_with_the_number_that_is_missing() -> None:
    found = learned(nearer, 15)
    calibration, head = found.stages
    assert (calibration.missing + calibration.shots, head.missing + head.shots) == (20, 80)
    with pytest.raises(
        LabelsMissing, match=f"{calibration.missing} more labelled shots are needed"
    ):
        found.check()


def test_one_project_alone_is_refused() -> None:
    with pytest.raises(LabelsMissing, match="all of them are of one project"):
        learned(nearer, 60, projects=1).check()


def test_nothing_to_learn_from_is_an_error_in_words() -> None:
    with pytest.raises(LabelsMissing, match="none of them is a label beside scores"):
        learn_profile("anna", []).check()


def test_a_head_is_not_measured_before_it_has_enough_shots() -> None:
    corrections, made = make_corrections(nearer, 79, 4, seed=3)
    assert measured(gather(corrections).shots, made)[0].windows is None


@settings(max_examples=4)
@given(st.randoms(use_true_random=False))
def test_the_order_of_corrections_changes_no_digit(shuffling: random.Random) -> None:
    corrections, _ = make_corrections(nearer, 80, 3, seed=5)
    again = list(corrections)
    shuffling.shuffle(again)
    first, second = (learn_profile("anna", gather(c).shots) for c in (corrections, again))
    assert first.profile.analyzers
    assert first.profile.id == second.profile.id
    assert first.stages == second.stages
