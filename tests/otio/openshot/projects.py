"""Small projects of OpenShot for tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from shotlog_otio import Inspection, inspection_of
from shotlog_otio.openshot import OpenShotFormat


def clip(
    title: str,
    position: float,
    start: float,
    end: float,
    *,
    layer: float = 1000000,
    path: str = "/media/a.mov",
    time: Sequence[tuple[float, float]] = ((1, 1),),
    curve: int = 1,
    **reader: Any,
) -> dict[str, Any]:
    """A clip; its times are seconds, the keys of its time curve frames from 1."""
    points = [{"co": {"X": x, "Y": y}, "interpolation": curve} for x, y in time]
    facts = {"path": path, "type": "FFmpegReader", "has_video": True, "has_audio": True}
    return {
        "title": title, "position": position, "start": start, "end": end, "layer": layer,
        "time": {"Points": points}, "reader": {**facts, **reader},
    }  # fmt: skip


def project(
    *clips: dict[str, Any], rate: tuple[int, int] = (24, 1), **facts: Any
) -> dict[str, Any]:
    return {
        "id": "T0",
        "fps": {"num": rate[0], "den": rate[1]},
        "clips": list(clips),
        "layers": [{"number": 1000000, "label": ""}, {"number": 2000000, "label": "Top"}],
        "markers": [],
        **facts,
        "version": {"openshot-qt": "3.1.0", "libopenshot": "0.3.2"},
    }


def saved(folder: Path, content: Any) -> Path:
    path = folder / "cut.osp"
    text = content if isinstance(content, str) else json.dumps(content, indent=1)
    path.write_text(text, encoding="utf-8")
    return path


def inspected(folder: Path, *clips: dict[str, Any], **facts: Any) -> Inspection:
    return inspection_of(OpenShotFormat().open(saved(folder, project(*clips, **facts))))


def write_openshot(path: Path, names: Sequence[str]) -> None:
    """A project of clips of frames 3 to 9 of their media, at 24 frames per second."""
    frame = float(Fraction(1, 24))
    clips = [clip(name, 7 * n * frame, 3 * frame, 10 * frame) for n, name in enumerate(names)]
    path.write_text(json.dumps(project(*clips), indent=1), encoding="utf-8")
