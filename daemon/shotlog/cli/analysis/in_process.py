"""The engine in this process: for footage, reports and ``--in-process``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console

from shotlog.cli._interrupt import CtrlC, sets_flag
from shotlog.cli.output import SafeLine
from shotlog.paths import cache_file
from shotlog.schema import (
    Analyzer,
    Edit,
    HomeMissing,
    Log,
    Reframing,
    Stopped,
    spell_commands,
)
from shotlog.service.protocol import AnalysisOptions
from shotlog.settings import DEFAULT_CACHE_SIZE

if TYPE_CHECKING:
    from shotlog.cli.analysis.sources import Footage
    from shotlog.delivery.reframe import ReframeOptions
    from shotlog.engine import Cache, EngineOptions, ProbeCache
    from shotlog.highlights import HighlightAnalyzer, MomentExplainer
    from shotlog.selects import EditorMarker, Layout, PickGroup, Selects, WrittenClip

R = TypeVar("R", bound=Analyzer)

_NO_PICTURES = (
    "the report has no pictures: the daemon was started with another SHOTLOG_CACHE; run"
    " shotlog daemon restart, or use --in-process"
)


class OwnEngine:
    """The engine of this process and the result cache, as a context manager.

    The engine is imported, and the cache opened, at their first use: the import takes a second, and
    a timeline that goes to the daemon needs neither.

    Args:
        cache_file: The result cache; None takes the user's own, which the daemon uses too.
        keep: Read and write the cache; False works without one.
        size: Largest size of the cache, in bytes.
    """

    def __init__(
        self,
        cache_file: Path | None = None,
        *,
        keep: bool = True,
        size: int = DEFAULT_CACHE_SIZE,
    ) -> None:
        self._cache_file, self._keep, self._size = cache_file, keep, size
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
        """Make a timeline of media files and folders; see :func:`gather_footage`.

        Raises:
            TimelineError: No file can be used.
            MediaMissing: A path does not exist.
        """
        from shotlog.cli.analysis.sources import gather_footage

        return gather_footage(paths, name, self.probe_cache, console)

    def analyze(self, edit: Edit, asks: AnalysisOptions, console: Console) -> Log:
        """Return the log of an edit.

        Raises:
            ModelError: A model or the device cannot be used.
            ProfileUnusable: The profile cannot be used.
            Stopped: On Ctrl-C; what was measured is in the cache.
        """
        return self._run(edit, asks, console, list)

    def reframe(self, edit: Edit, options: ReframeOptions, console: Console) -> Reframing:
        """Return the crops of an edit; see :func:`shotlog.delivery.reframe.reframe`.

        Raises:
            DeliveryError: The aspect or a pin cannot be used.
            ReframerError: The reframer lacks something.
            Stopped: On Ctrl-C; what was measured is in the cache.
        """
        from shotlog.cli.output import StageBars
        from shotlog.delivery.reframe import reframe

        shown = StageBars(console)
        return reframe(edit, self._cache, options, progress=shown, probe_cache=self.probe_cache)

    def explain(
        self, edit: Edit, asks: AnalysisOptions, moment: Fraction, console: Console
    ) -> tuple[Log, list[MomentExplainer]]:
        """Return explanations of a moment, one by each highlighter, and the log with problems.

        The options must ask for passages. No other analyzer is run.

        Raises:
            ModelError: A model or the device cannot be used.
            HighlighterError: A highlighter cannot be used.
            Stopped: On Ctrl-C; what was measured is in the cache.
        """
        from shotlog.highlights import MomentExplainer

        return self.read(edit, asks, lambda asked: MomentExplainer(asked, moment), console)

    def read(
        self,
        edit: Edit,
        asks: AnalysisOptions,
        make: Callable[[HighlightAnalyzer], R],
        console: Console,
    ) -> tuple[Log, list[R]]:
        """Run readers in the place of the analyzers of highlights; return them, and the log.

        No other analyzer is run.

        Args:
            edit: The edit.
            asks: The options, which must ask for passages.
            make: Makes the reader for an analyzer of highlights.
            console: Shows progress.

        Raises:
            ModelError: A model or the device cannot be used.
            HighlighterError: A highlighter cannot be used.
            Stopped: On Ctrl-C; what was measured is in the cache.
        """
        from shotlog.highlights import HighlightAnalyzer

        readers: list[R] = []

        def reading(analyzers: Sequence[Analyzer]) -> Sequence[Analyzer]:
            readers.extend(make(each) for each in analyzers if isinstance(each, HighlightAnalyzer))
            return readers

        return self._run(edit, asks, console, reading), readers

    def _run(
        self,
        edit: Edit,
        asks: AnalysisOptions,
        console: Console,
        change: Callable[[Sequence[Analyzer]], Sequence[Analyzer]],
    ) -> Log:
        with sets_flag() as ctrl_c:
            # Imported within sets_flag(): Ctrl-C during these imports is then answered below.
            from shotlog.engine import (
                AnalyzerSelection,
                EngineOptions,
                run_by_tiers,
                select_analyzers,
                tier_attempts,
            )
            from shotlog.media.cuts import CUT_FINDERS

            options = EngineOptions(
                disabled=asks.disabled, cuts=CUT_FINDERS.choose(asks.cuts), facts=asks.facts
            )

            def run(asked: AnalyzerSelection, _: int) -> Iterator[Log]:
                if asked.placement is not None:
                    console.print(SafeLine(f"models: {asked.placement}", style="dim"))
                yield self._analyze(edit, change(asked.analyzers), options, console, ctrl_c)

            (log,) = run_by_tiers(
                tier_attempts(asks.models, asks.remote),
                lambda models: select_analyzers(
                    models, asks.names, asks.device, asks.precision,
                    embeddings=asks.embeddings, highlights=asks.highlights, remote=asks.remote,
                    profile=asks.profile,
                ),
                run,
            )  # fmt: skip
        ctrl_c.raise_if_pressed()
        return log

    def _analyze(
        self,
        edit: Edit,
        analyzers: Sequence[Analyzer],
        options: EngineOptions,
        console: Console,
        ctrl_c: CtrlC,
    ) -> Log:
        from shotlog.cli.analysis.interruptible import InterruptibleProgress
        from shotlog.cli.output import StageBars
        from shotlog.engine import SilentProgress, analyze

        shown = SilentProgress() if console.quiet else StageBars(console)
        progress = InterruptibleProgress(shown, ctrl_c)
        return analyze(
            edit, analyzers, self._cache, options=options, progress=progress,
            probe_cache=self.probe_cache,
        )  # fmt: skip

    def measure(
        self,
        edit: Edit,
        analyzers: Sequence[Analyzer],
        console: Console,
        options: EngineOptions | None = None,
    ) -> Log:
        """Return the log of an edit by these analyzers alone.

        Raises:
            Stopped: On Ctrl-C; what was measured is in the cache.
        """
        with sets_flag() as ctrl_c:
            from shotlog.engine import EngineOptions

            log = self._analyze(edit, analyzers, options or EngineOptions(), console, ctrl_c)
        ctrl_c.raise_if_pressed()
        return log

    def make_stringouts(
        self,
        groups: Sequence[PickGroup],
        name: str,
        layout: Layout,
        markers: Sequence[EditorMarker],
    ) -> Selects:
        """Make selects; see :func:`shotlog.selects.make_stringouts`.

        Raises:
            TimelineEmpty: The media of no shot can be used.
        """
        from shotlog.selects import make_stringouts

        return make_stringouts(groups, name, self.probe_cache, layout, markers)

    def write_clips(
        self, groups: Sequence[PickGroup], folder: Path, console: Console, *, copy: bool
    ) -> list[WrittenClip]:
        """Write a video file for each group; see :func:`shotlog.selects.write_clips`.

        Raises:
            OutputNotWritable: A file cannot be written.
            DiskFull: There is no room for it.
            Stopped: On Ctrl-C; the files that are there are whole.
        """
        from shotlog.cli.output import StageBars
        from shotlog.engine import SilentProgress
        from shotlog.selects import write_clips

        total = float(sum(pick.logged.shot.timeline.duration for g in groups for pick in g.picks))
        shown = SilentProgress() if console.quiet else StageBars(console)
        try:
            with shown.stage("Clips", total, "s of film") as bar:
                return list(
                    write_clips(
                        groups, folder, self.probe_cache, copy=copy,
                        progress=lambda seconds: bar.advance(float(seconds)),
                    )
                )  # fmt: skip
        except KeyboardInterrupt:
            raise Stopped(str(folder)) from None

    def report(self, log: Log) -> tuple[str, tuple[str, ...]]:
        """Return a log as an HTML page with the cached pictures of its shots, and warnings."""
        from shotlog.engine import make_thumbnail_reader
        from shotlog.report import render_report

        picture = make_thumbnail_reader(self._cache)
        warnings = (
            () if not log.shots or any(map(picture, log.shots)) else (spell_commands(_NO_PICTURES),)
        )
        return render_report(log, picture), warnings

    @cached_property
    def _cache(self) -> Cache:
        from shotlog.engine import Cache

        try:
            file = (self._cache_file or cache_file()) if self._keep else None
        except HomeMissing as error:
            problem = error.problem
            hint = f"{problem.hint} Or keep no results: --in-process --no-cache."
            raise HomeMissing(problem.subject, problem.message, hint) from error
        return self._open.enter_context(Cache(file, self._size))

    @cached_property
    def probe_cache(self) -> ProbeCache:
        """The media that were probed."""
        from shotlog.engine import ProbeCache

        return ProbeCache(self._cache)
