"""Selects: found or picked shots as a new timeline."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from shotlog.engine import Cache, ProbeCache
from shotlog.library import Order, parse_query
from shotlog.mcp.access import PathRefused
from shotlog.mcp.calls import Call
from shotlog.mcp.logs import numbers_of
from shotlog.mcp.records import Findings, LogChoice, LogSummary, ShotRecord, ToolModel
from shotlog.mcp.replacing import check_new
from shotlog.mcp.searches import find_shots, open_library
from shotlog.mcp.summaries import describe_problems, describe_shots, summarize
from shotlog.mcp.tools.contract import Answer, Tool
from shotlog.paths import cache_file
from shotlog.schema import PathText, Problem
from shotlog.selects import Pick, Selects, make_selects, write_selects
from shotlog.settings import load_settings
from shotlog_otio import check_output

_SHOWN = 100
_MOST = 1000


class PickedShots(LogChoice):
    """Shots of one timeline, or of one item of a library."""

    shots: Annotated[tuple[int, ...], Field(min_length=1, max_length=_MOST)]
    """Numbers of the shots, from 1, in the order in which they are to follow each other."""


class MakeSelectsArguments(ToolModel):
    """Arguments of ``make_selects``: either `query` and `library`, or `picks`."""

    query: str | None = None
    """Take the shots that this query finds in the library; the language is that of `find`."""
    library: PathText | None = None
    """Absolute path of the output folder of `shotlog batch`, for `query`."""
    order: Order | None = None
    """Order of the shots that the query finds, as for `find`."""
    limit: int = Field(100, ge=1, le=_MOST)
    """Largest number of shots that the query takes."""
    picks: tuple[PickedShots, ...] = ()
    """Take these shots, in this order."""
    name: str = Field("Selects", min_length=1, max_length=200)
    """Name of the new timeline."""
    handles: int = Field(0, ge=0, le=1000)
    """Frames of the media shown before and after each shot, as far as there are any."""
    output: PathText | None = None
    """Absolute path of an .otio file to write, in a folder that may be written to; no file is
    replaced. Without it nothing is written."""
    content: bool = False
    """True to get the text of the timeline in the answer; it is long."""

    @model_validator(mode="after")
    def _one(self) -> MakeSelectsArguments:
        if (self.query is None) == (not self.picks):
            raise ValueError("give either query, or picks")
        if (self.query is None) != (self.library is None):
            raise ValueError("query and library belong together")
        return self


class SelectsRecord(Findings, LogSummary):
    """Result of ``make_selects``; its times are those of the new timeline."""

    page: tuple[ShotRecord, ...]
    """The shots of the new timeline, at most 100."""
    file: PathText | None = None
    """The file that was written, with markers; none where none was asked for."""
    content: str | None = None
    """The timeline as OpenTimelineIO, without markers, where it was asked for."""


class MakeSelectsTool(Tool):
    """Make a new timeline, a stringout, of shots that a query finds or that are picked by number.

    Each becomes a clip of exactly the frames of its shot, with all that is known of it. Without
    `output` nothing is written, and the answer tells what the timeline would hold. Ask the user
    before you write.
    """

    name: ClassVar[str] = "make_selects"
    title: ClassVar[str] = "Make a timeline of shots"
    arguments: ClassVar[type[ToolModel]] = MakeSelectsArguments
    result: ClassVar[type[ToolModel]] = SelectsRecord
    writes: ClassVar[Literal["never", "on request", "always"]] = "on request"

    def run(self, asked: MakeSelectsArguments, call: Call) -> Answer:
        """Make the timeline, and write it where a file was asked for."""
        output = None
        if asked.output is not None:
            output = call.access.check_writable(asked.output)
            check_output(None, output)
            check_new(asked.output, output)
        picks = self._found(asked, call) if asked.query is not None else self._picked(asked, call)
        picks, refused = _allowed(picks, call)
        settings = load_settings(output)
        with Cache(cache_file(), settings.settings.storage.cache_size) as cache:
            selects = make_selects(picks, asked.name, ProbeCache(cache), asked.handles)
        if output is not None:
            markers = settings.settings.markers
            write_selects(output, selects, markers, on=markers.on)
        return Answer(_record(selects, refused, asked))

    def _found(self, asked: MakeSelectsArguments, call: Call) -> list[Pick]:
        assert asked.library is not None  # noqa: S101 # the model checks it
        query = parse_query(asked.query or "")
        with open_library(asked.library, call) as library:
            found = find_shots(library, query, limit=asked.limit, order=asked.order)
        logs = {
            (item, sequence): self._logs.get(
                LogChoice(library=asked.library, item=item, item_sequence=sequence), call
            )
            for item, sequence in {(hit.item, hit.sequence) for hit in found.hits}
        }
        return [Pick(logs[hit.item, hit.sequence], hit.shot_number) for hit in found.hits]

    def _picked(self, asked: MakeSelectsArguments, call: Call) -> list[Pick]:
        picks: list[Pick] = []
        for picked in asked.picks:
            log = self._logs.get(picked, call)
            picks += (Pick(log, number) for number in numbers_of(log, picked.shots))
        return picks


def _allowed(picks: list[Pick], call: Call) -> tuple[list[Pick], tuple[Problem, ...]]:
    """Return the picks whose media may be read, and problems of the others."""
    allowed, refused = [], []
    for pick in picks:
        clips = (c for c in pick.log.edit.clips if c.id == pick.logged.shot.clip)
        edit = pick.log.edit.model_copy(update={"clips": tuple(clips), "sound": ()})
        told = next((clip.problem for clip in call.access.restrict(edit).clips), None)
        if told is None or told.code != PathRefused.code():
            allowed.append(pick)
        else:
            refused.append(told)
    return allowed, tuple(refused)


def _record(
    selects: Selects, refused: tuple[Problem, ...], asked: MakeSelectsArguments
) -> SelectsRecord:
    log = selects.log
    told = log.model_copy(update={"problems": (*refused, *log.problems)})
    return SelectsRecord(
        **dict(summarize(log)),
        **dict(describe_problems(told)),
        page=describe_shots(log, range(len(log.shots))[:_SHOWN]),
        file=asked.output,
        content=selects.timeline.decode() if asked.content else None,
    )
