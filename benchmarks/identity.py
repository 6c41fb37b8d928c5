"""Cost of identifying the films on a card over a network share.

    python -m benchmarks.identity [--json]

Makes cards of 200 GB and 2 TB out of sparse files (all zeros: what is read is counted, not how fast
a disk gives it), asks for the identity of everything on them, and counts the bytes that are read
and the calls that wait for the server: every stat, open and close, and every read at a new place.
Of those a share over 1 GbE needs 110 MB/s and 1 ms each; that gives the times, whatever this
machine is like. ``first``: nobody knows the files. ``again``: a later run, which asks for their
dates alone. ``everything``: what hashing all of it would cost. Linux only, as /proc counts bytes.

JSON: ``blake2b_mb_s``, and for each card ``files``, ``gb``, and for ``first``, ``again`` and
``everything`` the ``mb`` that are read, the ``calls`` and the ``seconds``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from rich import box
from rich.console import Console
from rich.table import Table

from shotlog.media import content_id, media_state
from shotlog.media.container import MAX_FULL_READ
from shotlog.schema import ImageSequence

MB = 10**6
_SHARE_BYTES, _SHARE_CALL = 110 * MB, 0.001


@dataclass(frozen=True)
class Card:
    """Files of one size.

    Attributes:
        name: For people.
        files: Their number.
        size: Bytes of each.
        made: So many of them are made; what is counted is multiplied.
        sequence: True where they are the pictures of one film.
    """

    name: str
    files: int
    size: int
    made: int
    sequence: bool = False

    @property
    def bytes(self) -> int:
        """Of all files."""
        return self.files * self.size


CARDS = (
    Card("200 files of 1 GB", 200, 1000 * MB, 200),
    Card("4,000 files of 50 MB", 4000, 50 * MB, 40),
    Card("2 hours of DPX: 172,800 pictures of 12 MB", 172_800, 12 * MB, 172_800, sequence=True),
)


class Cost(NamedTuple):
    """Bytes that are read, and calls that wait for the server."""

    bytes: int
    calls: int

    @property
    def seconds(self) -> float:
        """Over the share."""
        return self.bytes / _SHARE_BYTES + self.calls * _SHARE_CALL

    def __mul__(self, times: object) -> Cost:
        if not isinstance(times, int):
            return NotImplemented
        return Cost(self.bytes * times, self.calls * times)


class _Counted:
    """Counts the files that are opened and queried in this process."""

    def __init__(self) -> None:
        self.calls = 0
        self._stat = os.stat
        os.stat = self._asked  # type: ignore[assignment]
        sys.addaudithook(self._heard)

    def _asked(self, *args: Any, **options: Any) -> os.stat_result:
        self.calls += 1
        return self._stat(*args, **options)

    def _heard(self, event: str, _: object) -> None:
        self.calls += 2 * (event == "open")  # it is closed as well

    def cost(self, work: Callable[[], object], *, jumps: bool) -> Cost:
        """Return the cost of some work.

        Args:
            work: The work to count.
            jumps: True for reads at scattered places; the system reads ahead for others.
        """
        read, reads = _process_io()
        before = self.calls
        work()
        calls = self.calls - before
        read_then, reads_then = _process_io()
        overhead = _overhead()
        reads = reads_then - reads - overhead[1]
        return Cost(read_then - read - overhead[0], calls + (reads if jumps else 0))


def _process_io() -> tuple[int, int]:
    """Return the bytes that this process has read, and the number of its reads."""
    with Path("/proc/self/io").open("rb") as told:
        lines = dict(line.split(b": ") for line in told.read().splitlines())
    return int(lines[b"rchar"]), int(lines[b"syscr"])


def _overhead() -> tuple[int, int]:
    """Return the cost of that query itself."""
    first, second = _process_io(), _process_io()
    return second[0] - first[0], second[1] - first[1]


def films(card: Card, folder: Path) -> Iterator[tuple[str, ImageSequence | None]]:
    """Make the files of a card, dated an hour ago; return its films."""
    now = time.time() - 3600
    for number in range(card.made):
        path = folder / f"{number:07}.dpx"
        with path.open("wb") as file:
            file.truncate(card.size)
        os.utime(path, (now, now))
        if not card.sequence:
            yield str(path), None
    if card.sequence:
        pattern = str(folder / "%07d.dpx")
        yield pattern % 0, ImageSequence(pattern=pattern, first=0, rate=Fraction(24))


def measured(card: Card, counted: _Counted) -> dict[str, Cost]:
    """Return the cost of a first run, of a later one, and of hashing everything."""
    with tempfile.TemporaryDirectory() as folder:
        listed = list(films(card, Path(folder)))
        jumps = card.bytes > MAX_FULL_READ if card.sequence else card.size > MAX_FULL_READ
        first = counted.cost(lambda: [content_id(*film) for film in listed], jumps=jumps)
        again = counted.cost(lambda: [media_state(*film).stamp for film in listed], jumps=True)
    times = card.files // card.made
    everything = Cost(card.bytes, 3 * card.files)
    return {"first": first * times, "again": again * times, "everything": everything}


def throughput() -> float:
    """Return the bytes of BLAKE2b per second of processor time, the best of three times."""
    content, best = bytes(MAX_FULL_READ), float("inf")
    for _ in range(3):
        began = time.process_time()
        blake2b(content).digest()
        best = min(best, time.process_time() - began)
    return MAX_FULL_READ / best


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    speed, counted = throughput(), _Counted()
    costs = {card: measured(card, counted) for card in CARDS}
    if options.json:
        print(json.dumps(_as_json(speed, costs), indent=2))
        return
    table = Table(box=box.SIMPLE_HEAD, title=f"BLAKE2b: {speed / MB:.0f} MB/s")
    for name in ("card", "GB", "", "MB read", "calls", "over 1 GbE"):
        table.add_column(name, justify="left" if name in ("card", "") else "right")
    for card, kinds in costs.items():
        for kind, cost in kinds.items():
            table.add_row(
                card.name, f"{card.bytes / 10**9:,.0f}", kind, f"{cost.bytes / MB:,.0f}",
                f"{cost.calls:,}", f"{cost.seconds:,.1f} s",
            )  # fmt: skip
    Console().print(table)


def _as_json(speed: float, costs: dict[Card, dict[str, Cost]]) -> dict[str, object]:
    cards = {
        card.name: {
            "files": card.files,
            "gb": card.bytes / 10**9,
            **{
                kind: {"mb": cost.bytes / MB, "calls": cost.calls, "seconds": cost.seconds}
                for kind, cost in kinds.items()
            },
        }
        for card, kinds in costs.items()
    }
    return {"blake2b_mb_s": speed / MB, "cards": cards}


if __name__ == "__main__":
    main()
