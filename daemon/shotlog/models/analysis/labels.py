"""Names of a head's outputs: the checkpoint's labels in Shotlog's vocabulary."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shotlog.models.analysis.decisions import MOTION_SCORES
from shotlog.models.catalog import Card, ModelHead, Task
from shotlog.schema import UNDEFINED, VOCABULARIES, Family, ModelUnreadable


def name_outputs(card: Card, head: ModelHead, labels: Sequence[str]) -> tuple[str, ...]:
    """Return the names of a head's outputs, in the checkpoint's order.

    A label may be spelled as in Shotlog (``LS``, ``pan_left``) or as displayed (``Long Shot``,
    ``Pan Left``), in any letter case.

    Args:
        card: Card of the model, for its name.
        head: The head.
        labels: Labels of the checkpoint; empty where it has none.

    Raises:
        ModelUnreadable: A label is not in the vocabulary, occurs twice, or all are missing.
    """
    # The motion predictor's config has no labels.
    if head.task is Task.MOTION and not labels:
        return MOTION_SCORES
    known = _spellings(head.task)
    names = tuple(known.get(_normalise(label), "") for label in labels)
    unknown = [label for label, name in zip(labels, names, strict=True) if not name]
    if unknown or len(set(names)) < len(names) or not set(names) - {UNDEFINED}:
        raise ModelUnreadable(
            card.name,
            f"its head '{head.key}' cannot answer for {head.task.value}: "
            + (f"it says {', '.join(unknown)}" if unknown else "its labels are missing or doubled"),
            "Choose another --task, or use these words in its config.json: "
            f"{', '.join(_names(head.task))}.",
        )
    return names


def read_label(family: Family, text: str) -> str | None:
    """Return the name of a label, spelled as for :func:`name_outputs`; None for an unknown one."""
    return _spellings(Task(family.value)).get(_normalise(text))


def _names(task: Task) -> tuple[str, ...]:
    return MOTION_SCORES if task is Task.MOTION else VOCABULARIES[Family(task.value)].names


def _spellings(task: Task) -> dict[str, str]:
    """Return the names by every spelling, normalised."""
    if task is Task.MOTION:
        return {name: name for name in MOTION_SCORES}
    labels = VOCABULARIES[Family(task.value)].labels
    return {_normalise(way): label.name for label in labels for way in (label.display, label.name)}


def _normalise(label: str) -> str:
    return re.sub(r"[\s_-]+", " ", label).strip().casefold()
