"""Errors of learning; the tree is in :mod:`shotlog.schema.errors`."""

from __future__ import annotations

from shotlog.schema.errors import ShotlogError


class TrainingError(ShotlogError):
    """Nothing can be learned from what was given, or what was learned is refused."""


class LabelsMissing(TrainingError):
    """There is nothing to learn from: nothing was kept or left, or there is one film alone."""

    message = "there is nothing to learn from"
    hint = "Give finished timelines of two films or projects at least. See docs/highlights.md."


class TableUnreadable(TrainingError):
    """A table of a data set is absent or damaged, or lacks columns."""

    message = "this table cannot be read"
    hint = "See docs/highlights.md for the tables and their columns."


class ModelWorse(TrainingError):
    """The model ranks films that it has not seen worse than the heuristic does."""

    message = "the model is worse than the heuristic on films that it has not seen"
    hint = "Give more timelines. Or write it all the same, with --force."


class CalibrationWorse(TrainingError):
    """Calibrated confidences are worse than plain ones on films that they were not fitted on."""

    message = "the calibration is worse than none on films that it has not seen"
    hint = "Give more timelines. Or write it all the same, with --force."


class DataSetUnreadable(TrainingError):
    """A data set is of another format, damaged, or holds no clip that can be used."""

    message = "this data set cannot be read"
    hint = "See docs/training.md for the formats."


class SplitUnusable(TrainingError):
    """A film is in two parts of a split, or there are too few films for three parts."""

    message = "these clips cannot be divided by film"
    hint = "Give clips of three films at least, each in one part."


class CorrectionsUnreadable(TrainingError):
    """A file of corrections cannot be read, or was written by a newer version."""

    message = "these corrections cannot be read"
    hint = "Collect them again with: shotlog corrections collect."


class ProfileUnusable(TrainingError):
    """A profile is not on this machine, is damaged, or is not the one that was asked for."""

    message = "this profile cannot be used"
    hint = "See those on this machine with: shotlog learn --list."


class ProfileWorse(TrainingError):
    """A profile is no better than none on projects that it was not fitted on."""

    message = "what was learned is no better on projects that it has not seen"
    hint = "Collect more corrections. Nothing was changed."


class TrainingInterrupted(TrainingError):
    """A training cannot go on: its checkpoint is damaged, or of another command."""

    message = "this training cannot be resumed"
    hint = "Give the same options as before, or another folder with -o."


class ScoresUnusable(TrainingError):
    """The scores of a model on labelled clips cannot be assessed."""

    message = "these scores cannot be assessed"
    hint = "Check the model with: shotlog models verify. See docs/training.md."


class TrainingMemoryFull(TrainingError):
    """A step of a training does not fit into the memory of its device."""

    message = "a step does not fit into the memory of this device"
    hint = (
        "Double --accumulate, which gives the same model; or add --checkpointing, or give a"
        " smaller --batch."
    )


class TrainingDiverged(TrainingError):
    """The loss of a training is no number any more."""

    message = "the loss is no number any more"
    hint = "Give a lower --rate, or --precision fp32, and another folder with -o."
