"""A loaded model equals the saved one, and an untrusted file is refused with a reason."""

from __future__ import annotations

import gc
import json
import pickle  # noqa: TID251 - the tests make the very files that must not be loaded
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from shotlog.models.catalog import Activation, ModelHead, Task
from shotlog.models.videomae import LoadedModel, load, read_outline
from shotlog.schema import DeviceUnusable, ModelMissing, ModelUnreadable
from tests.models.checkpoints import (
    MEAN,
    MOTION_CARD,
    MOVE_CARD,
    MOVE_LABELS,
    MOVEMENT_CARD,
    MOVEMENT_LABELS,
    MULTITASK_CARD,
    SIZE_CARD,
    SIZE_LABELS,
    STD,
    TINY,
    Made,
    Style,
    Tensors,
    card,
    make,
    make_predictor,
)


def test_labels_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    shuffled = ("LS", "ECS", "MS", "FS", "CS")
    made = make(tmp_path, labels={"classifier": shuffled})
    assert read_outline(made.folder, made.card).labels == {"classifier": shuffled}
    assert load(made.folder, made.card).labels == {"classifier": shuffled}


def test_labels_are_ordered_by_number_not_as_text_nor_as_they_stand(tmp_path: Path) -> None:
    made = make(tmp_path, card=MOVE_CARD)
    rewrite(made, lambda c: c.update(id2label=dict(sorted(c["id2label"].items()))))
    assert read_outline(made.folder, MOVE_CARD).labels == {"classifier": MOVE_LABELS}


def test_two_heads_have_labels_of_their_own(tmp_path: Path) -> None:
    made = make(tmp_path, Style.MULTITASK)
    outline = read_outline(made.folder, MULTITASK_CARD)
    assert outline.labels == {"scale_cf": SIZE_LABELS, "movement_cf": MOVEMENT_LABELS}


@pytest.mark.parametrize("style", Style)
def test_the_outline_equals_the_loaded_model(style: Style, tmp_path: Path) -> None:
    made = make(tmp_path, style)
    outline, model = read_outline(made.folder, made.card), load(made.folder, made.card)
    for told in (outline, model):
        assert (told.frames, told.size, told.embedding) == (TINY.frames, TINY.side, TINY.embedding)
    assert outline.labels == model.labels


def test_an_outline_is_read_without_torch(tmp_path: Path) -> None:
    made, predictor = make(tmp_path / "a"), make_predictor(tmp_path / "b")
    script = f"""
import sys
from pathlib import Path
from typing import Any
from shotlog.models.catalog import Card
from shotlog.models.videomae import read_outline
for folder, card in (({str(made.folder)!r}, {made.card.model_dump_json()!r}),
                     ({str(predictor.folder)!r}, {predictor.card.model_dump_json()!r})):
    read_outline(Path(folder), Card.model_validate_json(card))
assert not {{"torch", "transformers"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_predictor_needs_nothing_in_its_config(tmp_path: Path) -> None:
    made = make_predictor(tmp_path)
    rewrite(made, lambda c: c.clear())
    outline = read_outline(made.folder, MOTION_CARD)
    assert (outline.frames, outline.size, outline.labels) == (16, 224, {"head": ()})


# What transformers 5.6 to 5.17 do to a published file.


def test_no_bias_is_lost_from_an_old_file(tmp_path: Path) -> None:
    made = make(tmp_path, Style.TRANSFORMERS_4)
    loaded = dict(load(made.folder, made.card).network.named_parameters())
    for i in range(TINY.depth):
        attention = f"backbone.encoder.layer.{i}.attention.attention"
        for part in ("query", "value"):
            expected = made.plain[f"blocks.{i}.attn.{part[0]}_bias"]
            assert torch.equal(loaded[f"{attention}.{part}.bias"], expected)


@pytest.mark.parametrize("part", ["query", "value"])
def test_biases_that_are_all_zero_are_refused(part: str, tmp_path: Path) -> None:
    made = make(tmp_path, Style.TRANSFORMERS_5_6)
    edit(made, lambda t: [bias.zero_() for name, bias in t.items() if f"{part}.bias" in name])
    with pytest.raises(ModelUnreadable, match=rf"all its {part} biases are zero.*5\.18 or newer"):
        load(made.folder, made.card)


def test_biases_that_are_not_in_the_file_are_not_taken_for_zero(tmp_path: Path) -> None:
    made = make(tmp_path)
    edit(made, lambda t: [t.pop(name) for name in list(t) if name.endswith("_bias")])
    with pytest.raises(ModelUnreadable, match=r"4 missing: .*layer\.0,1\..*query\.bias"):
        load(made.folder, made.card)


def test_a_model_declared_without_biases_needs_none(tmp_path: Path) -> None:
    made = make(tmp_path)
    edit(made, lambda t: [t.pop(name) for name in list(t) if name.endswith("_bias")])
    rewrite(made, lambda c: c.update(qkv_bias=False))
    names = [name for name, _ in load(made.folder, made.card).network.named_parameters()]
    assert not [name for name in names if name.endswith(("query.bias", "value.bias"))]


def test_a_fused_bias_provides_the_query_and_value_biases(tmp_path: Path) -> None:
    made = make(tmp_path, Style.ORIGINAL)
    expected = parameters(load(made.folder, made.card))

    def fuse(tensors: Tensors) -> None:
        for i in range(TINY.depth):
            query, value = (tensors.pop(f"blocks.{i}.attn.{n}_bias") for n in "qv")
            tensors[f"blocks.{i}.attn.qkv.bias"] = torch.cat([query, torch.ones(48), value])

    edit(made, fuse)
    found = parameters(load(made.folder, made.card))
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in found)


# What was never trained, or was damaged.


def test_layer_norms_as_before_training_are_refused(tmp_path: Path) -> None:
    made = make(tmp_path)
    edit(made, lambda t: [w.fill_(1) for n, w in t.items() if "layernorm" in n and "weight" in n])
    with pytest.raises(ModelUnreadable, match="as it was before training"):
        load(made.folder, made.card)


def test_a_head_without_spread_is_refused(tmp_path: Path) -> None:
    made = make(tmp_path, Style.MULTITASK)
    edit(made, lambda t: t["movement_cf.weight"].zero_())
    with pytest.raises(ModelUnreadable, match=r"its head heads\.movement_cf was never trained"):
        load(made.folder, made.card)


def test_a_predictor_whose_last_layer_was_never_trained_is_refused(tmp_path: Path) -> None:
    made = make_predictor(tmp_path)
    edit(made, lambda t: t["head.final_layer.linear.2.weight"].zero_())
    with pytest.raises(ModelUnreadable, match="never trained"):
        load(made.folder, made.card)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(bad: float, tmp_path: Path) -> None:
    made = make(tmp_path)
    edit(made, lambda t: t["videomae.encoder.layer.1.output.dense.weight"][0, 0].fill_(bad))
    with pytest.raises(ModelUnreadable, match="test pattern is not a number"):
        load(made.folder, made.card)


# What does not fit.


def test_every_missing_unexpected_and_misshapen_tensor_is_named(tmp_path: Path) -> None:
    made = make(tmp_path)

    def spoil(tensors: Tensors) -> None:
        del tensors["fc_norm.bias"]
        tensors["gamma_1"] = torch.ones(3)
        tensors["fc_norm.weight"] = torch.ones(7)
        tensors["classifier.bias"] = torch.ones(5, dtype=torch.int32)

    edit(made, spoil)
    with pytest.raises(ModelUnreadable) as caught:
        load(made.folder, made.card)
    said = caught.value.problem.message
    assert "1 missing: backbone.fc_norm.bias" in said
    assert "1 unexpected: gamma_1" in said
    assert "1 of another shape: fc_norm.weight (7,) for (48,)" in said
    assert "1 of whole numbers: classifier.bias" in said


def test_a_block_without_its_tensors_is_refused(tmp_path: Path) -> None:
    made = make(tmp_path)
    edit(made, lambda t: [t.pop(n) for n in list(t) if "layer.0." in n])
    with pytest.raises(ModelUnreadable, match="its first block has no MLP"):
        read_outline(made.folder, made.card)


def test_a_head_of_another_task_is_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    made = make(tmp_path)
    with pytest.raises(ModelUnreadable, match=r"no head 'scale_cf' for size; .* hold classifier"):
        read_outline(made.folder, MULTITASK_CARD)
    with pytest.raises(ModelUnreadable, match="no head 'head' for motion"):
        read_outline(made.folder, MOTION_CARD)
    predictor = make_predictor(tmp_path / "predictor")
    with pytest.raises(ModelUnreadable, match="no head 'classifier' for size"):
        read_outline(predictor.folder, SIZE_CARD)


def test_as_many_labels_as_outputs_are_needed(tmp_path: Path) -> None:
    made = make(tmp_path, card=MOVEMENT_CARD)
    rewrite(made, lambda c: c["id2label"].update({"4": "Zoom"}))
    with pytest.raises(ModelUnreadable, match=r"names 5 labels under id2label, .* \(4, 48\)"):
        read_outline(made.folder, MOVEMENT_CARD)


def test_a_head_that_the_card_does_not_know_is_refused(tmp_path: Path) -> None:
    made = make(tmp_path, Style.MULTITASK)
    half = card("half", MULTITASK_CARD.heads[0])
    with pytest.raises(ModelUnreadable, match=r"2 unexpected: movement_cf\.bias"):
        load(made.folder, half)


def test_a_bare_trunk_gives_embeddings_alone(tmp_path: Path) -> None:
    made = make(tmp_path, Style.OPENGVLAB, card=card("trunk"))
    model = load(made.folder, made.card)
    with torch.inference_mode():
        out = model.network(torch.zeros(1, TINY.frames, TINY.side, TINY.side, 3, dtype=torch.uint8))
    assert set(out) == {"embedding"}
    assert out["embedding"].shape == (1, TINY.embedding)


def test_a_head_may_give_scores_without_labels(tmp_path: Path) -> None:
    head = ModelHead(
        task=Task.MOTION, key="classifier", labels=None, activation=Activation.IDENTITY
    )
    made = make(tmp_path)
    assert load(made.folder, card("scores", head)).labels == {"classifier": ()}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hidden_size": 64}, "hidden_size = 64, its weights have 48"),
        ({"num_hidden_layers": 3}, "num_hidden_layers = 3, its weights have 2"),
        ({"intermediate_size": 192}, "intermediate_size = 192, its weights have 96"),
        ({"patch_size": [14, 14]}, "patch_size = 14, its weights have 16"),
        ({"num_attention_heads": None}, "no number of attention heads"),
        ({"num_attention_heads": 5}, "5 attention heads for a width of 48"),
        ({"num_attention_heads": "4"}, "'4' for num_attention_heads"),
        ({"num_frames": 0}, "0 for num_frames"),
        ({"num_frames": True}, "True for num_frames"),
        ({"num_frames": 15}, "do not divide"),
        ({"image_size": 100}, "do not divide"),
        ({"image_size": 1_600_000}, "do not divide .* or into too many"),
        ({"image_size": [32, 64]}, r"\[32, 64\] for image_size"),
        ({"layer_norm_eps": "small"}, "'small' for layer_norm_eps"),
        ({"use_mean_pooling": "yes"}, "'yes' for use_mean_pooling"),
        ({"hidden_act": "relu"}, "hidden_act = 'relu' is not supported"),
        ({"id2label": None}, "names no labels under id2label"),
        ({"id2label": ["ECS"]}, "names no labels under id2label"),
        ({"id2label": {"a": "ECS"}}, "not numbered"),
        ({"id2label": {"0": "ECS", "2": "CS"}}, "not numbered"),
        ({"id2label": {"0": 7}}, "not numbered"),
    ],
)
def test_a_config_that_contradicts_its_weights_or_itself_is_refused(
    change: dict[str, object], said: str, tmp_path: Path
) -> None:
    made = make(tmp_path)
    rewrite(made, lambda c: c.update(change))
    with pytest.raises(ModelUnreadable, match=said):
        read_outline(made.folder, made.card)


def test_pooling_that_the_weights_do_not_have_is_refused(tmp_path: Path) -> None:
    made = make(tmp_path)
    rewrite(made, lambda c: c.update(use_mean_pooling=False))
    with pytest.raises(ModelUnreadable, match=r"2 missing: .*layernorm.*unexpected: fc_norm\.bias"):
        load(made.folder, made.card)


def test_two_models_in_one_file_are_refused(tmp_path: Path) -> None:
    made = make(tmp_path, Style.ORIGINAL)
    edit(made, lambda t: t.update({f"ema.{name}": w.clone() for name, w in t.items()}))
    with pytest.raises(ModelUnreadable, match=r"in it: one without a prefix, ema\."):
        read_outline(made.folder, made.card)


def test_a_tensor_that_is_there_wrapped_and_bare_is_refused(tmp_path: Path) -> None:
    made = make(tmp_path)
    edit(made, lambda t: t.update({"module.fc_norm.bias": t["fc_norm.bias"].clone()}))
    with pytest.raises(ModelUnreadable, match="twice"):
        read_outline(made.folder, made.card)


def test_two_tensors_for_one_place_are_refused(tmp_path: Path) -> None:
    made = make(tmp_path, Style.OPENGVLAB)
    edit(made, lambda t: t.update({"fc_norm.bias": t["model.fc_norm.bias"].clone()}))
    with pytest.raises(ModelUnreadable, match="claim one place"):
        read_outline(made.folder, made.card)


def test_a_file_of_another_architecture_is_refused(tmp_path: Path) -> None:
    made = make(tmp_path)
    save_file({"conv1.weight": torch.ones(2)}, made.folder / "model.safetensors")
    with pytest.raises(ModelUnreadable, match=r"holds no VideoMAE.*conv1\.weight"):
        read_outline(made.folder, made.card)


# Files.


def test_a_folder_without_weights_or_config_is_an_error_that_names_them(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"there is no .*config\.json"):
        read_outline(tmp_path, SIZE_CARD)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelMissing, match="there are no weights"):
        read_outline(tmp_path, SIZE_CARD)


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00", "[" * 100_000])
def test_a_config_that_is_no_object_is_refused(text: str, tmp_path: Path) -> None:
    made = make(tmp_path)
    (made.folder / "config.json").write_text(text)
    with pytest.raises(ModelUnreadable, match=r"config\.json"):
        read_outline(made.folder, made.card)


@pytest.mark.parametrize("kept", [0, 4, 100, 0.5, 0.999])
def test_a_truncated_file_is_refused(kept: float, tmp_path: Path) -> None:
    made = make(tmp_path)
    file = made.folder / "model.safetensors"
    data = file.read_bytes()
    file.write_bytes(data[: kept if isinstance(kept, int) else int(len(data) * kept)])
    with pytest.raises(ModelUnreadable, match=r"model\.safetensors is damaged"):
        read_outline(made.folder, made.card)
    with pytest.raises(ModelUnreadable, match=r"model\.safetensors is damaged"):
        load(made.folder, made.card)


def test_a_pickle_that_calls_itself_safetensors_is_refused(tmp_path: Path) -> None:
    made = make(tmp_path)
    torch.save({"a": torch.ones(1)}, made.folder / "model.safetensors")
    with pytest.raises(ModelUnreadable, match="no safetensors file"):
        load(made.folder, made.card)


class Trap:
    """Runs code when it is unpickled."""

    sprung: Path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.sprung,)


def test_a_pickle_that_would_run_code_is_refused_and_runs_none(tmp_path: Path) -> None:
    made = make(tmp_path / "model")
    trap = Trap()
    trap.sprung = tmp_path / "sprung"
    tensors = load_file(made.folder / "model.safetensors")
    (made.folder / "model.safetensors").unlink()
    torch.save({**tensors, "extra": trap}, made.folder / "pytorch_model.bin")
    for read in (read_outline, load):
        with pytest.raises(ModelUnreadable, match="not safe to load"):
            read(made.folder, made.card)
    (made.folder / "pytorch_model.bin").write_bytes(pickle.dumps(trap))
    with pytest.raises(ModelUnreadable, match="not safe to load"):
        load(made.folder, made.card)
    assert not trap.sprung.exists()
    pickle.loads(pickle.dumps(trap))  # noqa: S301 - the trap is a real one
    assert trap.sprung.exists()


@pytest.mark.parametrize("nest", [None, "model", "module", "state_dict"])
def test_an_honest_pickle_gives_what_safetensors_gives(nest: str | None, tmp_path: Path) -> None:
    made = make(tmp_path)
    safe = parameters(load(made.folder, made.card))
    tensors = load_file(made.folder / "model.safetensors")
    (made.folder / "model.safetensors").unlink()
    content = {nest: tensors, "epoch": 3} if nest else tensors
    torch.save(content, made.folder / "pytorch_model.bin")
    assert read_outline(made.folder, made.card).weights.name == "pytorch_model.bin"
    pickled = parameters(load(made.folder, made.card))
    assert safe.keys() == pickled.keys()
    assert all(torch.equal(safe[name], pickled[name]) for name in safe)


def test_a_pickle_with_more_than_tensors_is_refused(tmp_path: Path) -> None:
    made = make(tmp_path)
    (made.folder / "model.safetensors").unlink()
    torch.save({"epoch": 3, "weights": torch.ones(1)}, made.folder / "pytorch_model.bin")
    with pytest.raises(ModelUnreadable, match="more than tensors: 'epoch'"):
        load(made.folder, made.card)
    torch.save([1, 2], made.folder / "pytorch_model.bin")
    with pytest.raises(ModelUnreadable, match="no named tensors"):
        load(made.folder, made.card)


def test_the_file_that_the_card_names_is_the_one_that_is_read(tmp_path: Path) -> None:
    made = make(tmp_path)
    chosen = made.card.model_copy(update={"files": ("config.json", "best.safetensors")})
    (made.folder / "model.safetensors").rename(made.folder / "best.safetensors")
    (made.folder / "model.safetensors").write_bytes(b"of another model")
    assert read_outline(made.folder, chosen).weights.name == "best.safetensors"


# Pixels.


@pytest.mark.parametrize("style", [Style.TRANSFORMERS_4, Style.ORIGINAL])
def test_normalisation_is_read_where_the_card_leaves_it_open(style: Style, tmp_path: Path) -> None:
    made = make(tmp_path, style)
    open_card = made.card.model_copy(update={"mean": None, "std": None})
    with pytest.raises(ModelUnreadable, match="how its pixels are normalised"):
        load(made.folder, open_card)
    said = {"image_mean": list(MEAN), "image_std": list(STD)}
    (made.folder / "preprocessor_config.json").write_text(json.dumps(said))
    told, read = (parameters(load(made.folder, c)) for c in (made.card, open_card))
    assert all(torch.equal(told[name], read[name]) for name in told)


@pytest.mark.parametrize("std", [[1, 1], [0, 0, 0], "x", None, [1, 1, "1"]])
def test_an_invalid_normalisation_is_refused(std: object, tmp_path: Path) -> None:
    made = make(tmp_path)
    said = {"image_mean": list(MEAN), "image_std": std}
    (made.folder / "preprocessor_config.json").write_text(json.dumps(said))
    with pytest.raises(ModelUnreadable, match="how its pixels are normalised"):
        load(made.folder, made.card.model_copy(update={"mean": None, "std": None}))


# Devices.


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is such a device here")
@pytest.mark.parametrize("device", ["cuda", "cuda:7", "toaster"])
def test_a_missing_device_is_an_error_with_a_reason(device: str, tmp_path: Path) -> None:
    made = make(tmp_path)
    with pytest.raises(DeviceUnusable, match="cannot be used"):
        load(made.folder, made.card, device)


def test_half_precision_is_of_the_trunk_alone(tmp_path: Path) -> None:
    made = make(tmp_path)
    for name, weight in parameters(load(made.folder, made.card, precision="bf16")).items():
        trunk = name.startswith(("backbone.embeddings.", "backbone.encoder."))
        assert weight.dtype == (torch.bfloat16 if trunk else torch.float32), name


def test_weights_stored_in_half_precision_are_loaded_in_any(tmp_path: Path) -> None:
    made = make(tmp_path)
    edit(made, lambda t: t.update({name: weight.bfloat16() for name, weight in t.items()}))
    for precision, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        loaded = parameters(load(made.folder, made.card, precision=precision))
        assert loaded["backbone.encoder.layer.0.output.dense.weight"].dtype == dtype
        assert loaded["heads.classifier.weight"].dtype == torch.float32


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="there is no /proc here")
def test_weights_stay_in_their_file_unless_they_are_converted(tmp_path: Path) -> None:
    made = make(tmp_path)
    file = str(made.folder / "model.safetensors")
    exact = load(made.folder, made.card)
    assert file in Path("/proc/self/maps").read_text()
    del exact
    half = load(made.folder, made.card, precision="bf16")
    gc.collect()
    assert file not in Path("/proc/self/maps").read_text()
    assert half.network is not None


def parameters(model: LoadedModel) -> Tensors:
    return dict(model.network.state_dict())


def edit(made: Made, change: Callable[[Tensors], object]) -> None:
    """Changes the weights of a model on disk."""
    file = made.folder / "model.safetensors"
    tensors = {name: tensor.clone() for name, tensor in load_file(file).items()}
    change(tensors)
    save_file(tensors, file)


def rewrite(made: Made, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes the config of a model on disk."""
    file = made.folder / "config.json"
    config = json.loads(file.read_text())
    change(config)
    file.write_text(json.dumps(config))
