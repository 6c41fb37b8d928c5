"""Analysis in this process: on the nodes of farms, and in Ray's actors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from shotlog.batch.events import Stop
from shotlog.batch.running.analysis import Advance, TellingProgress
from shotlog.batch.running.shot_vectors import ShotVectors, read_vectors, select_for
from shotlog.engine import (
    AnalyzerSelection,
    Cache,
    EngineOptions,
    ProbeCache,
    SharedCache,
    analyze_together,
    make_thumbnail_reader,
    run_by_tiers,
    tier_attempts,
)
from shotlog.media.cuts import CUT_FINDERS
from shotlog.paths import cache_file
from shotlog.schema import (
    CacheError,
    Edit,
    Log,
    LoggedShot,
    ModelError,
    ProfileUnusable,
    Stopped,
)
from shotlog.service.protocol import AnalysisOptions
from shotlog.settings import load_settings


class OwnAnalysis:
    """The engine of this process; a context manager. Models stay loaded from shard to shard.

    Args:
        cache: The result cache; None takes that of this user.
        share: Folder in which nodes share evidence; None for none.

    Attributes:
        probe_cache: Keeps probed media.
        survives_crashes: False: a crash of the analysis ends this process.

    Raises:
        CacheError: The cache cannot be opened.
    """

    survives_crashes = False

    def __init__(self, cache: Path | None = None, share: Path | None = None) -> None:
        self._open = ExitStack()
        storage = load_settings().settings.storage
        file = cache or cache_file()
        self._cache = self._open.enter_context(
            Cache(file, storage.cache_size)
            if share is None
            else SharedCache(file, storage.cache_size, share=share)
        )
        self.probe_cache = ProbeCache(self._cache)
        self._picture = make_thumbnail_reader(self._cache)
        self._selected: dict[str, AnalyzerSelection] = {}

    def __enter__(self) -> OwnAnalysis:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    def analyze(
        self, edits: Sequence[Edit], asks: AnalysisOptions, advance: Advance, stop: Stop
    ) -> Iterator[Log | Exception]:
        """Yield for each edit its log, or its error; see :class:`EditAnalysis`."""
        done = 0
        try:
            for log in self._run(edits, asks, advance, stop):
                done += 1
                yield log
            return
        # Of this machine, or of the user: not of an edit.
        except (ModelError, ProfileUnusable, CacheError, Stopped):
            raise
        except Exception as error:
            if len(edits) == 1:
                yield error
                return
        # One of them is at fault: each alone, from what was measured already.
        for number in range(done, len(edits)):
            yield from self.analyze([edits[number]], asks, advance, stop)

    def picture(self, shot: LoggedShot) -> bytes | None:
        """Return a JPEG of a shot; None for none."""
        return self._picture(shot)

    def vectors(self, shots: Sequence[LoggedShot], asks: AnalysisOptions) -> ShotVectors:
        """Return unit vectors of shots by image-text model, by their place in ``shots``."""
        return read_vectors(shots, self._select(asks), self._cache) if asks.embeddings else {}

    def _run(
        self, edits: Sequence[Edit], asks: AnalysisOptions, advance: Advance, stop: Stop
    ) -> Iterator[Log]:
        name = ", ".join(edit.name for edit in edits)
        options = EngineOptions(
            disabled=asks.disabled, cuts=CUT_FINDERS.choose(asks.cuts), facts=asks.facts
        )

        def run(selected: AnalyzerSelection, done: int) -> Iterator[Log]:
            return analyze_together(
                edits[done:],
                selected.analyzers,
                self._cache,
                options=options,
                progress=TellingProgress(advance, stop, name),
                probe_cache=self.probe_cache,
            )

        yield from run_by_tiers(
            tier_attempts(asks.models, asks.remote),
            lambda models: self._select(asks.model_copy(update={"models": models})),
            run,
        )

    def _select(self, asks: AnalysisOptions) -> AnalyzerSelection:
        key = asks.model_dump_json()
        if key not in self._selected:
            self._selected[key] = select_for(asks)
        return self._selected[key]
