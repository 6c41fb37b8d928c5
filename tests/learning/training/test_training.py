"""A training from a base to a model: it learns, resumes to the bit, and is written whole."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file

from shotlog.learning.clips import Part
from shotlog.learning.training import (
    TRAINING,
    Base,
    TrainedClassifier,
    TrainingOptions,
    TrainingRecipe,
    Workers,
    plan_training,
    read_base,
    train,
)
from shotlog.models.catalog import Registry
from shotlog.schema import Family, LabelsMissing, Stopped, TrainingError, TrainingInterrupted
from tests.learning.training.made_clips import Told, quick, sizes, tiny_base
from tests.models.checkpoints import Style


def trained(
    folder: Path, base: Base, options: TrainingOptions, watch: Told | None = None
) -> TrainedClassifier:
    clips, frames = sizes()
    plan = plan_training(base, [Family.SIZE], options, clips, name=folder.name)
    return train(plan, frames, folder, Workers("cpu"), watch or Told())


def weights(folder: Path) -> dict[str, bytes]:
    state = load_file(folder / "model.safetensors")
    return {name: tensor.numpy().tobytes() for name, tensor in state.items()}


def log(folder: Path) -> list[dict[str, float]]:
    """The log without its times."""
    lines = (folder / TRAINING / "log.jsonl").read_text().splitlines()
    return [{k: v for k, v in json.loads(line).items() if k != "seconds"} for line in lines]


@pytest.mark.parametrize("recipe", list(TrainingRecipe))
def test_every_recipe_learns_sizes_of_films_that_it_has_not_seen(
    tmp_path: Path, recipe: TrainingRecipe
) -> None:
    options = quick(recipe, epochs=12)
    done = trained(tmp_path / "mine", tiny_base(tmp_path / "base"), options)
    (test,) = done.scores[Part.TEST]
    right = test.truth[np.arange(len(test.clips)), test.scores.argmax(1)]
    assert right.mean() >= 0.8


@pytest.mark.parametrize("recipe", list(TrainingRecipe))
def test_an_interrupted_training_gives_the_same_bits_as_one_that_was_not(
    tmp_path: Path, recipe: TrainingRecipe
) -> None:
    base, options = tiny_base(tmp_path / "base"), quick(recipe, save_every=2)
    trained(tmp_path / "whole", base, options)
    for stop in (1, 5):
        with pytest.raises(Stopped):
            trained(tmp_path / "parts", base, options, Told(stop_after=stop))
    trained(tmp_path / "parts", base, options)
    assert weights(tmp_path / "parts") == weights(tmp_path / "whole")
    assert log(tmp_path / "parts") == log(tmp_path / "whole")


def test_a_run_that_was_killed_goes_on_from_its_last_checkpoint(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    class Kills(Told):
        def on_progress(self, done: int, note: str = "") -> None:
            if done == 5:
                raise Killed

    base, options = tiny_base(tmp_path / "base"), quick(save_every=2)
    trained(tmp_path / "whole", base, options)
    with pytest.raises(Killed):
        trained(tmp_path / "parts", base, options, Kills())
    trained(tmp_path / "parts", base, options)
    assert weights(tmp_path / "parts") == weights(tmp_path / "whole")


def test_accumulated_steps_give_the_weights_of_whole_ones(tmp_path: Path) -> None:
    base = tiny_base(tmp_path / "base")
    for name, parts in (("whole", 1), ("parts", 3)):
        trained(tmp_path / name, base, quick(accumulate=parts, drop_path=0.0, epochs=1))
    one, other = (load_file(tmp_path / n / "model.safetensors") for n in ("whole", "parts"))
    assert all(np.allclose(one[name], other[name], atol=2e-4) for name in one)


def test_checkpointing_computes_the_same(tmp_path: Path) -> None:
    base = tiny_base(tmp_path / "base")
    for name, again in (("kept", False), ("again", True)):
        trained(tmp_path / name, base, quick(checkpointing=again, epochs=1))
    assert weights(tmp_path / "kept") == weights(tmp_path / "again")


def test_a_probe_leaves_the_trunk_and_low_rank_additions_change_queries_and_values_alone(
    tmp_path: Path,
) -> None:
    base = tiny_base(tmp_path / "base")
    before = load_file(tmp_path / "base" / "model.safetensors")
    changed = {}
    for recipe in (TrainingRecipe.PROBE, TrainingRecipe.LORA):
        trained(tmp_path / recipe, base, quick(recipe, epochs=1))
        after = load_file(tmp_path / recipe / "model.safetensors")
        changed[recipe] = {
            name.rpartition("attention.")[2] if "videomae." in name else name
            for name in after
            if name not in before or not np.array_equal(before[name], after[name])
        }
    ours = {"fc_norm.weight", "fc_norm.bias", "classifier.weight", "classifier.bias"}
    assert changed[TrainingRecipe.PROBE] == ours
    assert changed[TrainingRecipe.LORA] == ours | {"query.weight", "value.weight"}


def test_it_stops_early_and_keeps_the_best_weights(tmp_path: Path) -> None:
    # A rate of almost nothing: no pass is better than the first.
    options = quick(epochs=30, patience=2, rate=1e-12, head_rate=1e-12, weight_decay=0.0)
    done = trained(tmp_path / "mine", tiny_base(tmp_path / "base"), options)
    assert done.state.best is not None
    assert done.state.ended
    assert done.state.step < 30 * 3


def test_a_checkpoint_of_other_options_is_refused(tmp_path: Path) -> None:
    base = tiny_base(tmp_path / "base")
    with pytest.raises(Stopped):
        trained(tmp_path / "mine", base, quick(), Told(stop_after=1))
    with pytest.raises(TrainingInterrupted, match="other options"):
        trained(tmp_path / "mine", base, quick(rate=2e-3))
    trained(tmp_path / "mine", base, quick(save_every=7))


@pytest.mark.parametrize("name", ["checkpoint.safetensors", "best.safetensors"])
def test_a_damaged_checkpoint_is_told(tmp_path: Path, name: str) -> None:
    base = tiny_base(tmp_path / "base")
    with pytest.raises(Stopped):
        trained(tmp_path / "mine", base, quick(), Told(stop_after=4))
    file = tmp_path / "mine" / TRAINING / name
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(TrainingInterrupted, match=r"damaged|changed"):
        trained(tmp_path / "mine", base, quick())


def test_random_weights_can_be_trained_in_full_alone(tmp_path: Path) -> None:
    base = read_base("random:tiny", Registry(tmp_path))
    for recipe in (TrainingRecipe.LORA, TrainingRecipe.PROBE):
        with pytest.raises(TrainingError, match="random weights hold nothing"):
            trained(tmp_path / "mine", base, quick(recipe))


def test_one_label_alone_is_refused(tmp_path: Path) -> None:
    clips, _ = sizes()
    same = [clip for clip in clips if clip.labels[Family.SIZE] == ("CS",)]
    base = tiny_base(tmp_path / "base", Style.TRANSFORMERS_4)
    with pytest.raises(LabelsMissing, match="only CS"):
        plan_training(base, [Family.SIZE], quick(), same, name="mine")


def test_a_family_without_labels_is_refused(tmp_path: Path) -> None:
    clips, _ = sizes()
    with pytest.raises(LabelsMissing, match="there is none"):
        plan_training(tiny_base(tmp_path / "base"), [Family.MOVE], quick(), clips, name="mine")
