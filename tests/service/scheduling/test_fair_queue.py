"""Flows get their shares, jobs keep their order, and no wait is longer than it must be."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.service.protocol import Priority
from shotlog.service.scheduling import (
    BUNDLE_CLIPS,
    FIRST_QUANTUM,
    SLICE_SECONDS,
    WEIGHTS,
    FairQueue,
)

_TICK, _COARSE = 0.1, 0.25
"""Seconds of a tick; a coarse one where jobs of minutes are run many times."""
INTERACTIVE, NORMAL, BATCH = Priority
PRIORITIES = st.sampled_from(list(Priority))


@dataclass
class _Device:
    """Device for one job that asks the queue at every tick, as the dispatcher does.

    Attributes:
        needs: Seconds without preemption that a job needs to end, and of which nothing is saved.
            Other jobs never end, and everything of them is saved.
        turns: Jobs that were started, in order.
        step: Seconds of a tick.
    """

    queue: FairQueue = field(default_factory=FairQueue)
    needs: dict[str, float] = field(default_factory=dict)
    running: str | None = None
    since: float = 0.0
    used: Counter[str] = field(default_factory=Counter)
    turns: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    step: float = _TICK

    def tick(self) -> None:
        if self.running is not None and self.queue.should_preempt():
            gave_way, self.running = self.running, None
            self.queue.stop()
            assert self.queue.pick() != gave_way
        if self.running is None:
            self.begin()
        if self.running is not None:
            self.queue.charge(self.step)
            self.used[self.running] += 1
            if self.running not in self.needs:
                self.queue.mark_saved()
            self.since += self.step
            if self.since >= self.needs.get(self.running, float("inf")) - self.step / 2:
                self.finish(self.running)

    def begin(self) -> None:
        self.running, self.since = self.queue.pick(), 0.0
        if self.running is not None:
            self.queue.begin([self.running])
            self.turns.append(self.running)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / self.step)):
            self.tick()

    def finish(self, job: str) -> None:
        self.queue.finish(job)
        self.ended.append(job)
        if self.running == job:
            self.running = None

    def seconds(self, job: str) -> float:
        return self.used[job] * self.step


def device(*priorities: Priority) -> _Device:
    """Return a device with an endless job of each priority, named after it."""
    made = _Device()
    for priority in priorities:
        made.queue.add(priority.value, priority)
    return made


def test_device_seconds_are_shared_16_to_4_to_1() -> None:
    busy = device(*Priority)
    busy.run(4200)
    shares = [busy.seconds(priority) for priority in Priority]
    assert shares == pytest.approx(
        [3200, 800, 200], abs=SLICE_SECONDS * 16 / 21 + 2 * SLICE_SECONDS
    )


@settings(deadline=None)
@given(st.sets(PRIORITIES, min_size=1), st.sets(PRIORITIES), st.integers(1, 600))
def test_no_flow_is_further_ahead_than_a_slice_or_a_wasted_quantum(
    busy: set[Priority], lost: set[Priority], seconds: int
) -> None:
    made = device(*busy)
    made.needs.update({priority.value: float("inf") for priority in lost})
    made.run(seconds)
    had = [made.seconds(priority) / WEIGHTS[priority] for priority in busy]
    # The next quantum is FIRST_QUANTUM longer than all before together: each is twice the last.
    turns = [(made.seconds(one) + FIRST_QUANTUM) / WEIGHTS[one] for one in lost & busy]
    assert max(had) - min(had) <= max(SLICE_SECONDS, *turns, 0) + 2 * _TICK


def test_batch_jobs_beside_normal_ones_run_for_whole_slices() -> None:
    busy = device(NORMAL, BATCH)
    busy.run(1000)
    assert len(busy.turns) <= 2 * 1000 / (5 * SLICE_SECONDS) + 1


@settings(deadline=None)
@given(st.floats(0.1, 500), st.sampled_from([NORMAL, BATCH]))
def test_an_interactive_job_starts_at_once_beside_any_running_job(
    alone: float, other: Priority
) -> None:
    busy = device(other)
    busy.run(alone)
    busy.queue.add("asked", INTERACTIVE)
    busy.tick()
    assert busy.running == "asked"


@settings(deadline=None)
@given(st.floats(0.1, 500), st.sampled_from([NORMAL, BATCH]))
def test_a_new_job_preempts_an_interactive_one_only_after_its_share(
    alone: float, fresh: Priority
) -> None:
    busy = device(INTERACTIVE)
    busy.run(alone)
    busy.queue.add("fresh", fresh)
    owed = SLICE_SECONDS / WEIGHTS[fresh] * WEIGHTS[INTERACTIVE]
    busy.run(owed - 1)
    assert busy.used["fresh"] == 0
    busy.run(2)
    assert busy.used["fresh"] > 0


def test_a_new_batch_job_has_no_credit_from_before_it_was_added() -> None:
    busy = device(NORMAL, INTERACTIVE)
    busy.run(300)
    busy.queue.add("fresh", BATCH)
    busy.finish("interactive")
    busy.queue.add("asked", INTERACTIVE)
    assert busy.queue.pick() != "fresh"


def test_short_interactive_jobs_beside_a_batch_job_hardly_wait() -> None:
    busy = device(BATCH)
    busy.run(60)
    longest = 0.0
    for number in range(40):
        question = f"question {number}"
        busy.queue.add(question, INTERACTIVE)
        waited = 0.0
        while busy.used[question] < 10:
            before = busy.used[question]
            busy.tick()
            waited += _TICK if busy.used[question] == before else 0
        longest = max(longest, waited)
        busy.finish(question)
        busy.run(0.5)
    assert longest <= 2 * _TICK


@settings(deadline=None)
@given(st.lists(st.tuples(PRIORITIES, st.integers(1, 40)), min_size=1, max_size=12))
def test_no_job_starves_and_every_flow_keeps_its_order(
    asked: list[tuple[Priority, int]],
) -> None:
    busy, left = _Device(), {}
    for number, (priority, ticks) in enumerate(asked):
        busy.queue.add(f"{number}", priority)
        left[f"{number}"] = ticks
    for _ in range(sum(left.values())):
        busy.tick()
        assert busy.running is not None
        left[busy.running] -= 1
        if left[busy.running] == 0:
            busy.finish(busy.running)
    assert len(busy.queue) == 0
    for priority in Priority:
        own = [int(job) for job in busy.ended if asked[int(job)][0] is priority]
        assert own == sorted(own)


@settings(deadline=None)
@given(st.lists(PRIORITIES, min_size=1, max_size=4), st.data())
def test_short_jobs_of_other_flows_do_not_starve_a_batch_job(
    comers: list[Priority], data: st.DataObject
) -> None:
    busy = device(BATCH)
    for number in range(60):
        name = f"{number}"
        busy.queue.add(name, comers[number % len(comers)])
        busy.run(1)
        if data.draw(st.booleans()):
            busy.finish(name)
    # Every other flow together may be 20 units for each unit of batch, and a slice ahead of it.
    assert busy.seconds("batch") >= 60 / 21 - SLICE_SECONDS


@settings(deadline=None)
@given(st.lists(PRIORITIES, min_size=1, max_size=10), st.data())
def test_adding_again_and_removing_others_keeps_the_order(
    priorities: list[Priority], data: st.DataObject
) -> None:
    queue = FairQueue()
    for number, priority in enumerate(priorities):
        queue.add(f"{number}", priority)
    gone = data.draw(st.sets(st.integers(0, len(priorities) - 1)))
    for number in gone:
        queue.remove(f"{number}")
        queue.remove(f"{number}")
    for number in data.draw(st.permutations(range(len(priorities)))):
        if number not in gone:
            queue.add(f"{number}", priorities[number])
    picked = []
    while (job := queue.pick()) is not None:
        picked.append(int(job))
        queue.remove(job)
    left = [number for number in range(len(priorities)) if number not in gone]
    order = sorted(left, key=lambda number: -WEIGHTS[priorities[number]])
    assert picked == order


def test_a_job_is_preempted_only_for_a_flow_with_credit_for_a_slice() -> None:
    queue = FairQueue()
    queue.add("long", NORMAL)
    queue.add("waits", BATCH)
    queue.begin(["long"])
    queue.charge(SLICE_SECONDS * WEIGHTS[NORMAL] - 0.1)
    assert not queue.should_preempt()
    queue.charge(0.2)
    assert queue.should_preempt()


def test_a_job_that_has_ended_is_not_preempted() -> None:
    queue = FairQueue()
    queue.add("short", BATCH)
    queue.begin(["short"])
    queue.charge(1)
    queue.finish("short")
    queue.add("asked", INTERACTIVE)
    assert not queue.should_preempt()
    assert "short" not in queue
    assert queue.pick() == "asked"


def test_eta_is_computed_from_the_measured_seconds_per_clip() -> None:
    queue = FairQueue()
    assert queue.eta() == 0
    queue.add("first", NORMAL, clips=10)
    assert queue.eta() is None
    queue.begin(["first"])
    queue.charge(20)
    queue.finish("first")
    queue.add("second", NORMAL, clips=30)
    queue.add("third", BATCH, clips=5)
    assert queue.eta() == pytest.approx(70)
    queue.begin(["second"])
    queue.charge(15)
    assert queue.eta() == pytest.approx(55)
    queue.charge(1000)
    assert queue.eta() == pytest.approx(10)


def test_eta_follows_when_clips_become_faster() -> None:
    queue = FairQueue(seconds_per_clip=4.0)
    for number in range(8):
        queue.add(f"{number}", NORMAL, clips=10)
        queue.begin([f"{number}"])
        queue.charge(10)
        queue.finish(f"{number}")
    queue.add("next", NORMAL, clips=1)
    assert queue.eta() == pytest.approx(1.0, abs=0.2)
    queue.add("empty", NORMAL, clips=0)
    queue.finish("empty")
    assert queue.seconds_per_clip == pytest.approx(1.0, abs=0.2)


GROUPS = st.sampled_from(["a", "b", None])


@settings(deadline=None)
@given(st.lists(st.tuples(PRIORITIES, st.integers(0, BUNDLE_CLIPS + 2), GROUPS), max_size=20))
def test_bundles_have_one_group_keep_the_order_and_leave_no_job_out(
    asked: list[tuple[Priority, int, str | None]],
) -> None:
    queue = FairQueue()
    for number, (priority, clips, group) in enumerate(asked):
        queue.add(f"{number}", priority, clips, group)
    while bundle := queue.pick_bundle():
        assert bundle[0] == queue.pick()
        assert [int(job) for job in bundle] == sorted(int(job) for job in bundle)
        jobs = [asked[int(job)] for job in bundle]
        if len(jobs) > 1:
            assert len({(priority, group) for priority, _, group in jobs}) == 1
            assert jobs[0][0] is not INTERACTIVE
            assert jobs[0][2] is not None
            assert sum(max(1, clips) for _, clips, _ in jobs) <= BUNDLE_CLIPS
        for job in bundle:
            queue.finish(job)
    assert len(queue) == 0


def test_an_isolated_job_is_in_no_bundle() -> None:
    queue = FairQueue()
    for name in ("first", "second", "third"):
        queue.add(name, NORMAL, group="a")
    queue.isolate("second")
    assert queue.pick_bundle() == ("first", "third")
    queue.isolate("first")
    assert queue.pick_bundle() == ("first",)


def test_a_bundle_is_charged_like_a_single_job() -> None:
    queue = FairQueue()
    for name, clips in (("one", 1), ("three", 3), ("none", 0)):
        queue.add(name, NORMAL, clips, group="a")
    queue.add("waits", BATCH)
    queue.begin(["one", "three", "none"])
    queue.charge(SLICE_SECONDS * WEIGHTS[NORMAL] - 0.1)
    assert not queue.should_preempt()
    queue.finish("three")
    queue.charge(0.2)
    assert queue.should_preempt()


def test_a_flow_gains_no_credit_while_it_is_held() -> None:
    busy = device(NORMAL, BATCH)
    busy.queue.hold(frozenset({BATCH}))
    busy.run(600)
    assert busy.used["batch"] == 0
    busy.queue.hold(frozenset())
    busy.run(100)
    assert busy.seconds("batch") <= 100 / 5 + SLICE_SECONDS


def test_a_held_job_is_preempted_even_if_no_other_waits() -> None:
    queue = FairQueue()
    queue.add("runs", BATCH)
    queue.begin(["runs"])
    assert not queue.should_preempt()
    queue.hold(frozenset({BATCH}))
    assert queue.should_preempt()
    assert queue.pick() is None


def run_interactive_jobs(busy: _Device, seconds: float, each: float, gap: float = 0.0) -> None:
    """Run interactive jobs of so many seconds together, with a gap after each."""
    for _ in range(math.ceil(seconds / each)):
        name = f"question {len(busy.ended)}"
        busy.needs[name] = each
        busy.queue.add(name, INTERACTIVE)
        while name not in busy.ended:
            busy.tick()
        busy.run(gap)


@settings(deadline=None, max_examples=20)
@given(
    each=st.sampled_from([0.1, 0.5, 2.0]),
    gap=st.sampled_from([0.0, 0.1, 0.3, 0.7]),
    needs=st.floats(0.1, 4),
    patient=st.sampled_from([NORMAL, BATCH]),
)
def test_a_long_uninterruptible_job_ends_beside_endless_interactive_jobs(
    each: float, gap: float, needs: float, patient: Priority
) -> None:
    busy = _Device(needs={"long": needs})
    busy.queue.add("long", patient)
    # Turns of 0.5, 1, 2 ... s until one suffices: together less than four times as much.
    run_interactive_jobs(busy, 16 * max(4 * needs, FIRST_QUANTUM) + 8 + 2 * each, each, gap)
    assert "long" in busy.ended


@settings(deadline=None, max_examples=20)
@given(
    needs=st.floats(5, 200),
    patient=st.sampled_from([NORMAL, BATCH]),
    each=st.sampled_from([5.0, 20.0]),
)
def test_any_uninterruptible_job_ends_and_delays_others_by_at_most_four_times_its_length(
    needs: float, patient: Priority, each: float
) -> None:
    busy = _Device(needs={"long": needs}, step=_COARSE)
    busy.queue.add("long", patient)
    # The turns before the one that suffices take less than it together, and that one less than
    # twice what is needed; for each second of them the others have WEIGHTS[INTERACTIVE] or less.
    limit = WEIGHTS[INTERACTIVE] * 4 * max(needs, FIRST_QUANTUM) + SLICE_SECONDS + each
    waited = longest = 0.0
    asked = 0
    while "long" not in busy.ended and asked * each < limit:
        name = f"question {asked}"
        busy.needs[name], asked = each, asked + 1
        busy.queue.add(name, INTERACTIVE)
        waited = 0.0
        while busy.running != name:
            busy.tick()
            waited += _COARSE
        longest = max(longest, waited)
        while name not in busy.ended:
            busy.tick()
    assert "long" in busy.ended
    assert longest <= 4 * max(needs, FIRST_QUANTUM) + 2 * _COARSE


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(0.1, 120), min_size=1, max_size=4), st.data())
def test_every_job_that_saves_nothing_before_its_end_ends(
    needs: list[float], data: st.DataObject
) -> None:
    busy = _Device(step=2 * _COARSE)
    for number, seconds in enumerate(needs):
        busy.needs[f"{number}"] = seconds
        busy.queue.add(f"{number}", data.draw(st.sampled_from([NORMAL, BATCH])))
    for asked in range(20_000):
        if all(f"{number}" in busy.ended for number in range(len(needs))):
            break
        busy.needs[f"question {asked}"] = 2.0
        busy.queue.add(f"question {asked}", INTERACTIVE)
        busy.run(2.0)
    assert {f"{number}" for number in range(len(needs))} <= set(busy.ended)


@settings(deadline=None, max_examples=20)
@given(st.sampled_from([0.1, 0.5, 2.0]), st.sampled_from([0.0, 0.1, 0.3]))
def test_batch_keeps_its_share_beside_endless_interactive_jobs(each: float, gap: float) -> None:
    busy = device(BATCH)
    run_interactive_jobs(busy, 320, each, gap)
    assert busy.seconds("batch") >= 320 / 16 - 2 * FIRST_QUANTUM


def test_a_long_uninterruptible_job_ends_beside_endless_normal_jobs() -> None:
    busy = _Device(needs={"long": 8.0})
    busy.queue.add("long", BATCH)
    for number in range(400):
        busy.needs[f"{number}"] = 0.2
        busy.queue.add(f"{number}", NORMAL)
        while f"{number}" not in busy.ended:
            busy.tick()
        busy.run(_TICK)
    assert "long" in busy.ended


def test_an_interactive_job_waits_for_one_quantum_and_only_after_many_of_its_kind() -> None:
    busy = device(BATCH)
    run_interactive_jobs(busy, 16 * FIRST_QUANTUM - 1, each=0.2)
    assert busy.used["batch"] == 0
    run_interactive_jobs(busy, 2, each=0.2)
    assert busy.seconds("batch") == pytest.approx(FIRST_QUANTUM, abs=1.5 * _TICK)


def test_a_job_without_credit_is_preempted_at_once_whatever_it_has_saved() -> None:
    busy = device(BATCH)
    run_interactive_jobs(busy, 16 * FIRST_QUANTUM - 1, each=1)
    busy.run(_TICK)
    assert busy.running == "batch"
    busy.queue.add("asked", INTERACTIVE)
    busy.tick()
    assert busy.running == "asked"


def test_quanta_grow_only_after_a_mostly_wasted_one() -> None:
    busy = device(BATCH)
    run_interactive_jobs(busy, 320, each=0.2)
    measuring = busy.turns.count("batch")
    lost = _Device(needs={"batch": 1000})
    lost.queue.add("batch", BATCH)
    run_interactive_jobs(lost, 320, each=0.2)
    assert measuring == pytest.approx(320 / 16 / FIRST_QUANTUM, rel=0.25)
    assert lost.turns.count("batch") <= 6


def test_quanta_that_end_before_a_result_is_saved_are_not_charged() -> None:
    queue = FairQueue()
    queue.add("patient", BATCH)
    for number in range(100):
        queue.begin(["patient"])
        queue.charge(FIRST_QUANTUM / 2)
        queue.add(f"{number}", INTERACTIVE)
        assert queue.should_preempt()
        queue.stop()
        assert queue.pick() == f"{number}"
        queue.begin([f"{number}"])
        queue.charge(0.01)
        queue.finish(f"{number}")
    queue.add("long", INTERACTIVE)
    queue.begin(["long"])
    queue.charge(16 * FIRST_QUANTUM - 1)
    queue.finish("long")
    queue.add("next", INTERACTIVE)
    assert queue.pick() == "patient", "100 short turns are less than it is owed"
