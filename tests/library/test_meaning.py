"""What a query means: SQL finds the shots of which a plain reading of the query is true."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.library import Hit, Library, Order, Query, merge, parse_query
from shotlog.library.query import Both, Compared, Either, Flagged, Labelled, Named, Negated, Node
from shotlog.schema import UNDEFINED, Family, ShotFacts, exact_rate
from tests.library.logs import log, shot, timeline
from tests.report.logs import highlight

_COMPARE = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}
_FACTS = (
    ShotFacts(faces=0, speech=0.5, loudness=-20.0, width=1920, height=1080, rate=Fraction(25)),
    ShotFacts(faces=1, speech=0.2, loudness=-31.5, width=3840, rate=Fraction(24000, 1001)),
    ShotFacts(faces=4, speech=1.0),
    ShotFacts(speech=0.0),
    None,
)
_SIZES = ("CS", "MS", UNDEFINED, None, "ECS")
_MOVES = (("static",), ("pan_left", "static"), ("dolly_in",), (UNDEFINED,), ())
_ORDERS: tuple[Order, ...] = ("timeline", "duration", "highlight")
_NAMES = ("Kitchen A001", "night drive B002", "küche")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("library") / "library.sqlite"
    shots = [
        shot(
            4 * n,
            Fraction(n % 7 + 1, 2),
            size=_SIZES[n % 5],
            moves=_MOVES[n // 5 % 5],
            movement="Push" if n % 3 == 0 else None,
            facts=_FACTS[n // 3 % 5],
            clip_name=_NAMES[n % 3],
            clip_id=f"V1/{n % 2}",
            confidence=(n % 4 + 1) / 5,
        )
        for n in range(60)
    ]
    media = {"V1/0": "/footage/day 1/A001_C003.mov"}
    marked = log(shots, name="Reel 1", media=media, highlights=[highlight(1, 10, 30, 92.5)])
    merge(place, [timeline("a", of=marked, source="season/reel one.otio")])
    return place


@pytest.fixture(scope="module")
def library(path: Path) -> Iterator[Library]:
    with Library.open(path) as opened:
        yield opened


def holds(node: Node, hit: Hit) -> bool | None:
    """Return the truth of a query for a shot, in Kleene's logic; None for unknown."""
    match node:
        case Both(terms):
            told = [holds(term, hit) for term in terms]
            return False if False in told else None if None in told else True
        case Either(terms):
            told = [holds(term, hit) for term in terms]
            return True if True in told else None if None in told else False
        case Negated(term):
            inner = holds(term, hit)
            return None if inner is None else not inner
        case Labelled(label, family):
            return _is_labelled(hit, label, family)
        case Flagged("highlight"):
            return hit.highlight is not None
        case Flagged("faces"):
            return None if hit.faces is None else hit.faces >= 1
        case Flagged(_):
            return None if hit.speech is None else hit.speech >= 0.5
        case Compared(field, sign, value):
            return _is_compared(hit, field, sign, value)
        case Named(field, words):
            return _is_named(hit, field, words)


def _is_labelled(hit: Hit, label: str, family: Family | None) -> bool:
    if family is Family.SIZE or (family is None and label in _SIZES and label != UNDEFINED):
        return label in hit.sizes
    if family is None:
        return label in hit.sizes or label in hit.moves
    return label in hit.moves


def _is_compared(hit: Hit, field: str, sign: str, value: Fraction) -> bool | None:
    found: Fraction | float | None
    if field == "confidence":
        both = (hit.size_confidence, hit.move_confidence)
        found = min((one for one in both if one is not None), default=None)
    elif field == "fps":
        found, value = hit.fps, exact_rate(value)
    else:
        found = getattr(hit, field.replace(".", "_"))
    if found is None:
        return False if field == "highlight" else None
    return bool(_COMPARE[sign](float(found), float(value)))


def _is_named(hit: Hit, field: str, words: str) -> bool:
    names = {
        "clip": hit.clip,
        "media": hit.media.rpartition("/")[2],
        "timeline": f"{hit.timeline} {hit.source}",
    }
    chosen = [names[field]] if field != "name" else [*names.values(), *hit.sizes, *hit.moves]
    have = {token for name in chosen for token in _tokens(name)}
    return all(
        any(one.startswith(word[:-1]) if word.endswith("*") else one == word for one in have)
        for word in _tokens(words, keep="*")
    )


def _tokens(text: str, keep: str = "") -> list[str]:
    plain = text.casefold().replace("ü", "u")
    return "".join(c if c.isalnum() or c in keep else " " for c in plain).split()


def leaves() -> st.SearchStrategy[Node]:
    labelled = st.sampled_from(
        [
            *(Labelled(name) for name in ("CS", "MS", "static", "pan_left", UNDEFINED)),
            Labelled("CS", Family.SIZE),
            Labelled("dolly_in", Family.MOVE),
        ]
    )
    flagged = st.sampled_from([Flagged(name) for name in ("faces", "speech", "highlight")])
    values: dict[str, list[int | Fraction]] = {
        "faces": [0, 1, 3, 4],
        "speech": [Fraction(1, 5), Fraction(1, 2), 1],
        "duration": [Fraction(1, 2), 1, Fraction(5, 2), 9],
        "loudness": [-20, -25],
        "highlight": [90, Fraction(185, 2), 99],
        "confidence": [Fraction(2, 5), Fraction(1, 2)],
        "move.confidence": [Fraction(4, 5)],
        "width": [1920],
        "fps": [25, Fraction(23976, 1000)],
    }
    compared = st.sampled_from(sorted(values)).flatmap(
        lambda field: st.builds(
            Compared,
            st.just(field),
            st.sampled_from(sorted(_COMPARE)),
            st.sampled_from(values[field]).map(Fraction),
        )
    )
    named = st.builds(
        Named,
        st.sampled_from(["name", "clip", "media", "timeline"]),
        st.sampled_from(["kitchen", "KÜCHE", "a001*", "reel one", "drive night", "c0*", "mov x"]),
    )
    return st.one_of(labelled, flagged, compared, named)


def queries() -> st.SearchStrategy[Node]:
    def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(several.map(Both), several.map(Either), inner.map(Negated))

    return st.recursive(leaves(), grown, max_leaves=6)


@settings(max_examples=200)
@given(queries())
def test_sql_finds_what_the_query_says(library: Library, node: Node) -> None:
    every, found = (library.find(Query(asked), limit=None) for asked in (None, node))

    assert [hit.row for hit in found.hits] == [
        hit.row for hit in every.hits if holds(node, hit) is True
    ]
    assert found.total == len(found.hits)


@settings(max_examples=50)
@given(queries(), st.integers(0, 9), st.integers(0, 30), st.sampled_from(_ORDERS))
def test_a_page_is_a_part_of_all(
    library: Library, node: Node, limit: int, offset: int, order: Order
) -> None:
    every = library.find(Query(node), limit=None, order=order)
    page = library.find(Query(node), limit=limit, offset=offset, order=order)

    assert page.hits == every.hits[offset : offset + limit]
    assert page.total == every.total


@pytest.mark.parametrize("text", ["kind:black", "black", "Black", "size:CS and black or black"])
def test_what_is_no_shot_is_found_by_its_kind(text: str, tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    merge(path, [timeline("a", [shot(0), shot(2, size=None, moves=(), kind="black")])])
    with Library.open(path) as library:
        (hit,) = library.find(parse_query(text)).hits
    assert (hit.kind, hit.size, hit.sizes) == ("black", None, ())


@pytest.mark.parametrize(
    "text",
    [
        " or ".join(["people", '"a001*"'] * 99),
        '"' + "reel one " * 100 + '"',
        "not (CS and (MS or " * 16 + "faces" + "))" * 16,
    ],
)
def test_the_largest_queries_are_answered(library: Library, text: str) -> None:
    assert library.find(parse_query(text)).total > 0


@given(st.text(max_size=20))
def test_no_word_is_read_as_anything_but_a_word(library: Library, words: str) -> None:
    readable = words.encode(errors="replace").decode() + " zzz"
    for field in ("name", "clip", "media", "timeline"):
        assert library.find(Query(Named(field, readable))).total == 0
