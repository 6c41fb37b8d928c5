"""The tree of a query, and its text."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from shotlog.schema import Family


@dataclass(frozen=True)
class Both:
    """Terms that must all hold."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    """Terms of which one must hold."""

    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Negated:
    """A term that must not hold. Where the term is unknown, so is this."""

    term: Node


@dataclass(frozen=True)
class Labelled:
    """A label that a shot must have; without a family, of any family that shows it."""

    label: str
    family: Family | None = None


@dataclass(frozen=True)
class Flagged:
    """A numeric field by its bare name: ``highlight``, ``speech``, ``faces``."""

    field: str


@dataclass(frozen=True)
class Compared:
    """A comparison of a numeric field, in the field's own unit."""

    field: str
    operator: str
    value: Fraction


@dataclass(frozen=True)
class Named:
    """Words that must all be in a name; with ``name``, each in any of the names and labels."""

    field: str
    words: str


Node: TypeAlias = Both | Either | Negated | Labelled | Flagged | Compared | Named


@dataclass(frozen=True)
class Query:
    """A query: a condition on shots, and a description to rank them by.

    ``str(query)`` is a text that parses to the same query.

    Attributes:
        condition: The condition; None finds every shot.
        text: Description of the picture from ``text:"..."``; None without one.
    """

    condition: Node | None = None
    text: str | None = None

    def __str__(self) -> str:
        parts = [] if self.text is None else [f"text:{quote(self.text)}"]
        if self.condition is not None:
            terms = self.condition.terms if isinstance(self.condition, Both) else (self.condition,)
            # A lone "or" needs no parentheses, unless a description stands beside it.
            outer = 0 if len(terms) == 1 and not parts else 1
            parts = [*(_print(term, outer) for term in terms), *parts]
        return " and ".join(parts)


def fields_of(query: Query) -> tuple[str, ...]:
    """Return the fields that a query asks for, each once, in its order; labels have none."""
    asked: dict[str, None] = {}
    pending: list[Node] = [] if query.condition is None else [query.condition]
    while pending:
        match pending.pop():
            case Both(terms) | Either(terms):
                pending += reversed(terms)
            case Negated(term):
                pending.append(term)
            case Flagged(field) | Compared(field) | Named(field):
                asked[field] = None
            case Labelled():
                pass
    if query.text is not None:
        asked["text"] = None
    return tuple(asked)


def quote(words: str) -> str:
    """Return words as a quoted text of the language."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _print(node: Node, outer: int) -> str:
    """Return the text of a node.

    Args:
        node: The node.
        outer: How tightly the operator around it binds: 0 for ``or``, 1 for ``and``, 2 for ``not``.
    """
    match node:
        case Both(terms):
            return _enclose(" and ".join(_print(term, 1) for term in terms), outer > 1)
        case Either(terms):
            return _enclose(" or ".join(_print(term, 0) for term in terms), outer > 0)
        case Negated(term):
            return f"not {_print(term, 2)}"
        case Labelled(label, family):
            return label if family is None else f"{family.value}:{label}"
        case Flagged(field):
            return field
        case Compared(field, operator, value):
            return f"{field} {operator} {print_number(value)}"
        case Named("name", words):
            return quote(words)
        case Named(field, words):
            return f"{field}:{quote(words)}"


def _enclose(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def print_number(value: Fraction) -> str:
    """Return a decimal number exactly, without an exponent.

    Args:
        value: A number whose denominator has no other prime factors than 2 and 5.
    """
    rest, places = value.denominator, 0
    while rest > 1:
        rest //= 10 if rest % 10 == 0 else 5 if rest % 5 == 0 else 2
        places += 1
    digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
