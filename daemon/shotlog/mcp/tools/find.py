"""Search for shots in a library."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from shotlog.library import Hit, Order, parse_query
from shotlog.mcp.calls import Call
from shotlog.mcp.records import ItemId, Page, ToolModel
from shotlog.mcp.searches import find_shots, open_library
from shotlog.mcp.tools.contract import Answer, Tool
from shotlog.schema import PathText, Seconds


class FindArguments(Page):
    """Arguments of ``find``."""

    query: str
    """What to find: see the description of this tool."""
    library: PathText
    """Absolute path of the output folder of `shotlog batch`, or of the library.sqlite in it."""
    order: Order | None = None
    """timeline: by file, then by time. highlight, duration: best or longest first. similarity: most
    similar first, the default of a query with text:"..."."""


class HitRecord(ToolModel):
    """A shot that was found; `item`, `item_sequence` and `number` lead to all that is known."""

    item: ItemId
    """Item of the library; other tools take it."""
    item_sequence: int
    """Number of the sequence within the item; other tools take it."""
    number: int
    """Number of the shot in its log, from 1."""
    timeline: str
    """Name of the timeline."""
    source: str
    """Path of the timeline or media file within what was logged."""
    clip: str
    """Name of the clip."""
    media: str
    """Path of the media file; empty if the timeline names none."""
    timecode: str
    """Timecode of the shot's first frame on the timeline."""
    start: Seconds
    """Start on the timeline in seconds, as an exact fraction."""
    duration: Seconds
    """Length in seconds, as an exact fraction."""
    kind: str | None = None
    """What it is if no shot of anything: black, title or bars; none for a shot."""
    size: str | None = None
    """Size of most of the shot; `undefined` where nothing is certain."""
    size_confidence: float | None = None
    """Confidence in the size, 0 to 1."""
    move: str | None = None
    """Move of most of the shot; `undefined` where nothing is certain."""
    move_confidence: float | None = None
    """Confidence in the move, 0 to 1."""
    sizes: tuple[str, ...] = ()
    """All its sizes, in time order."""
    moves: tuple[str, ...] = ()
    """All its moves, in time order."""
    faces: int | None = None
    """Largest number of faces on a picture; none, here and below, where it was not measured."""
    speech: float | None = None
    """Share of the shot in which somebody speaks, 0 to 1."""
    loudness: float | None = None
    """Loudness in LUFS."""
    highlight: float | None = None
    """Best score of the highlights that overlap it, 0 to 100."""
    similarity: float | None = None
    """Similarity to the description of the query, -1 to 1; only its order has a meaning."""


class Hits(ToolModel):
    """Result of ``find``."""

    total: int
    """Number of all shots that were found."""
    hits: tuple[HitRecord, ...]
    """A page of them."""
    next_offset: int | None = None
    """Offset of the next page; none after the last."""


class FindTool(Tool):
    """Find shots in a library, across everything that was logged by `shotlog batch`.

    A query joins terms by `and`, `or`, `not` and parentheses:
    - labels: sizes ECS CS MS FS LS; moves static pan_left pan_right tilt_up tilt_down dolly_in
      dolly_out zoom_in zoom_out truck_left truck_right pedestal_up pedestal_down arc_left
      arc_right roll_left roll_right track shake pov; undefined; or `size:CS`, `move:static`;
    - kinds of what is no shot of anything: black title bars, or `kind:black`;
    - numbers: `faces >= 2`, `speech` (in half of the shot or more), `speech >= 20%`,
      `loudness > -20dB`, `duration < 2s`, `highlight`, `highlight >= 70`,
      `size.confidence > 80%`, `width >= 3840`, `fps = 25`;
    - names: "words in quotes", `clip:"kitchen*"`, `timeline:reel1`, `media:A001`;
    - a description of the picture, once: `text:"a woman laughing"`, if the library was logged with
      an image-text model.

    Examples: `CS and dolly_in and faces >= 1 and speech`; `(CS or ECS) and not speech`;
    `text:"rain on a window" and duration > 3s`. An empty query finds every shot.
    """

    name: ClassVar[str] = "find"
    title: ClassVar[str] = "Find shots in a library"
    arguments: ClassVar[type[ToolModel]] = FindArguments
    result: ClassVar[type[ToolModel]] = Hits

    def run(self, asked: FindArguments, call: Call) -> Answer:
        """Return a page of what was found."""
        query = parse_query(asked.query)
        with open_library(asked.library, call) as library:
            found = find_shots(
                library, query, limit=asked.limit, offset=asked.offset, order=asked.order
            )
        end = asked.offset + len(found.hits)
        return Answer(
            Hits(
                total=found.total,
                hits=tuple(map(_record, found.hits)),
                next_offset=end if found.hits and end < found.total else None,
            )
        )


def _record(hit: Hit) -> HitRecord:
    values = {field.name: getattr(hit, field.name) for field in dataclasses.fields(hit)}
    return HitRecord(
        item_sequence=hit.sequence,
        number=hit.shot_number + 1,
        **{name: values[name] for name in HitRecord.model_fields.keys() & values.keys()},
    )
