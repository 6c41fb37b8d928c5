"""Published layouts of VideoMAE checkpoints, and their mapping to one canonical form.

The canonical names are those of transformers' ``VideoMAEModel`` (5.18 and newer), under
``backbone.``; a classifier's layers lie under ``heads.``, those of the motion predictor under
``head.``. This module reads no file and needs no torch: names and shapes are enough.

Sources: ``transformers/models/videomae/modeling_videomae.py``; ``modeling_videomaev2.py`` of
OpenGVLab/VideoMAEv2; ``models/video_motion_predictor`` of gen-ai-team/kandinsky-video-tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from shotlog.models.catalog import Card
from shotlog.models.checkpoints import Shapes
from shotlog.schema import ModelUnreadable

TRUNK = ("backbone.embeddings.", "backbone.encoder.")
"""Prefixes of the canonical names of the trunk, the part computed in the chosen precision."""


class CheckpointLayout(StrEnum):
    """Naming convention of a checkpoint's tensors."""

    TRANSFORMERS = "transformers"
    """Hugging Face: one layer each for query, key and value."""

    ORIGINAL = "original"
    """MCG-NJU, OpenGVLab, Kandinsky: blocks with one fused layer for all three."""

    PREDICTOR = "predictor"
    """Kandinsky's motion predictor: an original trunk, and a transformer over its segments."""


class TensorSource(NamedTuple):
    """Origin of a canonical tensor: a tensor of the file, whole or one third of its rows."""

    name: str
    third: int | None = None


class Naming(NamedTuple):
    """Mapping from a checkpoint's tensor names to canonical ones.

    Attributes:
        layout: Naming convention of the file.
        sources: Origin of each tensor, by canonical name. A tensor without a canonical name keeps
            its own, so that it is reported.
        mean: Tensor with the mean of the normalisation; None where there is none.
        std: Tensor with the standard deviation, likewise.
    """

    layout: CheckpointLayout
    sources: Mapping[str, TensorSource]
    mean: str | None = None
    std: str | None = None


_ANCHORS = {
    CheckpointLayout.TRANSFORMERS: "embeddings.patch_embeddings.projection.weight",
    CheckpointLayout.ORIGINAL: "patch_embed.proj.weight",
}

_FROM_TRANSFORMERS = (
    (r"\.attention\.q_bias$", ".attention.query.bias"),
    (r"\.attention\.v_bias$", ".attention.value.bias"),
)
_FROM_ORIGINAL = (
    (r"^patch_embed\.proj\.", "embeddings.patch_embeddings.projection."),
    (r"^norm\.", "layernorm."),
    (r"^blocks\.", "encoder.layer."),
    (r"\.norm1\.", ".layernorm_before."),
    (r"\.norm2\.", ".layernorm_after."),
    (r"\.attn\.q_bias$", ".attention.attention.query.bias"),
    (r"\.attn\.v_bias$", ".attention.attention.value.bias"),
    (r"\.attn\.proj\.", ".attention.output.dense."),
    (r"\.mlp\.fc1\.", ".intermediate.dense."),
    (r"\.mlp\.fc2\.", ".output.dense."),
)
_RENAMED = {
    CheckpointLayout.TRANSFORMERS: _FROM_TRANSFORMERS,
    CheckpointLayout.ORIGINAL: _FROM_ORIGINAL,
    CheckpointLayout.PREDICTOR: _FROM_ORIGINAL,
}

_TRUNK = re.compile(r"^(embeddings|encoder|layernorm|fc_norm)\.")
# Prefixes of torch.compile and of DataParallel.
_WRAPPERS = re.compile(r"(^|\.)(_orig_mod|module)(?=\.)")
_FUSED = re.compile(r"^(blocks\.\d+\.)attn\.qkv\.(weight|bias)$")
_KEY_BIAS = re.compile(r"\.attention\.key\.bias$")
_PARTS = ("query", "key", "value")
_MEANS, _STDS = ("image_mean", "mean"), ("image_std", "std")


def read_naming(shapes: Shapes, card: Card) -> Naming:
    """Recognise the layout and return the origin of each canonical tensor.

    Wrappers that training leaves in names (``module.``, torch.compile's ``_orig_mod.``) are
    removed. Biases of the key are dropped: they add the same number to all scores of a query, which
    softmax ignores, so dropping them is exact. So is dropping the predictor's ``pad_token``: clips
    are never padded here.

    Raises:
        ModelUnreadable: The layout is unknown, or two tensors have one canonical name.
    """
    plain = {_unwrap(name): name for name in shapes}
    if len(plain) < len(shapes):
        raise ModelUnreadable(card.name, "the file holds some tensors twice, wrapped and bare")
    layout, prefix = _recognise(plain, card)
    predictor = layout is CheckpointLayout.PREDICTOR
    mean, std = (_find_by_ending(plain, names) if predictor else None for names in (_MEANS, _STDS))
    aside = {mean, std, plain.get("pad_token") if predictor else None}
    sources: dict[str, TensorSource] = {}
    for name, original in plain.items():
        if original in aside:
            continue
        for canonical, third in _canonical(name, layout, prefix, card):
            if canonical in sources:
                raise ModelUnreadable(
                    card.name,
                    f"two tensors of the file claim one place: {sources[canonical].name} "
                    f"and {original}",
                )
            sources[canonical] = TensorSource(original, third)
    return Naming(layout, sources, mean, std)


def _find_by_ending(plain: Mapping[str, str], endings: Iterable[str]) -> str | None:
    """Return the tensor whose last name component is one of ``endings``; None if none is."""
    return next((plain[name] for name in plain if name.rpartition(".")[2] in endings), None)


def _unwrap(name: str) -> str:
    return _WRAPPERS.sub("", name).removeprefix(".")


def _recognise(names: Iterable[str], card: Card) -> tuple[CheckpointLayout, str]:
    """Return the layout, and the prefix of the trunk's names."""
    names = list(names)
    for layout, anchor in _ANCHORS.items():
        prefixes = [name.removesuffix(anchor) for name in names if name.endswith(anchor)]
        if len(prefixes) > 1:
            raise ModelUnreadable(
                card.name,
                "there are several models in it: "
                + ", ".join(prefix or "one without a prefix" for prefix in sorted(prefixes)),
            )
        if prefixes:
            # Only the motion predictor has transformer blocks in its head.
            nested = layout is CheckpointLayout.ORIGINAL and any(
                n.startswith("head.blocks.") for n in names
            )
            return (CheckpointLayout.PREDICTOR if nested else layout), prefixes[0]
    raise ModelUnreadable(
        card.name,
        "the file holds no VideoMAE: there is no patch embedding among its "
        f"{len(names)} tensors ({_summarise(names)})",
        "Check that it is the file of this model.",
    )


def _canonical(
    name: str, layout: CheckpointLayout, prefix: str, card: Card
) -> Iterable[tuple[str, int | None]]:
    """Return the canonical names that a tensor of the file serves; several for a fused layer."""
    inner = name.removeprefix(prefix)
    if name.startswith(prefix) and not inner.startswith("head."):
        if layout is not CheckpointLayout.TRANSFORMERS and (fused := _FUSED.match(inner)):
            return _split_fused(fused[1], fused[2])
        for old, new in _RENAMED[layout]:
            inner = re.sub(old, new, inner)
        if _KEY_BIAS.search(inner):
            return ()
        if _TRUNK.match(inner):
            return ((f"backbone.{inner}", None),)
    return ((_name_outside_trunk(name, prefix, layout, card), None),)


def _split_fused(block: str, kind: str) -> list[tuple[str, int | None]]:
    layer = block.replace("blocks.", "backbone.encoder.layer.", 1)
    return [
        (f"{layer}attention.attention.{part}.{kind}", third)
        for third, part in enumerate(_PARTS)
        # The key's bias has no effect; see read_naming.
        if (part, kind) != ("key", "bias")
    ]


def _name_outside_trunk(name: str, prefix: str, layout: CheckpointLayout, card: Card) -> str:
    """Return the canonical name of a tensor outside the trunk; its own where it has none."""
    if name.startswith("fc_norm."):
        return f"backbone.{name}"
    if layout is CheckpointLayout.PREDICTOR:
        return "head.targets_norm" if name == "targets_norm" else name
    # The original code calls its only head "head", whatever the task.
    if layout is CheckpointLayout.ORIGINAL and len(card.heads) == 1:
        inner = name.removeprefix(prefix)
        if inner.startswith("head."):
            return f"heads.{card.heads[0].key}.{inner.removeprefix('head.')}"
    for head in card.heads:
        if name.startswith(f"{head.key}."):
            return f"heads.{name}"
    return name


def _summarise(names: Iterable[str], most: int = 4) -> str:
    shown = sorted(names)
    rest = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + rest
