"""Text on every label's colour is readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.report import choose_ink, contrast_ratio, make_tone_rules, tone_class
from shotlog.schema import VOCABULARIES, Family, Label

_LABELS = [label for v in VOCABULARIES.values() for label in v.labels]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast_ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("label", _LABELS, ids=lambda label: label.name)
def test_every_badge_reads_at_four_and_a_half_to_one(label: Label) -> None:
    assert contrast_ratio(label.colour, choose_ink(label.colour)) >= 4.5


@given(st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}"))
def test_some_ink_reads_on_any_colour(colour: str) -> None:
    assert contrast_ratio(colour, choose_ink(colour)) >= 4.5


def test_every_label_has_a_class_with_its_colour() -> None:
    rules = make_tone_rules()
    for vocabulary in VOCABULARIES.values():
        for label in vocabulary.labels:
            name = tone_class(vocabulary.family, label.name)
            assert f".{name} {{ --tone: {label.colour};" in rules


def test_a_label_of_no_vocabulary_is_grey() -> None:
    assert tone_class(Family.SIZE, "} * { display: none") == "tone-unknown"
