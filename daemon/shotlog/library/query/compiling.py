"""Query trees as SQL conditions over the table ``shot``, with bound parameters only."""

# ruff: noqa: S608  SQL is put together of names in this room; values are bound.

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import apsw

from shotlog.library.query.fields import NUMERIC
from shotlog.library.query.label_bits import mask_of
from shotlog.library.query.syntax import (
    Both,
    Compared,
    Either,
    Flagged,
    Labelled,
    Named,
    Negated,
    Node,
)
from shotlog.schema import exact_rate

Parameter = str | int | float


@dataclass(frozen=True)
class Condition:
    """An SQL condition over the alias ``s`` of the table ``shot``, and its parameters in order."""

    sql: str
    parameters: tuple[Parameter, ...] = ()


EVERYTHING = Condition("1")
_NOTHING = Condition("0")


def compile_condition(node: Node | None, db: apsw.Connection) -> Condition:
    """Return the condition of a tree; of None one that all shots meet.

    Where a number was not measured, a comparison is NULL, and so is its negation: such a shot is
    found by neither.

    Args:
        node: The tree.
        db: A connection to the library, in which words are looked up.
    """
    match node:
        case None:
            return EVERYTHING
        case Both(terms):
            return _join(" AND ", [compile_condition(term, db) for term in terms])
        case Either(terms):
            return _join(" OR ", [compile_condition(term, db) for term in terms])
        case Negated(term):
            inner = compile_condition(term, db)
            return Condition(f"NOT ({inner.sql})", inner.parameters)
        case Labelled(label, family):
            return _has_label(mask_of(label, family))
        case Flagged(field):
            return Condition(f"({NUMERIC[field].flag})")
        case Compared(field, operator, value):
            return _compare(field, operator, value)
        case Named("name", words):
            return _join(" AND ", [_any_name(match, db) for match in _matches(words)])
        case Named(field, words):
            return _one_name(field, " AND ".join(_matches(words)))


def _join(operator: str, conditions: list[Condition]) -> Condition:
    return Condition(
        f"({operator.join(condition.sql for condition in conditions)})",
        tuple(value for condition in conditions for value in condition.parameters),
    )


def _has_label(mask: int) -> Condition:
    return Condition("(s.labels & ?) != 0", (mask,))


def _compare(field: str, operator: str, value: Fraction) -> Condition:
    known = NUMERIC[field]
    if field == "fps" and value > 0:
        value = exact_rate(value)  # 23.976 means 24000/1001
    sql = f"{known.column} {operator} ?"
    # Rounding to the nearest double keeps the order of numbers.
    return Condition(f"ifnull({sql}, 0)" if known.absent_is_false else sql, (float(value),))


def _matches(words: str) -> list[str]:
    """Return the FTS5 queries of the words in a text; ``kitch*`` is a prefix.

    FTS5 reads all but quotation marks within quotation marks as text
    (https://sqlite.org/fts5.html#fts5_strings). Words without a letter or digit are dropped.
    """
    found = []
    for word in words.replace("\0", " ").split():
        text = word.rstrip("*")
        if any(character.isalnum() for character in text):
            quoted = '"' + text.replace('"', '""') + '"'
            found.append(f"{quoted} *" if word.endswith("*") else quoted)
    return found


def _one_name(field: str, match: str) -> Condition:
    if field == "timeline":
        return _in_timelines(match)
    return _in_names(f"{{{field}}} : ({match})")


def _in_names(match: str) -> Condition:
    return Condition("s.name IN (SELECT rowid FROM name_words WHERE name_words MATCH ?)", (match,))


def _in_timelines(match: str) -> Condition:
    sql = "s.timeline IN (SELECT rowid FROM timeline_words WHERE timeline_words MATCH ?)"
    return Condition(sql, (match,))


def _any_name(match: str, db: apsw.Connection) -> Condition:
    """Return the condition that a word is in a name of a shot's clip, media, timeline or labels.

    Names in which no text has the word are left out, as each test takes time for every shot.
    """
    mask = sum(
        1 << number
        for (number,) in db.execute(
            "SELECT rowid FROM label_words WHERE label_words MATCH ?", (match,)
        )
    )
    conditions = [
        condition
        for table, condition in (("name", _in_names(match)), ("timeline", _in_timelines(match)))
        if db.execute(
            f"SELECT 1 FROM {table}_words WHERE {table}_words MATCH ? LIMIT 1",
            (match,),
        ).fetchone()
    ]
    if mask:
        conditions.insert(0, _has_label(mask))
    return _join(" OR ", conditions) if conditions else _NOTHING
