"""Published layouts of VideoMAE checkpoints, and the one form that they are all brought to.

The canonical names are those of transformers' ``VideoMAEModel`` (5.18 and newer), under
``backbone.``; a classifier's layers lie under ``heads.``, those of the motion predictor under
``head.``. Nothing here reads a file or needs torch: names and shapes are enough.

Sources: ``transformers/models/videomae/modeling_videomae.py``; ``modeling_videomaev2.py`` of
OpenGVLab/VideoMAEv2; ``models/video_motion_predictor`` of gen-ai-team/kandinsky-video-tools.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from shotlog.models.catalog import Card
from shotlog.schema import ModelUnreadable

Shapes = Mapping[str, tuple[int, ...]]
"""The shape of every tensor in a checkpoint, by its name there."""

TRUNK = ("backbone.embeddings.", "backbone.encoder.")
"""How the canonical names of the trunk begin: of what is computed in the precision asked for."""


class Layout(StrEnum):
    """Who named the tensors."""

    TRANSFORMERS = "transformers"
    """Hugging Face: one layer each for query, key and value."""

    ORIGINAL = "original"
    """MCG-NJU, OpenGVLab, Kandinsky: blocks with one fused layer for all three."""

    PREDICTOR = "predictor"
    """Kandinsky's motion predictor: an original trunk, and a transformer over its segments."""


class Source(NamedTuple):
    """Where a canonical tensor comes from: a tensor of the file, whole or one third of its rows."""

    name: str
    third: int | None = None


class Naming(NamedTuple):
    """What the names of a checkpoint tell.

    Attributes:
        layout: Who named its tensors.
        sources: By canonical name, the tensor that it is taken from. What has no canonical name
            keeps its own, so that it is reported.
        mean: The tensor that holds the mean of the normalisation; None where there is none.
        std: See mean.
    """

    layout: Layout
    sources: Mapping[str, Source]
    mean: str | None = None
    std: str | None = None


_ANCHORS = {
    Layout.TRANSFORMERS: "embeddings.patch_embeddings.projection.weight",
    Layout.ORIGINAL: "patch_embed.proj.weight",
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
    Layout.TRANSFORMERS: _FROM_TRANSFORMERS,
    Layout.ORIGINAL: _FROM_ORIGINAL,
    Layout.PREDICTOR: _FROM_ORIGINAL,
}

_TRUNK = re.compile(r"^(embeddings|encoder|layernorm|fc_norm)\.")
_WRAPPERS = re.compile(r"(^|\.)(_orig_mod|module)(?=\.)")
_FUSED = re.compile(r"^(blocks\.\d+\.)attn\.qkv\.(weight|bias)$")
_KEY_BIAS = re.compile(r"\.attention\.key\.bias$")
_PARTS = ("query", "key", "value")
_MEANS, _STDS = ("image_mean", "mean"), ("image_std", "std")


def read_names(shapes: Shapes, card: Card) -> Naming:
    """Recognises the layout and says where each canonical tensor comes from.

    Wrappers that training leaves in names (``module.``, torch.compile's ``_orig_mod.``) are taken
    off. Biases of the key are left out wherever a file has them: they add the same number to all
    scores of a query, which softmax does not see, so leaving them out is exact. So is the
    predictor's ``pad_token``: clips are never padded here.

    Raises:
        ModelUnreadable: no known layout, or two tensors for one place.
    """
    plain = {_unwrapped(name): name for name in shapes}
    if len(plain) < len(shapes):
        raise ModelUnreadable(card.name, "the file holds some tensors twice, wrapped and bare")
    layout, prefix = _anchor(plain, card)
    predictor = layout is Layout.PREDICTOR
    mean, std = (_ending(plain, names) if predictor else None for names in (_MEANS, _STDS))
    aside = {mean, std, plain.get("pad_token") if predictor else None}
    sources: dict[str, Source] = {}
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
            sources[canonical] = Source(original, third)
    return Naming(layout, sources, mean, std)


def _ending(plain: Mapping[str, str], endings: Iterable[str]) -> str | None:
    """The tensor whose last name is one of these."""
    return next((plain[name] for name in plain if name.rpartition(".")[2] in endings), None)


def _unwrapped(name: str) -> str:
    return _WRAPPERS.sub("", name).removeprefix(".")


def _anchor(names: Iterable[str], card: Card) -> tuple[Layout, str]:
    """The layout, and what stands before the names of the trunk."""
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
            nested = layout is Layout.ORIGINAL and any(n.startswith("head.blocks.") for n in names)
            return (Layout.PREDICTOR if nested else layout), prefixes[0]
    raise ModelUnreadable(
        card.name,
        "the file holds no VideoMAE: there is no patch embedding among its "
        f"{len(names)} tensors ({_some(names)})",
        "Check that it is the file of this model.",
    )


def _canonical(
    name: str, layout: Layout, prefix: str, card: Card
) -> Iterable[tuple[str, int | None]]:
    """The canonical names that a tensor of the file serves; more than one for a fused layer."""
    inner = name.removeprefix(prefix)
    if name.startswith(prefix) and not inner.startswith("head."):
        if layout is not Layout.TRANSFORMERS and (fused := _FUSED.match(inner)):
            return _thirds(fused[1], fused[2])
        for old, new in _RENAMED[layout]:
            inner = re.sub(old, new, inner)
        if _KEY_BIAS.search(inner):
            return ()
        if _TRUNK.match(inner):
            return ((f"backbone.{inner}", None),)
    return ((_beside(name, prefix, layout, card), None),)


def _thirds(block: str, kind: str) -> list[tuple[str, int | None]]:
    layer = block.replace("blocks.", "backbone.encoder.layer.", 1)
    return [
        (f"{layer}attention.attention.{part}.{kind}", third)
        for third, part in enumerate(_PARTS)
        if (part, kind) != ("key", "bias")
    ]


def _beside(name: str, prefix: str, layout: Layout, card: Card) -> str:
    """The canonical name of a tensor beside the trunk; its own where it has none."""
    if name.startswith("fc_norm."):
        return f"backbone.{name}"
    if layout is Layout.PREDICTOR:
        return "head.targets_norm" if name == "targets_norm" else name
    if layout is Layout.ORIGINAL and len(card.heads) == 1:
        inner = name.removeprefix(prefix)
        if inner.startswith("head."):
            return f"heads.{card.heads[0].key}.{inner.removeprefix('head.')}"
    for head in card.heads:
        if name.startswith(f"{head.key}."):
            return f"heads.{name}"
    return name


def _some(names: Iterable[str], most: int = 4) -> str:
    shown = sorted(names)
    rest = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + rest
