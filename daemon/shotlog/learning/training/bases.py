"""Base of a training: an installed model, a folder, or random weights of a named size."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Final

from shotlog.models.analysis import name_outputs
from shotlog.models.catalog import (
    Card,
    Licence,
    Registry,
    Resize,
    Sampling,
    Task,
    read_trained_card,
    sha256_of,
)
from shotlog.models.checkpoints import PREPROCESSOR, Triple, read_json, read_normalisation
from shotlog.models.install import SAMPLINGS
from shotlog.models.videomae import Architecture, CheckpointLayout, Outline, read_outline
from shotlog.schema import Family, ModelUnknown, ModelUnreadable

FRESH: Final = "random:"
"""Prefix of a base without weights."""

IMAGENET: Final[tuple[Triple, Triple]] = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
"""Mean and deviation of pixels that published models take."""

_POOL_EPS: Final = 1e-5
"""Epsilon of the norm after pooling in the layout that is written: torch's default."""


def _size(
    side: int, patch: int, embedding: int, depth: int, heads: int, tubelet: int = 2
) -> Architecture:
    return Architecture(
        layout=CheckpointLayout.TRANSFORMERS,
        embedding=embedding,
        depth=depth,
        attention_heads=heads,
        mlp=4 * embedding,
        patch=patch,
        tubelet=tubelet,
        frames=16,
        size=side,
        eps=1e-12,
        pool_eps=_POOL_EPS,
        mean_pooling=True,
        biases=True,
        sigmoid=False,
    )


FRESH_SIZES: Final[Mapping[str, Architecture]] = {
    # A network that learns from little, on a CPU (``benchmarks/README.md``); the other sizes are
    # published.
    "tiny": _size(32, 8, 128, 3, 4, tubelet=8),
    "small": _size(224, 16, 384, 12, 16),
    "base": _size(224, 16, 768, 12, 12),
    "large": _size(224, 16, 1024, 24, 16),
}


@dataclass(frozen=True, eq=False)
class Base:
    """The model that a training departs from.

    Attributes:
        name: As the user named it.
        card: Its card, as far as it is known: sampling, resize, licence, heads that are kept.
        architecture: Architecture of the network that is trained: mean pooling, and the norm after
            it as transformers has it.
        normalisation: Mean and deviation of its pixels.
        outline: Outline of its files; None for random weights.
        fingerprint: Digest of its weights, or the size of random ones.
    """

    name: str
    card: Card
    architecture: Architecture
    normalisation: tuple[Triple, Triple]
    outline: Outline | None
    fingerprint: str

    def sampling(self, families: Sequence[Family]) -> Sampling:
        """Return the rule that selects frames: the base's own where it answers the same questions.

        Args:
            families: One family, or size and movement.
        """
        tasks = [Task(family.value) for family in families]
        own = self.card.sampling
        if own is not None and set(tasks) <= {head.task for head in self.card.heads}:
            return own
        return SAMPLINGS[tasks[0]]

    @property
    def labels(self) -> dict[Task, tuple[str, ...]]:
        """Labels of its heads by task, as Shotlog names them."""
        if self.outline is None:
            return {}
        return {
            head.task: name_outputs(self.card, head, self.outline.labels[head.key])
            for head in self.card.heads
            if head.labels is not None
        }


def read_base(name: str, registry: Registry) -> Base:
    """Return the base that a user named.

    Args:
        name: ``random:SIZE``, a folder with config.json and weights in any layout, or an installed
            model.
        registry: The installed models.

    Raises:
        ModelUnknown: No size, no folder and no model has this name.
        ModelMissing: Files are absent.
        ModelUnreadable: Its files are damaged, or it is no VideoMAE of 16 frames.
    """
    if name.startswith(FRESH):
        return _fresh(name)
    folder = Path(name)
    if folder.is_dir():
        card = read_trained_card(folder) or _unstated_card(folder)
    else:
        installed = registry.find(name)
        folder, card = installed.folder, installed.card
    outline = read_outline(folder, card)
    _refuse_other_inputs(card, outline.architecture)
    written = replace(
        outline.architecture,
        layout=CheckpointLayout.TRANSFORMERS,
        pool_eps=_POOL_EPS,
        mean_pooling=True,
        sigmoid=False,
    )
    pixels = read_normalisation(folder, card) or IMAGENET
    return Base(name, card, written, pixels, outline, sha256_of(outline.weights))


def _fresh(name: str) -> Base:
    size = FRESH_SIZES.get(name.removeprefix(FRESH))
    if size is None:
        sizes = ", ".join(f"{FRESH}{known}" for known in FRESH_SIZES)
        raise ModelUnknown(name, "there is no such size", f"Give one of {sizes}.")
    licence = Licence(name="not stated", note="A model of your own: you know its terms.")
    card = Card(
        name="random", title="Random weights", sampling=Sampling.UNIFORM, resize=Resize.STRETCH,
        licence=licence,
    )  # fmt: skip
    return Base(name, card, size, IMAGENET, None, json.dumps([name, repr(size)]))


def _unstated_card(folder: Path) -> Card:
    """Return a card without heads for a folder that states none: only the trunk is known."""
    licence = Licence(name="not stated", note="The terms of its base are not stated in its folder.")
    card = Card(
        name=folder.name,
        title=folder.name,
        sampling=Sampling.UNIFORM,
        resize=Resize.STRETCH,
        mean=None,
        std=None,
        licence=licence,
    )
    try:
        cut = read_json(folder / PREPROCESSOR, card).get("do_center_crop")
    except FileNotFoundError:
        cut = False
    return card.model_copy(update={"resize": Resize.COVER}) if cut else card


def _refuse_other_inputs(card: Card, architecture: Architecture) -> None:
    predictor = architecture.layout is CheckpointLayout.PREDICTOR
    if predictor or architecture.frames != FRESH_SIZES["base"].frames:
        kind = "a motion predictor" if predictor else f"a model of {architecture.frames} frames"
        raise ModelUnreadable(
            card.name, f"it is {kind}, and cannot be trained here",
            "Give a VideoMAE of 16 frames with --base.",
        )  # fmt: skip


def digest(*parts: object) -> str:
    """Return a digest of values as JSON has them."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return blake2b(text.encode(), digest_size=16).hexdigest()
