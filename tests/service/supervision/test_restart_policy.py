"""Crashes of the worker delay its restart, open the circuit breaker, or fail a poison job."""

from __future__ import annotations

import pytest

from shotlog.service.protocol import MAX_BACKOFF
from shotlog.service.supervision import CRASH_WINDOW, MAX_CRASHES, RemainingWork, RestartPolicy
from tests.support import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def policy(clock: Clock) -> RestartPolicy:
    return RestartPolicy(clock)


def test_a_worker_that_never_crashed_may_start_now(policy: RestartPolicy) -> None:
    assert policy.start_delay() == 0
    assert not policy.broken


def test_each_crash_doubles_the_delay_up_to_half_a_minute(
    policy: RestartPolicy, clock: Clock
) -> None:
    waits = []
    for _ in range(7):
        clock.now += CRASH_WINDOW
        policy.record_crash()
        waits.append(policy.start_delay())
    assert waits == [1, 2, 4, 8, 16, MAX_BACKOFF, MAX_BACKOFF]


def test_the_delay_counts_from_the_crash(policy: RestartPolicy, clock: Clock) -> None:
    policy.record_crash()
    clock.now += 0.75
    assert policy.start_delay() == 0.25
    clock.now += 5
    assert policy.start_delay() == 0


def test_three_crashes_in_five_minutes_open_the_breaker(
    policy: RestartPolicy, clock: Clock
) -> None:
    for _ in range(2):
        policy.record_crash()
        clock.now += 100
    assert not policy.broken
    policy.record_crash()
    assert policy.broken
    assert policy.start_delay() == CRASH_WINDOW


def test_crashes_far_apart_do_not_open_the_breaker(policy: RestartPolicy, clock: Clock) -> None:
    for _ in range(20):
        policy.record_crash()
        clock.now += CRASH_WINDOW / 2
        assert not policy.broken


def test_after_the_open_time_one_trial_start_decides(policy: RestartPolicy, clock: Clock) -> None:
    for _ in range(3):
        policy.record_crash()
    clock.now += CRASH_WINDOW
    assert not policy.broken
    assert policy.start_delay() == 0
    policy.record_crash()
    assert policy.broken
    clock.now += CRASH_WINDOW
    policy.record_success("a")
    policy.record_crash()
    assert not policy.broken
    assert policy.start_delay() == 1


def test_a_reset_allows_a_start_at_once(policy: RestartPolicy) -> None:
    for _ in range(3):
        policy.record_crash()
    policy.reset()
    assert not policy.broken
    assert policy.start_delay() == 0


def test_a_job_that_crashes_two_workers_at_the_same_point_is_poison(policy: RestartPolicy) -> None:
    policy.record_crash("a", remaining=RemainingWork("Picture", 40))
    assert not policy.is_poison("a")
    policy.record_crash("a", remaining=RemainingWork("Picture", 40))
    assert policy.is_poison("a")


def test_a_job_that_crashes_twice_before_any_progress_is_poison(policy: RestartPolicy) -> None:
    policy.record_crash("a")
    policy.record_crash("a")
    assert policy.is_poison("a")


def test_a_job_that_progresses_between_crashes_is_not_poison(policy: RestartPolicy) -> None:
    for amount in range(60, 0, -10):
        policy.record_crash("a", remaining=RemainingWork("Picture", amount))
        assert not policy.is_poison("a")
        assert not policy.broken
        assert policy.start_delay() == 1
    for amount in range(60, 0, -10):
        policy.record_crash("a", remaining=RemainingWork("Models", amount))
        assert not policy.is_poison("a")
    policy.record_crash("a", remaining=RemainingWork("Models", 10))
    assert policy.is_poison("a")


def test_earlier_progress_does_not_excuse_two_crashes_at_the_same_point(
    policy: RestartPolicy,
) -> None:
    for amount in (60, 20, 20):
        assert not policy.is_poison("a")
        policy.record_crash("a", remaining=RemainingWork("Picture", amount))
    assert policy.is_poison("a")


def test_crashes_of_one_job_do_not_count_for_another(policy: RestartPolicy) -> None:
    policy.record_crash("a", remaining=RemainingWork("Picture", 40))
    policy.record_crash("b", remaining=RemainingWork("Picture", 40))
    assert not policy.is_poison("a")
    assert not policy.is_poison("b")


def test_crashes_of_a_job_that_ended_are_forgotten(policy: RestartPolicy) -> None:
    policy.record_crash("a", remaining=RemainingWork("Picture", 40))
    policy.forget_job("a")
    policy.record_crash("a", remaining=RemainingWork("Picture", 40))
    assert not policy.is_poison("a")


def test_a_crash_of_a_bundle_counts_for_none_of_its_jobs_but_delays_the_start(
    policy: RestartPolicy,
) -> None:
    for _ in range(MAX_CRASHES):
        policy.record_crash("a", "b", remaining=RemainingWork("Models", 10))
    assert not policy.is_poison("a")
    assert not policy.broken
    assert policy.start_delay() == 2 ** (MAX_CRASHES - 1)


def test_a_crash_of_a_bundle_ends_the_trial(policy: RestartPolicy, clock: Clock) -> None:
    for _ in range(MAX_CRASHES):
        policy.record_crash()
    clock.now += CRASH_WINDOW
    assert policy.start_delay() == 0
    policy.record_crash("a", "b")
    assert policy.broken
