"""The real Cog server with a tiny predictor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.remote.cog import running_cog

PREDICTOR = """
import io, time, warnings
import av
from cog import BaseRunner, Input, Path

class Runner(BaseRunner):
    def run(self, video: Path = Input(), return_all_scores: bool = Input(default=False),
            task: str = Input(default="size")) -> dict:
        with av.open(str(video)) as film:
            frames = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
        assert len(frames) == 16 and frames[0].shape == (224, 224), len(frames)
        bright = float(sum(frame.mean() for frame in frames)) / (16 * 255)
        assert bright > 0.02, "too dark"
        rest = (1 - bright) / 4
        scores = {"Close-up": bright, "Extreme Close-up": rest, "Full Shot": rest,
                  "Long Shot": rest, "Medium Shot": rest}
        if task == "move":
            return {"scores": {"Pan Left": bright, "shake": 1.0, "undefined": 0.0}}
        if task == "movement":
            movements = {"Static": bright, "Push": 1 - bright, "Pull": 0.0, "Motion": 0.0}
            return {"tasks": {"size": {"scores": scores}, "movement": {"scores": movements}}}
        out = {"shot_type": max(scores, key=scores.get), "confidence": max(scores.values())}
        if return_all_scores:
            out["all_scores"] = scores
        return out
"""


@contextmanager
def cog_serving(folder: Path) -> Iterator[str]:
    """A Cog server that runs until the block ends; yields its address."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "predict.py").write_text(PREDICTOR)
    with running_cog(folder, "predict.py:Runner", folder / "log") as running:
        assert running.health()["status"] == "READY", (folder / "log").read_text()
        yield running.url
