"""The query language: what is understood, and what is told of what is not."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.library import Query, QueryFault, parse_query
from shotlog.library.query import (
    Both,
    Compared,
    Either,
    Flagged,
    Labelled,
    Named,
    Negated,
    Node,
)
from shotlog.schema import VOCABULARIES, Family, QueryInvalid

CS, DOLLY = Labelled("CS"), Labelled("dolly_in")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("CS", CS),
        ("cs", CS),
        ("close-up", CS),
        ("Dolly-In", DOLLY),
        ("size:CS", Labelled("CS", Family.SIZE)),
        ("Title", Labelled("title")),
        ("kind:bars", Labelled("bars", Family.KIND)),
        ('move:"Dolly In"', Labelled("dolly_in", Family.MOVE)),
        ("movement:push", Labelled("Push", Family.MOVEMENT)),
        ("chaotic", Labelled("chaotic")),
        ("CS AND dolly_in", Both((CS, DOLLY))),
        ("CS or dolly_in and faces", Either((CS, Both((DOLLY, Flagged("faces")))))),
        ("(CS or dolly_in) and people", Both((Either((CS, DOLLY)), Flagged("faces")))),
        ("not CS and dolly_in", Both((Negated(CS), DOLLY))),
        ("not (CS and dolly_in)", Negated(Both((CS, DOLLY)))),
        ("CS and (dolly_in and CS)", Both((CS, DOLLY, CS))),
        ("duration < 500ms", Compared("duration", "<", Fraction(1, 2))),
        ("length <= 1.5 min", Compared("duration", "<=", Fraction(90))),
        ("speech ≥ 80%", Compared("speech", ">=", Fraction(4, 5))),
        ("loudness > -20dB", Compared("loudness", ">", Fraction(-20))),
        ("people == 2", Compared("faces", "=", Fraction(2))),
        ("fps = 23.976", Compared("fps", "=", Fraction(23976, 1000))),
        ("size.confidence>.5", Compared("size.confidence", ">", Fraction(1, 2))),
        ('"kitchen*"', Named("name", "kitchen*")),
        ("“kitchen day”", Named("name", "kitchen day")),
        (r"""'say \'no\' "twice"'""", Named("name", """say 'no' "twice\"""")),
        ("clip:A001_C003*", Named("clip", "A001_C003*")),
        ("Andrew:x or andy", None),
    ],
)
def test_terms_have_one_meaning(text: str, tree: Node | None) -> None:
    if tree is None:
        with pytest.raises(QueryInvalid):
            parse_query(text)
    else:
        assert parse_query(text) == Query(tree)


def test_a_description_is_taken_out_of_the_terms_beside_it() -> None:
    assert parse_query('text:"a dog" and (CS or MS)').text == "a dog"
    assert parse_query('(CS and text:"a dog") and faces') == Query(
        Both((CS, Flagged("faces"))), "a dog"
    )
    assert parse_query('text:"a dog"') == Query(None, "a dog")


def test_an_empty_query_asks_for_everything() -> None:
    assert parse_query(" \n") == Query(None, None)


@pytest.mark.parametrize(
    ("text", "position", "length", "said"),
    [
        ("dolly_inn", 0, 9, "did you mean dolly_in or dolly_out?"),
        ("CS and faecs > 1", 7, 5, "did you mean faces"),
        ("size:XX", 5, 2, "ECS, CS, MS, FS, LS, undefined"),
        ("clop:x", 0, 4, "did you mean clip"),
        ("CS dolly_in", 3, 8, "Put 'and' or 'or' between two terms"),
        ("CS and", 6, 1, "incomplete: expected a term"),
        ("faces >= ", 8, 1, "expected a number"),
        ("faces >= many", 9, 4, "expected a number"),
        ("(CS or MS", 9, 1, "a parenthesis is not closed"),
        ("CS)", 2, 1, "no opening parenthesis"),
        ("()", 1, 1, "expected a term"),
        ('CS and "abc', 7, 1, "quotation mark is not closed"),
        ("$", 0, 1, "expected a term"),
        ("duration", 0, 8, "duration < 2s"),
        ("size", 0, 4, "size:CS"),
        ("faces:2", 0, 5, "faces >= 1"),
        ("CS > 2", 0, 2, "a label and no number"),
        ("duration < 2parsec", 11, 7, "s, sec, ms, min, h"),
        ("confidence > 80", 13, 2, "80%"),
        ('"---"', 0, 5, "no word to search"),
        ('CS or text:"x"', 6, 4, "cannot be under 'or'"),
        ('not text:"x"', 4, 4, "cannot be under 'not'"),
        ('text:"a" and text:"b"', 13, 4, "only one text:"),
        ("faces >= " + "9" * 100, 9, 100, "30 characters"),
        ("not " * 60 + "CS", 0, 1, "nested"),
        (" or ".join(["CS"] * 300), 0, 1, "200 terms"),
        ('"' + "word " * 300 + '"', 0, 1, "200 terms"),
        ("CS or " * 1000, 4000, 1, "4000 characters"),
    ],
)
def test_a_fault_is_placed_and_explained(text: str, position: int, length: int, said: str) -> None:
    with pytest.raises(QueryFault) as caught:
        parse_query(text)

    fault = caught.value
    assert said in str(fault)
    assert fault.code() == "query-invalid"
    if not said.startswith(("nested", "200")):
        assert (fault.position, fault.length) == (position, length)
        assert f"at character {position + 1}" in fault.problem.message


def test_thousands_of_parentheses_are_no_fault() -> None:
    assert parse_query("(" * 1900 + "CS" + ")" * 1900) == Query(CS)


def labels() -> st.SearchStrategy[Labelled]:
    families = st.sampled_from(list(VOCABULARIES))
    with_family = families.flatmap(
        lambda family: st.sampled_from(VOCABULARIES[family].names).map(
            lambda name: Labelled(name, family)
        )
    )
    return st.one_of(with_family, st.sampled_from([CS, DOLLY, Labelled("undefined")]))


def numbers() -> st.SearchStrategy[Compared]:
    value = st.decimals(-100, 100, places=3).map(Fraction)
    field = st.sampled_from(["faces", "duration", "loudness", "highlight", "width", "fps"])
    return st.builds(Compared, field, st.sampled_from([">", "<=", "=", "!="]), value)


def words() -> st.SearchStrategy[Named]:
    text = st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="“”„"), min_size=1, max_size=8
    )
    spelled = text.map(lambda given: f"{given}x".strip())
    return st.builds(Named, st.sampled_from(["name", "clip", "media", "timeline"]), spelled)


def trees() -> st.SearchStrategy[Node]:
    leaves = st.one_of(
        labels(), numbers(), words(), st.sampled_from([Flagged("speech"), Flagged("highlight")])
    )

    def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            several.filter(lambda terms: not any(isinstance(term, Both) for term in terms)).map(
                Both
            ),
            several.filter(lambda terms: not any(isinstance(term, Either) for term in terms)).map(
                Either
            ),
            inner.map(Negated),
        )

    return st.recursive(leaves, grown, max_leaves=8)


@given(trees(), st.none() | st.just('a "dog"\\'))
def test_a_printed_query_is_the_same_query(tree: Node, text: str | None) -> None:
    query = Query(tree, text)
    assert parse_query(str(query)) == query


PIECES = st.sampled_from(
    ["and", "or", "not", "(", ")", "CS", "size:", "faces", ">=", "2s", '"', "'", "text:", "*", "\0"]
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map(" ".join)))
def test_any_text_is_a_query_or_a_fault(text: str) -> None:
    fault: QueryFault | None = None
    try:
        query = parse_query(text)
    except QueryFault as error:
        fault = error
    if fault is None:
        assert parse_query(str(query)) == query
    else:
        assert 0 <= fault.position <= len(fault.query)
