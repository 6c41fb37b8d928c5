"""Pictures of shots."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from shotlog.mcp.calls import Call
from shotlog.mcp.logs import numbers_of, read_pictures
from shotlog.mcp.records import LogChoice, TimelineSpan, ToolModel
from shotlog.mcp.summaries import span_of
from shotlog.mcp.tools.contract import Answer, Tool

MOST = 12
"""Largest number of pictures of a call; each is a few kilobytes."""


class ThumbnailArguments(LogChoice):
    """Arguments of ``thumbnails``."""

    shots: Annotated[tuple[int, ...], Field(min_length=1, max_length=MOST)]
    """Numbers of the shots, from 1; at most 12."""


class ShotPicture(ToolModel):
    """A shot, and the place of its picture."""

    number: int
    """Number of the shot, from 1."""
    picture: int | None = None
    """Place of its picture among the pictures of this answer, from 1; none where it has none."""
    timeline: TimelineSpan
    """Range of the shot on the timeline."""


class Thumbnails(ToolModel):
    """Result of ``thumbnails``; the pictures come beside it."""

    timeline: str
    """Name of the timeline."""
    shots: tuple[ShotPicture, ...]
    """The shots, in the order in which they were asked for."""


class ThumbnailsTool(Tool):
    """See pictures of shots: small JPEGs from the middle of each.

    They were kept when the shots were analysed, so that nothing is decoded. A shot of a few frames
    may have none.
    """

    name: ClassVar[str] = "thumbnails"
    title: ClassVar[str] = "Pictures of shots"
    arguments: ClassVar[type[ToolModel]] = ThumbnailArguments
    result: ClassVar[type[ToolModel]] = Thumbnails

    def run(self, asked: ThumbnailArguments, call: Call) -> Answer:
        """Return the pictures that there are."""
        log = self._logs.get(asked, call)
        numbers = numbers_of(log, asked.shots)
        found = read_pictures(asked, log, numbers, call)
        jpegs: list[bytes] = []
        shots = []
        for number in numbers:
            if (jpeg := found[number]) is not None:
                jpegs.append(jpeg)
            shots.append(
                ShotPicture(
                    number=number + 1,
                    picture=None if jpeg is None else len(jpegs),
                    timeline=span_of(log.shots[number].shot.timeline, log.edit),
                )
            )
        return Answer(Thumbnails(timeline=log.edit.name, shots=tuple(shots)), tuple(jpegs))
