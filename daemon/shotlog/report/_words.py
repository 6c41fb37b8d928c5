"""Text of the page: badges of the leading labels, timecodes, lengths, shares and rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.report._tones import tone_class
from shotlog.schema import UNDEFINED, VOCABULARIES, Edit, Family, Finding, LoggedShot, Opinion


@dataclass(frozen=True)
class Badge:
    """One label as the page shows it.

    Attributes:
        name: Name in data, such as ``pan_left``.
        display: Name for people, such as ``Pan Left``.
        tone: CSS class of its colour.
        confidence: Such as ``87 %``; empty for an abstention.
    """

    name: str
    display: str
    tone: str
    confidence: str = ""


def make_badge(finding: Finding) -> Badge:
    """Make the badge of a finding about a shot."""
    known = finding.label != UNDEFINED
    return Badge(
        name=finding.label,
        display=VOCABULARIES[finding.family].display(finding.label),
        tone=tone_class(finding.family, finding.label),
        confidence=f"{finding.confidence:.0%}".replace("%", " %") if known else "",
    )


def leading_kinds(logged: LoggedShot) -> Opinion:
    """Return the leading findings about the kind of what is no shot of anything."""
    return logged.leading(Family.KIND)


def leading_sizes(logged: LoggedShot) -> Opinion:
    """Return the leading findings about a shot's size."""
    return logged.leading(Family.SIZE)


def leading_moves(logged: LoggedShot) -> Opinion:
    """Return the leading findings about the camera's move, or its movement (Push, Pull) instead."""
    return logged.leading(Family.MOVE, Family.MOVEMENT)


def main_size(logged: LoggedShot) -> str | None:
    """Return the size of most of a shot; None where no analyzer of sizes ran."""
    found = max(leading_sizes(logged), key=lambda f: f.timeline.duration, default=None)
    return found.label if found else None


def format_timecode(edit: Edit, moment: Fraction) -> str:
    """Return a moment of the timeline as timecode."""
    return edit.timecode(moment)


def format_length(seconds: Fraction) -> str:
    """Return a length as ``2.04 s``, or from a minute on as ``3 min 05 s``."""
    # Rounded first: 59.996 would read "60.00 s".
    if round(seconds, 2) < 60:
        return f"{float(seconds):.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def format_share(part: Fraction | int, whole: Fraction | int) -> str:
    """Return a share as ``38 %``; a share above 0 that rounds to 0 is ``<1 %``."""
    percent = 100 * Fraction(part) / whole if whole else Fraction(0)
    return "<1 %" if 0 < percent < Fraction(1, 2) else f"{round(percent)} %"


def format_rate(value: Fraction) -> str:
    """Return frames per second as text: ``25``, ``23.976``."""
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def unique_labels(labels: Sequence[Finding]) -> tuple[str, ...]:
    """Return the labels of findings, each once, in order."""
    return tuple(dict.fromkeys(finding.label for finding in labels))
