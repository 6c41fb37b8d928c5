"""The sentence that tells an editor what a script did."""

from collections import OrderedDict
from typing import Iterable, List, NamedTuple, Sequence, Tuple

from shotlog_resolve.reports import MarkerReport, RemovalReport

_NAMED = 3
"""Number of things that a sentence names; of more, it gives the number and the log the rest."""


_COPIES = "left that came with the copy of another timeline"


class Left(NamedTuple):
    """Something that was left out, with the reason as the end of a sentence."""

    name: str
    place: str
    reason: str


def marker_sentence(report: MarkerReport) -> str:
    """Return what was done to markers: ``12 markers added, 3 replaced and 1 kept …``."""
    told = _counts(
        (report.added, "added"),
        (report.replaced, "replaced"),
        (report.unchanged, "unchanged"),
        (report.removed, "removed as outdated"),
        (report.kept, "kept as edited by you"),
        (report.copies, _COPIES),
        (len(report.skipped), "skipped"),
    )
    moved = counted(
        report.moved,
        "stands beside its frame, which another marker has",
        "stand beside their frames, which other markers have",
    )
    return f"{told or 'No marker to write'}{'; ' + moved if moved else ''}."


def removal_sentence(report: RemovalReport) -> str:
    """Return what was removed: ``12 markers removed and 1 kept as edited by you``."""
    told = _counts(
        (report.removed, "removed"),
        (report.kept, "kept as edited by you"),
        (report.copies, _COPIES),
        (report.missing, "deleted before"),
        (report.failed, "that DaVinci Resolve did not delete"),
    )
    return f"{told or 'There is no marker of Shotlog on this timeline'}."


def _counts(*counts: Tuple[int, str]) -> str:
    """Return numbers of markers with what became of them; the first one has the noun."""
    told = [(count, fate) for count, fate in counts if count]
    parts = [f"{count:,} {fate}" for count, fate in told]
    if told:
        parts[0] = f"{counted(told[0][0], 'marker', 'markers')} {told[0][1]}"
    return joined(parts)


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
