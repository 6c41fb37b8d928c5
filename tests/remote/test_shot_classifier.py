"""The module that both predictors share, beside the local tier."""

from __future__ import annotations

import ast
import json
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from modern.run import Runner
from original.predict import Predictor
from shot_classifier import (
    CheckpointUnusable,
    Classifier,
    ClipUnreadable,
    choose_frames,
    find_heads,
    read_clip,
)
from shotlog.synthetic import write_video
from tests.media.material import drift, write_sound, write_timed
from tests.models.checkpoints import (
    MOVE_CARD,
    MOVE_LABELS,
    SIZE_LABELS,
    Made,
    Style,
    make,
    window,
)
from tests.remote.local_tier import SMALL, local_frames

COG = Path(__file__).parents[2] / "remote" / "cog"
ALLOWED = {"av", "cog", "numpy", "safetensors", "shot_classifier", "torch", "transformers"}


def loaded(folder: Path) -> Classifier:
    return Classifier(folder, "cpu", torch.float32)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return make(tmp_path / "size", size=SMALL)


@given(st.integers(1, 5000))
def test_frames_are_those_that_torch_chooses(count: int) -> None:
    expected = torch.linspace(0, count - 1, 16).long().tolist()
    assert choose_frames(count) == expected


@pytest.mark.parametrize(
    ("frames", "width", "height"),
    [
        (16, 224, 224),
        (1, 320, 180),
        (15, 320, 180),
        (200, 320, 180),
        (30, 180, 320),
        (20, 1280, 720),
    ],
)
def test_a_clip_looks_as_in_the_local_tier(
    tmp_path: Path, frames: int, width: int, height: int
) -> None:
    path = tmp_path / "a.mp4"
    write_video(path, drift(frames, width, height), Fraction(25))
    assert np.array_equal(read_clip(path, 224), local_frames(path))


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_clip_of_a_turned_phone_is_upright(tmp_path: Path, turn: int) -> None:
    pictures = list(drift(20, 320, 180))
    path = write_timed(
        tmp_path / "a.mp4", pictures, range(len(pictures)), Fraction(1, 25), turn=turn
    )
    assert np.array_equal(read_clip(path, 224), local_frames(path))


def test_a_clip_without_a_picture_is_refused(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", np.zeros((1, 800), np.float32), 8000)
    with pytest.raises(ClipUnreadable, match="no picture"):
        read_clip(path, 224)


def test_damaged_clips_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_video(path, drift(40), Fraction(25))
    whole = path.read_bytes()
    for content in (b"", b"no film", whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(ClipUnreadable, match="damaged or no video"):
            read_clip(path, 224)


@pytest.mark.parametrize("labels", [SIZE_LABELS, SIZE_LABELS[::-1]])
def test_scores_bear_the_labels_of_the_checkpoint_in_its_own_order(
    tmp_path: Path, labels: tuple[str, ...]
) -> None:
    made = make(tmp_path, size=SMALL, labels={"classifier": labels})
    (answers,) = loaded(made.folder).classify([window(SMALL)])
    assert tuple(answers["size"]["scores"]) == labels
    assert sum(answers["size"]["scores"].values()) == pytest.approx(1)
    assert answers["size"]["confidence"] == max(answers["size"]["scores"].values())


def test_a_label_belongs_to_its_output_whatever_its_place(tmp_path: Path) -> None:
    order = SIZE_LABELS[::-1]
    straight = make(tmp_path / "a", size=SMALL)
    turned = make(tmp_path / "b", size=SMALL, labels={"classifier": order})
    tensors = load_file(turned.folder / "model.safetensors")
    for name in ("classifier.weight", "classifier.bias"):
        tensors[name] = tensors[name].flip(0).contiguous()
    save_file(tensors, turned.folder / "model.safetensors")
    scores = [
        loaded(made.folder).classify([window(SMALL)])[0]["size"]["scores"]
        for made in (straight, turned)
    ]
    assert scores[0] == pytest.approx(scores[1], abs=1e-6)


def test_display_names_in_a_checkpoint_become_abbreviations() -> None:
    names = ["Medium Shot", "long shot", "Extreme Close-Up", "FS", "close_up"]
    table = {str(number): name for number, name in enumerate(names)}
    (head,) = find_heads({"id2label": table}, ["classifier"])
    assert head.labels == ("MS", "LS", "ECS", "FS", "CS")


@pytest.mark.parametrize(
    "table", [None, {}, {"0": "cat", "1": "dog"}, {"0": "LS", "1": "LS"}, {"0": "LS", "2": "FS"}]
)
def test_labels_that_are_no_sizes_are_refused(table: dict[str, str] | None) -> None:
    with pytest.raises(CheckpointUnusable, match="neither shot sizes nor camera movements"):
        find_heads({"id2label": table}, ["classifier"])


def test_several_camera_moves_hold_at_once(tmp_path: Path) -> None:
    made = make(tmp_path, size=SMALL, card=MOVE_CARD)
    (answers,) = loaded(made.folder).classify([window(SMALL)])
    scores = answers["move"]["scores"]
    assert tuple(scores) == MOVE_LABELS
    assert answers["move"]["labels"] == [name for name, score in scores.items() if score >= 0.5]
    assert len(answers["move"]["labels"]) > 1


def test_clips_do_not_change_each_others_scores(made: Made) -> None:
    classifier = loaded(made.folder)
    clips = [window(SMALL, seed) for seed in range(3)]
    together = classifier.classify(clips)
    assert together == [classifier.classify([clip])[0] for clip in clips]
    assert together[0] != together[1]


@pytest.mark.parametrize("precision", [torch.bfloat16, torch.float16])
def test_the_precisions_of_gpus_change_scores_by_less_than_a_hundredth(
    made: Made, precision: torch.dtype
) -> None:
    full = loaded(made.folder).classify([window(SMALL)])[0]["size"]["scores"]
    half = Classifier(made.folder, "cpu", precision).classify([window(SMALL)])[0]["size"]["scores"]
    assert half == pytest.approx(full, abs=1e-2)
    assert half != full


def test_weights_of_the_original_file_format_give_the_same_scores(made: Made) -> None:
    expected = loaded(made.folder).classify([window(SMALL)])
    safe = made.folder / "model.safetensors"
    torch.save(load_file(safe), made.folder / "pytorch_model.bin")
    safe.unlink()
    assert loaded(made.folder).classify([window(SMALL)]) == expected


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_missing_or_damaged_file_is_told(made: Made, name: str) -> None:
    file = made.folder / name
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(CheckpointUnusable, match="cannot be read"):
        loaded(made.folder)
    file.unlink()
    with pytest.raises(CheckpointUnusable, match="there is no model in"):
        loaded(made.folder)


def test_a_file_that_would_run_code_is_refused(made: Made) -> None:
    (made.folder / "model.safetensors").unlink()
    torch.save({"classifier.weight": Path("a")}, made.folder / "pytorch_model.bin")
    with pytest.raises(CheckpointUnusable, match="more than tensors"):
        loaded(made.folder)


@pytest.mark.parametrize(
    ("ending", "value", "told"),
    [
        (".q_bias", 0.0, "biases of size are zero"),
        (".v_bias", 0.0, "biases of size are zero"),
        ("layernorm_before.weight", 1.0, "never trained"),
        ("classifier.bias", float("nan"), "not a number"),
    ],
)
def test_weights_that_were_lost_are_refused(
    made: Made, ending: str, value: float, told: str
) -> None:
    file = made.folder / "model.safetensors"
    tensors = load_file(file)
    save_file(
        {n: torch.full_like(t, value) if n.endswith(ending) else t for n, t in tensors.items()},
        file,
    )
    with pytest.raises(CheckpointUnusable, match=told):
        loaded(made.folder)


def test_a_missing_tensor_is_told_by_its_name(made: Made) -> None:
    file = made.folder / "model.safetensors"
    tensors = load_file(file)
    del tensors["fc_norm.bias"]
    save_file(tensors, file)
    with pytest.raises(CheckpointUnusable, match=r"do not fit(.|\n)*fc_norm\.bias"):
        loaded(made.folder)


def test_a_model_of_eight_frames_is_refused(made: Made) -> None:
    config = made.folder / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"num_frames": 8}))
    with pytest.raises(CheckpointUnusable, match="8 frames"):
        loaded(made.folder)


@pytest.mark.parametrize(
    "style", [Style.TRANSFORMERS_5_6, Style.TRANSFORMERS_5_18, Style.MULTITASK]
)
def test_every_layout_of_transformers_gives_one_score(
    made: Made, style: Style, tmp_path: Path
) -> None:
    other = make(tmp_path / "other", style, SMALL)
    expected, found = (
        loaded(each.folder).classify([window(SMALL)])[0]["size"]["scores"] for each in (made, other)
    )
    assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("predictor", [Predictor, Runner])
def test_a_predictor_without_weights_says_where_to_put_them(
    predictor: type[Predictor | Runner], tmp_path: Path
) -> None:
    with pytest.raises(CheckpointUnusable, match=r"there is no model in .*none: put"):
        predictor().setup(tmp_path / "none")


def test_the_original_predictor_refuses_a_model_without_sizes(tmp_path: Path) -> None:
    made = make(tmp_path, size=SMALL, card=MOVE_CARD)
    with pytest.raises(CheckpointUnusable, match="answers for move, not for shot sizes"):
        Predictor().setup(made.folder)


def test_the_predictors_import_only_what_their_containers_install() -> None:
    for path in COG.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            roots = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
            assert roots <= ALLOWED, path
