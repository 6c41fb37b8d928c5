"""Lengths, shares and rates are formatted as people write them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shotlog.report import format_length, format_rate, format_share


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (Fraction(0), "0.00 s"),
        (Fraction(1001, 24000) * 49, "2.04 s"),
        (Fraction(59_994, 1000), "59.99 s"),
        (Fraction(59_996, 1000), "1 min 00 s"),
        (Fraction(125), "2 min 05 s"),
        (Fraction(5525), "92 min 05 s"),
    ],
)
def test_lengths(seconds: Fraction, text: str) -> None:
    assert format_length(seconds) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 10, "0 %"), (1, 3, "33 %"), (1, 2000, "<1 %"), (2000, 2000, "100 %"), (0, 0, "0 %")],
)
def test_shares(part: int, whole: int, text: str) -> None:
    assert format_share(part, whole) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(25), "25"), (Fraction(24000, 1001), "23.976"), (Fraction(120), "120")],
)
def test_rates(value: Fraction, text: str) -> None:
    assert format_rate(value) == text
