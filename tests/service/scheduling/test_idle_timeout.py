"""How long the worker stays."""

from __future__ import annotations

import pytest

from shotlog.service.protocol import KEEP_ALIVE
from shotlog.service.scheduling import IdleTimeout
from tests.support import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_nothing_held_is_never_due(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    clock.now += 10 * KEEP_ALIVE
    assert not timeout.expired
    assert timeout.seconds_left() is None


def test_models_stay_for_the_rest_of_an_editing_session_and_each_use_renews_that(
    clock: Clock,
) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew()
    clock.now += KEEP_ALIVE - 1
    assert not timeout.expired
    timeout.renew()
    assert timeout.seconds_left() == KEEP_ALIVE
    clock.now += KEEP_ALIVE
    assert timeout.expired


def test_zero_gives_them_up_at_once(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew(0)
    assert timeout.expired


def test_a_negative_wish_keeps_them_for_ever(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew(-1)
    clock.now += 1e9
    assert not timeout.expired
    assert timeout.seconds_left() is None


def test_the_latest_wish_rules_and_whoever_has_none_renews_it(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew(-1)
    timeout.renew(60)
    clock.now += 59
    timeout.renew()
    assert timeout.seconds_left() == 60


def test_wishes_end_with_the_worker(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew(-1)
    timeout.reset()
    timeout.renew()
    clock.now += KEEP_ALIVE
    assert timeout.expired


def test_the_default_may_be_for_ever(clock: Clock) -> None:
    timeout = IdleTimeout(keep_alive=-1, clock=clock)
    timeout.renew()
    clock.now += 1e9
    assert not timeout.expired


def test_a_worker_stays_as_long_as_it_holds_models_and_goes_with_the_last(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew()
    timeout.update_models("one", "two")
    timeout.renew(0)
    clock.now += 10 * KEEP_ALIVE
    assert timeout.seconds_left() is None
    timeout.update_models("two")
    assert not timeout.expired
    timeout.update_models()
    assert timeout.expired


def test_one_that_never_held_any_does_not_go_for_that(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew()
    timeout.update_models()
    assert timeout.seconds_left() == KEEP_ALIVE


def test_one_that_is_used_after_its_last_model_went_stays_again(clock: Clock) -> None:
    timeout = IdleTimeout(clock=clock)
    timeout.renew()
    timeout.update_models("one")
    timeout.update_models()
    timeout.renew()
    assert timeout.seconds_left() == KEEP_ALIVE
    timeout.update_models("one")
    timeout.reset()
    assert timeout.seconds_left() is None
