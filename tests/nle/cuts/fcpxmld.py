"""Cuts as bundles of FCPXML."""

from __future__ import annotations

from pathlib import Path

from tests.nle.cuts import fcpxml
from tests.nle.cuts.cut import Cut
from tests.nle.cuts.writing import Writer, rename_in_text

_PROJECT = "Info.fcpxml"


def _write(path: Path, cut: Cut) -> None:
    path.mkdir()
    (path / _PROJECT).write_text(fcpxml.text_of(cut), encoding="utf-8")
    (path / "CurrentVersion.flexolibrary").write_bytes(b"kept")


def _rename(path: Path, old: str, new: str) -> None:
    rename_in_text(path / _PROJECT, old, new)


WRITER = Writer(_write, ".fcpxmld", fcpxml.FEATURES, fcpxml.WRITER.length, rename=_rename)
