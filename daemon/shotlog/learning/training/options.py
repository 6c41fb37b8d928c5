"""Options of a training, with the defaults of each recipe."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from pydantic import Field

from shotlog.schema import Model


class TrainingRecipe(StrEnum):
    """Part of a network that is trained."""

    FULL = "full"
    """All weights; those near the pictures by smaller steps."""
    LORA = "lora"
    """Low-rank additions to the queries and values of every block (Hu et al., "LoRA: Low-Rank
    Adaptation of Large Language Models", 2021), which are merged into the weights at the end."""
    PROBE = "probe"
    """The last norm and the heads alone: a linear probe."""


class TrainingOptions(Model):
    """Options of a training.

    A step learns from ``batch`` clips, ``batch / accumulate`` of them at once.
    """

    recipe: TrainingRecipe = TrainingRecipe.FULL
    epochs: int = Field(10, ge=1)
    """Most passes; a pass draws as many clips as there are to learn from."""
    batch: int = Field(16, ge=1)
    """Clips of a step."""
    accumulate: int = Field(1, ge=1)
    """Parts in which the clips of a step are computed, to save memory."""
    rate: float = Field(5e-5, gt=0)
    """Highest learning rate of the trunk, or of its low-rank additions."""
    head_rate: float = Field(1e-3, gt=0)
    """Highest learning rate of the last norm and the heads."""
    layer_decay: float = Field(0.75, gt=0, le=1)
    """Factor of the rate from a block to the one below it."""
    weight_decay: float = Field(0.05, ge=0)
    """Weight decay of AdamW; biases and norms have none."""
    warm_up: float = Field(0.1, ge=0, lt=1)
    """Share of the steps in which the rate rises; then it falls by a cosine."""
    drop_path: float = Field(0.0, ge=0, lt=1)
    """Probability that the last block is skipped for a clip; it rises evenly from the first."""
    mean_decay: float = Field(0.999, gt=0, lt=1)
    """Decay of AdamW's mean of squared gradients."""
    clip: float = Field(1.0, gt=0)
    """Largest norm of the gradient."""
    patience: int = Field(5, ge=1)
    """Passes without a better validation after which the training stops."""
    rank: int = Field(16, ge=1)
    """Rank of low-rank additions."""
    balanced: bool = True
    """Draw clips of rare labels as often as those of frequent ones."""
    augment: bool = True
    """Vary the clips that are learned from; their labels follow."""
    checkpointing: bool = False
    """Compute the blocks again in the backward pass instead of keeping their inner results."""
    compiled: bool = False
    """Compile the network by ``torch.compile``."""
    tensorboard: bool = False
    """Write the log for TensorBoard, too."""
    save_every: int = Field(200, ge=1)
    """Steps between checkpoints; there is one after every pass as well."""
    seed: int = Field(0, ge=0)
    """Seed of everything that is drawn at random."""

    @property
    def microbatch(self) -> int:
        """Clips that are computed at once."""
        return -(-self.batch // self.accumulate)

    @property
    def deciding(self) -> dict[str, Any]:
        """Options that decide the weights; a checkpoint belongs to one set of them."""
        return self.model_dump(mode="json", exclude={"save_every", "tensorboard"})


_FROM_WEIGHTS: Final[dict[TrainingRecipe, dict[str, Any]]] = {
    # Rates of a small data set, passes and decay as the authors of VideoMAE tune on Kinetics
    # (``FINETUNE.md`` of MCG-NJU/VideoMAE); five passes are those of the MovieShots models.
    TrainingRecipe.FULL: {"drop_path": 0.1},
    TrainingRecipe.LORA: {"rate": 5e-4, "layer_decay": 1.0},
    TrainingRecipe.PROBE: {"epochs": 50, "batch": 64, "augment": False, "patience": 10},
}
_FROM_SCRATCH: Final[dict[str, Any]] = {
    # On rendered takes (``benchmarks/README.md``). The first passes show no progress, so that
    # patience is as long as the training.
    "epochs": 15,
    "batch": 32,
    "rate": 1e-3,
    "layer_decay": 1.0,
    "mean_decay": 0.99,
    "warm_up": 0.2,
    "patience": 15,
}


def default_options(recipe: TrainingRecipe, *, fresh: bool, **given: Any) -> TrainingOptions:
    """Return the options of a recipe.

    Args:
        recipe: The recipe.
        fresh: True for a base of random weights.
        given: Options that the user gave; None for those that were not given.

    Raises:
        pydantic.ValidationError: An option is out of its range.
    """
    defaults = _FROM_SCRATCH if fresh else _FROM_WEIGHTS[recipe]
    chosen = {name: value for name, value in given.items() if value is not None}
    return TrainingOptions(**{"recipe": recipe, **defaults, **chosen})
