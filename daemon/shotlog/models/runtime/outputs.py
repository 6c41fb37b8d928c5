"""The output of a model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Answer = dict[str, npt.NDArray[np.float32]]
"""What a model says of one window: its embedding, and the logits of every head."""
