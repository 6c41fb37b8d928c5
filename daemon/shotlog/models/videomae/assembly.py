"""Puts the tensors of a file into a network: built without memory, each tensor assigned once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

import torch
from torch import Tensor, nn

from shotlog.models.catalog import Card
from shotlog.models.videomae.checkpoint import read_tensors
from shotlog.models.videomae.layouts import TRUNK, Layout, Source
from shotlog.models.videomae.network import Classifier, Predictor, SegmentHead, fold, positions
from shotlog.models.videomae.outline import Outline, Triple
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
    """The network of an outline, its weights on the device, ready for inference.

    Where the weights need no conversion they stay mapped from the file.

    Args:
        outline: What was read of the model.
        normalisation: Mean and deviation for files that hold none.
        card: For errors, and for its heads.
        device: As torch names it.
        precision: A key of :data:`PRECISIONS`.

    Raises:
        ModelUnreadable: the tensors are not those of the network.
        DeviceUnusable: no such device, or it has not enough memory.
    """
    tensors = read_tensors(outline.weights, card)
    state = {name: _taken(tensors, source) for name, source in outline.naming.sources.items()}
    if outline.anatomy.layout is Layout.PREDICTOR:
        state.setdefault("head.targets_norm", torch.full((1, 3), 3.0))
    with torch.device("meta"):
        network = _empty(outline, state, card)
    _embed(state, outline, _mean_std(outline, tensors, normalisation, card))
    _compare(network, state, outline.naming.sources, card)
    placed = _placed(state, device, PRECISIONS[precision], card)
    network.load_state_dict(placed, strict=True, assign=True)
    return network.requires_grad_(False).eval()


def _taken(tensors: Mapping[str, Tensor], source: Source) -> Tensor:
    tensor = tensors[source.name]
    if source.third is None or tensor.dim() == 0:
        return tensor
    rows = len(tensor) // 3
    return tensor[source.third * rows : (source.third + 1) * rows]


def _empty(outline: Outline, state: Mapping[str, Tensor], card: Card) -> nn.Module:
    """The network without weights; what only a tensor's shape tells is taken from there."""
    anatomy = outline.anatomy
    if anatomy.layout is not Layout.PREDICTOR:
        outputs = {head.key: len(state[f"heads.{head.key}.weight"]) for head in card.heads}
        return Classifier(anatomy, outputs)
    head = SegmentHead(
        anatomy.embedding,
        mlp=_length(state, "head.blocks.0.mlp.fc1.weight", 0),
        places=_length(state, "head.pos_embed", 1),
        outputs=_length(state, "head.final_layer.linear.2.weight", 0),
        sigmoid=anatomy.sigmoid,
    )
    return Predictor(anatomy, head, card.heads[0].key)


def _length(state: Mapping[str, Tensor], name: str, axis: int) -> int:
    """A side of a tensor; 1 where it is missing, which the comparison will report."""
    tensor = state.get(name)
    return tensor.shape[axis] if tensor is not None and tensor.dim() > axis else 1


def _mean_std(
    outline: Outline,
    tensors: Mapping[str, Tensor],
    normalisation: tuple[Triple, Triple] | None,
    card: Card,
) -> tuple[Tensor, Tensor]:
    """The normalisation: that of the weights where they hold one, since they know best."""
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


def _embed(state: dict[str, Tensor], outline: Outline, scale: tuple[Tensor, Tensor]) -> None:
    """Puts the folded patch embedding and the table of positions into the place of the original."""
    width = outline.embedding
    weight, bias = state[f"{_PROJECTION}.weight"], state.get(f"{_PROJECTION}.bias")
    if bias is not None and bias.shape == (width,):
        del state[f"{_PROJECTION}.weight"], state[f"{_PROJECTION}.bias"]
        folded = fold(weight, bias, *scale)
        state["backbone.embeddings.projection.weight"] = folded[0]
        state["backbone.embeddings.projection.bias"] = folded[1]
    state["backbone.embeddings.positions"] = positions(outline.anatomy.tokens, width)


def _compare(
    network: nn.Module, state: Mapping[str, Tensor], sources: Mapping[str, Source], card: Card
) -> None:
    """Refuses tensors that are not exactly those of the network, naming every one.

    Raises:
        ModelUnreadable: with everything that is missing, unexpected, or of another shape.
    """
    wanted = network.state_dict()
    shared = wanted.keys() & state.keys()
    other = [
        f"{_plain(name, sources)} {tuple(state[name].shape)} for {tuple(wanted[name].shape)}"
        for name in shared
        if state[name].shape != wanted[name].shape
    ]
    counted = [_plain(name, sources) for name in state if not torch.is_floating_point(state[name])]
    kinds = {
        "missing": [_plain(name, sources) for name in wanted.keys() - state.keys()],
        "unexpected": [_plain(name, sources) for name in state.keys() - wanted.keys()],
        "of another shape": other,
        "of whole numbers": counted,
    }
    said = [f"{len(names)} {kind}: {_listed(names)}" for kind, names in kinds.items() if names]
    if said:
        raise ModelUnreadable(
            card.name,
            f"its tensors are not those of this kind of model; {'; '.join(said)}",
            "Check that config.json and weights belong together, and are of this model.",
        )


def _plain(name: str, sources: Mapping[str, Source]) -> str:
    """A tensor's name in the file, where it comes from there."""
    return sources[name].name if name in sources else name


def _listed(names: Iterable[str]) -> str:
    """Names, with those that differ in the number of their block alone drawn together."""

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


def _placed(
    state: Mapping[str, Tensor], device: str, precision: torch.dtype, card: Card
) -> dict[str, Tensor]:
    """The tensors on the device: the trunk in its precision, pooling and heads in float32.

    Where the trunk is converted the rest is copied: one tensor left in the mapping would keep all
    its pages.
    """
    converted = precision is not torch.float32
    try:
        return {
            name: tensor.to(device, precision)
            if name.startswith(TRUNK)
            else tensor.to(device, torch.float32, copy=converted)
            for name, tensor in state.items()
        }
    except torch.OutOfMemoryError as error:
        raise DeviceUnusable(device, f"its memory does not hold {card.name}") from error
    except (RuntimeError, AssertionError) as error:  # how torch says that there is no such device
        raise DeviceUnusable(device) from error
