"""The answers of the model as tables: fits, predictions beside measurements, large clusters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.scaling.cluster import Cluster, Outcome, Simulation
from benchmarks.scaling.costs import FITTED, Costs, fit
from benchmarks.scaling.work import Archive, Work, work_of_archive, work_of_season

HD = 1920 * 1080
H264, PROXY, HQ = (
    "H.264 1920 x 1080", "ProRes 422 Proxy 1920 x 1080", "ProRes 422 HQ 1920 x 1080",
)  # fmt: skip
RATES = {PROXY: 36e6 / 8, HQ: 176e6 / 8, H264: 10e6 / 8}
"""Bytes of a second: Apple ProRes White Paper (April 2022), Target Data Rates, 1920 x 1080 at 24
pictures a second; of H.264 an assumption, 10 Mb/s, for editing proxies are made at 5 to 20."""
FILER = 1.1e9
"""Bytes a second that a 10 GbE link of a filer gives: 1.25e9 less frames and protocols."""
OPERATIONS = 10_000.0
"""Operations on names that a filer does in a second: an assumption."""
WINDOWS = 0.72
"""Windows of a second of film where models run: one for every two seconds (camera motion), and one
a shot (size), with shots of 4.5 s as in the season."""
WINDOW_COST = 0.32
"""Core seconds of reading a window's frames at 1920 x 1080: ``docs/benchmarks.md``."""

Row = tuple[str, ...]


@dataclass(frozen=True)
class TextTable:
    """A table for a page in Markdown.

    Attributes:
        title: Its title.
        head: Names of its columns.
        rows: Its rows.
    """

    title: str
    head: Row
    rows: Sequence[Row]

    def __str__(self) -> str:
        lines = [self.head, tuple("---" for _ in self.head), *self.rows]
        return f"### {self.title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def tables(measured: Mapping[str, Any], *, timelines: int = 10_000) -> Iterator[TextTable]:
    """Yield all tables; those of large clusters take minutes."""
    costs, missed = fit(measured)
    yield _costs(costs, measured)
    yield _fits(measured, costs, missed)
    yield _workers(measured, costs)
    archive = Archive(timelines=timelines)
    works = {kind: work_of_archive(archive, kind, HD) for kind in RATES}
    large = _with_rates(costs)
    yield _clusters(works, large)
    yield _sensitivity(archive, works[PROXY], large)


def _with_rates(costs: Costs) -> Costs:
    """Return costs whose footage has the rates of real files instead of the rendered ones."""
    footage = {
        kind: each.model_copy(update={"read": RATES[kind], "size": RATES[kind]})
        for kind, each in costs.footage.items()
        if kind in RATES
    }
    return costs.model_copy(update={"footage": footage})


def _costs(costs: Costs, measured: Mapping[str, Any]) -> TextTable:
    rows: list[Row] = [
        ("start of a worker", f"{costs.start:.1f} s, {costs.start_cpu:.1f} core s"),
        ("shard", f"{1000 * costs.shard:.0f} core ms"),
        ("item", f"{1000 * costs.item:.0f} core ms"),
        ("film that a worker has not met", f"{1000 * costs.film:.0f} core ms"),
        ("second that a timeline shows", f"{1000 * costs.shown:.1f} core ms"),
        ("the same, written", f"{costs.written / 1000:.1f} kB"),
        ("operations on names in the output folder, of an item", f"{costs.operations:.0f}"),
        ("bytes that are asked for, for a byte of film", f"{costs.asked:.2f}"),
        ("plan of a timeline", f"{1000 * costs.plan_timeline:.1f} core ms"),
        ("plan of a film that is new", f"{1000 * costs.plan_film:.0f} core ms"),
        ("merge of a result", f"{1000 * costs.merge:.1f} core ms"),
    ]
    for kind, each in costs.footage.items():
        told = (
            f"{1000 * each.picture:.0f} core ms on {each.threads:.2f} cores, "
            f"{each.size / 1e6:.2f} MB in its file"
        )
        rows.append((f"second of film, {kind}", told))
    del measured
    return TextTable("Costs", ("cost", "measured"), rows)


def _fits(measured: Mapping[str, Any], costs: Costs, missed: float) -> TextTable:
    rows = []
    for run in measured["fits"]:
        shape, span = run["shape"], run["span"]
        sum_ = (
            costs.start_cpu + shape["shards"] * costs.shard + shape["timelines"] * costs.item
            + shape["films"] * costs.film + shape["shown"] * costs.shown
            + shape["used"] * costs.footage[FITTED].picture
        )  # fmt: skip
        numbers = [f"{shape[name]:.0f}" for name in ("films", "timelines", "shown", "used")]
        rows.append(
            (
                *numbers, f"{span['cpu']:.1f}", f"{sum_:.1f}", f"{sum_ / span['cpu'] - 1:+.0%}",
                f"{span['read'] / 1e6:.0f}", f"{shape['size'] * shape['used'] / 1e6:.0f}",
            )
        )  # fmt: skip
    head = ("films", "timelines", "s shown", "s used", "core s", "fitted", "", "MB read", "of film")
    return TextTable(f"Runs with one worker (median miss {missed:.1%})", head, rows)


def _workers(measured: Mapping[str, Any], costs: Costs) -> TextTable:
    work = work_of_season(measured["season"], FITTED, 1280 * 720)
    rows = []
    for run in measured["workers"]:
        kind, workers, seconds = run["kind"], run["workers"], run["span"]["work"]
        cluster = Cluster(
            cores=measured["machine"]["cores"], workers=workers, daemon=kind == "local"
        )
        told = Simulation(cluster, work, costs).run().run
        number = len(work.shown)
        rows.append(
            (
                kind, str(workers), f"{seconds:.1f}", f"{number / seconds:.2f}", f"{told:.1f}",
                f"{told / seconds - 1:+.0%}", f"{run['span']['whole']:.1f}",
            )
        )  # fmt: skip
    head = (
        "executor",
        "workers",
        "s",
        "timelines/s",
        "model, s",
        "model over measured",
        "whole, s",
    )
    return TextTable("Workers on this machine", head, rows)


def _farm(nodes: int = 64, workers: int = 8, **more: Any) -> Cluster:
    return replace(
        Cluster(nodes, 16, workers, link=FILER, port=FILER, operations=OPERATIONS), **more
    )


def _clusters(works: Mapping[str, Work], costs: Costs) -> TextTable:
    rows = []
    for kind, work in works.items():
        for nodes in (1, 4, 16, 64):
            for workers in (1, 8) if nodes in (1, 64) else (8,):
                found = Simulation(_farm(nodes, workers), work, costs).run()
                rows.append((kind, str(nodes), str(workers), *_row(found, work)))
    head = ("footage", "nodes", "workers of a node", *_HEAD)
    return TextTable("An archive on clusters", head, rows)


_HEAD = (
    "hours", "timelines/s", "film decoded / film used", "cores", "link", "limit", "plan, h",
    "merge, h",
)  # fmt: skip


def _row(found: Outcome, work: Work) -> Row:
    limit = found.limit if found.busy[found.limit] > 0.8 else "each worker's own speed"
    if found.plan > found.run:
        limit = "plan"
    return (
        f"{found.whole / 3600:.2f}", f"{len(work.shown) / found.whole:.2f}",
        f"{found.decoded / work.used:.2f}", f"{found.busy['cores']:.0%}",
        f"{found.busy['link of the filer']:.0%}", limit, f"{found.plan / 3600:.2f}",
        f"{found.merge / 3600:.2f}",
    )  # fmt: skip


def _sensitivity(archive: Archive, base: Work, costs: Costs) -> TextTable:
    """One thing changed at a time, from 64 nodes of 16 cores, 8 workers each, ProRes Proxy."""
    apart = work_of_archive(archive, base.kind, HD, shared=False)
    models = replace(base, windows=WINDOWS, window_cost=WINDOW_COST)
    footage = costs.footage[base.kind]

    read = footage.read * (1 + costs.asked)
    uncached = {base.kind: footage.model_copy(update={"read": read})}
    again = costs.model_copy(update={"footage": {**costs.footage, **uncached}})

    def threads(number: float) -> Costs:
        own = {base.kind: footage.model_copy(update={"threads": number})}
        return costs.model_copy(update={"footage": {**costs.footage, **own}})

    cases: list[tuple[str, Cluster, Work, Costs]] = [
        ("as it is", _farm(), base, costs),
        ("shards as if timelines shared no film", _farm(), apart, costs),
        ("the same, with --share-cache", _farm(share=True), apart, costs),
        ("1 worker of a node", _farm(workers=1), base, costs),
        ("4 workers", _farm(workers=4), base, costs),
        ("16 workers", _farm(workers=16), base, costs),
        ("filer of 25 GbE", _farm(link=2.5 * FILER), base, costs),
        ("filer of 100 GbE", _farm(link=10 * FILER), base, costs),
        ("100 GbE, nodes of 32 cores", _farm(link=10 * FILER, cores=32), base, costs),
        ("filer of 2,000 operations/s", _farm(operations=2_000), base, costs),
        ("16 nodes", _farm(16), base, costs),
        ("8 nodes", _farm(8), base, costs),
        ("a worker uses 1 core", _farm(), base, threads(1)),
        ("a worker uses 4 cores", _farm(), base, threads(4)),
        ("no page cache: every byte is read as often as it is asked for", _farm(), base, again),
        ("with models on GPUs", _farm(), models, costs),
        ("with models, 100 GbE", _farm(link=10 * FILER), models, costs),
    ]
    rows = []
    for name, cluster, work, own in cases:
        found = Simulation(cluster, work, own).run()
        windows = found.decoded * work.windows / found.run / cluster.nodes
        rows.append((name, *_row(found, work), f"{windows:.1f}" if windows else ""))
    title = "One thing changed at a time: 64 nodes of 16 cores, 8 workers of each, ProRes Proxy"
    return TextTable(title, ("change", *_HEAD, "windows/s of a node's GPU"), rows)
