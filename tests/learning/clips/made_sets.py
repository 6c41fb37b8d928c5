"""A small data set in the form of every installed reader; the media are empty files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path


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


MADE: Mapping[str, Callable[[Path], Path]] = {
    "folders": write_folders,
    "jsonl": write_json_lines,
    "kinetics-list": write_kinetics,
    "movieshots": write_movieshots,
}
"""By reader: writes four clips of sizes CS, LS, MS and FS into a folder, returns what to read."""
