"""Scores of models on labelled clips: those of the daemon's analyzers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from shotlog.engine import Cache, EngineOptions, ProbeCache, analyze
from shotlog.learning.assessment import (
    ClipScores,
    assess,
    find_head,
    frame_plan,
    open_model,
    score_by_analyzers,
    score_clips,
)
from shotlog.learning.clips import ClipFrames, LabelledClip, read_frames
from shotlog.media.cuts import NoCuts
from shotlog.models.analysis import build_analyzers
from shotlog.models.catalog import TRAINED_CARD, Card, InstalledModel, ModelHead, Task
from shotlog.schema import Analyzer, Edit, Family, Log, ModelError, ModelMissing, ScoresUnusable
from tests.learning.clips.films import clip_of, write_film
from tests.models.checkpoints import MOVE_CARD, MULTITASK_CARD, SIZE_CARD, Style, card, make

FINGERPRINT = "0" * 64


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[LabelledClip]:
    """Two films, one of which is longer than a window of the moves' model."""
    folder = tmp_path_factory.mktemp("films")
    films = [write_film(folder / f"{seed}.mp4", seed, frames=72) for seed in (1, 2)]
    labels = {Family.SIZE: ("CS",), Family.MOVE: ("pan_left", "shake")}
    return [
        replace(one, labels=labels) for one in (clip_of(films[0], 0, 70), clip_of(films[1], 10, 30))
    ]


def installed(folder: Path, of: Card, style: Style = Style.TRANSFORMERS_4) -> InstalledModel:
    return InstalledModel(of, make(folder, style, card=of).folder, FINGERPRINT, 1)


def frames_of(clips: Sequence[LabelledClip], model: InstalledModel, folder: Path) -> ClipFrames:
    return read_frames(clips, frame_plan(model), folder / "frames", lambda done, total: None)


def scores_of(
    clips: Sequence[LabelledClip], model: InstalledModel, family: Family, folder: Path
) -> ClipScores:
    return score_clips(model, frames_of(clips, model, folder), clips, family, "cpu", "fp32")


@pytest.mark.parametrize(("of", "family"), [(SIZE_CARD, Family.SIZE), (MOVE_CARD, Family.MOVE)])
def test_scores_are_those_of_an_analysis(
    of: Card, family: Family, clips: list[LabelledClip], tmp_path: Path
) -> None:
    model = installed(tmp_path / of.name, of)
    ours = scores_of(clips, model, family, tmp_path)

    def measure(edit: Edit, analyzers: Sequence[Analyzer]) -> Log:
        return analyze(edit, analyzers, cache, options=EngineOptions(cuts=NoCuts()))

    with Cache(None) as cache:
        analyzers = build_analyzers([model], "cpu", "fp32")
        theirs, _ = score_by_analyzers(clips, family, analyzers, ProbeCache(cache), measure)
    assert (ours.clips, ours.films) == (theirs.clips, theirs.films)
    # An analysis rounds to four digits.
    for label in set(theirs.labels) & set(ours.labels):
        column = ours.scores[:, ours.labels.index(label)]
        assert column == pytest.approx(theirs.scores[:, theirs.labels.index(label)], abs=1e-4)


def test_a_model_of_two_questions_answers_the_one_that_is_asked(
    clips: list[LabelledClip], tmp_path: Path
) -> None:
    model = installed(tmp_path / "both", MULTITASK_CARD, Style.MULTITASK)
    scores = scores_of(clips, model, Family.SIZE, tmp_path)
    assert scores.labels == ("ECS", "CS", "MS", "FS", "LS")
    assert scores.exclusive
    assert scores.scores.sum(axis=1) == pytest.approx([1, 1])
    with pytest.raises(ModelError, match="does not answer move"):
        find_head(model, [Family.MOVE])


def test_a_label_that_the_model_does_not_know_is_always_wrong(
    clips: list[LabelledClip], tmp_path: Path
) -> None:
    head = ModelHead(task=Task.SIZE, key="classifier")
    made = make(tmp_path / "few", card=card("few", head), labels={"classifier": ("MS", "LS")})
    model = InstalledModel(made.card, made.folder, FINGERPRINT, 1)
    scores = scores_of(clips, model, Family.SIZE, tmp_path)
    assert scores.labels == ("MS", "LS", "CS")
    found = assess(scores)
    assert found.accuracy.mean == 0
    assert "the model does not know CS: there it is always wrong" in found.notes


def test_a_folder_is_scored_without_being_added(clips: list[LabelledClip], tmp_path: Path) -> None:
    made = make(tmp_path / "mine", card=SIZE_CARD)
    model = open_model(made.folder, Family.SIZE)
    frames = frames_of(clips, model, tmp_path)
    by_folder = score_clips(made.folder, frames, clips, Family.SIZE, "cpu", "fp32")
    by_name = scores_of(clips, installed(tmp_path / "named", SIZE_CARD), Family.SIZE, tmp_path)
    assert (by_folder.scores == by_name.scores).all()


def test_a_folder_that_was_trained_states_its_temperature(
    clips: list[LabelledClip], tmp_path: Path
) -> None:
    plain = make(tmp_path / "plain", card=SIZE_CARD).folder
    warm = make(tmp_path / "warm", card=SIZE_CARD).folder
    head = SIZE_CARD.heads[0].model_copy(update={"temperature": 5.0})
    trained = SIZE_CARD.model_copy(update={"heads": (head,)})
    (warm / TRAINED_CARD).write_text(trained.model_dump_json())
    frames = frames_of(clips, open_model(plain, Family.SIZE), tmp_path)
    sure, unsure = (
        score_clips(folder, frames, clips, Family.SIZE, "cpu", "fp32") for folder in (plain, warm)
    )
    assert (unsure.scores.max(axis=1) < sure.scores.max(axis=1)).all()


def test_clips_without_labels_of_the_question_are_left_out(
    clips: list[LabelledClip], tmp_path: Path
) -> None:
    model = installed(tmp_path / "sizes", SIZE_CARD)
    other = replace(clips[0], id="other", labels={Family.MOVE: ("static",)})
    scores = scores_of([other, *clips], model, Family.SIZE, tmp_path)
    assert scores.clips == tuple(clip.id for clip in clips)
    with pytest.raises(ScoresUnusable):
        scores_of([other], model, Family.SIZE, tmp_path)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        open_model(tmp_path / "none", Family.SIZE)
