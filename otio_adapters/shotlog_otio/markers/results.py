"""Results of writing and of reading markers."""

from __future__ import annotations

from pathlib import Path

from shotlog.schema import MarkerFamily, Model, Rate, TimeRange, readable

_NAMED = 3
"""Number of clips that a warning names; of further ones it tells the number."""


class WriteResult(Model):
    """Result of writing markers into a timeline file.

    Attributes:
        added: Number of markers that were not there before.
        replaced: Number of our markers whose content is another now.
        removed: Number of our markers that no finding stands for any more.
        unchanged: Number of our markers that had the same content already.
        kept: Ids of the markers that an editor has changed; they were left as they are.
        changed: True where the result differs from the source.
        unlinked_media: Paths of media that the timeline names relative to its folder, so that the
            result, in another folder, does not find them.
        unmarked: Names of the clips, or "the timeline", whose markers were not written because
            their list of markers holds something else than a list.
        notes: Sentences on what the format made necessary: markers merged, moved or shortened.
    """

    added: int = 0
    replaced: int = 0
    removed: int = 0
    unchanged: int = 0
    kept: tuple[str, ...] = ()
    changed: bool = False
    unlinked_media: tuple[str, ...] = ()
    unmarked: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def warnings_for(self, output: Path) -> tuple[str, ...]:
        """Return sentences on what was not written as planned, and on media that are not found.

        Args:
            output: The file that was written.
        """
        warnings = list(self.notes)
        if self.unmarked:
            names = ", ".join(self.unmarked[:_NAMED])
            more = f" and {len(self.unmarked) - _NAMED} more" if self.unmarked[_NAMED:] else ""
            warnings.append(
                f"{names}{more}: no marker was written there, as what stands in the place of the"
                " list of markers is no list; it was left as it is"
            )
        if self.unlinked_media:
            warnings.append(
                f"{readable(str(output))} will not find {len(self.unlinked_media)} of its media,"
                " which the timeline names relative to its folder; keep the copy in that folder, or"
                " relink it"
            )
        return tuple(warnings)


class WrittenMarker(Model):
    """A marker of ours as it now stands in a timeline file.

    Attributes:
        id: Its identity; see :class:`shotlog.schema.findings.Marker`.
        family: Its kind.
        name: Its present name.
        note: Its present comment.
        colour: Its present colour, as a name of OpenTimelineIO.
        range: Its present range, in the time of the object that it stands on.
        rate: The frame rate at which it was written.
        owner: Name of the clip that it stands on; None for a marker of the timeline.
        wrote: The name that we wrote.
        edited: True where an editor has changed its name, note, colour or range.
        payload: Values for machines.
    """

    id: str
    family: MarkerFamily
    name: str
    note: str
    colour: str
    range: TimeRange
    rate: Rate
    owner: str | None
    wrote: str
    edited: bool
    payload: dict[str, str | int | float | None]
