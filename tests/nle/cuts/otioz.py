"""Cuts as OpenTimelineIO in a zip file."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from tests.nle.cuts import otio
from tests.nle.cuts.cut import Cut
from tests.nle.cuts.writing import Writer

_TIMELINE, _FILM = "content.otio", "media/c000.mov"


def _write(path: Path, cut: Cut) -> None:
    _pack(path, otio.text_of(cut).encode())


def _rename(path: Path, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as bundle, tempfile.TemporaryDirectory() as folder:
        inner = Path(bundle.extract(_TIMELINE, folder))
        otio.rename(inner, old, new)
        _pack(path, inner.read_bytes())


def _pack(path: Path, text: bytes) -> None:
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr(_TIMELINE, text)
        bundle.writestr(_FILM, b"film")


WRITER = Writer(_write, ".otioz", otio.FEATURES, rename=_rename)
