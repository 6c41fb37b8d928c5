"""Markers that came into Media Composer by its text list, and back in the next AAF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shotlog.markers import markers_of
from shotlog_otio import export_markers
from tests.otio.aaf.making import Film, make
from tests.otio.aaf.reading import FORMAT
from tests.otio.marking import log_of


def cut(path: Path, lines: list[list[str]] | None = None) -> Path:
    """A cut of two clips, with the markers of an imported list."""

    def build(film: Film) -> None:
        mob = film.sequence("edit")
        clips = [film.clip(film.master(name), 0, 24) for name in "ab"]
        slot = film.track(mob, *clips)
        film.markers(mob, slot, *(imported(film, line) for line in lines or ()))

    return make(path, build)


def imported(film: Film, line: list[str]) -> Any:
    user, timecode, _, colour, comment, length = line
    seconds, frames = map(int, timecode.split(":")[-2:])
    return film.marker(
        comment, 24 * seconds + frames, int(length), colour=colour.capitalize(), user=user
    )


def test_a_list_that_was_imported_is_known_in_the_next_aaf(tmp_path: Path) -> None:
    edit = FORMAT.read(cut(tmp_path / "before.aaf"))
    markers = markers_of(log_of(edit))
    ((_, content),) = export_markers(tmp_path / "list.txt", markers, edit).files.items()
    lines = [line.split("\t") for line in content.decode().splitlines()]

    path = cut(tmp_path / "after.aaf", lines)
    again = FORMAT.read(path)
    result = FORMAT.write_markers(path, path, markers_of(log_of(again)), again)

    assert len(lines) == len(markers) > 0
    assert result.added == 0
    assert all(not marker.edited for marker in FORMAT.read_markers(path))
