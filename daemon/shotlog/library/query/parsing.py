"""Parser of the query language: text -> tree, with errors that tell the place of a fault.

The grammar is ``query.lark``. lark's LALR parser calls :class:`_Builder` bottom-up, so that no
input makes it recurse.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.visitors import v_args

from shotlog.library.query.faults import QueryFault
from shotlog.library.query.syntax import Both, Either, Named, Negated, Node, Query
from shotlog.library.query.terms import (
    TermFault,
    make_bare,
    make_compared,
    make_named,
    make_tagged,
    unquote,
)
from shotlog.schema import readable

LONGEST = 4000
"""Characters of a query at most."""
DEEPEST = 50
"""Levels of operators at most; SQLite allows 1000."""
MOST_TERMS = 200
"""Terms of a query at most."""

_CURLY = str.maketrans("“”„", '"""')
"""Quotation marks into which word processors turn typed ones."""

_TERM = 'a term such as CS, faces >= 1 or "kitchen"'


class _Part(NamedTuple):
    """A part of the tree while it is built.

    Attributes:
        node: The condition; None for a description alone.
        depth: Levels of operators in it.
        terms: Number of terms in it; each word that is searched in names is one.
        position: Index of the description, or of the term.
        text: The description of ``text:"..."``, if it is in this part.
    """

    node: Node | None
    depth: int
    terms: int
    position: int
    text: str | None = None


class _Fault(Exception):
    """A fault at a position of the query."""

    def __init__(self, position: int, length: int, reason: str, hint: str | None = None) -> None:
        self.position, self.length = position, length
        self.reason, self.hint = reason, hint
        super().__init__(reason)


def parse_query(text: str) -> Query:
    """Parse a query; an empty one finds every shot.

    Raises:
        QueryInvalid: The text is no query. It is a :class:`QueryFault`, which has the position.
    """
    text = readable(text)
    if len(text) > LONGEST:
        raise QueryFault(text, LONGEST, f"a query has {LONGEST} characters at most")
    written = text.translate(_CURLY)
    if not written.strip():
        return Query()
    try:
        part = _parser().parse(written)
    except _Fault as fault:
        position, length = fault.position, fault.length
        raise QueryFault(text, position, fault.reason, fault.hint, length=length) from None
    except UnexpectedInput as error:
        raise _misplaced(text, written, error) from None
    assert isinstance(part, _Part)  # noqa: S101  # what _Builder.start returns
    return Query(part.node, part.text)


@v_args(inline=True)
class _Builder(Transformer[Token, _Part]):
    """Makes parts of the tree of the grammar's rules."""

    def start(self, part: _Part) -> _Part:
        return part

    def enclosed(self, opening: Token, part: _Part, closing: Token) -> _Part:
        return part

    def bare(self, word: Token) -> _Part:
        return _leaf(word, lambda: make_bare(word))

    def compared(self, word: Token, operator: Token, quantity: Token) -> _Part:
        return _leaf(word, lambda: make_compared(word, operator, quantity), value=quantity)

    def tagged(self, word: Token, colon: Token, value: Token) -> _Part:
        words = unquote(value) if value.type == "QUOTED" else str(value)
        return _leaf(word, lambda: make_tagged(word, words), value=value)

    def quoted(self, words: Token) -> _Part:
        return _leaf(words, lambda: make_named("name", unquote(words)))

    def negated(self, sign: Token, part: _Part) -> _Part:
        _check_undescribed(part, "not")
        return _grown(part._replace(node=Negated(_node(part))), part.depth)

    def either(self, *parts: _Part | Token) -> _Part:
        chosen = [part for part in parts if isinstance(part, _Part)]
        for part in chosen:
            _check_undescribed(part, "or")
        nodes: list[Node] = []
        for part in chosen:
            node = _node(part)
            nodes.extend(node.terms if isinstance(node, Either) else (node,))
        return _joined(chosen, Either(tuple(nodes)), None)

    def both(self, *parts: _Part | Token) -> _Part:
        chosen = [part for part in parts if isinstance(part, _Part)]
        described = [part for part in chosen if part.text is not None]
        if len(described) > 1:
            raise _Fault(described[1].position, len("text"), "only one text: may be in a query")
        nodes: list[Node] = []
        for part in chosen:
            if part.node is not None:
                nodes.extend(part.node.terms if isinstance(part.node, Both) else (part.node,))
        node = Both(tuple(nodes)) if len(nodes) > 1 else next(iter(nodes), None)
        return _joined(chosen, node, described[0] if described else None)


@cache
def _parser() -> Lark:
    grammar = files("shotlog.library.query").joinpath("query.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Builder())


def _leaf(first: Token, make: Callable[[], Node], *, value: Token | None = None) -> _Part:
    position = first.start_pos or 0
    try:
        node = make()
    except TermFault as fault:
        wrong = value if value is not None and fault.of_value else first
        raise _Fault(wrong.start_pos or 0, len(wrong), fault.reason, fault.hint) from None
    if isinstance(node, Named) and node.field == "text":
        return _Part(None, 0, 1, position, node.words)
    terms = len(node.words.split()) if isinstance(node, Named) else 1
    return _counted(_Part(node, 0, terms, position))


def _node(part: _Part) -> Node:
    assert part.node is not None  # noqa: S101  # a part without text has a node
    return part.node


def _check_undescribed(part: _Part, operator: str) -> None:
    if part.text is not None:
        reason = f"text: ranks what all other terms find, so it cannot be under '{operator}'"
        hint = 'Put it beside the others: (CS or MS) and text:"a woman laughing".'
        raise _Fault(part.position, len("text"), reason, hint)


def _joined(parts: list[_Part], node: Node | None, described: _Part | None) -> _Part:
    terms = sum(part.terms for part in parts)
    text = None if described is None else described.text
    position = (described or parts[0]).position
    joined = _counted(_Part(node, 0, terms, position, text))
    return _grown(joined, max(part.depth for part in parts))


def _counted(part: _Part) -> _Part:
    if part.terms > MOST_TERMS:
        reason = f"a query has {MOST_TERMS} terms at most, and each word in a name is one"
        raise _Fault(part.position, 1, reason)
    return part


def _grown(part: _Part, depth: int) -> _Part:
    if depth >= DEEPEST:
        raise _Fault(part.position, 1, f"a query is nested {DEEPEST} levels deep at most")
    return part._replace(depth=depth + 1)


def _misplaced(text: str, written: str, error: UnexpectedInput) -> QueryFault:
    """Return the error for a character or word that the grammar does not allow at its place."""
    if isinstance(error, UnexpectedCharacters):
        position, found = error.pos_in_stream or 0, written[error.pos_in_stream or 0]
        if found in "\"'":
            return QueryFault(text, position, "this quotation mark is not closed")
        expected, length = _expected(error.allowed or set()), 1
        return QueryFault(text, position, f"expected {expected}", length=length)
    if not isinstance(error, UnexpectedToken):
        return QueryFault(text, len(written), "the query is incomplete")
    accepted = set(error.accepts or error.expected)
    if error.token.type == "$END":
        missing = (
            "a parenthesis is not closed" if "CLOSE" in accepted else "the query is incomplete"
        )
        at = len(written.rstrip())
        return QueryFault(text, at, f"{missing}: expected {_expected(accepted)}")
    position, length = error.token.start_pos or 0, len(error.token)
    message, hint = f"expected {_expected(accepted)}", None
    if accepted == {"QUANTITY"}:
        hint = "A number is compared: faces >= 1. A label is asked for as: size:CS."
    elif error.token.type == "CLOSE" and "CLOSE" not in accepted and "NOT" not in accepted:
        message = "there is no opening parenthesis for this closing one"
    elif "AND" in accepted:
        hint = "Put 'and' or 'or' between two terms; names with spaces need quotation marks."
    return QueryFault(text, position, message, hint, length=length)


def _expected(terminals: set[str]) -> str:
    """Return the terminals that may stand at a place, for people."""
    if "NOT" in terminals:
        return _TERM
    if terminals & {"AND", "CLOSE", "$END"}:
        closing = " or a closing parenthesis" if "CLOSE" in terminals else ""
        return f"'and', 'or'{closing}" + (" or the end of the query" if "$END" in terminals else "")
    if "QUANTITY" in terminals:
        return "a number such as 2, 0.5, 2s or 80%"
    return "a value such as CS or 'kitchen*'"
