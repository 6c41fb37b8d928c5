"""``python -m benchmarks.field``."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.field import Case, Verdict, cases


def main() -> int:
    """Run the cases; exit with 1 where an answer is wrong."""
    options = _options()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # shells ignore it for background jobs
    chosen = [case for case in cases() if not options.kinds or case.kind in options.kinds]
    if not chosen:
        sys.exit(f"no such kind; there are: {', '.join(dict.fromkeys(c.kind for c in cases()))}")
    if options.list:
        print("\n".join(map(str, chosen)))
        return 0
    verdicts = []
    for verdict in _run(chosen, options.jobs):
        verdicts.append(verdict)
        if not options.json:
            print("." if verdict.right else "x", end="", file=sys.stderr, flush=True)
    wrong = [verdict for verdict in verdicts if not verdict.right]
    if options.json:
        print(json.dumps(_as_json(verdicts), indent=2, ensure_ascii=False))
    else:
        print(file=sys.stderr)
        _show(verdicts)
    return 1 if wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.field",
        description="Makes every input of the corpus, runs Shotlog on it, and judges what it tells."
        " Exit code 1 where a case is told wrong.",
    )
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="only these kinds of fault")
    parser.add_argument("--json", action="store_true", help="print JSON: kinds, right, wrong")
    parser.add_argument("--list", action="store_true", help="name the cases, run none")
    parser.add_argument("--jobs", type=int, default=1, help="cases that run at once [1]")
    return parser.parse_args()


def _run(chosen: Sequence[Case], jobs: int) -> Iterator[Verdict]:
    with tempfile.TemporaryDirectory(prefix="shotlog-field-") as folder:
        os.environ["SHOTLOG_HOME"] = str(Path(folder) / "home")  # not the user's daemon
        places = [Path(folder) / str(number) for number in range(len(chosen))]
        for place in places:
            place.mkdir()
        if jobs < 2:
            yield from map(_verdict, chosen, places)
            return
        with ProcessPoolExecutor(jobs) as pool:
            numbers = [cases().index(case) for case in chosen]
            for case, told in zip(chosen, pool.map(_told, numbers, places), strict=True):
                yield Verdict(case, told)


def _verdict(case: Case, place: Path) -> Verdict:
    return case.run(place)


def _told(number: int, place: Path) -> str:
    return cases()[number].run(place).told  # by number: functions cannot be pickled


def _as_json(verdicts: Sequence[Verdict]) -> dict[str, object]:
    kinds: dict[str, list[dict[str, object]]] = {}
    for verdict in verdicts:
        case = verdict.case
        kinds.setdefault(case.kind, []).append(
            {"case": case.name, "expected": case.expected, "told": verdict.told,
             "right": verdict.right}
        )  # fmt: skip
    right = sum(verdict.right for verdict in verdicts)
    return {"kinds": kinds, "right": right, "wrong": len(verdicts) - right}


def _show(verdicts: Sequence[Verdict]) -> None:
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("kind", "case", "expected", "told", "verdict"):
        table.add_column(name, overflow="fold")
    for verdict in verdicts:
        case = verdict.case
        word = ("right", "green") if verdict.right else ("WRONG", "bold red")
        same = "as expected" if verdict.right else verdict.told
        table.add_row(case.kind, case.name, case.expected, Text(same), Text(*word))
    console = Console()
    console.print(table)
    right = sum(verdict.right for verdict in verdicts)
    console.print(f"{len(verdicts)} cases: {right} right, {len(verdicts) - right} wrong")


if __name__ == "__main__":
    sys.exit(main())
