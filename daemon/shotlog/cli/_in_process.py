"""What this process does itself: all of it without the daemon, little beside it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console

from shotlog.cli._interrupt import is_noted
from shotlog.cli.output import Line
from shotlog.paths import cache_file
from shotlog.schema import Edit, HomeMissing, Log, spelled
from shotlog.service.protocol import AnalysisOptions

if TYPE_CHECKING:
    from shotlog.cli.sources import Footage
    from shotlog.engine import Cache, ProbeCache

_NO_PICTURES = (
    "the report has no pictures: the daemon was started with another SHOTLOG_CACHE; run"
    " shotlog daemon restart, or use --in-process"
)


class OwnEngine:
    """The engine of this process, and the result cache.

    The engine takes a second to import, and whoever gives a timeline to the daemon needs nothing
    of it: so it is imported, and the cache opened, when something is first asked of it. A context
    manager.

    Args:
        cache_file: The result cache; None takes the user's own, which is the daemon's as well.
        keep: Whether results are used and kept at all.
    """

    def __init__(self, cache_file: Path | None = None, *, keep: bool = True) -> None:
        self._place, self._keep = cache_file, keep
        self._open = ExitStack()

    def __enter__(self) -> OwnEngine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def footage(self, paths: Sequence[Path], name: str, console: Console) -> Footage:
        """A timeline of media files and folders; see :func:`~shotlog.cli.sources.gather_footage`.

        Raises:
            TimelineError: where not one file can be used.
            MediaMissing: where a path does not exist.
        """
        from shotlog.cli.sources import gather_footage

        return gather_footage(paths, name, self._probe_cache, console)

    def analyze(self, edit: Edit, asks: AnalysisOptions, console: Console) -> Log:
        """The log of an edit.

        Raises:
            ModelError: a model or the device cannot be used.
            Stopped: on Ctrl-C; what was measured is kept.
        """
        with is_noted() as ctrl_c:
            from shotlog.cli._leaving import Leaving
            from shotlog.cli.output import Bars
            from shotlog.engine import EngineOptions, SilentProgress, select_analyzers
            from shotlog.engine import analyze as run

            asked = select_analyzers(asks.models, asks.names, asks.device, asks.precision)
            if asked.placement is not None:
                console.print(Line(f"models: {asked.placement}", style="dim"))
            shown = SilentProgress() if console.quiet else Bars(console)
            log = run(
                edit, asked.analyzers, self._cache,
                options=EngineOptions(disabled=asks.disabled),
                progress=Leaving(shown, ctrl_c), probe_cache=self._probe_cache,
            )  # fmt: skip
        ctrl_c.answer()
        return log.model_copy(update={"warnings": asked.warnings + log.warnings})

    def report(self, log: Log) -> tuple[str, tuple[str, ...]]:
        """A page of a log, with the pictures that the cache holds of its shots; and doubts."""
        from shotlog.engine import make_thumbnail_reader
        from shotlog.report import render_report

        picture = make_thumbnail_reader(self._cache)
        doubts = () if not log.shots or any(map(picture, log.shots)) else (spelled(_NO_PICTURES),)
        return render_report(log, picture), doubts

    @cached_property
    def _cache(self) -> Cache:
        from shotlog.engine import Cache

        try:
            place = (self._place or cache_file()) if self._keep else None
        except HomeMissing as error:
            told = error.problem
            hint = f"{told.hint} Or keep no results: --in-process --no-cache."
            raise HomeMissing(told.subject, told.message, hint) from error
        return self._open.enter_context(Cache(place))

    @cached_property
    def _probe_cache(self) -> ProbeCache:
        from shotlog.engine import ProbeCache

        return ProbeCache(self._cache)
