"""Values of the objects of an AAF file, which pyaaf2 leaves untyped."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from shotlog.schema import exact_rate
from shotlog_otio.exact import LONGEST

Aaf = Any
"""An object of pyaaf2."""

_FASTEST = 1_000_000
"""Units per second beyond which an edit rate is an error in the file; sound has 192,000."""

_FRAMES = 1000
"""Units per second from which on an edit rate counts samples, not frames."""


def value_of(item: Aaf, key: str, otherwise: Any = None) -> Any:
    """Return the value of a property; another where the object does not have it."""
    found = item.get(key, None, False)
    value = None if found is None else found.value
    return otherwise if value is None else value


def text_of(item: Aaf, key: str) -> str:
    """Return a text; "" where there is none."""
    value = value_of(item, key)
    return value if isinstance(value, str) else ""


def fraction_of(value: Any) -> Fraction:
    """Return an exact number of pyaaf2, whose fractions are not reduced."""
    return Fraction(value.numerator, value.denominator)


def edit_rate(slot: Aaf) -> Fraction:
    """Return the units per second in which a slot counts: frames, or samples of sound.

    Raises:
        ValueError: It tells none, or one that cannot be.
    """
    rate = fraction_of(value_of(slot, "EditRate", Fraction(0)))
    if not 0 < rate <= _FASTEST:
        raise ValueError(f"a track counts {float(rate):g} units a second")
    return exact_rate(rate) if rate < _FRAMES else rate


def seconds(units: int, rate: Fraction) -> Fraction:
    """Return edit units in seconds.

    Raises:
        ValueError: They are longer than any film.
    """
    moment = units / rate
    if abs(moment) > LONGEST:
        raise ValueError(
            f"a time of {units} units at {float(rate):g} a second is out of all bounds"
        )
    return moment


def length_of(component: Aaf, rate: Fraction) -> Fraction:
    """Return the length of a component in seconds; 0 where it tells none.

    Raises:
        ValueError: It is negative, or longer than any film.
    """
    length = seconds(value_of(component, "Length", 0), rate)
    if length < 0:
        raise ValueError(f"a length of {float(length):g} s is negative")
    return length


def kind_of(component: Aaf) -> str:
    """Return the kind of what a segment holds: ``picture``, ``sound``, ``timecode`` and so on.

    Writers call the same kind ``Picture``, ``DataDef_Picture`` and ``LegacyPicture``.
    """
    definition = value_of(component, "DataDefinition")
    name = text_of(definition, "Name") if definition is not None else ""
    name = name.removeprefix("DataDef_").removeprefix("Legacy").replace(" ", "").casefold()
    return "picture" if name == "picturewithmatte" else name


def attributes_of(item: Aaf, key: str) -> Mapping[str, Any]:
    """Return the values of a list of Avid's attributes by name; the first of equal names."""
    found: dict[str, Any] = {}
    for attribute in value_of(item, key, ()):
        found.setdefault(text_of(attribute, "Name"), value_of(attribute, "Value"))
    return found
