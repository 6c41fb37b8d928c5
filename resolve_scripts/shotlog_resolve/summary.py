"""The sentence that tells an editor what a script did."""

from collections import OrderedDict
from typing import Iterable, List, NamedTuple, Sequence

from shotlog_resolve.markers import MarkerReport, RemovalReport

_NAMED = 3
"""Number of things that a sentence names; of more, it gives the number and the log the rest."""


class Left(NamedTuple):
    """Something that was left out, with the reason as the end of a sentence."""

    name: str
    place: str
    reason: str


def marker_sentence(report: MarkerReport) -> str:
    """Return what was done to markers: ``12 markers added, 3 replaced and 1 kept …``."""
    parts = [
        counted(report.added, "marker added", "markers added"),
        counted(report.replaced, "replaced"),
        counted(report.unchanged, "unchanged"),
        counted(report.removed, "outdated one removed", "outdated ones removed"),
        counted(report.kept, "kept as edited by you"),
        counted(
            report.copies,
            "left that came with the copy of another timeline",
        ),
        counted(len(report.skipped), "skipped"),
    ]
    moved = counted(
        report.moved,
        "stands beside its frame, which another marker has",
        "stand beside their frame, which another marker has",
    )
    told = joined(filter(None, parts)) or "No marker to write"
    return f"{told}{'; ' + moved if moved else ''}."


def removal_sentence(report: RemovalReport) -> str:
    """Return what was removed: ``12 markers removed and 1 kept as edited by you.``."""
    parts = [
        counted(report.removed, "marker of Shotlog removed", "markers of Shotlog removed"),
        counted(report.kept, "kept as edited by you"),
        counted(report.copies, "left that came with the copy of another timeline"),
        counted(report.missing, "deleted by somebody before"),
        counted(report.failed, "that DaVinci Resolve did not delete"),
    ]
    return f"{joined(filter(None, parts)) or 'There is no marker of Shotlog on this timeline'}."


def left_sentences(left: Sequence[Left], what: str, whats: str) -> List[str]:
    """Return a sentence for each reason for which something was left out.

    Args:
        left: What was left out.
        what: The noun for one: ``clip``.
        whats: The noun for several.
    """
    by_reason: OrderedDict[str, List[Left]] = OrderedDict()
    for each in left:
        by_reason.setdefault(each.reason, []).append(each)
    return [
        f"{counted(len(several), what, whats)} left out ({reason}): {_names(several)}."
        for reason, several in by_reason.items()
    ]


def counted(count: int, one: str, several: str = "") -> str:
    """Return a number with its noun; empty for 0."""
    return f"{count:,} {one if count == 1 else several or one}" if count else ""


def joined(parts: Iterable[str]) -> str:
    """Return parts of a sentence with commas, and ``and`` before the last."""
    listed = list(parts)
    return " and ".join(filter(None, (", ".join(listed[:-1]), *listed[-1:])))


def _names(left: Sequence[Left]) -> str:
    named = [f"{each.name or 'a clip without a name'} ({each.place})" for each in left[:_NAMED]]
    rest = len(left) - len(named)
    return joined([*named, *([f"{rest:,} more, see the log"] if rest else [])])
