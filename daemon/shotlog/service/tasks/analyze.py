"""The task that logs every shot of an edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, Self

from shotlog.schema import Edit, Log, Model
from shotlog.service.tasks.base import JobTask, TaskContext
from shotlog.service.tasks.options import AnalysisOptions

_SINCE_RAMPS = (1, 3)
"""The first protocol version whose edits have speed ramps, handles and sound."""

_SINCE_SCENES = (1, 6)
"""The first protocol version whose edits have starts of scenes."""


class Analyze(JobTask):
    """Analysis of every shot of an edit; the result is a log."""

    # Protocols 1.0 and 1.1 have a form of their own for it: ``protocol.legacy``.
    since: ClassVar[tuple[int, int]] = (1, 0)
    result: ClassVar[type[Model]] = Log

    kind: Literal["analyze"] = "analyze"
    """Kind of the task."""
    edit: Edit
    """The edit to analyse; the daemon reads the media from their paths."""
    asks: AnalysisOptions = AnalysisOptions()
    """Options of the analysis."""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edit alone."""
        return (self.edit,)

    @property
    def minimum_protocol(self) -> tuple[int, int]:
        """That of the options, or the one that knows all that the edit has.

        Speed ramps, handles and sound need 1.3, starts of scenes 1.6.
        """
        newer = (c.time_map.bends or c.head or c.tail for c in self.edit.clips)
        of_edit = _SINCE_RAMPS if self.edit.sound or any(newer) else self.since
        of_scenes = _SINCE_SCENES if self.edit.scene_starts else self.since
        return max(of_edit, of_scenes, self.asks.minimum_protocol)

    @property
    def options(self) -> str:
        """The JSON of :attr:`asks`, which alone selects models and clips."""
        return self.asks.model_dump_json()

    @classmethod
    def run(cls, tasks: Sequence[Self], context: TaskContext) -> Iterator[Log]:
        """Analyse edits together, so that media which they share are decoded once.

        Yields:
            The log of each edit, identical to that of a separate run.
        """
        # Imported late: client and broker import this module, and must start without the engine.
        from shotlog.engine import (
            AnalyzerSelection,
            EngineOptions,
            analyze_together,
            run_by_tiers,
            tier_attempts,
        )
        from shotlog.media.cuts import CUT_FINDERS

        asks = tasks[0].asks
        options = EngineOptions(
            disabled=asks.disabled, cuts=CUT_FINDERS.choose(asks.cuts), facts=asks.facts
        )
        with context.cache() as cache:

            def run(voices: AnalyzerSelection, done: int) -> Iterator[Log]:
                return analyze_together(
                    [task.edit for task in tasks[done:]],
                    voices.analyzers, cache, options=options, progress=context.progress,
                )  # fmt: skip

            yield from run_by_tiers(
                tier_attempts(asks.models, asks.remote),
                lambda models: context.voices(asks.model_copy(update={"models": models})),
                run,
            )
