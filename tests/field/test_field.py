"""The product gives the right answer for every case of public fault reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.field import Case, cases


@pytest.mark.parametrize("case", cases(), ids=str)
def test_the_product_tells_what_is_true_of(case: Case, tmp_path: Path) -> None:
    assert case.run(tmp_path).told == case.expected


def test_no_two_cases_of_a_kind_have_one_name() -> None:
    names = [str(case) for case in cases()]
    assert len(names) == len(set(names))
