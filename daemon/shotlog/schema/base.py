"""Base types of the schema: the frozen model and exact rational numbers."""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema


class Model(BaseModel):
    """A frozen pydantic model that refuses unknown fields."""

    # "forbid": a misspelt option must not be ignored silently. pydantic could read the docstrings
    # of fields at import, at 1 ms per model; docs/pages reads them from the source instead.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


def _exact(value: Any) -> Any:
    if type(value) is Fraction:  # nearly always, and a timeline has tens of thousands
        return value
    if isinstance(value, float):
        raise ValueError("times are exact: give an int, a Fraction or a 'numerator/denominator'")
    if isinstance(value, str) and "e" in value.casefold():
        # "1e999999999" is 11 bytes in a message, but takes minutes and gigabytes as a Fraction.
        raise ValueError("times are written without exponents, as 'numerator/denominator'")
    try:
        return Fraction(value) if isinstance(value, (int, str)) else value
    except ZeroDivisionError:
        raise ValueError("times have a denominator that is not 0") from None


EXACT_JSON_SCHEMA = WithJsonSchema({"type": "string", "format": "fraction"})
"""The JSON schema of a rational number."""

Exact = Annotated[
    Fraction, BeforeValidator(_exact), PlainSerializer(str, return_type=str), EXACT_JSON_SCHEMA
]
"""A rational number; in JSON the text ``"numerator/denominator"``. Floats are refused."""

Seconds = Exact
"""An exact time or duration, in seconds."""

Rate = Exact
"""Frames per second; 23.976 is ``24000/1001``."""
