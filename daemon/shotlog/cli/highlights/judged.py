"""The check that a highlighter judged a timeline."""

from __future__ import annotations

from shotlog.schema import HighlighterError, Log


def check_judged(log: Log, *, judged: bool) -> None:
    """Check that a highlighter judged the timeline: that all failed is no answer of theirs.

    Args:
        log: The log, whose problems are told.
        judged: True where one did.

    Raises:
        HighlighterError: None did.
    """
    failed = [problem for problem in log.problems if problem.code == HighlighterError.code()]
    if failed and not judged:
        raise HighlighterError(failed[0].subject, failed[0].message, failed[0].hint)
