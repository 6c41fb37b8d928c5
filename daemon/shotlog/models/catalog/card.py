"""Model card: the facts about a published model that its own files do not tell."""

from __future__ import annotations

from enum import StrEnum

from shotlog.schema import Model


class Task(StrEnum):
    """Question that a head of a model answers."""

    SIZE = "size"
    MOVEMENT = "movement"
    MOVE = "move"
    MOTION = "motion"


class Activation(StrEnum):
    """Function that turns a head's logits into scores."""

    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"
    IDENTITY = "identity"


class Sampling(StrEnum):
    """Rule that selects the frames of a shot for a model; see :mod:`shotlog.models.analysis`."""

    UNIFORM = "uniform"
    """16 frames, evenly over the whole shot: one window."""

    TWO_SECONDS = "two-seconds"
    """16 frames, evenly over each stretch of at most two seconds."""

    SEGMENTS = "segments"
    """Rule of the motion predictor: a multiple of 16 frames, evenly over the whole shot."""


class Resize(StrEnum):
    """Method that turns a frame into a square."""

    STRETCH = "stretch"
    """Scale both sides to the target, whatever the aspect ratio."""
    COVER = "cover"
    """Scale the shorter side to the target and cut out the middle."""


class ModelHead(Model):
    """One output layer of a model.

    Attributes:
        task: Question that it answers.
        key: Name of the layer in the state dict: ``classifier``, ``scale_cf``, ``head``.
        labels: Key in config.json of the table from id to label: ``id2label``,
            ``scale_id2label``; None for scores without labels.
        activation: Function from logits to scores.
        threshold: Score from which a label of a multi-label head holds; None for other heads.
    """

    task: Task
    key: str
    labels: str | None = "id2label"
    activation: Activation = Activation.SOFTMAX
    threshold: float | None = None


class Licence(Model):
    """Terms under which the weights may be used.

    Attributes:
        name: Licence of the weights themselves, as published; "not stated" where there is none.
        base: Model that they were fine-tuned from; None where they were trained from scratch.
        base_name: Licence of the base model.
        note: Consequence for a user, in one sentence.
    """

    name: str
    base: str | None = None
    base_name: str | None = None
    note: str


class ReportedFigure(Model):
    """Published quality figure, not measured by Shotlog.

    Attributes:
        figure: Metric and data set: ``accuracy, shot scale, MovieShots test``.
        value: Value as published.
        source: Publication that states it.
    """

    figure: str
    value: str
    source: str


class Card(Model):
    """Description of one model.

    Attributes:
        name: Short unique name, for commands and provenance: ``movieshots-multitask``.
        title: Purpose, in one line.
        repo: Repository id on the hub; None for a folder of the user.
        revision: Commit to fetch; None takes the newest.
        files: Names of the required files, config first.
        folders: Folders of the repository to search, in order; the first with the files is used.
        heads: Output layers.
        sampling: Rule that selects the frames of a shot.
        resize: Method that makes frames square.
        mean: Mean of the pixel normalisation (R, G, B, for values 0 to 1); None reads it from the
            checkpoint.
        std: Standard deviation of the normalisation, likewise.
        licence: Terms of use.
        parameters: Number of parameters in millions; None where unknown.
        size_mb: Size of the weights file in MiB; None where unknown.
        reported: Published figures.
        rank: Priority where several models answer one task; the lowest leads.
    """

    name: str
    title: str
    repo: str | None = None
    revision: str | None = None
    files: tuple[str, ...] = ("config.json", "model.safetensors")
    folders: tuple[str, ...] = ("",)
    heads: tuple[ModelHead, ...]
    sampling: Sampling
    resize: Resize
    mean: tuple[float, float, float] | None = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] | None = (0.229, 0.224, 0.225)
    licence: Licence
    parameters: float | None = None
    size_mb: float | None = None
    reported: tuple[ReportedFigure, ...] = ()
    rank: int = 100
