"""Small files of every format: named clips of frames 3 to 10 of their media, at 24 per second.

A format of another kind of file adds a function that makes one to ``MAKERS``.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from shotlog_otio.formats import Format
from tests.otio.timelines import as_data, clip, timeline, track


def _text(*names: str) -> str:
    """A timeline of one track: each clip is of frames 3 to 10 of its media, at 24 per second."""
    return json.dumps(as_data(timeline(track(*(clip(name, (3, 7)) for name in names)))))


def _otio(path: Path, text: str) -> None:
    path.write_text(text)


def _otioz(path: Path, text: str) -> None:
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("content.otio", text)
        bundle.writestr("media/a.mov", b"film")


def _otiod(path: Path, text: str) -> None:
    (path / "media").mkdir(parents=True)
    (path / "content.otio").write_text(text)
    (path / "media" / "a.mov").write_bytes(b"film")


def _edl(path: Path, text: str) -> None:
    lines = ["TITLE: edit", "FCM: NON-DROP FRAME"]
    for n, item in enumerate(json.loads(text)["tracks"]["children"][0]["children"]):
        record = f"00:00:00:{7 * n:02d} 00:00:00:{7 * n + 7:02d}"
        lines.append(f"{n + 1:03d}  AX       V     C        00:00:00:03 00:00:00:10 {record}")
        lines.append(f"* FROM CLIP NAME: {item['name']}")
    path.write_text("".join(f"{line}\n" for line in lines))


MAKERS: dict[str, Callable[[Path, str], None]] = {
    "edl": _edl,
    "otio": _otio,
    "otioz": _otioz,
    "otiod": _otiod,
}


def made(format_: Format, folder: Path, *names: str) -> Path:
    path = folder / f"edit{min(format_.suffixes)}"
    MAKERS[format_.name](path, _text(*names))
    return path
