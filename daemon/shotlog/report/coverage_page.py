"""Assembly of the page of coverage: scene by scene, without pictures of shots."""

from __future__ import annotations

from shotlog.report import _words
from shotlog.report._coverage import (
    find_same_size_cuts,
    list_ordinary,
    make_coverage_table,
    summarize_lengths,
)
from shotlog.report._log_parts import list_problems, list_sources
from shotlog.report._scenes import cover_scenes, describe_scenes, trace_pace
from shotlog.report.plain_page import render_plain_page
from shotlog.schema import Family, Log


def render_coverage(log: Log) -> str:
    """Render the coverage of an edit as one self-contained HTML page, without any script.

    The same log gives the same text.

    Returns:
        The page. Characters that UTF-8 cannot encode (in file names that are not UTF-8) are ``?``.
    """
    return render_plain_page(
        "coverage.html.j2",
        edit=log.edit,
        duration=_words.format_length(log.edit.duration),
        shots=len(list_ordinary(log.shots)),
        sizes=make_coverage_table(Family.SIZE, log.shots),
        moves=make_coverage_table(Family.MOVE, log.shots),
        lengths=summarize_lengths(log.shots),
        pairs=tuple(find_same_size_cuts(log)),
        pace=trace_pace(log),
        scenes=cover_scenes(log),
        scenes_note=describe_scenes(log),
        problems=list_problems(log),
        warnings=tuple(dict.fromkeys(log.edit.warnings + log.warnings)),
        sources=list_sources(log),
    )
