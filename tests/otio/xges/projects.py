"""Small projects of GES for tests."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from shotlog_otio import Inspection, inspection_of
from shotlog_otio.xges import XgesFormat

NANO = 10**9


def clip(
    name: str,
    first: int,
    frames: int,
    inpoint: int = 0,
    *inner: str,
    rate: Fraction | int = 24,
    url: str = "file:///media/a.mov",
    kind: str = "GESUriClip",
    types: int = 6,
) -> str:
    """A clip; its times are frames, written in nanoseconds that are rounded down."""
    times = {"start": first, "duration": frames, "inpoint": inpoint}
    written = " ".join(f"{key}='{int(n * NANO / rate)}'" for key, n in times.items())
    return (
        f"<clip id='0' asset-id='{url}' type-name='{kind}' track-types='{types}' {written}"
        f" properties='properties, name=(string){name};' metadatas='metadatas;'>"
        f"{''.join(inner)}</clip>"
    )


def layer(number: int, *clips: str) -> str:
    return f"<layer priority='{number}' metadatas='metadatas;'>{''.join(clips)}</layer>"


def project(
    *layers: str,
    rate: str = "24/1",
    metadata: str | None = "metadatas;",
    assets: str = "",
) -> str:
    caps = rf"&quot;video/x-raw\,\ framerate\=\(fraction\){rate}&quot;"
    told = "" if metadata is None else f" metadatas='{metadata}'"
    body = "\n      ".join(
        [
            f"<track caps='video/x-raw(ANY)' track-type='4' track-id='0'"
            f" properties='properties, restriction-caps=(string){caps};'/>",
            *layers,
        ]
    )
    return (
        "<ges version='0.7'>\n  <project properties='properties;' metadatas='metadatas;'>\n"
        f"    <ressources>{assets}</ressources>\n"
        f"    <timeline properties='properties;'{told}>\n      {body}\n    </timeline>\n"
        "  </project>\n</ges>\n"
    )


def saved(folder: Path, text: str) -> Path:
    path = folder / "cut.xges"
    path.write_text(text, encoding="utf-8")
    return path


def inspected(folder: Path, text: str) -> Inspection:
    return inspection_of(XgesFormat().open(saved(folder, text)))


def write_xges(path: Path, names: Sequence[str]) -> None:
    """A project of clips of frames 3 to 9 of their media, at 24 frames per second."""
    clips = [clip(name, 7 * n, 7, 3) for n, name in enumerate(names)]
    path.write_text(project(layer(0, *clips)), encoding="utf-8")
