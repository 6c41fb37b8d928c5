"""A small data set in the form of every installed reader; the media are empty files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from shotlog.schema import Family


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def shot(scale: str, movement: str) -> dict[str, object]:
    """Return an entry of MovieShots; its values are in another order than any model's."""
    return {"scale": {"label": scale, "value": 4}, "movement": {"label": movement, "value": 0}}


def write_movieshots(folder: Path, name: str = "v1_split_trailer.json") -> Path:
    table = {
        "train": {"tt01": {"0001": shot("CS", "Static"), "0002": shot("LS", "Push")}},
        "val": {"tt02": {"0003": shot("MS", "Motion")}},
        "test": {"tt03": {"0004": shot("FS", "Pull")}},
    }
    for films in table.values():
        for film, shots in films.items():
            for number in shots:
                touch(folder / "trailer" / film / f"shot_{number}.mp4")
    (folder / name).write_text(json.dumps(table))
    return folder


def write_kinetics(folder: Path) -> Path:
    lines = {"train": "a one.mp4 CS\nb.mp4 LS\n", "val": "c.mp4,MS\n", "test": "d.mp4\tFS\n"}
    for part, text in lines.items():
        (folder / f"{part}.csv").write_text(text)
    for name in ("a one.mp4", "b.mp4", "c.mp4", "d.mp4"):
        touch(folder / name)
    return folder


def write_folders(folder: Path) -> Path:
    for place in (
        "CS/heat/1.mov",
        "Long Shot/heat/2.mov",
        "medium_shot/ran/3.mov",
        "FS/alien/4.mov",
    ):
        touch(folder / place)
    return folder


def write_json_lines(folder: Path) -> Path:
    rows: list[Mapping[str, object]] = [
        {"media": "a.mov", "start": "0", "end": "1001/24", "labels": {"size": "CS"}},
        {"media": "a.mov", "start": 50, "end": 52, "labels": {"scale": ["LS"]}},
        {"media": "b.mov", "label": "Medium Shot", "film": "ran", "part": "train"},
        {"media": "c.mov", "end": 2.1, "labels": {"size": "FS"}},
    ]
    for name in "abc":
        touch(folder / f"{name}.mov")
    path = folder / "clips.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def write_camera_bench(folder: Path) -> Path:
    rows = {
        "Move_In": {"a.0.1": "Yes", "a.0.2": "No"},
        "Zoom_In": {"a.0.1": "Yes", "b.3": "No"},
        "Pan_Left": {"a.0.2": "Yes", "b.3": "Yes", "c.0.0": "No"},
        "Static": {"c.0.0": "Yes"},
    }
    for primitive, videos in rows.items():
        write_primitive(folder, primitive, *videos.items())
        for video in videos:
            touch(folder / "videos" / f"{video}.mp4")
    return folder


def write_primitive(folder: Path, primitive: str, *videos: tuple[str, str]) -> None:
    lines = (
        {"image": f"/data/of/its/authors/{video}.mp4", "label": label, "task": primitive}
        for video, label in videos
    )
    file = touch(folder / "binary_classification" / f"{primitive}.jsonl")
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))


@dataclass(frozen=True)
class MadeSet:
    """A data set of four clips.

    Attributes:
        write: Writes it into a folder, and returns what to read.
        family: The family of its labels.
        labels: The labels of its clips, sorted.
    """

    write: Callable[[Path], Path]
    family: Family = Family.SIZE
    labels: tuple[str, ...] = ("CS", "FS", "LS", "MS")


MADE: Mapping[str, MadeSet] = {
    "camerabench": MadeSet(
        write_camera_bench,
        Family.MOVE,
        ("dolly_in", "pan_left", "pan_left", "static", "zoom_in"),
    ),
    "folders": MadeSet(write_folders),
    "jsonl": MadeSet(write_json_lines),
    "kinetics-list": MadeSet(write_kinetics),
    "movieshots": MadeSet(write_movieshots),
}
"""By reader."""
