"""Results of writing and of reading markers."""

from __future__ import annotations

from shotlog.schema import MarkerFamily, Model, Rate, TimeRange


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
    """

    added: int = 0
    replaced: int = 0
    removed: int = 0
    unchanged: int = 0
    kept: tuple[str, ...] = ()
    changed: bool = False
    unlinked_media: tuple[str, ...] = ()
    unmarked: tuple[str, ...] = ()


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
