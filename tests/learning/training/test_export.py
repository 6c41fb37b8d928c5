"""A trained folder in the published layouts: the daemon's loader and transformers agree with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from safetensors.torch import load_file
from transformers import VideoMAEConfig, VideoMAEForVideoClassification, VideoMAEModel

from shotlog.learning.clips import DataSet, Part, read_learned_films
from shotlog.learning.training import (
    TrainedClassifier,
    TrainingRecipe,
    Workers,
    plan_training,
    train,
)
from shotlog.models.analysis import ModelMeasure
from shotlog.models.catalog import TRAINED_CARD, Card, InstalledModel, Registry
from shotlog.models.install import add_folder, verify
from shotlog.models.runtime import DeviceChoice
from shotlog.schema import Family, Pixels
from tests.learning.training.made_clips import (
    Frames,
    Told,
    Window,
    labelled,
    quick,
    sized,
    sizes,
    tiny_base,
)
from tests.models.checkpoints import MEAN, MOVE_CARD, STD, Style

BOTH = (Family.SIZE, Family.MOVEMENT)


@pytest.fixture(scope="module", params=list(TrainingRecipe))
def one_head(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> TrainedClassifier:
    folder = tmp_path_factory.mktemp(request.param)
    clips, frames = sizes()
    base = tiny_base(folder / "base")
    plan = plan_training(base, [Family.SIZE], quick(request.param), clips, name="mine")
    return train(plan, frames, folder / "mine", Workers("cpu"), Told())


@pytest.fixture(scope="module")
def two_heads(tmp_path_factory: pytest.TempPathFactory) -> TrainedClassifier:
    """Half of the clips tell their size alone, the others the movement, too."""
    folder = tmp_path_factory.mktemp("both")
    clips, frames = sizes()
    labels: list[Mapping[Family, tuple[str, ...]]] = [
        {**clip.labels, Family.MOVEMENT: (("Static", "Push")[n // 2 % 2],)}
        if n % 2
        else clip.labels
        for n, clip in enumerate(clips)
    ]
    base = tiny_base(folder / "base", Style.MULTITASK)
    plan = plan_training(base, BOTH, quick(), labelled(labels), name="mine")
    return train(plan, frames, folder / "mine", Workers("cpu"), Told())


def seen_by_the_daemon(model: InstalledModel, pixels: list[Pixels]) -> npt.NDArray[np.float32]:
    measure = ModelMeasure(model, DeviceChoice("cpu", "fp32"))
    measure.prepare()
    rows = np.array(measure.look(pixels))
    return rows[:, : -measure.dimensions]


def normalised(pixels: list[Pixels]) -> torch.Tensor:
    frames = torch.from_numpy(np.stack(pixels)).permute(0, 1, 4, 2, 3).float() / 255
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (MEAN, STD))
    return (frames - mean) / std


def judged_pixels(trained: TrainedClassifier) -> list[Pixels]:
    _, frames = sizes()
    numbers = {clip.id: n for n, clip in enumerate(sizes()[0])}
    return [frames[numbers[name]] for name in trained.scores[Part.TEST][0].clips]


def test_the_daemons_loader_gives_the_scores_of_the_trainer(
    one_head: TrainedClassifier, tmp_path: Path
) -> None:
    registry = Registry(tmp_path / "models")
    added = add_folder(registry, one_head.folder, [])
    seen = seen_by_the_daemon(added, judged_pixels(one_head))
    assert one_head.scores[Part.TEST][0].scores == pytest.approx(seen, abs=1e-4)
    assert added.card.heads[0].temperature != 1
    films = read_learned_films(added.folder)
    assert films is not None
    assert films.divide(DataSet("again", sizes()[0])).clips == sizes()[0]
    assert verify(registry, "mine").fingerprint == added.fingerprint


def test_transformers_gives_the_same_logits(one_head: TrainedClassifier) -> None:
    plain, info = VideoMAEForVideoClassification.from_pretrained(
        one_head.folder, output_loading_info=True
    )
    assert not any(info[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    with torch.inference_mode():
        logits = plain.eval()(normalised(judged_pixels(one_head))).logits
    (question,) = one_head.questions
    scores = torch.softmax(logits / question.head.temperature, 1).numpy()
    assert one_head.scores[Part.TEST][0].scores == pytest.approx(scores, abs=1e-4)
    assert [plain.config.id2label[n] for n in range(5)] == list(question.labels)


def test_two_heads_have_the_published_layout_and_the_scores_of_the_trainer(
    two_heads: TrainedClassifier, tmp_path: Path
) -> None:
    added = add_folder(Registry(tmp_path / "models"), two_heads.folder, [])
    seen = seen_by_the_daemon(added, judged_pixels(two_heads))
    size, movement = two_heads.scores[Part.TEST]
    assert size.scores == pytest.approx(seen[:, :5], abs=1e-4)
    told = [n for n, name in enumerate(size.clips) if name in movement.clips]
    assert 0 < len(told) < len(size.clips)
    assert movement.scores == pytest.approx(seen[told, 5:], abs=1e-4)
    config = json.loads((two_heads.folder / "config.json").read_text())
    assert config["scale_id2label"]["0"] == "ECS"
    assert config["movement_label2id"] == {"Static": 0, "Motion": 1, "Pull": 2, "Push": 3}


def test_the_trunk_of_two_heads_loads_in_transformers(two_heads: TrainedClassifier) -> None:
    tensors = load_file(two_heads.folder / "model.safetensors")
    trunk = {n.removeprefix("vmae."): t for n, t in tensors.items() if n.startswith("vmae.")}
    assert tensors.keys() - {f"vmae.{name}" for name in trunk} == {
        f"{layer}.{part}"
        for layer in ("fc_norm", "scale_cf", "movement_cf")
        for part in ("weight", "bias")
    }
    config = VideoMAEConfig.from_pretrained(two_heads.folder)
    plain, info = VideoMAEModel.from_pretrained(
        None, config=config, state_dict=trunk, output_loading_info=True
    )
    assert not any(info[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    with torch.inference_mode():
        tokens = plain.eval()(normalised(judged_pixels(two_heads))).last_hidden_state
        norm = torch.nn.functional.layer_norm(
            tokens.mean(1), (48,), tensors["fc_norm.weight"], tensors["fc_norm.bias"]
        )
        logits = norm @ tensors["scale_cf.weight"].T + tensors["scale_cf.bias"]
    scores = torch.softmax(logits / two_heads.questions[0].head.temperature, 1).numpy()
    assert two_heads.scores[Part.TEST][0].scores == pytest.approx(scores, abs=1e-4)


def test_several_moves_are_learned_one_by_one_with_a_threshold(tmp_path: Path) -> None:
    moves = [("pan_left",), ("pan_left", "zoom_in"), ("zoom_in",)]
    labels = [{Family.MOVE: moves[n * 7 // 10 % 3]} for n in range(60)]
    # The picture tells the moves: large, middle, small.
    names = {("pan_left",): "CS", ("pan_left", "zoom_in"): "MS", ("zoom_in",): "LS"}
    frames = Frames(
        [sized(names[label[Family.MOVE]], n) for n, label in enumerate(labels)],
        [Window(n) for n in range(60)],
    )
    base = tiny_base(tmp_path / "base", card=MOVE_CARD)
    plan = plan_training(base, [Family.MOVE], quick(epochs=8), labelled(labels), name="mine")
    done = train(plan, frames, tmp_path / "mine", Workers("cpu"), Told())
    (question,), (scores,) = done.questions, done.scores[Part.TEST]
    assert not question.exclusive
    assert question.head.threshold is not None
    told = scores.scores >= question.head.threshold
    assert (told == scores.truth).mean() > 0.9
    card = Card.model_validate_json((tmp_path / "mine" / TRAINED_CARD).read_text())
    assert card.heads == (question.head,)
    config = json.loads((tmp_path / "mine" / "config.json").read_text())
    assert config["problem_type"] == "multi_label_classification"


def test_labels_that_are_not_known_count_neither_for_nor_against(tmp_path: Path) -> None:
    """Three of four clips tell of zoom_in alone, also where there is a pan."""
    shown: tuple[tuple[str, ...], ...] = (("pan_left",), ("pan_left", "zoom_in"), ())
    labels = [{Family.MOVE: shown[n * 7 // 10 % 3]} for n in range(60)]
    clips, frames = [], []
    names = dict(zip(shown, ("CS", "MS", "LS"), strict=True))
    for n, clip in enumerate(labelled(labels)):
        moves = clip.labels[Family.MOVE]
        frames.append(sized(names[moves], n))
        if n % 4 and clip.part is Part.TRAIN:
            told = tuple(move for move in moves if move == "zoom_in")
            judged = {Family.MOVE: ("zoom_in",)}
            clip = replace(clip, labels={Family.MOVE: told}, judged=judged)
        clips.append(clip)
    base = tiny_base(tmp_path / "base", card=MOVE_CARD)
    options = quick(epochs=20, augment=False)
    plan = plan_training(base, [Family.MOVE], options, clips, name="mine")
    windows = Frames(frames, [Window(n) for n in range(60)])
    done = train(plan, windows, tmp_path / "mine", Workers("cpu"), Told())
    (question,), (scores,) = done.questions, done.scores[Part.TEST]
    pan = question.labels.index("pan_left")
    assert len(scores.clips) == 12  # those without any move, too
    assert ((scores.scores[:, pan] >= 0.5) == scores.truth[:, pan]).mean() > 0.9


def test_moves_that_exclude_each_other_are_one_decision(tmp_path: Path) -> None:
    labels = [{Family.MOVE: (("pan_left", "zoom_in")[n % 2],)} for n in range(20)]
    base = tiny_base(tmp_path / "base")
    plan = plan_training(base, [Family.MOVE], quick(), labelled(labels), name="mine")
    assert plan.questions[0].exclusive
    assert plan.questions[0].labels == ("pan_left", "zoom_in")
    assert plan.card.sampling == MOVE_CARD.sampling
