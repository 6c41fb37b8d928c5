"""What follows from a worker's death."""

from __future__ import annotations

import pytest

from shotlog.service.protocol import MAX_BACKOFF
from shotlog.service.supervision import DEATHS, WITHIN, Left, RestartPolicy
from tests.support import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> RestartPolicy:
    return RestartPolicy(clock)


def test_a_worker_that_never_died_may_start_now(breaker: RestartPolicy) -> None:
    assert breaker.wait() == 0
    assert not breaker.broken


def test_each_death_doubles_the_wait_up_to_half_a_minute(
    breaker: RestartPolicy, clock: Clock
) -> None:
    waits = []
    for _ in range(7):
        clock.now += WITHIN
        breaker.died()
        waits.append(breaker.wait())
    assert waits == [1, 2, 4, 8, 16, MAX_BACKOFF, MAX_BACKOFF]


def test_the_wait_runs_from_the_death(breaker: RestartPolicy, clock: Clock) -> None:
    breaker.died()
    clock.now += 0.75
    assert breaker.wait() == 0.25
    clock.now += 5
    assert breaker.wait() == 0


def test_three_deaths_in_five_minutes_break_it(breaker: RestartPolicy, clock: Clock) -> None:
    for _ in range(2):
        breaker.died()
        clock.now += 100
    assert not breaker.broken
    breaker.died()
    assert breaker.broken
    assert breaker.wait() == WITHIN


def test_deaths_that_lie_apart_do_not(breaker: RestartPolicy, clock: Clock) -> None:
    for _ in range(20):
        breaker.died()
        clock.now += WITHIN / 2
        assert not breaker.broken


def test_after_the_rest_one_trial_decides(breaker: RestartPolicy, clock: Clock) -> None:
    for _ in range(3):
        breaker.died()
    clock.now += WITHIN
    assert not breaker.broken
    assert breaker.wait() == 0
    breaker.died()
    assert breaker.broken
    clock.now += WITHIN
    breaker.worked("a")
    breaker.died()
    assert not breaker.broken
    assert breaker.wait() == 1


def test_somebody_may_have_it_tried_at_once(breaker: RestartPolicy) -> None:
    for _ in range(3):
        breaker.died()
    breaker.forgive()
    assert not breaker.broken
    assert breaker.wait() == 0


def test_a_job_that_kills_two_workers_at_one_place_is_to_blame(breaker: RestartPolicy) -> None:
    breaker.died("a", left=Left("Picture", 40))
    assert not breaker.blames("a")
    breaker.died("a", left=Left("Picture", 40))
    assert breaker.blames("a")


def test_a_job_that_dies_before_it_tells_anything_is_to_blame_too(breaker: RestartPolicy) -> None:
    breaker.died("a")
    breaker.died("a")
    assert breaker.blames("a")


def test_a_job_that_gets_further_each_time_is_not(breaker: RestartPolicy) -> None:
    for left in range(60, 0, -10):
        breaker.died("a", left=Left("Picture", left))
        assert not breaker.blames("a")
        assert not breaker.broken
        assert breaker.wait() == 1
    for left in range(60, 0, -10):
        breaker.died("a", left=Left("Models", left))
        assert not breaker.blames("a")
    breaker.died("a", left=Left("Models", 10))
    assert breaker.blames("a")


def test_getting_further_and_then_dying_twice_at_one_place_is_no_excuse(
    breaker: RestartPolicy,
) -> None:
    for left in (60, 20, 20):
        assert not breaker.blames("a")
        breaker.died("a", left=Left("Picture", left))
    assert breaker.blames("a")


def test_one_job_does_not_answer_for_another(breaker: RestartPolicy) -> None:
    breaker.died("a", left=Left("Picture", 40))
    breaker.died("b", left=Left("Picture", 40))
    assert not breaker.blames("a")
    assert not breaker.blames("b")


def test_what_is_over_is_forgotten(breaker: RestartPolicy) -> None:
    breaker.died("a", left=Left("Picture", 40))
    breaker.forget("a")
    breaker.died("a", left=Left("Picture", 40))
    assert not breaker.blames("a")


def test_a_death_over_several_jobs_is_held_against_none_of_them_but_waited_after(
    breaker: RestartPolicy,
) -> None:
    for _ in range(DEATHS):
        breaker.died("a", "b", left=Left("Models", 10))
    assert not breaker.blames("a")
    assert not breaker.broken
    assert breaker.wait() == 2 ** (DEATHS - 1)


def test_a_death_over_several_jobs_ends_a_trial(breaker: RestartPolicy, clock: Clock) -> None:
    for _ in range(DEATHS):
        breaker.died()
    clock.now += WITHIN
    assert breaker.wait() == 0
    breaker.died("a", "b")
    assert breaker.broken
