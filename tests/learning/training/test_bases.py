"""Bases of a training: any published layout, an installed model, random weights."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from shotlog.learning.training import FRESH_SIZES, build_network, plan_training, read_base
from shotlog.models.catalog import TRAINED_CARD, Registry, Resize, Task
from shotlog.models.install import add_folder
from shotlog.models.videomae import load
from shotlog.schema import Family, ModelUnknown, ModelUnreadable
from tests.learning.training.made_clips import labelled, quick, sizes, tiny_base
from tests.models.checkpoints import MEAN, STD, Style, make, make_predictor, window


@pytest.mark.parametrize("style", [style for style in Style if style is not Style.MULTITASK])
def test_the_network_computes_what_the_daemons_own_does_for_every_layout(
    tmp_path: Path, style: Style
) -> None:
    base = tiny_base(tmp_path / "base", style)
    clips, _ = sizes()
    plan = plan_training(base, [Family.SIZE], quick(), clips, name="mine")
    network = build_network(base, plan.questions, 0.0).eval()
    shown = torch.from_numpy(np.stack([window(seed=n) for n in range(2)]))
    with torch.inference_mode():
        ours = network(shown)["classifier"]
        daemons = load(tmp_path / "base", base.card).network(shown)["classifier"]
    assert ours.numpy() == pytest.approx(daemons.numpy(), abs=1e-4)


def test_a_folder_that_states_nothing_gives_its_trunk(tmp_path: Path) -> None:
    make(tmp_path / "base")
    pixels = {"do_center_crop": True, "image_mean": [0.5] * 3, "image_std": [0.25] * 3}
    (tmp_path / "base" / "preprocessor_config.json").write_text(json.dumps(pixels))
    base = read_base(str(tmp_path / "base"), Registry(tmp_path / "none"))
    assert base.labels == {}
    assert base.card.resize is Resize.COVER
    assert base.normalisation == ((0.5, 0.5, 0.5), (0.25, 0.25, 0.25))


def test_an_installed_model_is_a_base_by_its_name(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    make(tmp_path / "base")
    add_folder(registry, tmp_path / "base", [Task.SIZE], name="mine")
    base = read_base("mine", registry)
    assert base.labels == {Task.SIZE: ("ECS", "CS", "MS", "FS", "LS")}
    assert base.normalisation == (MEAN, STD)


def test_a_head_of_the_same_labels_goes_on_and_another_begins_anew(tmp_path: Path) -> None:
    base = tiny_base(tmp_path / "base")
    clips, _ = sizes()
    same = plan_training(base, [Family.SIZE], quick(), clips, name="mine").questions
    assert same[0].labels == ("ECS", "CS", "MS", "FS", "LS")
    kept = build_network(base, same, 0.0).canonical()["heads.classifier.weight"]
    assert kept.std() > 0.1  # of random checkpoints; that of a new head is 0.02
    moves = labelled([{Family.MOVE: (("pan_left", "zoom_in")[n % 2],)} for n in range(20)])
    other = plan_training(base, [Family.MOVE], quick(), moves, name="mine").questions
    new = build_network(base, other, 0.0).canonical()["heads.classifier.weight"]
    assert new.std() < 0.05


def test_random_weights_have_a_named_size(tmp_path: Path) -> None:
    base = read_base("random:tiny", Registry(tmp_path))
    assert base.architecture == FRESH_SIZES["tiny"]
    with pytest.raises(ModelUnknown, match="no such size") as caught:
        read_base("random:huge", Registry(tmp_path))
    assert "random:tiny" in caught.value.problem.hint


def test_a_motion_predictor_is_no_base(tmp_path: Path) -> None:
    made = make_predictor(tmp_path / "base")
    (made.folder / TRAINED_CARD).write_text(made.card.model_dump_json())
    with pytest.raises(ModelUnreadable, match="a motion predictor"):
        read_base(str(made.folder), Registry(tmp_path / "none"))


def test_a_damaged_base_is_told(tmp_path: Path) -> None:
    made = make(tmp_path / "base")
    weights = made.folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelUnreadable, match="damaged"):
        read_base(str(made.folder), Registry(tmp_path / "none"))
    with pytest.raises(ModelUnknown):
        read_base("nothing-of-this-name", Registry(tmp_path / "none"))
