"""Shots of a log, page by page."""

from __future__ import annotations

from typing import ClassVar

from shotlog.library import find_in_log, parse_query
from shotlog.mcp.calls import Call
from shotlog.mcp.records import LogChoice, Page, ShotRecord, ToolModel
from shotlog.mcp.summaries import describe_shots
from shotlog.mcp.tools.contract import Answer, Tool


class ShotsArguments(Page, LogChoice):
    """Arguments of ``shots``."""

    where: str | None = None
    """Only shots that meet a condition, in the language of `find`: `CS and dolly_in`,
    `faces >= 2 and not speech`, `duration < 2s`."""


class Shots(ToolModel):
    """Result of ``shots``."""

    timeline: str
    """Name of the timeline."""
    shots: int
    """Number of shots that meet the condition, on all pages."""
    page: tuple[ShotRecord, ...]
    """Shots in timeline order, from `offset`, at most `limit`."""
    next_offset: int | None = None
    """Offset of the next page; none after the last."""


class ShotsTool(Tool):
    """List the shots of a timeline, of media, or of an item of a library, with a condition or all.

    Each has its exact range on the timeline and in its media, its size and move with confidence and
    reasons, and facts such as faces and speech. `undefined` means that nothing is certain.
    """

    name: ClassVar[str] = "shots"
    title: ClassVar[str] = "List shots"
    arguments: ClassVar[type[ToolModel]] = ShotsArguments
    result: ClassVar[type[ToolModel]] = Shots

    def run(self, asked: ShotsArguments, call: Call) -> Answer:
        """Return a page of shots."""
        query = parse_query(asked.where or "")  # before the analysis, which may take long
        log = self._logs.get(asked, call)
        numbers = [hit.shot_number for hit in find_in_log(log, query)]
        page = numbers[asked.offset : asked.offset + asked.limit]
        end = asked.offset + len(page)
        return Answer(
            Shots(
                timeline=log.edit.name,
                shots=len(numbers),
                page=describe_shots(log, page),
                next_offset=end if page and end < len(numbers) else None,
            )
        )
