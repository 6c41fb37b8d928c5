"""Coverage of a timeline: shares of sizes and moves, what is not seen, cuts within one size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from shotlog.mcp.calls import Call
from shotlog.mcp.records import LogChoice, TimelineSpan, ToolModel
from shotlog.mcp.summaries import span_of
from shotlog.mcp.tools.contract import Answer, Tool
from shotlog.report import (
    CoverageLine,
    CoverageTable,
    SameSizeCut,
    SceneCoverage,
    cover_scenes,
    describe_scenes,
    find_same_size_cuts,
    list_kinds,
    make_coverage_table,
    summarize_lengths,
)
from shotlog.schema import Family, Log

_CUTS = 100
_SCENES = 200


class CoverageRow(ToolModel):
    """Shots and screen time of one label."""

    label: str
    """The label, as in `shots`."""
    name: str
    """Its name for people."""
    shots: int
    """Number of shots with it."""
    share_of_shots: str
    """Its share of the shots."""
    time: str
    """Its screen time."""
    share_of_time: str
    """Its share of the screen time."""


class CoverageOfFamily(ToolModel):
    """Coverage of all sizes, or of all moves."""

    rows: tuple[CoverageRow, ...]
    """Labels that some shot has."""
    known_shots: int
    """Number of shots whose labels are known; the others are undefined, at least in part."""
    unseen: tuple[str, ...]
    """Names of the labels that no known shot has. The timeline lacks them where all its shots are
    known; an undefined shot may have any of them. Empty where half of the shots or more are not
    known."""


class SameSizeCutRecord(ToolModel):
    """A cut between two shots of one size."""

    before: int
    """Number of the shot before the cut."""
    after: int
    """Number of the shot after it."""
    size: str
    """Size of both."""
    timecode: str
    """Timecode of the cut."""
    frame: int
    """Frame of the cut, from 0."""
    same_framing: bool | None = None
    """True where the pictures on both sides have the same framing and subject: likely a jump cut.
    None where they were not compared."""


class LengthsRecord(ToolModel):
    """Lengths of the shots."""

    average: str
    """Mean."""
    median: str
    """Median."""
    shortest: str
    """Shortest shot."""
    longest: str
    """Longest shot."""


class SceneRecord(ToolModel):
    """Coverage of one scene: a run of shots in one setting."""

    scene: str
    """Its name: that of an editor's marker, or ``Scene`` and a number."""
    span: TimelineSpan
    """Its range."""
    first_shot: int | None = None
    """Number of its first shot; none where no shot starts in it."""
    last_shot: int | None = None
    """Number of its last shot."""
    sizes: dict[str, int]
    """Number of its shots by size."""
    moves: dict[str, int]
    """Number of its shots by move."""
    known_sizes: int
    """Number of its shots whose size is known."""
    missing_sizes: tuple[str, ...] | None = None
    """Sizes that none of its shots has; none where a size is not known, as it may be any."""
    average: str | None = None
    """Average length of its shots."""
    facings: dict[str, int]
    """Number of its shots with one face, by the side to which it is turned: left, right, camera."""
    reverse_angles: tuple[tuple[int, int], ...]
    """Numbers of two shots whose faces are turned to opposite sides, at most three shots apart."""
    missing_facing: str | None = None
    """The side to which no face is turned, where all others are turned to the other; none where
    that is not known."""
    same_size_cuts: int
    """Number of its cuts between two shots of one size."""
    same_framing_cuts: int
    """Number of those that keep the framing as well: likely jump cuts."""


class Coverage(ToolModel):
    """Result of ``coverage``."""

    timeline: str
    """Name of the timeline."""
    shots: int
    """Number of shots, those of a kind included."""
    kinds: tuple[CoverageRow, ...] = ()
    """What is no shot of anything, such as black or a title card; it counts in nothing below."""
    sizes: CoverageOfFamily
    """Coverage by shot size."""
    moves: CoverageOfFamily
    """Coverage by camera move, with the screen time of each move's own range."""
    lengths: LengthsRecord | None = None
    """Lengths of the shots; none without shots."""
    same_size_cuts: tuple[SameSizeCutRecord, ...]
    """Hard cuts between shots of one size on one track, at most 100. Not each is a fault."""
    more_same_size_cuts: int = 0
    """Number of further such cuts."""
    scenes: tuple[SceneRecord, ...] = ()
    """Its scenes in order, at most 200."""
    more_scenes: int = 0
    """Number of further scenes."""
    scenes_told: str = ""
    """How the scenes are known: by an editor's markers, or guessed from colours."""


class CoverageTool(Tool):
    """See how a timeline is covered: which sizes and moves it uses, for how long, and which not.

    Tells the same scene by scene, and lists the cuts between two shots of the same size, where jump
    cuts are found.
    """

    name: ClassVar[str] = "coverage"
    title: ClassVar[str] = "Coverage of a timeline"
    arguments: ClassVar[type[ToolModel]] = LogChoice
    result: ClassVar[type[ToolModel]] = Coverage

    def run(self, asked: LogChoice, call: Call) -> Answer:
        """Return the coverage, as the report shows it."""
        log = self._logs.get(asked, call)
        cuts = list(find_same_size_cuts(log))
        lengths = summarize_lengths(log.shots)
        scenes = cover_scenes(log)
        return Answer(
            Coverage(
                timeline=log.edit.name,
                shots=len(log.shots),
                kinds=_rows(list_kinds(log.shots)),
                sizes=_family(make_coverage_table(Family.SIZE, log.shots)),
                moves=_family(make_coverage_table(Family.MOVE, log.shots)),
                lengths=None if lengths is None else LengthsRecord(**vars(lengths)),
                same_size_cuts=tuple(
                    SameSizeCutRecord(
                        before=cut.first,
                        after=cut.second,
                        size=cut.size,
                        timecode=_at(log, cut).timecode,
                        frame=_at(log, cut).first_frame,
                        same_framing=cut.same_framing,
                    )
                    for cut in cuts[:_CUTS]
                ),
                more_same_size_cuts=max(0, len(cuts) - _CUTS),
                scenes=tuple(_scene(item, log) for item in scenes[:_SCENES]),
                more_scenes=max(0, len(scenes) - _SCENES),
                scenes_told=describe_scenes(log),
            )
        )


def _scene(item: SceneCoverage, log: Log) -> SceneRecord:
    sizes = item.sizes
    return SceneRecord(
        scene=item.scene.label,
        span=span_of(item.scene.timeline, log.edit),
        first_shot=item.first,
        last_shot=item.last,
        sizes={line.name: line.shots for line in sizes.lines},
        moves={line.name: line.shots for line in item.moves.lines},
        known_sizes=sizes.known,
        missing_sizes=sizes.unseen_labels if sizes.all_known else None,
        average=None if item.lengths is None else item.lengths.average,
        facings={side.value: count for side, count in item.reverses.facings.items()},
        reverse_angles=item.reverses.pairs,
        missing_facing=item.reverses.missing,
        same_size_cuts=len(item.cuts),
        same_framing_cuts=item.risks,
    )


def _at(log: Log, cut: SameSizeCut) -> TimelineSpan:
    """Return the shot after a cut, on the timeline."""
    return span_of(log.shots[cut.second - 1].shot.timeline, log.edit)


def _family(table: CoverageTable) -> CoverageOfFamily:
    return CoverageOfFamily(rows=_rows(table.lines), known_shots=table.known, unseen=table.unseen)


def _rows(lines: Sequence[CoverageLine]) -> tuple[CoverageRow, ...]:
    return tuple(
        CoverageRow(
            label=line.name,
            name=line.display,
            shots=line.shots,
            share_of_shots=line.share,
            time=line.time,
            share_of_time=line.portion,
        )
        for line in lines
    )
