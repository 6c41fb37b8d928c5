"""A small season of timelines, and an entry made by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from shotlog.report import IndexEntry, IndexState, IndexSummary
from shotlog.schema import MediaMissing, TimelineUnreadable

SUMMARY = IndexSummary("season 1", (("All shots (CSV)", "shots.csv"),))


def entry(name: str, **facts: object) -> IndexEntry:
    made = IndexEntry(name, f"season/{name}.otio", report=f"season/{name}.html",
                      marked=f"season/{name}.marked.otio")  # fmt: skip
    return replace(made, **facts)  # type: ignore[arg-type]


def season() -> list[IndexEntry]:
    """Six timelines: in the order of the batch 10, 2, damaged, offline, poison, copy."""
    shown = {"CS": 3, "MS": 5, "undefined": 2}
    damaged = TimelineUnreadable("season/damaged.otio").problem
    return [
        entry("reel 10", shots=10, seconds=Fraction(90), sizes=shown, moves={"static": 10}),
        entry("reel 2", shots=20, seconds=Fraction(7200), sizes={"LS": 20}, highlights=2,
              moves={"pan_left": 12, "Push": 8}),
        entry("damaged", state=IndexState.FAILED, problems=(damaged,), report=None, marked=None),
        entry("offline", shots=4, seconds=Fraction(8), state=IndexState.PROBLEMS, sizes={"CS": 4},
              problems=(MediaMissing("A001 (/media/a001.mov)").problem,), kind="media"),
        entry("poison", state=IndexState.PARKED, report=None, marked=None),
        entry("copy", state=IndexState.DUPLICATE, shots=10, seconds=Fraction(90), sizes=shown,
              duplicate_of="season/reel 10.otio"),
    ]  # fmt: skip
