"""Assembly of a network from the tensors of a file, without a second copy of any."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

import torch
from torch import Tensor, nn

from shotlog.models.catalog import Card
from shotlog.models.checkpoints import Triple, read_tensors
from shotlog.models.videomae.layouts import TRUNK, CheckpointLayout, TensorSource
from shotlog.models.videomae.network import (
    Classifier,
    MotionPredictor,
    SegmentHead,
    fold_normalisation,
    sinusoid_positions,
)
from shotlog.models.videomae.outline import Outline
from shotlog.schema import DeviceUnusable, ModelUnreadable

PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}

_PROJECTION = "backbone.embeddings.patch_embeddings.projection"
_BLOCK = re.compile(r"(?<=\.)\d+(?=\.)")


def assemble(
    outline: Outline,
    normalisation: tuple[Triple, Triple] | None,
    card: Card,
    device: str,
    precision: str,
) -> nn.Module:
    """Return the network of an outline with its weights on the device, ready for inference.

    Weights that need no conversion stay memory-mapped.

    Args:
        outline: Outline of the model.
        normalisation: Mean and deviation, for files that hold none.
        card: Card of the model, for its heads and for errors.
        device: Name in torch.
        precision: A key of :data:`PRECISIONS`.

    Raises:
        ModelUnreadable: The tensors are not those of the network.
        DeviceUnusable: No such device exists, or it has not enough memory.
    """
    tensors = read_tensors(outline.weights, card)
    state = _canonical(tensors, outline)
    if outline.architecture.layout is CheckpointLayout.PREDICTOR:
        # The upper end of the published targets, for a checkpoint that lacks the tensor.
        state.setdefault("head.targets_norm", torch.full((1, 3), 3.0))
    # Tensors on the meta device have shapes but no memory.
    with torch.device("meta"):
        network = _build_empty(outline, state, card)
    _replace_embedding(state, outline, _mean_std(outline, tensors, normalisation, card))
    _compare(network, state, outline.naming.sources, card)
    moved = _move_to_device(state, device, PRECISIONS[precision], card)
    # assign=True keeps the tensors of the file instead of copying them.
    network.load_state_dict(moved, strict=True, assign=True)
    return network.requires_grad_(False).eval()


def read_weights(outline: Outline, card: Card) -> dict[str, Tensor]:
    """Return the tensors of a file under their canonical names, memory-mapped where possible.

    Raises:
        ModelUnreadable: The file is damaged, truncated, or unsafe to load.
    """
    return _canonical(read_tensors(outline.weights, card), outline)


def _canonical(tensors: Mapping[str, Tensor], outline: Outline) -> dict[str, Tensor]:
    return {name: _select(tensors, source) for name, source in outline.naming.sources.items()}


def _select(tensors: Mapping[str, Tensor], source: TensorSource) -> Tensor:
    tensor = tensors[source.name]
    # A scalar cannot be split; the comparison of shapes reports it.
    if source.third is None or tensor.dim() == 0:
        return tensor
    rows = len(tensor) // 3
    return tensor[source.third * rows : (source.third + 1) * rows]


def _build_empty(outline: Outline, state: Mapping[str, Tensor], card: Card) -> nn.Module:
    """Return the network without weights; some sizes are known only from the tensors' shapes."""
    architecture = outline.architecture
    if architecture.layout is not CheckpointLayout.PREDICTOR:
        outputs = {head.key: len(state[f"heads.{head.key}.weight"]) for head in card.heads}
        return Classifier(architecture, outputs)
    head = SegmentHead(
        architecture.embedding,
        mlp=_length(state, "head.blocks.0.mlp.fc1.weight", 0),
        max_segments=_length(state, "head.pos_embed", 1),
        outputs=_length(state, "head.final_layer.linear.2.weight", 0),
        sigmoid=architecture.sigmoid,
    )
    return MotionPredictor(architecture, head, card.heads[0].key)


def _length(state: Mapping[str, Tensor], name: str, axis: int) -> int:
    """Return a side of a tensor; 1 where the tensor is missing, which the comparison reports."""
    tensor = state.get(name)
    return tensor.shape[axis] if tensor is not None and tensor.dim() > axis else 1


def _mean_std(
    outline: Outline,
    tensors: Mapping[str, Tensor],
    normalisation: tuple[Triple, Triple] | None,
    card: Card,
) -> tuple[Tensor, Tensor]:
    """Return the normalisation; the one stored in the weights takes precedence."""
    naming = outline.naming
    if naming.mean and naming.std:
        mean, std = tensors[naming.mean].flatten(), tensors[naming.std].flatten()
        if mean.shape == std.shape == (3,) and bool((std > 0).all()):
            return mean, std
    elif normalisation:
        return torch.tensor(normalisation[0]), torch.tensor(normalisation[1])
    raise ModelUnreadable(
        card.name,
        "its files do not tell how its pixels are normalised",
        "Put the model's preprocessor_config.json, with image_mean and image_std, beside it.",
    )


def _replace_embedding(
    state: dict[str, Tensor], outline: Outline, scale: tuple[Tensor, Tensor]
) -> None:
    """Replace the original patch embedding by the folded one and the table of positions."""
    width = outline.embedding
    weight, bias = state[f"{_PROJECTION}.weight"], state.get(f"{_PROJECTION}.bias")
    if bias is not None and bias.shape == (width,):
        del state[f"{_PROJECTION}.weight"], state[f"{_PROJECTION}.bias"]
        folded = fold_normalisation(weight, bias, *scale)
        state["backbone.embeddings.projection.weight"] = folded[0]
        state["backbone.embeddings.projection.bias"] = folded[1]
    state["backbone.embeddings.positions"] = sinusoid_positions(outline.architecture.tokens, width)


def _compare(
    network: nn.Module, state: Mapping[str, Tensor], sources: Mapping[str, TensorSource], card: Card
) -> None:
    """Refuse tensors that are not exactly those of the network.

    Raises:
        ModelUnreadable: Tensors are missing, unexpected, or of another shape; all are named.
    """
    wanted = network.state_dict()
    shared = wanted.keys() & state.keys()
    other = [
        f"{_file_name(name, sources)} {tuple(state[name].shape)} for {tuple(wanted[name].shape)}"
        for name in shared
        if state[name].shape != wanted[name].shape
    ]
    # Quantised weights would be cast without their scale.
    counted = [
        _file_name(name, sources) for name in state if not torch.is_floating_point(state[name])
    ]
    kinds = {
        "missing": [_file_name(name, sources) for name in wanted.keys() - state.keys()],
        "unexpected": [_file_name(name, sources) for name in state.keys() - wanted.keys()],
        "of another shape": other,
        "of whole numbers": counted,
    }
    differences = [
        f"{len(names)} {kind}: {_list_names(names)}" for kind, names in kinds.items() if names
    ]
    if differences:
        raise ModelUnreadable(
            card.name,
            f"its tensors are not those of this kind of model; {'; '.join(differences)}",
            "Check that config.json and weights belong together, and are of this model.",
        )


def _file_name(name: str, sources: Mapping[str, TensorSource]) -> str:
    """Return a tensor's name in the file, where it comes from there."""
    return sources[name].name if name in sources else name


def _list_names(names: Iterable[str]) -> str:
    """Return a list of names, with those that differ only in the block number combined."""

    def pattern(name: str) -> str:
        return _BLOCK.sub("#", name, count=1)

    drawn = []
    for shape, group in groupby(sorted(set(names), key=lambda n: (pattern(n), n)), key=pattern):
        numbers = sorted({int(found[0]) for name in group if (found := _BLOCK.search(name))})
        span = ",".join(map(str, numbers))
        if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
            span = f"{numbers[0]}-{numbers[-1]}"
        drawn.append(shape.replace("#", span))
    return ", ".join(drawn)


def _move_to_device(
    state: Mapping[str, Tensor], device: str, precision: torch.dtype, card: Card
) -> dict[str, Tensor]:
    """Return the tensors on the device: the trunk in its precision, the rest in float32."""
    converted = precision is not torch.float32
    try:
        return {
            name: tensor.to(device, precision)
            if name.startswith(TRUNK)
            # Where the trunk is converted the rest is copied too: a single tensor in the mapping
            # would keep all its pages in memory.
            else tensor.to(device, torch.float32, copy=converted)
            for name, tensor in state.items()
        }
    except torch.OutOfMemoryError as error:
        raise DeviceUnusable(device, f"its memory does not hold {card.name}") from error
    except (RuntimeError, AssertionError) as error:  # torch's errors for a missing device
        raise DeviceUnusable(device) from error
