"""Analysis of a timeline or of media."""

from __future__ import annotations

from typing import ClassVar

from shotlog.mcp.calls import Call
from shotlog.mcp.records import (
    Findings,
    HighlightRecord,
    LogChoice,
    LogSummary,
    Page,
    ShotRecord,
    TimelineChoice,
    ToolModel,
)
from shotlog.mcp.summaries import (
    describe_highlights,
    describe_problems,
    describe_shots,
    summarize,
)
from shotlog.mcp.tools.contract import Answer, Tool


class AnalyzeArguments(Page, TimelineChoice):
    """Arguments of ``analyze``."""


class Analysis(Findings, LogSummary):
    """Result of ``analyze``."""

    highlights: tuple[HighlightRecord, ...]
    """Highlights of the whole timeline, best first."""
    page: tuple[ShotRecord, ...]
    """Shots in timeline order, from `offset`, at most `limit`."""
    next_offset: int | None = None
    """Offset of the next page; none after the last. The tool `shots` gives it."""


class AnalyzeTool(Tool):
    """Look at every frame that a timeline uses, or at media files, and log every shot.

    Finds the cuts, the shot size (ECS, CS, MS, FS, LS), the camera move and the highlights, each
    with its confidence, the reasons for it, and exact ranges: seconds as fractions, frames and
    timecode. `undefined` means that the analyzers looked and are not certain; never guess what it
    might be, but look at the pictures with `thumbnails` or ask the user. What was analysed before
    is not analysed again. Nothing is written.
    """

    name: ClassVar[str] = "analyze"
    title: ClassVar[str] = "Log every shot of a timeline"
    arguments: ClassVar[type[ToolModel]] = AnalyzeArguments
    result: ClassVar[type[ToolModel]] = Analysis

    def run(self, asked: AnalyzeArguments, call: Call) -> Answer:
        """Return the analysis, with the first page of shots."""
        choice = LogChoice(
            path=asked.path,
            sequence=asked.sequence,
            models=asked.models,
            profile=asked.profile,
            provider=asked.provider,
            max_cost=asked.max_cost,
        )
        log = self._logs.get(choice, call, fresh=not asked.offset)
        numbers = range(len(log.shots))[asked.offset : asked.offset + asked.limit]
        return Answer(
            Analysis(
                **dict(summarize(log)),
                **dict(describe_problems(log)),
                highlights=describe_highlights(log),
                page=describe_shots(log, numbers),
                next_offset=numbers.stop if numbers.stop < len(log.shots) else None,
            )
        )
