"""The choice of one sequence of a file that holds several."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog.schema import TimelineAmbiguous
from shotlog_otio.timeline.nodes import SequenceInfo


def choose_sequence(
    sequences: Sequence[SequenceInfo], wanted: str | None, subject: str
) -> SequenceInfo:
    """Return the sequence to read.

    It is the wanted one; else the one that the file marks as open; else the one that no other
    contains. Nothing is guessed.

    Args:
        sequences: The sequences of a file, at least one.
        wanted: The name that the user gave; None where none was given.
        subject: The file, for the error.

    Raises:
        TimelineAmbiguous: None or several of them fit; the sentence lists them.
    """
    if wanted is not None:
        named = [item for item in sequences if item.name == wanted]
        message = f'{len(named) or "none"} of its sequences is called "{wanted}"'
        return _only(named, sequences, subject, message)
    marked = [item for item in sequences if item.open]
    if len(marked) == 1:
        return marked[0]
    outermost = [item for item in sequences if not item.contained]
    return _only(outermost, sequences, subject, f"it holds {len(sequences)} sequences")


def _only(
    fitting: Sequence[SequenceInfo], among: Sequence[SequenceInfo], subject: str, message: str
) -> SequenceInfo:
    if len(fitting) == 1:
        return fitting[0]
    listed = fitting or among
    names = "; ".join(map(_describe, listed))
    raise TimelineAmbiguous(
        subject,
        f"{message}, and it is not known which is meant: {names}",
        "Give the name of one with --sequence.",
        sequences=tuple((item.name, item.rate, item.duration) for item in among),
    )


def _describe(item: SequenceInfo) -> str:
    seconds = float(item.duration / item.rate)
    return f'"{item.name}" ({seconds:.1f} s at {float(item.rate):.6g} frames per second)'
