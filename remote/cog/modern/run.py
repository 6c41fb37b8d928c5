"""Shot sizes and camera moves of clips, by several models, in the format of Cog's ``run:``."""

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from cog import BaseRunner, Input, Path, concurrent

from shot_classifier import (
    Answer,
    CheckpointUnusable,
    Classifier,
    ClipUnreadable,
    choose_precision,
    describe_size,
    read_clip,
)


class Runner(BaseRunner):
    """Answers of one of the models for one clip or for several."""

    def setup(self, weights: Path | None = None) -> None:
        """Load and test every model in the folder ``models``, or in that of ``COG_WEIGHTS``."""
        root = Path(weights or "models")
        folders = sorted(config.parent for config in root.glob("*/config.json"))
        if not folders:
            raise CheckpointUnusable(
                f"there is no model in {root}: put a folder with config.json and "
                "model.safetensors there for each"
            )
        loaded = [Classifier(folder, *choose_precision()) for folder in folders]
        self.classifiers = {each.name: each for each in loaded}
        self.turn = asyncio.Lock()
        # By name in reverse, so that of each task the first model stays.
        by_name = sorted(loaded, key=lambda each: each.name, reverse=True)
        self.by_task = {task: each for each in by_name for task in each.tasks}
        # Models of shot sizes first, because that is the question of most clients.
        self.first = self.by_task.get("size", by_name[-1])

    def healthcheck(self) -> bool:
        """Return whether the device still computes; a GPU that is lost raises an error."""
        return float(torch.ones(2, device=choose_precision()[0]).sum()) == 2.0

    # Twice what Shotlog sends at once: clips are read while the device is busy with another one,
    # and nobody is turned away. Cog reads this as text: it wants a number and no name, and takes a
    # bare dict for any JSON object, dict[str, Any] for one of objects.
    @concurrent(max=8)
    async def run(
        self,
        video: Path | None = Input(description="Clip of one shot", default=None),
        videos: list[Path] = Input(
            description="Several clips, each of one shot, instead of one", default=[]
        ),
        model: str = Input(
            description="Name of the model; empty for the first of the task", default=""
        ),
        task: str = Input(
            description="Question, where no model is named: size, movement or move; empty for size",
            default="",
        ),
        return_all_scores: bool = Input(
            description="Return the scores of all labels, not of the best alone", default=True
        ),
    ) -> dict:  # type: ignore[type-arg]
        """Return the answers for a clip, or ``clips`` with the answers or the error of each."""
        classifier = self._choose(model, task)
        if (video is None) == (not videos):
            raise ValueError("give either one clip as video, or several as videos")
        if video is None:
            several = await self._answer(classifier, videos, return_all_scores)
            return {
                "clips": [
                    {"error": str(e)} if isinstance(e, ClipUnreadable) else e for e in several
                ]
            }
        (only,) = await self._answer(classifier, [video], return_all_scores)
        if isinstance(only, ClipUnreadable):
            raise only
        return only

    def _choose(self, model: str, task: str) -> Classifier:
        if model and model not in self.classifiers:
            raise ValueError(f"there is no model {model}; there are {', '.join(self.classifiers)}")
        if not model and not task:
            return self.first
        if not model and task not in self.by_task:
            raise ValueError(f"no model answers for {task}; they do for {', '.join(self.by_task)}")
        chosen = self.classifiers[model] if model else self.by_task[task]
        if task and task not in chosen.tasks:
            raise ValueError(f"{model} answers for {', '.join(chosen.tasks)}, not for {task}")
        return chosen

    async def _answer(
        self, classifier: Classifier, videos: Sequence[Path], scores: bool
    ) -> list[dict[str, Any] | ClipUnreadable]:
        """Return the description of each clip, or the reason why there is none."""
        read = [await asyncio.to_thread(_read, video, classifier.side) for video in videos]
        clips = [clip for clip in read if not isinstance(clip, ClipUnreadable)]
        async with self.turn:
            answers = iter(await asyncio.to_thread(classifier.classify, clips))
        return [
            clip
            if isinstance(clip, ClipUnreadable)
            else _describe(classifier, next(answers), scores)
            for clip in read
        ]


def _read(video: Path, side: int) -> npt.NDArray[np.uint8] | ClipUnreadable:
    try:
        return read_clip(video, side)
    except ClipUnreadable as error:
        return error


def _describe(classifier: Classifier, answers: dict[str, Answer], scores: bool) -> dict[str, Any]:
    """Return the answers by task with model and version; the size also as the original tells it."""
    if not scores:
        answers = {
            task: {key: value for key, value in answer.items() if key != "scores"}
            for task, answer in answers.items()
        }
    described = {"model": classifier.name, "version": classifier.version, "tasks": answers}
    if size := answers.get("size"):
        described |= describe_size(size)
        described |= {"scores": size["scores"]} if scores else {}
    return described
