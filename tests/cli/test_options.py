"""The options that several commands share."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.cli.options import KeepAlive


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        *(("15", 900), ("15m", 900), ("2h", 7200), ("1.5 h", 5400), ("90s", 90)),
        *(("0", 0), ("0h", 0), ("-1", -1), ("forever", -1)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, seconds: int) -> None:
    assert KeepAlive().convert(typed, None, None) == seconds


@pytest.mark.parametrize("typed", ["", "long", "-2", "1e9", "15 days", "9000h", "nan", "٣٠m"])
def test_what_is_no_time_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(click.BadParameter, match=r"15m|forever"):
        KeepAlive().convert(typed, None, None)


@given(st.text(max_size=12))
def test_whatever_is_typed_gives_a_time_or_a_word(typed: str) -> None:
    try:
        seconds = KeepAlive().convert(typed, None, None)
    except click.BadParameter:
        return
    assert -1 <= seconds <= 365 * 24 * 3600
