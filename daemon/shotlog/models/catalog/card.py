"""Model card: the facts about a published model that its own files do not tell."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from shotlog.schema import Model


class Task(StrEnum):
    """Task of a model: the question that one of its heads answers, or search by words."""

    SIZE = "size"
    MOVEMENT = "movement"
    MOVE = "move"
    MOTION = "motion"
    IMAGE_TEXT = "image-text"
    """Search by words, and shot sizes zero-shot: pictures and texts become vectors of one space.
    It has no head."""


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
        temperature: Divisor of the logits, by which scores agree with how often they are right
            (Guo et al., On Calibration of Modern Neural Networks, ICML 2017); 1 as published.
    """

    task: Task
    key: str
    labels: str | None = "id2label"
    activation: Activation = Activation.SOFTMAX
    threshold: float | None = None
    # Left out where it changes nothing, so that evidence of heads without one stays in the cache.
    temperature: float = Field(default=1.0, gt=0, exclude_if=lambda value: value == 1.0)


class TextInput(Model):
    """Preparation of a text for an image-text model.

    Attributes:
        template: Sentence that the model was evaluated with, ``{}`` in place of the query.
        lowercase: True for a model that was trained with lower-case texts.
        start: Token before the text; None for a model without one.
        end: Token after it.
        padding: Token that fills the text up to the model's length; None for a model whose answer
            does not depend on what follows ``end``.
    """

    template: str = "{}"
    lowercase: bool = False
    start: str | None = None
    end: str
    padding: str | None = None


class SizeCalibration(Model):
    """Calibration of the sizes that an image-text model answers, by ``benchmarks/fit_words.py``.

    Attributes:
        temperature: Divisor of the logits, by which probabilities agree with how often they are
            right (Guo et al., On Calibration of Modern Neural Networks, ICML 2017).
        threshold: Probability from which a size is named.
        measured_on: Pictures that it was measured on, and the accuracy on sources that the fit had
            not seen, for people.
        prompts: Digest of the sentences that it was measured with; it counts for no others.
    """

    temperature: float = Field(gt=0)
    threshold: float = Field(ge=0, le=1)
    measured_on: str
    prompts: str


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
        files: Names of the required files: config first, then other JSON files, weights last.
        folders: Folders of the repository to search, in order; the first with the files is used.
        heads: Output layers; none for an image-text model.
        text: Preparation of texts, for an image-text model; None for others.
        sizes: Calibration of its sizes, for an image-text model; None where nobody measured it.
        sampling: Rule that selects the frames of a shot; None for an image-text model, which sees
            single frames.
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
    heads: tuple[ModelHead, ...] = ()
    text: TextInput | None = None
    sizes: SizeCalibration | None = None
    sampling: Sampling | None = None
    resize: Resize
    mean: tuple[float, float, float] | None = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] | None = (0.229, 0.224, 0.225)
    licence: Licence
    parameters: float | None = None
    size_mb: float | None = None
    reported: tuple[ReportedFigure, ...] = ()
    rank: int = 100

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if (self.text is None) == (self.sampling is None) or (self.text and self.heads):
            raise ValueError("a card has a sampling and heads, or the preparation of texts")
        if self.sizes and not self.text:
            raise ValueError("a model with heads answers sizes by a head, without a calibration")
        return self

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Its tasks, each once."""
        if self.text is not None:
            return (Task.IMAGE_TEXT,)
        return tuple(dict.fromkeys(head.task for head in self.heads))
