"""Description of a picture by the first layers of the face detector's network.

CenterFace (:mod:`shotlog.analyzers.faces`) begins with the layers of a MobileNetV2 (Sandler et al.,
CVPR 2018), which answer to edges, textures, parts of bodies and things. How strongly each of their
channels answers on average over the picture, and how much that varies, tells a landscape from a
flower (``benchmarks/fit_whole_picture.py``). Nothing is downloaded, and the layers behind, which
search for faces, are not run.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.analyzers.faces import INPUT, open_network
from shotlog.schema import Pixels

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

LAYERS = {"387": 24, "413": 32, "474": 96, "500": 160}
"""Values between the network's layers, with their channels, at a 4th, 8th, 16th and 32nd of the
input's size."""

FEATURES = tuple(
    f"{figure} {layer}.{channel}"
    for figure in ("mean", "spread")
    for layer, channels in LAYERS.items()
    for channel in range(channels)
)
"""Names of the numbers of a description."""

_SIDE, _MULTIPLE = 256, 32
"""Longer side of the input, in pixels; both sides are multiples of 32, the last layers' stride. A
smaller picture costs less and tells less (``benchmarks/README.md``)."""


@cache
def _load_layers() -> InferenceSession:
    return open_network(tuple(LAYERS))


def describe_picture(picture: Pixels) -> npt.NDArray[np.float64]:
    """Return (624,) means, then standard deviations, of the channels: see :data:`FEATURES`.

    Args:
        picture: (h, w, 3) RGB, without bars.

    Raises:
        AnalyzerError: The network cannot be loaded.
    """
    scale = _SIDE / max(picture.shape[:2])
    height, width = (
        max(_MULTIPLE, round(side * scale / _MULTIPLE) * _MULTIPLE) for side in picture.shape[:2]
    )
    # Below a half, linear interpolation skips pixels and aliases; area cannot enlarge.
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(picture, (width, height), interpolation=how)
    batch = np.ascontiguousarray(small.transpose(2, 0, 1)[None], dtype=np.float32)
    answers = [np.asarray(found)[0] for found in _load_layers().run(None, {INPUT: batch})]
    means = [answer.mean(axis=(1, 2), dtype=np.float64) for answer in answers]
    spreads = [answer.std(axis=(1, 2), dtype=np.float64) for answer in answers]
    return np.concatenate([*means, *spreads])
