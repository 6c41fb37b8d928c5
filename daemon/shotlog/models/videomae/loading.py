"""Loading of a model: from a folder to a tested network on a device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shotlog.models.catalog import Card
from shotlog.models.checkpoints import read_normalisation
from shotlog.models.videomae.outline import read_outline

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """A model whose weights are on a device, ready for inference.

    Attributes:
        card: Its card.
        network: :class:`Classifier` or :class:`MotionPredictor`, in inference mode.
        labels: As in :class:`~shotlog.models.videomae.Outline`.
        frames: As in :class:`~shotlog.models.videomae.Outline`.
        size: As in :class:`~shotlog.models.videomae.Outline`.
        embedding: As in :class:`~shotlog.models.videomae.Outline`.
    """

    card: Card
    network: torch.nn.Module
    labels: Mapping[str, tuple[str, ...]]
    frames: int
    size: int
    embedding: int


def load(folder: Path, card: Card, device: str = "cpu", precision: str = "fp32") -> LoadedModel:
    """Load a model and run its self-test.

    Args:
        folder: Folder of its files.
        card: Its card.
        device: Name in torch: ``cpu``, ``cuda:0``, ``mps``.
        precision: Precision of the trunk: ``fp32``, ``bf16`` or ``fp16``; pooling and heads are
            float32.

    Raises:
        ModelMissing: config.json or the weights do not exist.
        ModelUnreadable: They cannot be read, are of another model, or fail the self-test.
        DeviceUnusable: No such device exists, or it has not enough memory.
    """
    # Imported late: they load torch and transformers, which takes seconds.
    from shotlog.models.videomae import assembly as _assembly
    from shotlog.models.videomae import selftest as _selftest

    outline = read_outline(folder, card)
    network = _assembly.assemble(outline, read_normalisation(folder, card), card, device, precision)
    _selftest.check(network, outline.architecture, card)
    return LoadedModel(
        card=card,
        network=network,
        labels=outline.labels,
        frames=outline.frames,
        size=outline.size,
        embedding=outline.embedding,
    )
