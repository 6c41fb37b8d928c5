"""Terms of the query language: their words and numbers are checked and made parts of the tree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from fractions import Fraction

from shotlog.library.query.fields import ALIASES, NUMERIC, OPERATORS, TEXTS, NumericField
from shotlog.library.query.label_bits import FAMILIES, find_label
from shotlog.library.query.syntax import Compared, Flagged, Labelled, Named
from shotlog.schema import VOCABULARIES, make_visible

_QUANTITY = re.compile(r"(?P<number>[+\-]?[0-9.]+)\s*(?P<unit>.*)")
_MOST_DIGITS = 30
_SHOWN = 40
_FEW = 20
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_FAMILY_NAMES = {family.value: family for family in FAMILIES}
_EXAMPLES = {
    "size": "size:CS",
    "move": "move:pan_left",
    "movement": "movement:Push",
    "motion": "motion:moving",
    "kind": "kind:black",
    "name": 'name:"kitchen*"',
    "clip": 'clip:"A001*"',
    "timeline": 'timeline:"Reel 1"',
    "media": 'media:"A001_C003.mov"',
    "text": 'text:"a woman laughing"',
}


class TermFault(Exception):
    """A term that cannot be understood, with the reason and advice.

    Args:
        reason: The fault.
        hint: Advice; None for none of its own.
        of_value: True where the term's value is at fault, and not its first word.
    """

    def __init__(self, reason: str, hint: str | None = None, *, of_value: bool = False) -> None:
        self.reason, self.hint, self.of_value = reason, hint, of_value
        super().__init__(reason)


def make_bare(word: str) -> Labelled | Flagged:
    """Make the term of a word alone: a label, or a field that may stand alone.

    Raises:
        TermFault: It is neither.
    """
    label = find_label(word)
    if label is not None:
        return Labelled(label)
    name = word.casefold()
    known = _numeric(name)
    if known is not None and known.flag is not None:
        return Flagged(known.name)
    if known is not None:
        raise TermFault(f"'{name}' must be compared with a number", f"Such as: {known.example}.")
    if name in _EXAMPLES:
        raise TermFault(f"'{name}' needs a value", f"Such as: {_EXAMPLES[name]}.")
    raise _unknown(word, "label or field", (*_label_names(), *_field_names()))


def make_compared(word: str, operator: str, quantity: str) -> Compared:
    """Make the term of a comparison such as ``duration < 500ms``.

    Raises:
        TermFault: The field is no number, or the unit is not one of the field's.
    """
    name = word.casefold()
    known = _numeric(name)
    if known is None:
        if name in _EXAMPLES:
            raise TermFault(f"'{name}' is no number", f"Such as: {_EXAMPLES[name]}.")
        if find_label(word) is not None:
            hint = f"Ask for it as: {word}. Its confidence is: size.confidence > 80%."
            raise TermFault(f"'{word}' is a label and no number", hint)
        raise _unknown(word, "number", _numeric_names())
    return Compared(known.name, OPERATORS[operator], _value(known, quantity))


def make_tagged(word: str, value: str) -> Labelled | Named:
    """Make the term of a field with a value, such as ``size:CS`` or ``clip:"A001*"``.

    Raises:
        TermFault: There is no such field, it has no such label, or there is no word to search.
    """
    name = word.casefold()
    if name in _FAMILY_NAMES:
        family = _FAMILY_NAMES[name]
        label = find_label(value, family)
        if label is None:
            raise _unknown(value, f"label of {name}", VOCABULARIES[family].names, of_value=True)
        return Labelled(label, family)
    if name in TEXTS:
        return make_named(name, value)
    known = _numeric(name)
    if known is not None:
        raise TermFault(f"'{name}' is a number and is compared", f"Such as: {known.example}.")
    raise _unknown(word, "field", (*_FAMILY_NAMES, *TEXTS))


def make_named(name: str, words: str) -> Named:
    """Make the term of words in a name, or of a description.

    Raises:
        TermFault: There is no letter or digit to search.
    """
    words = words.strip()
    if not any(character.isalnum() for character in words):
        raise TermFault("there is no word to search", f"Such as: {_EXAMPLES[name]}.")
    return Named(name, words)


def unquote(quoted: str) -> str:
    """Return the words of a quoted text."""
    return _ESCAPED.sub(r"\1", quoted[1:-1])


def _numeric(name: str) -> NumericField | None:
    return NUMERIC.get(ALIASES.get(name, name))


def _value(known: NumericField, quantity: str) -> Fraction:
    parts = _QUANTITY.fullmatch(quantity)
    assert parts is not None  # noqa: S101  # the grammar's QUANTITY is narrower
    if len(parts["number"]) > _MOST_DIGITS:
        raise TermFault(f"a number has {_MOST_DIGITS} characters at most", of_value=True)
    number, unit = Fraction(parts["number"]), parts["unit"].casefold()
    if not unit:
        if "%" in known.units and abs(number) > 1:
            share = f"{known.name} is a share from 0 to 1"
            raise TermFault(share, f"Write {parts['number']}% for a percentage.", of_value=True)
        return number
    if unit not in known.units:
        units = ", ".join(known.units)
        advice = f"Units of {known.name}: {units}." if units else f"{known.name} has no unit."
        raise TermFault(f"'{parts['unit']}' is no unit of {known.name}", advice, of_value=True)
    return number * known.units[unit]


def _unknown(word: str, kind: str, known: Iterable[str], *, of_value: bool = False) -> TermFault:
    """Return the fault of a word that is not known, with those that may be meant."""
    spelled = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), spelled, n=3, cutoff=0.6)
    shown = make_visible(word if len(word) <= _SHOWN else f"{word[:_SHOWN]}…")
    reason = f"'{shown}' is no {kind}"
    if near:
        meant = " or ".join(spelled[name] for name in near)
        return TermFault(f"{reason}; did you mean {meant}?", of_value=of_value)
    if of_value or len(spelled) < _FEW:
        return TermFault(reason, f"Known: {', '.join(spelled.values())}.", of_value=of_value)
    return TermFault(reason, f'To search names, use quotation marks: "{shown}".')


def _label_names() -> list[str]:
    return [name for family in FAMILIES for name in VOCABULARIES[family].names]


def _numeric_names() -> tuple[str, ...]:
    return (*NUMERIC, *ALIASES)


def _field_names() -> tuple[str, ...]:
    return (*_numeric_names(), *_FAMILY_NAMES, *TEXTS)
