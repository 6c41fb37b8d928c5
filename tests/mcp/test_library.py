"""The library over stdio: found shots, their logs and pictures, and selects of them."""

from __future__ import annotations

import base64
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shotlog_otio import read_edit, read_markers
from tests.mcp.conftest import ITEM, RATE, SHOT_FRAMES
from tests.mcp.session import Session, pictures_of

pytestmark = pytest.mark.slow


def numbers(found: Any) -> list[int]:
    return [hit["number"] for hit in found["hits"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3]),
        ("CS", [1, 2]),
        ("CS and faces >= 1 and speech", [1]),
        ("not CS or pan_left", [2, 3]),
        ("undefined", [3]),
        ("duration > 1.2s", []),
        ('media:"film*"', [1, 2, 3]),
    ],
)
def test_shots_are_found_by_a_query(
    talk: Session, library: Path, query: str, expected: list[int]
) -> None:
    found = talk.call("find", query=query, library=str(library))
    assert found["total"] == len(expected)
    assert numbers(found) == expected


def test_a_hit_leads_to_its_shot_and_its_picture(talk: Session, library: Path) -> None:
    (hit,) = talk.call("find", query="CS and speech", library=str(library))["hits"]
    assert (hit["start"], Fraction(hit["duration"])) == ("0", Fraction(SHOT_FRAMES) / RATE)
    place = {name: hit[name] for name in ("item", "item_sequence")} | {"library": str(library)}
    shots = talk.call("shots", **place, where="speech")
    assert [shot["number"] for shot in shots["page"]] == [hit["number"]]
    assert shots["page"][0]["facts"]["faces"] == 2
    result = talk.raw("thumbnails", **place, shots=[1, 2])
    content: Any = result.structured_content
    assert ["picture" in shot for shot in content["shots"]] == [True, False]
    assert base64.b64decode(pictures_of(result)[0].data) == b"\xff\xd8\xff a JPEG"
    assert talk.call("coverage", **place)["same_size_cuts"][0]["frame"] == SHOT_FRAMES


def test_hits_come_in_pages_and_orders(talk: Session, library: Path) -> None:
    asked = {"query": "", "library": str(library / "library.sqlite"), "limit": 2}
    first = talk.call("find", **asked)
    rest = talk.call("find", **asked, offset=first["next_offset"])
    assert numbers(first) + numbers(rest) == [1, 2, 3]
    assert "next_offset" not in rest
    assert talk.call("find", **asked, order="duration")["total"] == 3


def test_a_query_that_is_none_tells_what_was_expected(talk: Session, library: Path) -> None:
    told = talk.refusal("find", query="CS and facez >= 1", library=str(library))
    assert "facez" in told
    assert "faces" in told
    assert "at character 8" in told
    assert "character" in talk.refusal("shots", path=str(library.parent / "cut.otio"), where="((")
    told = talk.refusal("find", query='text:"a woman"', library=str(library))
    assert "image-text model" in told


def test_a_library_that_is_none_is_told(talk: Session, root: Path, library: Path) -> None:
    assert "there is no library" in talk.refusal("find", query="CS", library=str(root / "out"))
    assert "cut.otio" in talk.refusal("find", query="CS", library=str(root / "cut.otio"))
    assert "may read" in talk.refusal("find", query="CS", library="/etc")
    unknown = {"item": "f" * 32, "library": str(library)}
    assert "there is no item" in talk.refusal("shots", **unknown)
    assert "may read" in talk.refusal("shots", item=ITEM, library="/etc")


def test_selects_of_a_query_are_shown_without_writing(
    talk: Session, root: Path, library: Path
) -> None:
    before = sorted(root.rglob("*"))
    made = talk.call("make_selects", query="CS", library=str(library), content=True)
    assert made["shots"] == 2
    assert [shot["sizes"][0]["label"] for shot in made["page"]] == ["CS", "CS"]
    assert [shot["media"]["first_frame"] for shot in made["page"]] == [0, SHOT_FRAMES]
    assert '"OTIO_SCHEMA": "Timeline' in made["content"]
    assert "file" not in made
    assert sorted(root.rglob("*")) == before


def test_selects_are_written_in_the_order_of_the_picks(
    talk: Session, root: Path, library: Path
) -> None:
    output = root / "out" / "selects.otio"
    pick = {"item": ITEM, "library": str(library), "shots": [3, 1]}
    asked = {"picks": [pick], "name": "Best", "output": str(output)}
    made = talk.call("make_selects", **asked)
    assert made["file"] == str(output)
    edit = read_edit(output)
    assert edit.name == "Best"
    starts = [clip.source.start * RATE for clip in edit.clips]
    assert starts == [2 * SHOT_FRAMES, 0]
    assert len(read_markers(output)) == 2
    content = output.read_bytes()
    assert "a file already" in talk.refusal("make_selects", **asked)
    assert output.read_bytes() == content


def test_selects_of_a_timeline_take_its_shots(talk: Session, root: Path) -> None:
    pick = {"path": str(root / "cut.otio"), "models": "builtin", "shots": [2]}
    made = talk.call("make_selects", picks=[pick], handles=5)
    assert made["page"][0]["media"]["first_frame"] == SHOT_FRAMES
    assert made["clips"] == 1


def test_selects_are_refused_in_words(talk: Session, root: Path, library: Path) -> None:
    pick = {"item": ITEM, "library": str(library), "shots": [1]}
    found = {"query": "CS", "library": str(library)}
    for arguments, why in (
        ({}, "either query, or picks"),
        ({"query": "CS"}, "belong together"),
        ({**found, "picks": [pick]}, "either query, or picks"),
        ({"picks": [{**pick, "shots": [9]}]}, "there is no shot 9"),
        ({"query": "FS", "library": str(library)}, "no shot was picked"),
        ({**found, "output": str(root / "x.otio")}, "may write to"),
        ({**found, "output": str(root / "out" / "x.mov")}, ".otio"),
        ({**found, "handles": -1}, "handles"),
    ):
        assert why in talk.refusal("make_selects", **arguments)
