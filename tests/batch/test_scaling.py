"""The model of large clusters that ``docs/scaling.md`` is made with: ``benchmarks/scaling``."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scaling.cluster import Capacity, Cluster, Simulation
from benchmarks.scaling.costs import SHAPES, Costs, Footage, fit
from benchmarks.scaling.work import Archive, Work, work_of_archive, work_of_season

KIND = "H.264 1280 x 720"
COSTS = Costs(
    start=2, start_cpu=2, shard=0.1, item=0.2, film=0.05, shown=0.01, written=1000, operations=50,
    asked=2, plan_timeline=0.01, plan_film=0.05, merge=0.02,
    footage={KIND: Footage(picture=0.1, threads=1.5, read=1e6, size=1e6)},
)  # fmt: skip
ARCHIVE = Archive(timelines=40, versions=4, minutes=2, dailies=4, films=2)


def ends(size: float, works: list[tuple[float, float]]) -> list[float]:
    """Return the moments at which works end that begin at once."""
    env = simpy.Environment()
    capacity = Capacity(env, size)

    moments = dict.fromkeys(range(len(works)), 0.0)

    def wait(number: int, event: simpy.Event) -> Generator[simpy.Event, Any, None]:
        yield event
        moments[number] = env.now

    for number, (amount, most) in enumerate(works):
        env.process(wait(number, capacity.work(amount, most)))
    env.run()
    return list(moments.values())


def small_work() -> Work:
    return work_of_archive(ARCHIVE, KIND, 1280 * 720)


def test_works_share_a_capacity_in_equal_parts() -> None:
    assert ends(2.0, [(4.0, math.inf), (4.0, math.inf)]) == pytest.approx([4.0, 4.0])


def test_what_a_work_cannot_use_goes_to_the_others() -> None:
    assert ends(2.0, [(4.0, 0.5), (3.0, math.inf)]) == pytest.approx([8.0, 2.0])


def test_a_work_speeds_up_when_another_ends() -> None:
    assert ends(1.0, [(1.0, math.inf), (2.0, math.inf)]) == pytest.approx([2.0, 3.0])


@given(
    st.floats(0.5, 100),
    st.lists(st.tuples(st.floats(0.1, 50), st.floats(0.1, 200)), min_size=1, max_size=8),
)
def test_no_work_ends_sooner_than_its_rate_and_the_capacity_allow(
    size: float, works: list[tuple[float, float]]
) -> None:
    found = ends(size, works)
    for (amount, most), end in zip(works, found, strict=True):
        assert end >= amount / min(most, size) * (1 - 1e-6)
    assert max(found) >= sum(amount for amount, _ in works) / size * (1 - 1e-6)


def test_one_worker_takes_the_sum_of_the_costs() -> None:
    work = small_work()
    found = Simulation(Cluster(cores=1), work, COSTS).run()
    shown = sum(work.shown.values())
    sum_ = (
        len(work.shards) * COSTS.shard + 40 * COSTS.item + 20 * COSTS.film + shown * COSTS.shown
        + work.used * COSTS.footage[KIND].picture
    )  # fmt: skip
    assert found.run == pytest.approx(sum_)
    assert found.decoded == pytest.approx(work.used)


def test_a_filer_that_gives_less_than_nodes_take_is_the_limit() -> None:
    cluster = Cluster(nodes=8, cores=8, workers=4, link=2e6)
    found = Simulation(cluster, small_work(), COSTS).run()
    assert found.limit == "link of the filer"
    assert found.run >= found.decoded / 2  # 1 MB of each second, 2 MB/s


def test_more_nodes_never_take_longer() -> None:
    work = small_work()
    times = [
        Simulation(Cluster(nodes=nodes, share=True), work, COSTS).run().run for nodes in (1, 2, 5)
    ]
    assert times == sorted(times, reverse=True)


def test_shards_that_share_film_have_it_decoded_again_on_other_nodes() -> None:
    cluster = Cluster(nodes=10)
    together = Simulation(cluster, small_work(), COSTS).run()
    apart = Simulation(cluster, _each_alone(small_work()), COSTS).run()
    assert together.decoded == pytest.approx(small_work().used)
    assert apart.decoded > 1.5 * together.decoded


def test_the_work_of_a_season_is_that_of_its_timelines() -> None:
    shape = {"films": 4, "timelines": 6, "seconds": 40.0}
    work = work_of_season(shape, KIND, 1280 * 720)
    assert len(work.shown) == 6
    assert sorted(item for shard in work.shards for item in shard) == sorted(work.shown)
    assert work.used <= 4 * 40
    assert sum(work.shown.values()) > work.used / 2


def test_the_fit_finds_costs_that_runs_were_made_of() -> None:
    costs, missed = fit(_measured())
    assert missed < 1e-6
    assert (costs.start_cpu, costs.item, costs.shown) == pytest.approx((2.0, 0.2, 0.01))
    assert costs.footage[KIND].picture == pytest.approx(0.1)
    assert costs.asked == pytest.approx(1.5)
    assert costs.merge == pytest.approx(0.02)


def _each_alone(work: Work) -> Work:
    return Work(
        work.kind, work.films, work.cell, work.cells, work.shown, [[item] for item in work.shown]
    )


def _measured() -> dict[str, Any]:
    """Return runs as they would be measured of costs that are known."""
    fits = []
    for number, (films, timelines, seconds) in enumerate(SHAPES):
        shape = {
            "shards": 1 + number % 3, "timelines": timelines, "films": films, "size": 1e6,
            "seconds": seconds,
            "shown": timelines * seconds, "used": films * seconds * (0.8 + 0.02 * number),
        }  # fmt: skip
        cpu = (
            2 + 0.1 * shape["shards"] + 0.2 * timelines + 0.05 * films + 0.01 * shape["shown"]
            + 0.1 * shape["used"]
        )  # fmt: skip
        span = {"cpu": cpu, "work": cpu / 1.5, "whole": cpu / 1.5 + 2, "read": 1}
        fits.append({"shape": shape, "span": span, "written": 1000 * shape["shown"]})
    return {
        "fits": fits,
        "kinds": {KIND: fits[3]},
        "plan": {"first": 2.0, "again": 1.0, "timelines": 10, "films": 10},
        "merge": [{"items": 100, "seconds": 3.0}, {"items": 400, "seconds": 9.0}],
        "operations": {"names": 50, "read": 1.5},
    }
