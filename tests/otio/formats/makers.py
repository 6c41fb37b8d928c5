"""Small files of every format: named clips of frames 3 to 10 of their media, at 24 per second.

A format of another kind of file adds a function that makes one to ``MAKERS``.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from shotlog_otio.formats import Format
from tests.otio.aaf.making import write_named
from tests.otio.fcp7 import xmeml
from tests.otio.fcpxml.projects import project
from tests.otio.mlt.projects import write_kdenlive, write_shotcut
from tests.otio.openshot.projects import write_openshot
from tests.otio.timelines import as_data, clip, timeline, track
from tests.otio.xges.projects import write_xges


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


def _names(text: str) -> list[str]:
    """The names of the clips in a text of :func:`_text`, for files of another kind."""
    tracks = json.loads(text)["tracks"]["children"]
    return [item["name"] for track in tracks for item in track["children"]]


def _fcpxml(path: Path, text: str) -> None:
    item = '<asset-clip ref="film" name="{}" offset="{}/24s" start="3/24s" duration="7/24s"/>'
    spine = (item.format(name, 7 * n) for n, name in enumerate(_names(text)))
    path.write_text(project("\n                        ".join(spine), resources=_FILM))


def _fcpxmld(path: Path, text: str) -> None:
    path.mkdir()
    _fcpxml(path / "Info.fcpxml", text)
    (path / "CurrentVersion.plist").write_bytes(b"version")


_FILM = """<format id="r24" frameDuration="1/24s"/><asset id="film" start="0s" duration="9s"
    hasVideo="1" format="r24"><media-rep src="film.mov"/></asset>"""


def _fcp7(path: Path, text: str) -> None:
    media = xmeml.file(inside=xmeml.rate())
    names = enumerate(_names(text))
    items = (xmeml.item(7 * n, 7 * n + 7, 3, None, media, name=name) for n, name in names)
    xmeml.write(path.parent, xmeml.document(xmeml.sequence(xmeml.track(*items))), path.name)


MAKERS: dict[str, Callable[[Path, str], None]] = {
    "aaf": lambda path, text: write_named(path, _names(text)),
    "edl": _edl,
    "fcp7": _fcp7,
    "fcpxml": _fcpxml,
    "fcpxmld": _fcpxmld,
    "kdenlive": lambda path, text: write_kdenlive(path, _names(text)),
    "mlt": lambda path, text: write_shotcut(path, _names(text)),
    "openshot": lambda path, text: write_openshot(path, _names(text)),
    "otio": _otio,
    "otioz": _otioz,
    "otiod": _otiod,
    "xges": lambda path, text: write_xges(path, _names(text)),
}


def made(format_: Format, folder: Path, *names: str) -> Path:
    path = folder / f"edit{min(format_.suffixes)}"
    MAKERS[format_.name](path, _text(*names))
    return path
