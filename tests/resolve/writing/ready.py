"""Markers as the bridge gives them, and timelines of the double to put them on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shotlog.markers import custom_data
from shotlog_resolve.host import Identity
from shotlog_resolve.journal import Journal
from shotlog_resolve.markers import apply_markers, remove_markers
from shotlog_resolve.reports import MarkerReport, RemovalReport
from tests.resolve.double import Double, ProjectSpec

Line = dict[str, Any]


def ready(
    frame: int,
    marker: str = "a",
    *,
    duration: int = 24,
    name: str = "MS",
    note: str = "Size: MS",
    colour: str = "Cyan",
    family: str = "shot",
    clip: str | None = "V1/0",
) -> Line:
    """Return a marker as the bridge gives it."""
    data = custom_data(
        marker, family, frame, colour=colour, duration=duration, name=name, note=note
    )
    return {
        "colour": colour, "duration": duration, "name": name, "note": note, "frame": frame,
        "custom_data": data, "marker": marker, "family": family, "clip": clip, "facts": {},
    }  # fmt: skip


class Stage:
    """A timeline of 240 frames in a running double, and what writes markers on it."""

    def __init__(self, folder: Path, **double: Any) -> None:
        self.spec = ProjectSpec("Film", rate=24)
        self.cut = self.spec.timeline("Cut", rate=24)
        self.cut.clip(self.spec.media("/films/a.mov", fps=24, frames=240), length=240)
        self._double = double
        self.journal_file = folder / "journal.jsonl"
        self.told: list[str] = []

    def open(self) -> Double:
        self.double = Double(self.spec, **self._double)
        self.project = self.double.resolve.GetProjectManager().GetCurrentProject()
        self.timeline = self.project.GetCurrentTimeline()
        return self.double

    @property
    def identity(self) -> Identity:
        return Identity(self.project.GetUniqueId(), self.timeline.GetUniqueId())

    @property
    def journal(self) -> Journal:
        return Journal(str(self.journal_file), self.told.append)

    def apply(self, *markers: Line, policy: str = "nudge", **more: Any) -> MarkerReport:
        return apply_markers(
            self.timeline, self.identity, markers, 240, policy, self.journal, **more
        )

    def remove(self, **more: Any) -> RemovalReport:
        return remove_markers(self.timeline, self.identity, self.journal, **more)

    @property
    def names(self) -> dict[int, str]:
        return {frame: marker.name for frame, marker in self.double.timeline().markers.items()}
