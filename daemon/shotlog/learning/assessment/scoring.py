"""Scores of a model on labelled clips, by the loader and the activation of the daemon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from shotlog.learning.assessment.known_labels import known_labels
from shotlog.learning.assessment.scores import ClipScores
from shotlog.learning.clips import ClipFrames, FramePlan, LabelledClip
from shotlog.models.analysis import DEFAULT_RULES, ModelMeasure
from shotlog.models.catalog import (
    Activation,
    InstalledModel,
    ModelHead,
    Registry,
    Task,
    read_trained_card,
)
from shotlog.models.install import add_folder
from shotlog.models.runtime import DeviceChoice
from shotlog.schema import Family, ModelError, Series

Progress = Callable[[int, int], None]
"""Called with the windows that are scored, and all of them. It may raise to end the work."""


def open_model(folder: Path, family: Family) -> InstalledModel:
    """Return the model in a folder, without adding it to the models of this machine.

    Args:
        folder: Folder of config.json and the weights.
        family: The question, for a folder that ``shotlog train`` did not write.

    Raises:
        ModelMissing: The folder, its config.json or its weights do not exist.
        ModelUnreadable: The files are damaged, or of another layout or task.
        ModelError: The name of the folder is no name of a model.
    """
    tasks = [] if read_trained_card(folder) else [Task(family.value)]
    with TemporaryDirectory() as registry:
        return add_folder(Registry(Path(registry)), folder, tasks, link=True)


def frame_plan(model: InstalledModel) -> FramePlan:
    """Return the plan of the frames that a model sees.

    Raises:
        ModelError: It sees no windows of 16 frames.
    """
    measure = ModelMeasure(model, DeviceChoice("cpu", "fp32"))
    card = model.card
    try:
        assert card.sampling is not None  # noqa: S101 - the measure has refused it
        return FramePlan(card.sampling, measure.need.width, card.resize)
    except ValueError as error:
        raise ModelError(card.name, str(error), "Evaluate a model of sizes or moves.") from error


def find_head(model: InstalledModel, families: Sequence[Family]) -> ModelHead:
    """Return the head that answers the first of these questions that the model answers.

    Raises:
        ModelError: It answers none of them.
    """
    for family in families:
        for head in model.card.heads:
            if head.task.value == family.value:
                return head
    asked = " or ".join(family.value for family in families)
    raise ModelError(
        model.card.name, f"it does not answer {asked}",
        "Choose another model; see: shotlog models list.",
    )  # fmt: skip


def score_clips(
    model: InstalledModel | Path,
    frames: ClipFrames,
    clips: Sequence[LabelledClip],
    family: Family,
    device: str = "auto",
    precision: str = "auto",
    progress: Progress | None = None,
) -> ClipScores:
    """Return the scores of a model for clips.

    Args:
        model: The model, or its folder.
        frames: The frames of the clips, by the plan of the model; clips without windows are left
            out.
        clips: The clips that the frames are of.
        family: The question.
        device: ``auto``, ``cpu``, ``cuda``, ``mps``.
        precision: Of the weights: ``auto``, ``fp32``, ``bf16``, ``fp16``.
        progress: Receives the progress.

    Raises:
        ModelError: The model or the device cannot be used, or it does not answer the question.
        ScoresUnusable: No clip has frames and labels, or a score is no number.
    """
    installed = open_model(model, family) if isinstance(model, Path) else model
    head = find_head(installed, [family])
    told = [family in clip.labels for clip in clips]
    windows = [number for number, window in enumerate(frames.windows) if told[window.clip]]
    names, rows = _run(installed, head, frames, windows, DeviceChoice(device, precision), progress)
    by_clip: dict[int, list[npt.NDArray[np.float32]]] = {}
    for window, row in zip(windows, rows, strict=True):
        by_clip.setdefault(frames.windows[window].clip, []).append(row)
    scored = [clips[number] for number in by_clip]
    truth = known_labels(scored, family, names, one_of_many=head.activation is Activation.SOFTMAX)
    # A label that the model does not know has the score 0.
    scores = np.zeros((len(scored), len(truth.labels)))
    for number, found in enumerate(by_clip.values()):
        scores[number, : len(names)] = np.mean(found, axis=0, dtype=np.float64)
    return ClipScores(
        family=family,
        labels=truth.labels,
        clips=tuple(clip.id for clip in scored),
        films=tuple(clip.film for clip in scored),
        scores=scores,
        truth=truth.holds,
        exclusive=truth.exclusive,
        known=truth.known,
        threshold=DEFAULT_RULES.on if head.threshold is None else head.threshold,
    )


def _run(
    installed: InstalledModel,
    head: ModelHead,
    frames: ClipFrames,
    windows: Sequence[int],
    device: DeviceChoice,
    progress: Progress | None,
) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
    """Return the names of a head's outputs, and (windows, outputs) their scores."""
    measure = ModelMeasure(installed, device)
    rows: list[npt.NDArray[np.float32]] = []
    measure.prepare()
    try:
        for first in range(0, len(windows), measure.batch):
            batch = windows[first : first + measure.batch]
            rows += measure.look([frames[window] for window in batch])
            if progress is not None:
                progress(len(rows), len(windows))
    finally:
        measure.release()
    moments = np.arange(len(rows))
    values = np.array(rows, np.float32).reshape(len(rows), len(measure.columns))
    return measure.scores(Series(Fraction(1), moments, moments, values), head)
