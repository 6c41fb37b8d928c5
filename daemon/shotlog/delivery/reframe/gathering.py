"""The evidence of a whole timeline, for what draws no claims from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shotlog.engine import Cache, ProbeCache, RunProgress, SilentProgress, analyze
from shotlog.schema import Claim, Edit, EditAnalyzer, EditView, Family, Log, Measure, Tier

_SILENT = SilentProgress()


class GatheredEvidence(NamedTuple):
    """The evidence of a timeline.

    Attributes:
        view: The evidence of every shot; None where no shot could be looked at.
        log: The log, with problems and warnings.
    """

    view: EditView | None
    log: Log


def gather(
    edit: Edit,
    measures: Sequence[Measure],
    cache: Cache,
    *,
    progress: RunProgress = _SILENT,
    probe_cache: ProbeCache | None = None,
) -> GatheredEvidence:
    """Return the evidence of a timeline; what the cache lacks is measured.

    Raises:
        CacheError: The cache loses evidence faster than it can be used.
        Stopped: On Ctrl-C; what was measured is in the cache.
    """
    gathering = _Gathering(measures)
    log = analyze(edit, [gathering], cache, progress=progress, probe_cache=probe_cache)
    return GatheredEvidence(gathering.view, log)


class _Gathering(EditAnalyzer):
    """An analyzer without claims, which keeps the evidence of all shots."""

    name = "delivery.gathering"
    version = "1"
    family = Family.KIND
    tier = Tier.BUILTIN

    def __init__(self, measures: Sequence[Measure]) -> None:
        self.measures = tuple(measures)
        self.view: EditView | None = None

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Keep the evidence; claim nothing."""
        self.view = view
        return ()
