"""A model card: everything about a published model that its files do not tell."""

from __future__ import annotations

from enum import StrEnum

from shotlog.schema import Model


class Task(StrEnum):
    """What a head answers."""

    SIZE = "size"
    MOVEMENT = "movement"
    MOVE = "move"
    MOTION = "motion"


class Activation(StrEnum):
    """How a head's logits become scores."""

    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"
    IDENTITY = "identity"


class Sampling(StrEnum):
    """Which frames of a shot the model's authors looked at; see ``models/sampling.py``."""

    UNIFORM = "uniform"
    """16 frames, evenly over the whole shot: one window."""

    TWO_SECONDS = "two-seconds"
    """16 frames, evenly over each stretch of at most two seconds."""

    SEGMENTS = "segments"
    """The motion predictor's rule: a multiple of 16 frames, evenly over the whole shot."""


class Resize(StrEnum):
    """How a frame becomes a square."""

    STRETCH = "stretch"
    COVER = "cover"


class Head(Model):
    """One output of a model.

    Attributes:
        task: What it answers.
        key: Name of its layer in the state dict: ``classifier``, ``scale_cf``, ``head``.
        labels: Key of the config that maps an id to its label: ``id2label``,
            ``scale_id2label``; None for scores that have no labels.
        activation: From logits to scores.
        threshold: Score from which a label of a multi-label head holds; None for the others.
    """

    task: Task
    key: str
    labels: str | None = "id2label"
    activation: Activation = Activation.SOFTMAX
    threshold: float | None = None


class Licence(Model):
    """Under which terms weights may be used.

    Attributes:
        name: Of the weights themselves, as their publisher has it; "not stated" where none is.
        base: The model that they were fine-tuned from; None where they were not.
        base_name: Its licence.
        note: What follows for a user, in a sentence.
    """

    name: str
    base: str | None = None
    base_name: str | None = None
    note: str


class Reported(Model):
    """A figure that others published; nothing that was measured here.

    Attributes:
        figure: What was measured, on what: ``accuracy, shot scale, MovieShots test``.
        value: As published.
        source: Where it stands.
    """

    figure: str
    value: str
    source: str


class Card(Model):
    """One model.

    Attributes:
        name: Short, unique, for commands and provenance: ``movieshots-multitask``.
        title: What it does, in a line.
        repo: Its id on the hub, or None for a folder of the user's own.
        revision: The commit that was read; None takes the newest.
        files: Names of the files that are needed, config first.
        folders: Folders of the repository where they may lie; the first that has them counts.
        heads: What it answers.
        sampling: Which frames it sees.
        resize: How they become squares.
        mean: Of the normalisation, R G B; None reads it from the checkpoint.
        std: See mean.
        licence: Terms.
        parameters: How many, in millions; None where nobody has counted.
        size_mb: Of the weights' file, in MiB; None likewise.
        reported: Published figures.
        rank: Where models disagree on a task, the lowest speaks first.
    """

    name: str
    title: str
    repo: str | None = None
    revision: str | None = None
    files: tuple[str, ...] = ("config.json", "model.safetensors")
    folders: tuple[str, ...] = ("",)
    heads: tuple[Head, ...]
    sampling: Sampling
    resize: Resize
    mean: tuple[float, float, float] | None = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] | None = (0.229, 0.224, 0.225)
    licence: Licence
    parameters: float | None = None
    size_mb: float | None = None
    reported: tuple[Reported, ...] = ()
    rank: int = 100
