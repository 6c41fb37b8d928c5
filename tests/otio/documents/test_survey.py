"""The quick look at a document: it may doubt too much, never too little."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog_otio.documents import JsonText
from shotlog_otio.documents.objects import deserialize
from shotlog_otio.documents.survey import MAX_DEPTH, is_plain
from tests.otio.marking import timeline


def data_of_timeline() -> dict[str, Any]:
    made = timeline((0, 24), (24, 24))
    made.tracks.markers.append(otio.schema.Marker("one"))
    data: dict[str, Any] = json.loads(otio.core.serialize_json_to_string(made))
    return data


def nested(levels: int) -> dict[str, Any]:
    return {"a": nested(levels - 1)} if levels else {}


def clip_of(data: dict[str, Any]) -> dict[str, Any]:
    clip: dict[str, Any] = data["tracks"]["children"][0]["children"][0]
    return clip


@pytest.mark.parametrize("indent", [None, 4])
def test_what_opentimelineio_itself_writes_is_plain(indent: int | None) -> None:
    data = data_of_timeline()
    assert is_plain(data, json.dumps(data, indent=indent))


@pytest.mark.parametrize(
    "change",
    [
        {"OTIO_SCHEMA": "Clip.1"},
        {"OTIO_SCHEMA": "Clip.9"},
        {"OTIO_SCHEMA": "Clip"},
        {"OTIO_SCHEMA": "Clip.x"},
        {"OTIO_SCHEMA": ["Clip.2"]},
        {"OTIO_SCHEMA": "Unheard.1"},
        {"markers": None},
        {"markers": [{"OTIO_SCHEMA": "Marker.3"}]},
        {"media_references": {"DEFAULT_MEDIA": None}},
        {"metadata": {"of": {"OTIO_SCHEMA": "TimeRange.2"}}},
        {"metadata": nested(MAX_DEPTH)},
    ],
)
def test_what_may_have_to_be_replaced_is_not_plain(change: dict[str, Any]) -> None:
    data = data_of_timeline()
    clip_of(data).update(change)
    assert not is_plain(data, json.dumps(data))


@pytest.mark.parametrize("colon", [":", " :", "\n:", ": "])
def test_a_key_that_an_object_holds_twice_is_noticed(colon: str) -> None:
    text = json.dumps(data_of_timeline())
    twice = text.replace('"name": ', f'"name"{colon}"former", "name": ', 1)
    assert not is_plain(json.loads(twice), twice)
    root, _ = deserialize(json.loads(twice), twice, Path("a.otio"))
    assert root.name == "edit"  # the last one counts


def test_a_text_that_looks_like_a_key_raises_a_doubt_alone() -> None:
    data = data_of_timeline()
    data["metadata"]["said"] = 'the "key": value'
    text = json.dumps(data)
    assert not is_plain(data, text)
    root, warnings = deserialize(data, text, Path("a.otio"))
    assert root.metadata["said"] == 'the "key": value'
    assert not warnings


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
PATHS = st.lists(st.text(max_size=1) | st.integers(0, 2), max_size=3).map(tuple)


@given(value=VALUES, path=PATHS, indent=st.sampled_from([None, 0, 2]))
def test_parsing_along_a_path_gives_what_the_standard_parser_gives(
    value: Any, path: tuple[str | int, ...], indent: int | None
) -> None:
    text = JsonText(f" {json.dumps(value, indent=indent)}\n")
    assert text.parse(path) == value
    try:
        expected = value
        for step in path:
            if isinstance(expected, str) or isinstance(step, str) != isinstance(expected, dict):
                raise LookupError
            expected = expected[step]
    except (LookupError, TypeError):
        with pytest.raises(LookupError):
            text.find(path)
    else:
        assert json.loads(text.text[slice(*text.find(path))]) == expected


@given(value=VALUES, path=PATHS, data=st.data())
def test_a_text_that_the_standard_parser_refuses_is_refused(
    value: Any, path: tuple[str | int, ...], data: st.DataObject
) -> None:
    whole = json.dumps(value)
    at = data.draw(st.integers(0, len(whole)))
    broken = (
        whole[:at] + data.draw(st.sampled_from(["", "}", "]", ",", ":", '"'])) + whole[at + 1 :]
    )
    try:
        expected = json.loads(broken)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 (the standard parser tells the reason)
            JsonText(broken).parse(path)
    else:
        assert JsonText(broken).parse(path) == expected
