"""What the outputs of a head are called: the checkpoint's labels in Shotlog's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shotlog.models.analysis.decisions import AMOUNTS
from shotlog.models.catalog import Card, Head, Task
from shotlog.schema import UNDEFINED, VOCABULARIES, Family, ModelUnreadable


def answers_of(card: Card, head: Head, labels: Sequence[str]) -> tuple[str, ...]:
    """Names of a head's outputs, in the checkpoint's order.

    A label may be written as Shotlog writes it (``LS``, ``pan_left``) or as people read it (``Long
    Shot``, ``Pan Left``), in small or capital letters.

    Args:
        card: The model, for its name.
        head: The head.
        labels: As the checkpoint has them; empty where it has none.

    Raises:
        ModelUnreadable: a label is no word of the task, stands twice, or all are missing.
    """
    if head.task is Task.MOTION and not labels:
        return AMOUNTS
    known = _words(head.task)
    names = tuple(known.get(_plain(label), "") for label in labels)
    strange = [label for label, name in zip(labels, names, strict=True) if not name]
    if strange or len(set(names)) < len(names) or not set(names) - {UNDEFINED}:
        raise ModelUnreadable(
            card.name,
            f"its head '{head.key}' cannot answer for {head.task.value}: "
            + (f"it says {', '.join(strange)}" if strange else "its labels are missing or doubled"),
            "Choose another --task, or use these words in its config.json: "
            f"{', '.join(_names(head.task))}.",
        )
    return names


def _names(task: Task) -> tuple[str, ...]:
    return AMOUNTS if task is Task.MOTION else VOCABULARIES[Family(task.value)].names


def _words(task: Task) -> dict[str, str]:
    """By every way in which it may be written, the name."""
    if task is Task.MOTION:
        return {name: name for name in AMOUNTS}
    labels = VOCABULARIES[Family(task.value)].labels
    return {_plain(way): label.name for label in labels for way in (label.display, label.name)}


def _plain(label: str) -> str:
    return re.sub(r"[\s_-]+", " ", label).strip().casefold()
