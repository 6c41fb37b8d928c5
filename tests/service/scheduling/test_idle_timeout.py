"""How long the worker stays."""

from __future__ import annotations

import pytest

from shotlog.service.protocol import DEFAULT_KEEP_ALIVE
from shotlog.service.scheduling import IdleTimeout
from tests.support import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_nothing_held_is_never_due(clock: Clock) -> None:
    held = IdleTimeout(clock=clock)
    clock.now += 10 * DEFAULT_KEEP_ALIVE
    assert not held.due
    assert held.left() is None


def test_models_stay_for_the_rest_of_an_editing_session_and_each_use_renews_that(
    clock: Clock,
) -> None:
    held = IdleTimeout(clock=clock)
    held.use()
    clock.now += DEFAULT_KEEP_ALIVE - 1
    assert not held.due
    held.use()
    assert held.left() == DEFAULT_KEEP_ALIVE
    clock.now += DEFAULT_KEEP_ALIVE
    assert held.due


def test_zero_gives_them_up_at_once(clock: Clock) -> None:
    held = IdleTimeout(clock=clock)
    held.use(0)
    assert held.due


def test_a_negative_wish_keeps_them_for_ever(clock: Clock) -> None:
    held = IdleTimeout(clock=clock)
    held.use(-1)
    clock.now += 1e9
    assert not held.due
    assert held.left() is None


def test_the_latest_wish_rules_and_whoever_has_none_renews_it(clock: Clock) -> None:
    held = IdleTimeout(clock=clock)
    held.use(-1)
    held.use(60)
    clock.now += 59
    held.use()
    assert held.left() == 60


def test_wishes_end_with_the_worker(clock: Clock) -> None:
    held = IdleTimeout(clock=clock)
    held.use(-1)
    held.given_up()
    held.use()
    clock.now += DEFAULT_KEEP_ALIVE
    assert held.due


def test_the_default_may_be_for_ever(clock: Clock) -> None:
    held = IdleTimeout(keep_alive=-1, clock=clock)
    held.use()
    clock.now += 1e9
    assert not held.due


def test_a_worker_stays_as_long_as_it_holds_models_and_goes_with_the_last(clock: Clock) -> None:
    held = IdleTimeout(clock=clock)
    held.use()
    held.holds("one", "two")
    held.use(0)
    clock.now += 10 * DEFAULT_KEEP_ALIVE
    assert held.left() is None
    held.holds("two")
    assert not held.due
    held.holds()
    assert held.due


def test_one_that_never_held_any_does_not_go_for_that(clock: Clock) -> None:
    held = IdleTimeout(clock=clock)
    held.use()
    held.holds()
    assert held.left() == DEFAULT_KEEP_ALIVE


def test_one_that_is_used_after_its_last_model_went_stays_again(clock: Clock) -> None:
    held = IdleTimeout(clock=clock)
    held.use()
    held.holds("one")
    held.holds()
    held.use()
    assert held.left() == DEFAULT_KEEP_ALIVE
    held.holds("one")
    held.given_up()
    assert held.left() is None
