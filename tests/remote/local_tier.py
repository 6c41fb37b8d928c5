"""What Shotlog's own tier sees of a clip, and what it answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from shotlog.media import FrameReader
from shotlog.models.analysis import sample_uniform
from shotlog.models.catalog import Activation
from shotlog.models.videomae import load
from shotlog.schema import FrameNeed, Pixels
from tests.media.material import EVERYTHING, opened
from tests.models.checkpoints import Made, Size

SMALL = Size(embedding=48, depth=2, heads=4, mlp=96, side=224)
"""A model that sees what the published ones see, and takes milliseconds."""

NEED = FrameNeed(width=SMALL.side, height=SMALL.side, pixels="rgb", fit="stretch")


def local_frames(path: Path) -> Pixels:
    """Return the 16 frames (16, 224, 224, 3) uint8 that the local tier shows a model."""
    media = opened(path)
    assert media.video is not None
    frames = {frame.start: frame.pixels(NEED) for frame in FrameReader(media, [EVERYTHING])}
    length = max(frames) + 1 / media.video.rate - EVERYTHING.start
    shot = EVERYTHING.model_copy(update={"duration": length})
    return np.stack([frames[moment] for moment in sample_uniform(shot, media.video).frames])


def local_scores(made: Made, path: Path) -> dict[str, dict[str, float]]:
    """Return the scores of the local tier by task and label of the checkpoint."""
    model = load(made.folder, made.card)
    with torch.inference_mode():
        logits = model.network(torch.from_numpy(local_frames(path)[None]))
    return {
        head.task.value: dict(
            zip(
                model.labels[head.key],
                (
                    torch.sigmoid(logits[head.key][0])
                    if head.activation is Activation.SIGMOID
                    else torch.softmax(logits[head.key][0], 0)
                ).tolist(),
                strict=True,
            )
        )
        for head in made.card.heads
    }
