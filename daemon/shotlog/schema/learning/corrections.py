"""Corrections: what editors made of the labels that Shotlog wrote."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from shotlog.schema.base import Model
from shotlog.schema.findings import Finding
from shotlog.schema.labels import Family
from shotlog.schema.paths import PathText
from shotlog.schema.times import TimeRange


class CorrectionKind(StrEnum):
    """An editor's action on a marker, as far as one family of labels is concerned."""

    KEPT = "kept"
    """The label stands as it was written."""
    RENAMED = "renamed"
    """The marker has another label now."""
    MOVED = "moved"
    """The label stands, and the marker has another range."""
    RECOLOURED = "recoloured"
    """Label and range stand, and the marker has another colour."""
    DELETED = "deleted"
    """The marker was deleted."""
    ADDED = "added"
    """A marker with a known label that Shotlog did not write."""


class Correction(Model):
    """The label of an editor for one family on one shot, beside what Shotlog had said of it."""

    version: int = 1
    """Version of this format."""
    kind: CorrectionKind
    """The editor's action."""
    family: Family
    """The question: size, move or movement."""
    labels: tuple[str, ...]
    """The editor's labels, names of the family's vocabulary; several moves may hold together.
    Empty where the marker was deleted, or names no label of the family any more."""
    said: tuple[Finding, ...] = ()
    """The findings of all analyzers about the family on this shot, the leading analyzer first;
    empty for a marker that was added where nothing is known."""
    content_id: str
    """Identity of the media's content."""
    path: PathText
    """The media file, as the timeline named it; it may lie elsewhere now."""
    source: TimeRange
    """The range of the label, in media time."""
    written: TimeRange | None = None
    """The range that Shotlog had written, in media time, where the marker was moved."""
    colour: str | None = None
    """The colour of the editor, where the marker was recoloured."""
    shot: str | None = None
    """Id of the shot; None where it is not known."""
    marker: str | None = None
    """Id of our marker; None for one that was added."""
    project: str
    """The project: corrections of one project are never both learned from and judged."""
    timeline: str
    """Name of the timeline."""
    editor: str = ""
    """The editor, as the user named them; empty where nobody did."""
    evidence: dict[str, int] = Field(default_factory=dict)
    """Epochs of the measures behind ``said``, by measure."""

    @property
    def subject(self) -> tuple[Family, str, TimeRange]:
        """The question that it answers; two corrections of one subject may disagree."""
        return self.family, self.content_id, self.written or self.source
