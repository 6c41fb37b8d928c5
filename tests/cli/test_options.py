"""The options that several commands share."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.cli.options import Idle, KeepAlive
from shotlog.service.protocol import MAX_KEEP_ALIVE
from shotlog.settings import format_seconds


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        *(("15", 900), ("15m", 900), ("2h", 7200), ("1.5 h", 5400), ("90s", 90)),
        *(("0", 0), ("0h", 0), ("-1", -1), ("forever", -1), ("0.2s", 1), ("0.5", 30)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, seconds: int) -> None:
    assert KeepAlive().convert(typed, None, None) == seconds


@pytest.mark.parametrize("typed", ["", "long", "-2", "1e9", "15 days", "9000h", "nan", "٣٠m"])
def test_what_is_no_time_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(click.BadParameter, match=r"15m|forever"):
        KeepAlive().convert(typed, None, None)


@pytest.mark.parametrize(
    ("typed", "seconds"), [("0", 0), ("forever", 0), ("-1", 0), ("60", 3600), ("90s", 90)]
)
def test_where_no_time_means_never_so_does_for_ever(typed: str, seconds: int) -> None:
    assert Idle().convert(typed, None, None) == seconds


@pytest.mark.parametrize(
    ("seconds", "typed"),
    [(900.0, "15m"), (3600, "1h"), (5400, "90m"), (90, "90s"), (1.5, "1.5s"), (0, "0")],
)
def test_a_time_is_shown_as_it_can_be_typed(seconds: float, typed: str) -> None:
    assert format_seconds(seconds) == typed


@given(st.integers(-1, MAX_KEEP_ALIVE))
def test_a_time_that_is_shown_can_be_typed_again(seconds: int) -> None:
    assert KeepAlive().convert(format_seconds(seconds), None, None) == seconds


@given(st.text(max_size=12))
def test_whatever_is_typed_gives_a_time_or_a_word(typed: str) -> None:
    try:
        seconds = KeepAlive().convert(typed, None, None)
    except click.BadParameter:
        return
    assert -1 <= seconds <= 365 * 24 * 3600
