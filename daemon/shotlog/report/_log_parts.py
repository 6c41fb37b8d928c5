"""Parts of a log that several pages show: its problems, and what its findings come from."""

from __future__ import annotations

from collections.abc import Iterator

from shotlog.report._cards import describe_source
from shotlog.report._words import format_timecode
from shotlog.schema import Finding, Log, Problem


def list_problems(log: Log) -> tuple[tuple[str, str, Problem], ...]:
    """Return each problem with its subject (clip or file) and the clip's timecode or ""."""
    return tuple(_problem(log, problem) for problem in log.problems)


def list_sources(log: Log) -> list[str]:
    """Return the analyzers of a log's findings, sorted."""
    return sorted({describe_source(finding) for finding in list_findings(log)})


def list_findings(log: Log) -> Iterator[Finding]:
    """Yield all findings of a log."""
    for logged in log.shots:
        yield from logged.findings
    yield from log.highlights
    yield from log.scenes


def _problem(log: Log, problem: Problem) -> tuple[str, str, Problem]:
    for clip in log.edit.clips:
        if clip.id == problem.clip:
            return clip.name, format_timecode(log.edit, clip.timeline.start), problem
    return problem.subject, "", problem
