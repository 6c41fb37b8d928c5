"""The place of a picture that stands out, by the spectral residual."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.schema import Pixels

_SIDE: Final = 64
"""Side of the picture in pixels, as in the paper: what is smaller than a 64th does not count."""
_AVERAGE: Final = 3
"""Side of the filter that averages the log spectrum, as in the paper."""
_BLUR: Final = 2.5
"""Standard deviation of the blur of the map, in its pixels, as in the paper."""
_TOP: Final = 0.9
"""Quantile of the map from which a place stands out."""

SURE: Final = 1e-9


def find_salient(picture: Pixels) -> tuple[float, float, float]:
    """Return the centre of what stands out, and its spread.

    Hou and Zhang, "Saliency Detection: A Spectral Residual Approach", CVPR 2007: what a smoothed
    log spectrum does not predict. Here of each colour channel, as things differ in colour too.

    Args:
        picture: (h, w, 3) RGB, without bars.

    Returns:
        Horizontal and vertical centre in shares of the picture, and the mean distance of what
        stands out from it, in the same: 0 for a point, about 0.38 for the whole picture.
    """
    small = cv2.resize(picture, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    saliency = sum(_residual(small[..., n].astype(np.float64)) for n in range(small.shape[2]))
    return centre_of(np.asarray(saliency))


def centre_of(weights: npt.NDArray[np.float64], top: float = _TOP) -> tuple[float, float, float]:
    """Return the centre of the greatest values of a map and their mean distance from it, in shares.

    Args:
        weights: (h, w) values, none negative.
        top: Quantile from which values count.
    """
    counted = np.where(weights >= np.quantile(weights, top), weights, 0)
    total = counted.sum()
    if total <= SURE:
        return 0.5, 0.5, 1.0
    height, width = weights.shape
    xs, ys = (np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height
    x, y = float(counted.sum(0) @ xs / total), float(counted.sum(1) @ ys / total)
    distance = np.hypot(xs[None, :] - x, ys[:, None] - y)
    return x, y, float((counted * distance).sum() / total)


def _residual(channel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spectrum = np.fft.fft2(channel)
    logs = np.log(np.abs(spectrum) + SURE)
    residual = logs - cv2.blur(logs, (_AVERAGE, _AVERAGE))
    back = np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))
    return np.asarray(cv2.GaussianBlur(np.abs(back) ** 2, (0, 0), _BLUR), np.float64)
