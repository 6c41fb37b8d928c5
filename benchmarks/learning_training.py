"""The proof that models are trained: rendered takes of camera moves, from random weights.

A VideoMAE of the size ``random:tiny`` learns seven moves, with true labels and with shuffled ones.
Then the one with true labels is the base for moves that it was never shown, in scenes that it was
never shown: by low-rank additions, and by a linear probe.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import load_file
from transformers import VideoMAEForVideoClassification

from benchmarks.learning_commands import Commands
from benchmarks.learning_footage import MOVES, OTHER_MOVES, Counts, write_takes
from shotlog.learning.assessment import Assessment, ClipScores, assess
from shotlog.learning.clips import (
    ClipFrames,
    DataSet,
    FramePlan,
    LabelledClip,
    Part,
    augment,
    read_data_set,
    read_frames,
)
from shotlog.learning.training import (
    TrainedClassifier,
    TrainingPlan,
    TrainingRecipe,
    Workers,
    build_network,
    default_options,
    plan_training,
    read_base,
    train,
)
from shotlog.models.catalog import Registry
from shotlog.schema import Family, Log, Stopped

FRESH: Final = "random:tiny"
TAKES: Final = Counts(150, 20, 40)
"""Takes of each of :data:`MOVES`."""
OTHER_TAKES: Final = Counts(60, 12, 40)
"""Takes of each of :data:`OTHER_MOVES`."""
OTHER_SEEDS: Final = 100_000
"""Added to the seeds of the takes of other moves: their scenes are others, too."""
STOPPED_AT: Final = 40
"""Step at which a training is interrupted, in the midst of its fifth pass."""

BATCH: Final = 32
"""Clips of a step whose time is taken."""
WEIGHTS: Final = "model.safetensors"


@dataclass
class Quiet:
    """An observer that stops a training after some steps, or never."""

    last: int | None = None
    stage: str = ""
    done: int = 0

    def stopped(self) -> bool:
        """Return True once the last step was made."""
        return self.stage == "train" and self.last is not None and self.done >= self.last

    def on_stage(self, name: str, total: int) -> None:
        """Note the stage."""
        self.stage, self.done = name, 0

    def on_progress(self, done: int, note: str = "") -> None:
        """Note the progress."""
        self.done = done


@dataclass
class Takes:
    """A data set of takes, and their frames.

    Attributes:
        data: The data set.
        folder: Keeps the frames.
    """

    data: DataSet
    folder: Path

    @classmethod
    def render(cls, folder: Path, moves: Sequence[str], counts: Counts, first: int = 0) -> Takes:
        """Render takes; see :func:`write_takes`."""
        listing = write_takes(folder / "takes", moves, counts, first=first)
        return cls(read_data_set("jsonl", listing, [Family.MOVE]), folder / "frames")

    def shuffled(self) -> Takes:
        """Return the same takes, those that are learned from with the labels of one another."""
        learned = [n for n, clip in enumerate(self.data.clips) if clip.part is not Part.TEST]
        drawn = np.random.default_rng(0).permutation(learned).tolist()
        clips = list(self.data.clips)
        for taken, given in zip(learned, drawn, strict=True):
            clips[taken] = replace(clips[taken], labels=self.data.clips[given].labels)
        return Takes(replace(self.data, clips=tuple(clips)), self.folder)

    def frames(self, plan: TrainingPlan) -> ClipFrames:
        """Return the frames for a training; the first call decodes them."""
        size = plan.base.architecture.size
        assert plan.card.sampling is not None  # noqa: S101 - a model of moves has one
        frames = read_frames(
            plan.clips, FramePlan(plan.card.sampling, size, plan.card.resize), self.folder, _ignore
        )
        if frames.problems:
            raise RuntimeError(f"takes could not be read: {frames.problems[0]}")
        return frames


def plan_of(
    takes: Takes,
    folder: Path,
    recipe: TrainingRecipe = TrainingRecipe.FULL,
    base: str = FRESH,
    **options: Any,
) -> TrainingPlan:
    """Return the plan of a training, with the options that the command has by default."""
    return plan_training(
        read_base(base, Registry(folder.parent / "registry")),
        [Family.MOVE],
        default_options(recipe, fresh=base == FRESH, **options),
        takes.data.clips,
        name=folder.name,
        data_sets=[takes.data],
    )


def learn(
    takes: Takes,
    folder: Path,
    recipe: TrainingRecipe = TrainingRecipe.FULL,
    base: str = FRESH,
    watch: Quiet | None = None,
    **options: Any,
) -> TrainedClassifier:
    """Train a model on takes."""
    plan = plan_of(takes, folder, recipe, base, **options)
    return train(plan, takes.frames(plan), folder, Workers("cpu"), watch or Quiet())


def measure(folder: Path, takes: Counts = TAKES) -> Iterator[dict[str, Any]]:
    """Yield the figures of the training, a few at a time.

    Args:
        folder: An empty folder.
        takes: Takes of each of :data:`MOVES`.
    """
    torch.set_num_threads(2)
    own = Takes.render(folder / "moves", MOVES, takes)
    other = Takes.render(folder / "others", OTHER_MOVES, OTHER_TAKES, OTHER_SEEDS)
    models = folder / "models"
    model, spent, used = _timed(lambda: learn(own, models / "moves"))
    yield {
        "train_takes": len(own.data.clips),
        **_f1("train", model),
        "train_majority_f1": tested(model).majority.macro_f1,
        "train_steps": model.state.step,
        "train_seconds": spent,
        "train_processor_seconds": used,
    }
    yield _f1("null", learn(own.shuffled(), models / "null"))
    base = str(model.folder)
    lora = learn(other, models / "lora", TrainingRecipe.LORA, base)
    yield {**_f1("lora", lora), "other_majority_f1": tested(lora).majority.macro_f1}
    yield _f1("probe", learn(other, models / "probe", TrainingRecipe.PROBE, base))
    yield {"resume_identical": resumes_alike(other, models)}
    yield {"transformers_difference": transformers_difference(model, own, folder)}
    yield speeds(own, model, folder / "speeds")
    yield {"daemon_difference": daemon_difference(model, own.data.clips, folder / "daemon")}


def tested(model: TrainedClassifier) -> Assessment:
    """Return the figures on takes that the model has not seen."""
    return assess(test_scores(model))


def test_scores(model: TrainedClassifier) -> ClipScores:
    """Return the scores of takes that the model has not seen."""
    (scores,) = model.scores[Part.TEST]
    return scores


def resumes_alike(takes: Takes, folder: Path) -> bool:
    """Return True if a training that was interrupted has the weights of one that was not."""
    learn(takes, folder / "whole", epochs=6)
    try:
        learn(takes, folder / "resumed", watch=Quiet(STOPPED_AT), epochs=6)
    except Stopped:
        learn(takes, folder / "resumed", epochs=6)
    else:
        raise RuntimeError(f"the training ended before step {STOPPED_AT}")
    one, two = (load_file(folder / name / WEIGHTS) for name in ("whole", "resumed"))
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


def transformers_difference(model: TrainedClassifier, takes: Takes, folder: Path) -> float:
    """Return the largest difference of a score in plain transformers from that of the trainer."""
    plain = VideoMAEForVideoClassification.from_pretrained(model.folder).eval()
    plan = plan_of(takes, folder / "again", base=str(model.folder))
    frames = takes.frames(plan)
    own = test_scores(model)
    numbers = {plan.clips[window.clip].id: n for n, window in enumerate(frames.windows)}
    pixels = np.stack([frames[numbers[name]] for name in own.clips])
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in plan.base.normalisation)
    floats = (torch.from_numpy(pixels).permute(0, 1, 4, 2, 3).float() / 255 - mean) / std
    with torch.inference_mode():
        logits = torch.cat([plain(part).logits for part in torch.split(floats, 32)])
    (question,) = model.questions
    scores = torch.softmax(logits / question.head.temperature, 1).double().numpy()
    return float(np.abs(scores - own.scores).max())


def daemon_difference(
    model: TrainedClassifier, clips: Sequence[LabelledClip], folder: Path
) -> float:
    """Return the largest difference of a score in a real daemon from that of the trainer.

    The model is added and the takes are analysed by the commands, each file as one shot.
    """
    own = test_scores(model)
    paths = {clip.id: clip.path.resolve() for clip in clips}
    shotlog = Commands(folder)
    shotlog.run("models", "add", str(model.folder), "--yes")
    try:
        files = [str(paths[name]) for name in own.clips]
        told = shotlog.run(
            "analyze", *files, "--json", "-", "--tier", "local", "--model", model.folder.name,
            "--device", "cpu", "--precision", "fp32", "--cuts", "off", "--quiet",
        )  # fmt: skip
    finally:
        shotlog.run("daemon", "stop")
    found = _scores_by_path(Log.model_validate_json(told), model.folder.name)
    return max(
        abs(float(found[str(paths[name])][label] - score))
        for name, row in zip(own.clips, own.scores, strict=True)
        for label, score in zip(own.labels, row, strict=True)
    )


def _scores_by_path(log: Log, model: str) -> dict[str, dict[str, float]]:
    if log.problems:
        raise RuntimeError(f"the daemon could not analyse all takes: {log.problems[0]}")
    media = {clip.id: clip.media.path for clip in log.edit.clips if clip.media}
    return {
        media[logged.shot.clip]: finding.scores
        for logged in log.shots
        for finding in logged.findings
        if finding.family is Family.MOVE and model in finding.provenance.analyzer
    }


def speeds(takes: Takes, model: TrainedClassifier, folder: Path) -> dict[str, float]:
    """Return windows a second of processor time, and the time of a step over that of a forward.

    Step and forward alternate, so that the ratio holds whatever else the machine does.
    """
    plan = plan_of(takes, folder / "speeds")
    judged = [clip for clip in plan.clips if clip.part is Part.TEST]
    again = Takes(replace(takes.data, clips=tuple(judged)), folder / "frames")
    decoding = _processor_seconds(lambda: again.frames(replace(plan, clips=tuple(judged))))
    frames, rng = takes.frames(plan), np.random.default_rng(0)
    varying = _processor_seconds(
        lambda: [augment(frames[n], plan.clips[n].labels, rng) for n in range(len(judged))]
    )
    network = build_network(plan.base, model.questions, 0.0)
    optimizer = torch.optim.AdamW(network.parameters())
    batch = torch.from_numpy(np.stack([frames[n] for n in range(BATCH)]))

    def forward() -> None:
        with torch.inference_mode():
            network(batch)

    def step() -> None:
        optimizer.zero_grad()
        torch.autograd.backward(network(batch)[model.questions[0].head.key].square().mean())
        optimizer.step()

    forward()
    step()
    times = np.array([[_processor_seconds(forward), _processor_seconds(step)] for _ in range(20)])
    each = np.median(times, axis=0)
    return {
        "decoded_per_second": len(judged) / decoding,
        "varied_per_second": len(judged) / varying,
        "trained_per_second": BATCH / float(each[1]),
        "step_over_forward": float(each[1] / each[0]),
    }


def _processor_seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _f1(name: str, model: TrainedClassifier) -> dict[str, Any]:
    figure = tested(model).macro_f1
    return {
        f"{name}_f1": figure.mean,
        f"{name}_f1_interval": [round(figure.low, 3), round(figure.high, 3)],
    }


def _timed(work: Callable[[], TrainedClassifier]) -> tuple[TrainedClassifier, float, float]:
    """Return what work returns, its seconds, and its seconds of processor time."""
    began, used = time.monotonic(), time.process_time()
    made = work()
    return made, time.monotonic() - began, time.process_time() - used


def _ignore(done: int, total: int) -> None:
    """Progress is of no interest here."""
