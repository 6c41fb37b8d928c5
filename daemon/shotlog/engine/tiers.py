"""The order of the tiers: where one cannot be used the next one is, and the log tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from shotlog.engine.analyzer_selection import AnalyzerSelection, ModelChoice
from shotlog.models.catalog import Registry
from shotlog.schema import Log, Problem, ProviderError, RemoteOptions, Tier


def tier_attempts(models: ModelChoice, remote: RemoteOptions | None) -> list[ModelChoice]:
    """Return the choices of models to try, in order; the last one has no other behind it.

    Args:
        models: The choice of the user; only ``auto`` has an order.
        remote: The provider that may be asked, with the order of the tiers; None asks none.
    """
    if models != "auto" or remote is None or remote.offline:
        return [models]
    attempts: list[ModelChoice] = []
    for tier in remote.tiers:
        match tier:
            case Tier.REMOTE:
                attempts.append("remote")
            case Tier.LOCAL if Registry().installed():
                return [*attempts, "auto"]
            case Tier.BUILTIN:
                return [*attempts, "builtin"]
    return attempts or [models]


def run_by_tiers(
    attempts: Sequence[ModelChoice],
    select: Callable[[ModelChoice], AnalyzerSelection],
    run: Callable[[AnalyzerSelection, int], Iterator[Log]],
) -> Iterator[Log]:
    """Yield the logs of a run by the first tier that can be used.

    A provider that refuses in the middle of a run is left, too. What it has answered is kept, for a
    later run.

    Args:
        attempts: The choices of models to try, in order; at least one.
        select: Selects the analyzers of a choice.
        run: Yields the logs, from the number of one on.

    Raises:
        ProviderError: The last tier of the order is a provider that cannot be used.
        ShotlogError: What ``select`` and ``run`` raise.
    """
    done, left = 0, None
    for choice in attempts:
        try:
            selected = select(choice)
            for log in run(selected, done):
                log = log.model_copy(update={"warnings": (*selected.warnings, *log.warnings)})
                yield log if left is None else tell_fallback(log, left)
                done += 1
        except ProviderError as error:
            if choice == attempts[-1]:
                raise
            left = error.problem
        else:
            return


def tell_fallback(log: Log, left: Problem) -> Log:
    """Return a log that tells why its tier is not the first one of the order."""
    told = (
        f"the tier 'remote' was left for the next one: {left.subject}: {left.message}. {left.hint}"
    )
    return log.model_copy(update={"warnings": (told, *log.warnings), "fallback": left})
