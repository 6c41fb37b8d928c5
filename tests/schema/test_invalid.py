"""The words for data that do not validate."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from shotlog.schema import Model, describe_faults


class Five(Model):
    a: int
    b: int
    c: int
    d: int
    e: int


def faults_of(text: str) -> str:
    with pytest.raises(ValidationError) as caught:
        Five.model_validate_json(text)
    return describe_faults(caught.value, "line")


def test_a_fault_names_its_field_but_not_its_input() -> None:
    told = faults_of('{"a": "secret", "b": 1, "c": 1, "d": 1, "e": 1}')

    assert told.startswith("a: Input should be a valid integer")
    assert "secret" not in told


def test_three_faults_are_named_and_the_others_counted() -> None:
    # Five fields are missing: three are told, two are left.
    required = "Field required"

    assert faults_of("{}") == f"a: {required}; b: {required}; c: {required}; and 2 more"


def test_a_fault_of_the_whole_document_names_the_document() -> None:
    assert faults_of("[]").startswith("line: ")
