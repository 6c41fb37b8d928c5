"""The model card of a training tells data, split, figures and terms."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shotlog.learning.clips import DataSet, Part
from shotlog.learning.training import (
    TrainedClassifier,
    TrainingForecast,
    TrainingRecipe,
    Workers,
    forecast,
    plan_training,
    train,
)
from shotlog.models.catalog import Licence
from shotlog.schema import Family
from tests.learning.training.made_clips import Told, quick, sizes, tiny_base
from tests.models.checkpoints import SIZE_CARD

TERMS = Licence(name="MIT", base="theirs/base", base_name="CC-BY-NC-4.0", note="Not for sale.")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> TrainedClassifier:
    folder = tmp_path_factory.mktemp("card")
    clips, frames = sizes()
    base = tiny_base(folder / "base", card=SIZE_CARD.model_copy(update={"licence": TERMS}))
    skipped = Counter({"no file at this place": 3})
    data = DataSet("rushes", clips, skipped, licence="our own")
    plan = plan_training(base, [Family.SIZE], quick(), clips, name="mine", data_sets=[data])
    return train(plan, frames, folder / "mine", Workers("cpu"), Told())


@pytest.fixture(scope="module")
def text(trained: TrainedClassifier) -> str:
    return (trained.folder / "README.md").read_text()


def test_the_terms_of_the_base_go_on(trained: TrainedClassifier, text: str) -> None:
    assert "Trained from tiny-size: MIT; CC-BY-NC-4.0 (theirs/base)." in text
    assert "Not for sale." in text
    assert trained.card.licence.note == "Not for sale."


def test_it_tells_the_data_what_was_left_out_and_the_split_by_film(text: str) -> None:
    assert "| rushes | 60 | our own |" in text
    assert "- rushes: 3 left out, no file at this place" in text
    assert "| train | 6 | 36 |" in text
    assert "| test | 2 | 12 |" in text
    assert "| CS | 12 | 4 | 4 |" in text


def test_the_figures_stand_beside_majority_and_random(
    trained: TrainedClassifier, text: str
) -> None:
    (told,) = trained.assessments
    assert (told.clips, told.films) == (12, 2)
    assert f"| accuracy | {told.accuracy.mean:.3f} [" in text
    assert f"| {told.majority.macro_f1:.3f} | {told.random.macro_f1:.3f} |" in text
    assert "no clip shows ECS, FS" in text


def test_a_model_without_a_test_part_claims_nothing(tmp_path: Path) -> None:
    clips, frames = sizes()
    kept = [replace(c, part=Part.TRAIN) if c.part is Part.TEST else c for c in clips]
    base = tiny_base(tmp_path / "base")
    plan = plan_training(base, [Family.SIZE], quick(epochs=1), kept, name="mine")
    done = train(plan, frames, tmp_path / "mine", Workers("cpu"), Told())
    assert done.assessments == ()
    assert "nothing is known of films" in (tmp_path / "mine" / "README.md").read_text()


def test_a_forecast_counts_steps_weights_and_memory(tmp_path: Path) -> None:
    clips, _ = sizes()
    base = tiny_base(tmp_path / "base")

    def told(recipe: TrainingRecipe = TrainingRecipe.FULL, **given: Any) -> TrainingForecast:
        return forecast(plan_training(base, [Family.SIZE], quick(recipe, **given), clips, name="m"))

    full, probe = told(), told(TrainingRecipe.PROBE)
    # 36 clips in batches of 12, three times.
    assert full.steps == 9
    assert full.trained == full.weights
    # The norm, and five labels: 2 * 48 + 5 * 48 + 5.
    assert probe.trained == 341
    assert full.labels == {"size": {"CS": 12, "MS": 12, "LS": 12}}
    assert full.clips == {"train": 36, "val": 12, "test": 12}
    halves, again = told(accumulate=2), told(checkpointing=True)
    kept = full.memory - 16 * full.weights
    assert halves.memory - 16 * full.weights == kept // 2
    assert again.memory < full.memory
