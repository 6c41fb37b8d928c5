"""Type of a model's output."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

ModelOutput = dict[str, npt.NDArray[np.float32]]
"""Output for one window: "embedding" (d,), and the logits (n,) of every head."""
