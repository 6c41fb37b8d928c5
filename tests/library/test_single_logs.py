"""A condition on one log means what it means in a library."""

from __future__ import annotations

import pytest

from shotlog.library import fields_of, find_in_log, parse_query
from shotlog.schema import LibraryError, ShotFacts
from tests.library.logs import log, shot
from tests.report.logs import highlight

LOG = log(
    [
        shot(0, 2, size="CS", moves=("dolly_in",), facts=ShotFacts(faces=1, speech=0.0)),
        shot(2, 3, size="LS", moves=("static",), clip_name="Kitchen"),
        shot(5, 1, size="CS", moves=("static", "dolly_in"), facts=ShotFacts(faces=2, speech=0.9)),
    ],
    highlights=[highlight(1, 2.5, 1, 88.0)],
)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [0, 1, 2]),
        ("CS and dolly_in and not speech", [0]),
        ("not faces >= 2", [0]),  # of the second nobody knows
        ("highlight >= 80 or duration < 2s", [1, 2]),
        ('"kitchen"', [1]),
    ],
)
def test_shots_of_a_log_are_found(query: str, numbers: list[int]) -> None:
    assert [hit.shot_number for hit in find_in_log(LOG, parse_query(query))] == numbers


def test_hits_tell_what_is_known_of_a_shot() -> None:
    first, second, third = find_in_log(LOG, parse_query(""))
    assert (first.size, first.faces, first.highlight) == ("CS", 1, None)
    assert (second.clip, second.faces, second.highlight) == ("Kitchen", None, 88.0)
    assert third.moves == ("static", "dolly_in")


def test_a_description_needs_a_library() -> None:
    with pytest.raises(LibraryError, match="ranks the shots of a library"):
        find_in_log(LOG, parse_query('CS and text:"a dog"'))


def test_the_fields_of_a_query_are_told() -> None:
    query = parse_query('CS and (people > 1 or not clip:"a") and faces and "b" and text:"c"')
    assert fields_of(query) == ("faces", "clip", "name", "text")
    assert fields_of(parse_query("")) == ()
