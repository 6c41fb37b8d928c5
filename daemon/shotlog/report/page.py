"""Assembly of the page: one HTML file that needs no other file and no network."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from markupsafe import Markup

from shotlog.report import _assets, _words
from shotlog.report._cards import Thumbnail, describe_source, make_highlight_cards, make_shot_cards
from shotlog.report._coverage import (
    find_same_size_cuts,
    list_kinds,
    make_coverage_table,
    summarize_lengths,
)
from shotlog.report._strip import make_strip
from shotlog.report._tones import make_tone_rules
from shotlog.schema import Family, Finding, Log, Problem


def render_report(log: Log, thumbnail: Thumbnail) -> str:
    """Render the report of an analysis as one self-contained HTML page.

    Pictures, style and script are in the page; its content security policy forbids every request
    and every other script. The same log and pictures give the same text.

    Args:
        log: The log.
        thumbnail: Returns the JPEG of a shot (256 x 144 pixels at most), or None for none.

    Returns:
        The page. Characters that UTF-8 cannot encode (in file names that are not UTF-8) are ``?``.
    """
    style, script = _assets.read("report.css") + make_tone_rules() + "\n", _assets.read("report.js")
    shown = make_shot_cards(log, thumbnail)
    screen_time = sum((logged.shot.timeline.duration for logged in log.shots), Fraction(0))
    page = _assets.environment().get_template("report.html.j2").render(
        edit=log.edit,
        rate=_words.format_rate(log.edit.rate),
        duration=_words.format_length(log.edit.duration),
        analysed_clips=len({logged.shot.clip for logged in log.shots}),
        screen_time=_words.format_length(screen_time),
        cards=shown,
        sizes=make_coverage_table(Family.SIZE, log.shots),
        moves=make_coverage_table(Family.MOVE, log.shots),
        kinds=list_kinds(log.shots),
        lengths=summarize_lengths(log.shots),
        pairs=tuple(find_same_size_cuts(log)),
        highlights=make_highlight_cards(log, shown),
        strip=make_strip(log),
        problems=tuple(_problem(log, problem) for problem in log.problems),
        warnings=tuple(dict.fromkeys(log.edit.warnings + log.warnings)),
        sources=sorted({describe_source(finding) for finding in _findings(log)}),
        tiers=sorted({finding.provenance.tier.value for finding in _findings(log)}),
        faces_known=any(card.faces != "unknown" for card in shown),
        # Marked as safe: both are files of this package, without any text of the log.
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=_assets.policy(style, script, pictures="data:"),
    )  # fmt: skip
    return page.encode(errors="replace").decode()


def _problem(log: Log, problem: Problem) -> tuple[str, str, Problem]:
    """Return a problem with its subject (clip or file) and the clip's timecode or ""."""
    for clip in log.edit.clips:
        if clip.id == problem.clip:
            return clip.name, _words.format_timecode(log.edit, clip.timeline.start), problem
    return problem.subject, "", problem


def _findings(log: Log) -> Iterator[Finding]:
    for logged in log.shots:
        yield from logged.findings
    yield from log.highlights
