"""The locator and the splices, on any JSON there is."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import partial
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog_otio.dialects import detect_dialect
from shotlog_otio.documents import JsonText, Splice, apply_splices
from shotlog_otio.markers import ListChanges, build_splice, marker_json, read_empty_list
from tests.otio.marking import marker

PLAIN = detect_dialect([])
BLANKS = st.text(" \t\r\n", max_size=3)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
)
KEYS = st.text(max_size=4) | st.sampled_from(["markers", "metadata", "a\\u0062", '"'])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
FORMATS = st.builds(
    lambda indent, separators, ascii_only: partial(
        json.dumps, indent=indent, separators=separators, ensure_ascii=ascii_only
    ),
    st.sampled_from([None, 0, 1, 2, 4, "\t"]),
    st.sampled_from([(",", ":"), (", ", ": "), (",", ": "), (" ,  ", " : ")]),
    st.booleans(),
)
LISTS = ["", "null", "[]", "[ ]", "[\r\n\t]", '[{"a": 1}]', '[ {"a": 1} , {\n"b":2}\n ]', "[null]"]


@st.composite
def owners(draw: st.DrawFn) -> dict[str, Any]:
    members = draw(st.dictionaries(KEYS.filter(lambda k: k != "markers"), VALUES, max_size=4))
    return {"OTIO_SCHEMA": "Stack.1", **members}


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[str | int]]:
    """A JSON text with an object in it that has any list of markers, or none; and its path."""
    owner, listed = draw(owners()), draw(st.sampled_from(LISTS))
    names = list(owner)
    if listed:
        names.insert(draw(st.integers(0, len(names))), "markers")
        owner["markers"] = "MARKERS"
    data: Any = {name: owner[name] for name in names}
    path: list[str | int] = []
    for _ in range(draw(st.integers(0, 3))):
        if draw(st.booleans()):
            before = draw(st.lists(VALUES, max_size=2))
            data, path = [*before, data, *draw(st.lists(VALUES, max_size=2))], [len(before), *path]
        else:
            data, path = {**draw(owners()), "way": data}, ["way", *path]
    text = draw(FORMATS)(data).replace('"MARKERS"', listed)
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return draw(BLANKS) + text + draw(BLANKS), path


@st.composite
def scattered(draw: st.DrawFn, value: Any) -> str:
    """A value spelled with blanks anywhere."""

    def blank() -> str:
        return draw(BLANKS)

    def spell(item: Any) -> str:
        if isinstance(item, dict):
            members = [
                f"{blank()}{json.dumps(k)}{blank()}:{blank()}{spell(v)}" for k, v in item.items()
            ]
            return "{" + f"{blank()},".join(members) + blank() + "}"
        if isinstance(item, list):
            return "[" + f"{blank()},".join(blank() + spell(i) for i in item) + blank() + "]"
        return json.dumps(item)

    return blank() + spell(value) + blank()


def ours(text: JsonText, path: list[str | int], count: int) -> list[dict[str, Any]]:
    was = read_empty_list(text, text.find(path))
    return [
        marker_json(marker(n), Fraction(n), Fraction(1), 24000 / 1001, PLAIN, was)
        for n in range(count)
    ]


def at(data: Any, path: list[str | int]) -> Any:
    for step in path:
        data = data[step]
    return data


@given(VALUES.filter(lambda v: isinstance(v, (dict, list))).flatmap(
    lambda v: st.tuples(st.just(v), scattered(v))
))  # fmt: skip
def test_every_value_is_found_where_it_stands(case: tuple[Any, str]) -> None:
    value, spelling_of_it = case
    text = JsonText(spelling_of_it)
    waiting: list[list[str | int]] = [[]]
    while waiting:
        path = waiting.pop()
        item, place = at(value, path), text.find(path)
        assert repr(json.loads(text.text[slice(*place)])) == repr(item)
        if isinstance(item, dict):
            waiting += [[*path, key] for key in item]
        elif isinstance(item, list):
            waiting += [[*path, n] for n in range(len(item))]


@settings(max_examples=50, deadline=None)
@given(documents(), st.integers(1, 3))
def test_only_the_markers_change_and_clearing_restores_the_text(
    case: tuple[str, list[str | int]], count: int
) -> None:
    text, path = JsonText(case[0]), case[1]
    fresh = ours(text, path, count)
    splice = build_splice(text, text.find(path), ListChanges(added=list(fresh)))
    patched = JsonText(apply_splices(text.text, [splice]))

    expected = json.loads(text.text)
    owner = at(expected, path)
    others = owner.get("markers") or []
    owner["markers"] = [*others, *fresh]
    assert repr(at(json.loads(patched.text), path)["markers"]) == repr(owner["markers"])
    assert json.dumps(json.loads(patched.text), sort_keys=True) == json.dumps(
        expected, sort_keys=True
    )

    ours_at = set(range(len(others), len(others) + count))
    back = build_splice(patched, patched.find(path), ListChanges(removed=ours_at))
    assert apply_splices(patched.text, [back]) == text.text


@settings(max_examples=50, deadline=None)
@given(documents(), st.data())
def test_taking_some_and_replacing_some_leaves_the_others_bytes(
    case: tuple[str, list[str | int]], data: st.DataObject
) -> None:
    text, path = JsonText(case[0]), case[1]
    filled = build_splice(text, text.find(path), ListChanges(added=list(ours(text, path, 4))))
    patched = JsonText(apply_splices(text.text, [filled]))
    place = patched.find(path)
    listed = patched.member(place, "markers")
    assert listed is not None
    elements = patched.elements(listed.value)
    numbers = list(range(len(elements)))
    removed = data.draw(st.sets(st.sampled_from(numbers), max_size=len(numbers) - 1))
    replaced = data.draw(st.sets(st.sampled_from(numbers))) - removed
    fresh = {n: {"OTIO_SCHEMA": "Marker.2", "n": n} for n in replaced}

    splice = build_splice(patched, place, ListChanges(dict(fresh), set(removed), [{"last": True}]))
    result = JsonText(apply_splices(patched.text, [splice]))
    member = result.member(result.find(path), "markers")
    assert member is not None
    found = [result.text[slice(*e)] for e in result.elements(member.value)]
    stay = [n for n in numbers if n not in removed]
    assert len(found) == len(stay) + 1
    for n, spelling_of_it in zip(stay, found, strict=False):
        if n in fresh:
            assert json.loads(spelling_of_it) == fresh[n]
        else:
            assert spelling_of_it == patched.text[slice(*elements[n])]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"a":1,"markers":[]}', '{"a":1,"markers":[{"x":1,"y":[2]}]}'),
        ('{"a": 1, "markers": []}', '{"a": 1, "markers": [{"x": 1, "y": [2]}]}'),
        ('{"a": 1, "b": 2}', '{"a": 1, "b": 2, "markers": [{"x": 1, "y": [2]}]}'),
        (
            '{\n\t"a": 1,\n\t"markers": []\n}',
            '{\n\t"a": 1,\n\t"markers": [\n\t\t{\n\t\t\t"x": 1,\n\t\t\t"y": [\n\t\t\t\t2\n\t\t\t]'
            "\n\t\t}\n\t]\n}",
        ),
        (
            '{\r\n  "a" : 1, \r\n  "markers" : null\r\n}',
            '{\r\n  "a" : 1, \r\n  "markers" : [\r\n    {\r\n      "x" : 1, \r\n      "y" : [\r\n'
            "        2\r\n      ]\r\n    }\r\n  ]\r\n}",
        ),
        (
            '{\n "a": 1,\n "markers": [\n  {\n   "o": 1\n  }\n ]\n}',
            '{\n "a": 1,\n "markers": [\n  {\n   "o": 1\n  },\n  {\n   "x": 1,\n   "y": [\n    2\n'
            "   ]\n  }\n ]\n}",
        ),
    ],
    ids=["minified", "one line", "no list", "tabs", "null, CRLF, odd blanks", "others' marker"],
)
def test_a_marker_is_laid_out_as_its_surroundings(before: str, after: str) -> None:
    text = JsonText(before)
    splice = build_splice(text, text.root, ListChanges(added=[{"x": 1, "y": [2]}]))
    assert apply_splices(before, [splice]) == after


def test_of_two_lists_in_one_object_the_last_counts() -> None:
    text = JsonText('{"markers": [1], "a": 0, "markers": []}')
    splice = build_splice(text, text.root, ListChanges(added=[{"x": 1}]))
    assert apply_splices(text.text, [splice]) == '{"markers": [1], "a": 0, "markers": [{"x": 1}]}'


def test_letters_beyond_ascii_are_escaped_only_where_the_file_does_so() -> None:
    for a, spelled_as in (('"\\u00e9"', '"\\u00fc"'), ('"é"', '"ü"'), ('"e"', '"ü"')):
        text = JsonText(f'{{"a": {a}, "markers": []}}')
        splice = build_splice(text, text.root, ListChanges(added=[{"x": "ü"}]))
        assert splice == Splice(splice.span, f'[{{"x": {spelled_as}}}]')


@pytest.mark.parametrize("before", ['"markers": [ ], ', ""])
def test_a_list_that_another_tool_has_written_anew_is_left_plain(before: str) -> None:
    text = JsonText(f'{{"OTIO_SCHEMA": "Stack.1", {before}"name": "a", "children": []}}')
    filled = build_splice(text, text.root, ListChanges(added=list(ours(text, [], 1))))
    stack = otio.core.deserialize_json_from_string(apply_splices(text.text, [filled]))
    rewritten = JsonText(otio.core.serialize_json_to_string(stack, indent=4))
    back = build_splice(rewritten, rewritten.root, ListChanges(removed={0}))
    assert back.text == "[]"
    again = otio.core.deserialize_json_from_string(apply_splices(rewritten.text, [back]))
    assert again.is_equivalent_to(otio.core.deserialize_json_from_string(text.text))


@pytest.mark.parametrize("was", ["[1]", "nil", "[] , 7", 5])
def test_an_invalid_former_list_is_ignored(was: object) -> None:
    marked = {**marker_json(marker(1), Fraction(0), Fraction(1), 24.0, PLAIN)}
    marked["metadata"]["shotlog"]["was"] = was
    text = JsonText(json.dumps({"a": 1, "markers": [marked]}))
    assert build_splice(text, text.root, ListChanges(removed={0})).text == "[]"


@pytest.mark.parametrize("path", [["b"], [0], ["a", "b"], ["a", 3], ["a", "x"]])
def test_a_path_that_leads_nowhere_is_a_lookup_error(path: list[str | int]) -> None:
    with pytest.raises(LookupError):
        JsonText('{"a": [1, 2]}').find(path)


def test_a_member_that_is_no_list_of_markers_is_refused() -> None:
    text = JsonText('{"a": 1, "markers": {"b": 2}}')
    with pytest.raises(ValueError, match="stands in the place of a list of markers"):
        read_empty_list(text, text.root)
