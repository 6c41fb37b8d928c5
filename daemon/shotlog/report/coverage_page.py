"""Assembly of the page of coverage: scene by scene, without pictures of shots."""

from __future__ import annotations

from markupsafe import Markup

from shotlog.report import _assets, _words
from shotlog.report._coverage import (
    find_same_size_cuts,
    list_ordinary,
    make_coverage_table,
    summarize_lengths,
)
from shotlog.report._log_parts import list_problems, list_sources
from shotlog.report._scenes import cover_scenes, describe_scenes, trace_pace
from shotlog.report._tones import make_tone_rules
from shotlog.schema import Family, Log


def render_coverage(log: Log) -> str:
    """Render the coverage of an edit as one self-contained HTML page, without any script.

    The same log gives the same text.

    Returns:
        The page. Characters that UTF-8 cannot encode (in file names that are not UTF-8) are ``?``.
    """
    style = _assets.read("report.css") + make_tone_rules() + "\n"
    page = _assets.environment().get_template("coverage.html.j2").render(
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
        style=Markup(style),  # noqa: S704 - a file of this package, without any text of the log
        policy=_assets.policy(style, None, pictures="'none'"),
    )  # fmt: skip
    return page.encode(errors="replace").decode()
