"""A training from its plan to a folder that can be added as a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from shotlog.learning.assessment import assess
from shotlog.learning.clips import LearnedFilms, Part, read_learned_films
from shotlog.learning.training.checkpoints import TrainingState
from shotlog.learning.training.examples import Examples, PartWindows, TrainingInputs
from shotlog.learning.training.export import write_texts, write_weights
from shotlog.learning.training.loop import Loop, Watch, memory_told
from shotlog.learning.training.model_card import write_model_card
from shotlog.learning.training.network import TrainedNetwork, build_network
from shotlog.learning.training.options import TrainingRecipe
from shotlog.learning.training.output import TRAINING, prepare_folder
from shotlog.learning.training.plan import TrainedClassifier, TrainingPlan
from shotlog.learning.training.recipes import make_optimizer, merge_additions, prepare_recipe
from shotlog.learning.training.scoring import clip_scores, fit_head, window_logits
from shotlog.learning.training.workers import Workers
from shotlog.schema import LabelsMissing, Stopped


class PlacedWindow(Protocol):
    """A window of a clip."""

    @property
    def clip(self) -> int:
        """Number of its clip."""


class TrainingFrames(Protocol):
    """Frames of the windows of clips, by number."""

    @property
    def windows(self) -> Sequence[PlacedWindow]:
        """The windows."""

    def __getitem__(self, window: int, /) -> npt.NDArray[np.uint8]:
        """Return (frames, side, side, 3) RGB."""


def train(
    plan: TrainingPlan,
    frames: TrainingFrames,
    folder: Path,
    workers: Workers,
    watch: Watch,
) -> TrainedClassifier:
    """Train a model, write it, and return it with its scores; a training that was begun goes on.

    Args:
        plan: The plan.
        frames: Frames of the windows of ``plan.clips``.
        folder: Folder of the model.
        workers: The processes that share the work.
        watch: Observer.

    Raises:
        ModelUnreadable: The weights of the base do not fit its config.
        TrainingError: A package is missing, or one of those of :meth:`Loop.run`.
        Stopped: The observer stopped it; the same call goes on.
        OutputNotWritable: The folder cannot be written, or holds something else.
        DiskFull: The disk is full.
    """
    prepare_folder(folder)
    owners = [window.clip for window in frames.windows]
    families = [question.family for question in plan.questions]
    parts = {part: PartWindows.of(plan.clips, owners, part, families) for part in Part}
    learned, options = parts[Part.TRAIN], plan.options
    if not learned.clips or not parts[Part.VAL].clips:
        raise LabelsMissing(folder.name, "no clip of a part could be read")
    torch.manual_seed(options.seed)
    network = build_network(plan.base, plan.questions, options.drop_path)
    module = prepare_recipe(network, options)
    network.to(workers.device)
    with memory_told(folder.name):
        inputs = _inputs(plan, network, frames, workers, watch)
    loop = Loop(
        module,
        make_optimizer(network, options),
        Examples(
            inputs, learned, plan.questions, options, (workers.rank, workers.count)
        ),
        (inputs, parts[Part.VAL]),
        plan.questions,
        options,
        workers,
        folder / TRAINING,
        watch,
    )  # fmt: skip
    state = loop.run(plan.command)
    merge_additions(network)
    return _finish(plan, network, module, inputs, parts, folder, state, workers)


def _inputs(
    plan: TrainingPlan,
    network: TrainedNetwork,
    frames: TrainingFrames,
    workers: Workers,
    watch: Watch,
) -> TrainingInputs:
    """Return the inputs of the module: frames, or for a probe what its trunk makes of them."""
    if plan.options.recipe is not TrainingRecipe.PROBE:
        return frames
    done = 0
    watch.on_stage("look", len(frames.windows))

    def progress(windows: int) -> None:
        nonlocal done
        done += windows
        watch.on_progress(done)
        if watch.stopped():
            raise Stopped(plan.card.name, hint="Run the same command again.")

    pooled = window_logits(
        _Pooled(network.trunk), frames, range(len(frames.windows)), plan.options.microbatch,
        workers.device, workers.precision, progress,
    )  # fmt: skip
    return pooled[_Pooled.KEY]


class _Pooled(nn.Module):
    """A trunk whose output has a name, as that of other modules has."""

    KEY: Final = "pooled"

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        self.trunk = trunk

    def forward(self, frames: torch.Tensor) -> dict[str, torch.Tensor]:
        return {self.KEY: self.trunk(frames)}


def _finish(
    plan: TrainingPlan,
    network: TrainedNetwork,
    module: nn.Module,
    inputs: TrainingInputs,
    parts: dict[Part, PartWindows],
    folder: Path,
    state: TrainingState,
    workers: Workers,
) -> TrainedClassifier:
    """Fit temperatures, take the scores, and write the model."""
    # In float32 whatever the training was: scores are judged and calibrated once, and exactly.
    logits = {
        part: window_logits(
            module, inputs, parts[part].all_windows, plan.options.microbatch, workers.device
        )
        for part in (Part.VAL, Part.TEST)
        if parts[part].clips
    }
    questions = tuple(
        fit_head(question, logits[Part.VAL][question.head.key], parts[Part.VAL])
        for question in plan.questions
    )
    scores = {
        part: tuple(
            told
            for q in questions
            if (told := clip_scores(q, logits[part][q.head.key], parts[part])) is not None
        )
        for part in logits
    }
    heads = tuple(question.head for question in questions)
    card = plan.card.model_copy(update={"heads": heads})
    figures = tuple(assess(judged) for judged in scores.get(Part.TEST, ()))
    trained = TrainedClassifier(folder, card, questions, state, scores, figures)
    if workers.main:
        write_weights(folder, network.canonical(), questions)
        text = write_model_card(plan, trained, parts)
        write_texts(folder, plan.base, questions, card, text, _films(plan))
    workers.wait()
    return trained


def _films(plan: TrainingPlan) -> LearnedFilms:
    """Return the films of the training, and those that its base has learned from."""
    own, outline = LearnedFilms.of(plan.clips), plan.base.outline
    earlier = None if outline is None else read_learned_films(outline.weights.parent)
    return own if earlier is None else LearnedFilms.together((own, earlier))
