"""Puts the page together: one file that asks nobody for anything."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from shotlog.report import _words
from shotlog.report._cards import Thumbnail, describe_source, make_highlight_cards, make_shot_cards
from shotlog.report._coverage import find_same_size_cuts, make_coverage_table, summarize_lengths
from shotlog.report._strip import make_strip
from shotlog.report._tones import make_tone_rules
from shotlog.schema import Family, Finding, Log, Problem


def render_report(log: Log, thumbnail: Thumbnail) -> str:
    """The report of an analysis, as one self-contained HTML page.

    Pictures, style and script lie in the page; its content security policy forbids every request
    and every other script. The same log and pictures give the same text, in which ``?`` stands for
    what no encoding can write (file names that are not UTF-8).

    Args:
        log: What was found.
        thumbnail: Gives the JPEG of a shot, small (256 x 144 at most), or None where there is none.
    """
    style, script = _resource("report.css") + make_tone_rules() + "\n", _resource("report.js")
    shown = make_shot_cards(log, thumbnail)
    page = _environment().get_template("report.html.j2").render(
        edit=log.edit,
        rate=_words.format_rate(log.edit.rate),
        duration=_words.format_length(log.edit.duration),
        looked_at=len({logged.shot.clip for logged in log.shots}),
        screen_time=_words.format_length(sum((s.shot.timeline.duration for s in log.shots), Fraction(0))),
        cards=shown,
        sizes=make_coverage_table(Family.SIZE, log.shots),
        moves=make_coverage_table(Family.MOVE, log.shots),
        lengths=summarize_lengths(log.shots),
        pairs=tuple(find_same_size_cuts(log)),
        highlights=make_highlight_cards(log, shown),
        strip=make_strip(log),
        problems=tuple(_problem(log, problem) for problem in log.problems),
        warnings=tuple(dict.fromkeys(log.edit.warnings + log.warnings)),
        voices=sorted({describe_source(finding) for finding in _findings(log)}),
        tiers=sorted({finding.provenance.tier.value for finding in _findings(log)}),
        faces_known=any(card.faces != "unknown" for card in shown),
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=_policy(style, script),
    )  # fmt: skip
    return page.encode(errors="replace").decode()


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("shotlog.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _resource(name: str) -> str:
    return files("shotlog.report").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Only the pictures in the page, and the one style and the one script by their hash."""
    return (
        "default-src 'none'; img-src data:; "
        f"style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _problem(log: Log, problem: Problem) -> tuple[str, str, Problem]:
    """Whom a problem happened to: the clip's name and its timecode, or the file."""
    for clip in log.edit.clips:
        if clip.id == problem.clip:
            return clip.name, _words.format_timecode(log.edit, clip.timeline.start), problem
    return problem.subject, "", problem


def _findings(log: Log) -> Iterator[Finding]:
    for logged in log.shots:
        yield from logged.findings
    yield from log.highlights
