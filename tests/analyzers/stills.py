"""The labelled stills of the footage that the project is developed with."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from shotlog.schema import Pixels
from tests.analyzers.portraits import fitted

_OURS = {"ECU": "ECS", "CU": "CS"}


class LabelledStill(NamedTuple):
    """A still, and the sizes that are right for it; some have neither a face nor none for sure."""

    name: str
    sizes: frozenset[str]
    face: bool
    faceless: bool
    pixels: Pixels


def labelled_stills(data: Path) -> list[LabelledStill]:
    with (data / "video" / "labels.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["task"] == "scale"]
    return [
        LabelledStill(
            name=row["file"],
            sizes=frozenset(_OURS.get(n, n) for n in (row["label"], *row["alt"].split("|"))),
            face=row["kind"] == "person" and not row["faces"].startswith("0"),
            faceless=row["faces"] == "0",
            pixels=fitted(data / "video" / row["file"]),
        )
        for row in rows
    ]
