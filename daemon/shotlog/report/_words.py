"""What is read of a shot: the labels of whoever leads, times as timecode, lengths in seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from shotlog.report._tones import tone_class
from shotlog.schema import UNDEFINED, VOCABULARIES, Edit, Family, Finding, LoggedShot, Opinion


@dataclass(frozen=True)
class Badge:
    """One label as it is shown.

    Attributes:
        name: In data: ``pan_left``.
        display: For people: ``Pan Left``.
        tone: The class that colours it.
        confidence: ``87 %``; empty for an abstention, which has none to give.
    """

    name: str
    display: str
    tone: str
    confidence: str = ""


def make_badge(finding: Finding) -> Badge:
    """The badge of a finding about a shot."""
    known = finding.label != UNDEFINED
    return Badge(
        name=finding.label,
        display=VOCABULARIES[finding.family].display(finding.label),
        tone=tone_class(finding.family, finding.label),
        confidence=f"{finding.confidence:.0%}".replace("%", " %") if known else "",
    )


def leading_sizes(logged: LoggedShot) -> Opinion:
    """What is said of a shot's size."""
    return logged.leading(Family.SIZE)


def leading_moves(logged: LoggedShot) -> Opinion:
    """What is said of the camera's move: in full where that is known, else Push, Pull and so on."""
    return logged.leading(Family.MOVE, Family.MOVEMENT)


def main_size(logged: LoggedShot) -> str | None:
    """The label that holds for most of a shot; None where nobody was asked."""
    found = max(leading_sizes(logged), key=lambda f: f.timeline.duration, default=None)
    return found.label if found else None


def format_timecode(edit: Edit, moment: Fraction) -> str:
    """A timeline moment as the editor's timecode."""
    return edit.timecode(moment)


def format_length(seconds: Fraction) -> str:
    """A length in seconds: ``2.04 s``; from a minute on ``3 min 05 s``."""
    if round(seconds, 2) < 60:
        return f"{float(seconds):.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def format_share(part: Fraction | int, whole: Fraction | int) -> str:
    """``38 %`` of a whole; a part that is there but small is ``<1 %``."""
    percent = 100 * Fraction(part) / whole if whole else Fraction(0)
    return "<1 %" if 0 < percent < Fraction(1, 2) else f"{round(percent)} %"


def format_rate(value: Fraction) -> str:
    """Frames per second: ``25``, ``23.976``."""
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def unique_labels(labels: Sequence[Finding]) -> tuple[str, ...]:
    """The labels of findings, each once, in order."""
    return tuple(dict.fromkeys(finding.label for finding in labels))
