"""Cuts as OpenTimelineIO in a folder."""

from __future__ import annotations

from pathlib import Path

from tests.nle.cuts import otio
from tests.nle.cuts.cut import Cut
from tests.nle.cuts.writing import Writer

_TIMELINE = "content.otio"


def _write(path: Path, cut: Cut) -> None:
    (path / "media").mkdir(parents=True)
    (path / _TIMELINE).write_text(otio.text_of(cut), encoding="utf-8")
    (path / "media" / "c000.mov").write_bytes(b"film")


def _rename(path: Path, old: str, new: str) -> None:
    otio.rename(path / _TIMELINE, old, new)


WRITER = Writer(_write, ".otiod", otio.FEATURES, rename=_rename)
