"""Assembly of the page: one HTML file that needs no other file and no network."""

from __future__ import annotations

from fractions import Fraction

from markupsafe import Markup

from shotlog.report import _assets, _words
from shotlog.report._cards import Thumbnail, make_highlight_cards, make_shot_cards
from shotlog.report._coverage import (
    find_same_size_cuts,
    list_kinds,
    make_coverage_table,
    summarize_lengths,
)
from shotlog.report._log_parts import list_findings, list_problems, list_sources
from shotlog.report._scenes import cover_scenes, describe_scenes, trace_pace
from shotlog.report._strip import make_strip
from shotlog.report._tones import make_tone_rules
from shotlog.schema import Family, Log


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
        pace=trace_pace(log),
        scenes=cover_scenes(log),
        scenes_note=describe_scenes(log),
        problems=list_problems(log),
        warnings=tuple(dict.fromkeys(log.edit.warnings + log.warnings)),
        sources=list_sources(log),
        tiers=sorted({finding.provenance.tier.value for finding in list_findings(log)}),
        faces_known=any(card.faces != "unknown" for card in shown),
        # Marked as safe: both are files of this package, without any text of the log.
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=_assets.policy(style, script, pictures="data:"),
    )  # fmt: skip
    return page.encode(errors="replace").decode()
