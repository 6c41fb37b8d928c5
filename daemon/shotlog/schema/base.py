"""The two bases of everything that is said: a frozen model and an exact time."""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema


class Model(BaseModel):
    """A frozen pydantic model that refuses unknown fields.

    ``extra="forbid"`` because an option that is misspelt must not be ignored in silence.
    """

    # What a field means is said once, in the text below it, and is its ``description`` in the JSON
    # schema; reading those texts takes about 1 ms a model when it is imported.
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=False, use_attribute_docstrings=True
    )


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError("times are exact: give an int, a Fraction or a 'numerator/denominator'")
    if isinstance(value, str) and "e" in value.casefold():
        # "1e999999999" is few bytes of a message, and minutes and gigabytes as a Fraction.
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
"""An exact time or length, in seconds."""

Rate = Exact
"""Frames per second; 23.976 is ``24000/1001``."""
