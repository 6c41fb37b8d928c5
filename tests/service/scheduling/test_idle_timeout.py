"""The worker expires after its keep-alive, or when its last model is unloaded."""

from __future__ import annotations

import pytest

from shotlog.service.protocol import DEFAULT_KEEP_ALIVE
from shotlog.service.scheduling import IdleTimeout
from tests.support import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_worker_that_was_not_used_never_expires(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    clock.now += 10 * DEFAULT_KEEP_ALIVE
    assert not timeout.expired
    assert timeout.seconds_left() is None


def test_each_use_renews_the_timeout(
    clock: Clock,
) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew()
    clock.now += DEFAULT_KEEP_ALIVE - 1
    assert not timeout.expired
    timeout.renew()
    assert timeout.seconds_left() == DEFAULT_KEEP_ALIVE
    clock.now += DEFAULT_KEEP_ALIVE
    assert timeout.expired


def test_zero_expires_at_once(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew(0)
    assert timeout.expired


def test_a_negative_keep_alive_never_expires(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew(-1)
    clock.now += 1e9
    assert not timeout.expired
    assert timeout.seconds_left() is None


def test_the_latest_keep_alive_counts_and_a_use_without_one_renews_it(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew(-1)
    timeout.renew(60)
    clock.now += 59
    timeout.renew()
    assert timeout.seconds_left() == 60


def test_the_requested_keep_alive_ends_with_the_worker(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew(-1)
    timeout.reset()
    timeout.renew()
    clock.now += DEFAULT_KEEP_ALIVE
    assert timeout.expired


def test_a_negative_default_never_expires(clock: Clock) -> None:
    timeout = IdleTimeout(keep_alive=-1, clock=clock)
    timeout.renew()
    clock.now += 1e9
    assert not timeout.expired


def test_a_worker_expires_when_its_last_model_is_unloaded(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew()
    timeout.update_models("one", "two")
    timeout.renew(0)
    clock.now += 10 * DEFAULT_KEEP_ALIVE
    assert timeout.seconds_left() is None
    timeout.update_models("two")
    assert not timeout.expired
    timeout.update_models()
    assert timeout.expired


def test_a_worker_without_models_does_not_expire_early(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew()
    timeout.update_models()
    assert timeout.seconds_left() == DEFAULT_KEEP_ALIVE


def test_a_use_after_the_last_model_was_unloaded_starts_the_timeout_anew(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew()
    timeout.update_models("one")
    timeout.update_models()
    timeout.renew()
    assert timeout.seconds_left() == DEFAULT_KEEP_ALIVE
    timeout.update_models("one")
    timeout.reset()
    assert timeout.seconds_left() is None
