"""The tools over stdio, with the client of the protocol's own SDK and a daemon that works."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from shotlog.analyzers.move import MoveAnalyzer
from shotlog.mcp.tools import TOOLS
from shotlog.profiles import ProfileStore
from shotlog.providers import AddedProviders, SentRequests
from shotlog.schema import EditorProfile, LabelCalibration
from shotlog_otio import read_edit, read_markers
from tests.corrections.recorded import recorded_of_file
from tests.mcp.conftest import RATE, SHOT_FRAMES
from tests.mcp.session import Session, pictures_of, text_of
from tests.providers.clips import added
from tests.providers.servers import HttpJsonServer, serving

pytestmark = pytest.mark.slow

jsonschema: Any = import_module("jsonschema")  # of the SDK's own dependencies; it has no types


@pytest.fixture(scope="module")
def analysis(talk: Session, root: Path) -> Any:
    return talk.call("analyze", path=str(root / "cut.otio"), models="builtin")


def test_the_server_introduces_itself(talk: Session, root: Path) -> None:
    assert talk.welcome.server_info.name == "shotlog"
    assert talk.welcome.capabilities.tools is not None
    assert "undefined" in str(talk.welcome.instructions)
    assert str(root) in str(talk.welcome.instructions)


def test_schemas_are_valid_and_those_of_the_models(talk: Session) -> None:
    listed = talk.tools()
    assert list(listed) == [tool.name for tool in TOOLS]
    for tool in TOOLS:
        shown = listed[tool.name]
        assert shown.input_schema == tool.arguments.model_json_schema()
        assert shown.output_schema == tool.result.model_json_schema()
        for schema in (shown.input_schema, shown.output_schema):
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        assert shown.description
        assert shown.annotations is not None
        assert shown.annotations.destructive_hint is False


def test_every_argument_and_result_is_described(talk: Session) -> None:
    for tool in talk.tools().values():
        for schema in (tool.input_schema, tool.output_schema or {}):
            models = {"": schema, **schema.get("$defs", {})}
            bare = [
                f"{tool.name} {model} {name}"
                for model, each in models.items()
                if model not in ("Problem", "ShotFacts")  # of the engine, described by their owners
                for name, field in each.get("properties", {}).items()
                if not field.get("description")
            ]
            assert bare == []


def test_an_analysis_has_exact_ranges(analysis: Any) -> None:
    assert analysis["shots"] == 3
    assert analysis["rate"] == "25"
    shot = Fraction(SHOT_FRAMES) / RATE
    for number, told in enumerate(analysis["page"]):
        assert told["number"] == number + 1
        assert Fraction(told["timeline"]["start"]) == number * shot
        assert Fraction(told["timeline"]["duration"]) == shot
        assert told["timeline"]["first_frame"] == number * SHOT_FRAMES
        assert told["media"]["first_frame"] == number * SHOT_FRAMES
    assert analysis["page"][1]["timeline"]["timecode"] == "00:00:01:05"


def test_what_is_undefined_has_its_reason(analysis: Any) -> None:
    sizes = [size for shot in analysis["page"] for size in shot["sizes"]]
    assert [size["label"] for size in sizes] == ["undefined"] * 3
    assert all("no face" in size["reasons"][0] for size in sizes)
    assert all("confidence" not in size for size in sizes)
    assert analysis["sizes"] == {"undefined": 3}


def test_a_media_file_is_analysed_like_a_timeline(talk: Session, root: Path, analysis: Any) -> None:
    found = talk.call("analyze", path=str(root / "film.mp4"), models="builtin")
    assert found["page"] == analysis["page"]


def test_progress_is_told_and_rises(talk: Session, root: Path) -> None:
    told: list[float] = []
    asked = {"path": str(root), "models": "builtin"}
    result = talk.portal.call(talk.start, "analyze", asked, told)
    assert not result.is_error
    assert told
    assert told == sorted(set(told))


def test_the_text_of_an_answer_is_its_structure(talk: Session, root: Path) -> None:
    result = talk.raw("coverage", path=str(root / "cut.otio"), models="builtin")
    assert json.loads(text_of(result)) == result.structured_content


def test_shots_come_in_pages(talk: Session, root: Path) -> None:
    asked = {"path": str(root / "cut.otio"), "models": "builtin", "limit": 2}
    first = talk.call("shots", **asked)
    assert [shot["number"] for shot in first["page"]] == [1, 2]
    last = talk.call("shots", **asked, offset=first["next_offset"])
    assert [shot["number"] for shot in last["page"]] == [3]
    assert "next_offset" not in last
    assert talk.call("shots", **asked, offset=99)["page"] == []


def test_a_timeline_that_was_changed_is_analysed_again(
    talk: Session, root: Path, analysis: Any
) -> None:
    other = root / "other.otio"
    content = (root / "cut.otio").read_text()
    other.write_text(content)
    assert talk.call("shots", path=str(other), models="builtin")["timeline"] == "cut"
    other.write_text(content.replace('"cut"', '"another"'))
    assert talk.call("shots", path=str(other), models="builtin")["timeline"] == "another"


def test_coverage_calls_nothing_missing_where_all_is_undefined(talk: Session, root: Path) -> None:
    found = talk.call("coverage", path=str(root / "cut.otio"), models="builtin")
    assert found["sizes"]["rows"][0]["label"] == "undefined"
    assert (found["sizes"]["known_shots"], found["sizes"]["unseen"]) == (0, [])
    assert found["moves"]["known_shots"] == found["shots"]
    assert "Dolly In" in found["moves"]["unseen"]
    assert found["lengths"]["average"] == "1.20 s"
    assert found["same_size_cuts"] == []  # undefined is no size
    assert (found["scenes"][0]["first_shot"], found["scenes"][-1]["last_shot"]) == (1, 3)
    assert not any("missing_sizes" in scene for scene in found["scenes"])
    assert found["scenes"][0]["facings"] == {"left": 0, "right": 0, "camera": 0}
    assert not any("missing_facing" in scene for scene in found["scenes"])
    assert "guessed from the colours" in found["scenes_told"]


def test_pictures_of_shots_are_seen(talk: Session, root: Path) -> None:
    result = talk.raw("thumbnails", path=str(root / "cut.otio"), models="builtin", shots=[3, 1])
    content: Any = result.structured_content
    assert [(shot["number"], shot["picture"]) for shot in content["shots"]] == [(3, 1), (1, 2)]
    pictures = pictures_of(result)
    assert [picture.mime_type for picture in pictures] == ["image/jpeg"] * 2
    assert all(base64.b64decode(p.data).startswith(b"\xff\xd8\xff") for p in pictures)
    assert pictures[0].data != pictures[1].data


def test_shots_that_there_are_not_are_told(talk: Session, root: Path) -> None:
    asked = {"path": str(root / "cut.otio"), "models": "builtin"}
    assert "there is no shot 4; it has 3 shots" in talk.refusal("thumbnails", **asked, shots=[4])
    assert "shots" in talk.refusal("thumbnails", **asked, shots=[])


def test_markers_are_written_into_a_copy_and_written_again(
    talk: Session, root: Path, environment: Mapping[str, str]
) -> None:
    source, output = root / "cut.otio", root / "out" / "cut.marked.otio"
    before = source.read_bytes()
    asked = {"path": str(source), "output": str(output), "models": "builtin"}
    first = talk.call("write_markers", **asked)
    assert first["files"] == [str(output)]
    assert first["added"] == len(read_markers(output)) == 3
    assert source.read_bytes() == before
    assert recorded_of_file(output, Path(environment["SHOTLOG_RECORDS"]))
    content = output.read_bytes()
    talk.call("write_markers", **asked)
    assert output.read_bytes() == content


def test_markers_of_media_make_a_timeline(talk: Session, root: Path) -> None:
    output = root / "out" / "film.otio"
    asked = {"path": str(root / "film.mp4"), "output": str(output), "models": "builtin"}
    talk.call("write_markers", **asked)
    assert len(read_edit(output).clips) == 1
    assert len(read_markers(output)) == 3


def test_markers_alone_are_written_once(
    talk: Session, root: Path, environment: Mapping[str, str]
) -> None:
    output = root / "out" / "cut.edl"
    asked = {"path": str(root / "cut.otio"), "output": str(output), "models": "builtin"}
    assert talk.call("write_markers", **asked)["files"] == [str(output)]
    assert recorded_of_file(root / "cut.otio", Path(environment["SHOTLOG_RECORDS"]))
    content = output.read_bytes()
    assert "a file already" in talk.refusal("write_markers", **asked)
    assert output.read_bytes() == content


def test_files_of_others_are_not_replaced(talk: Session, root: Path) -> None:
    taken = root / "out" / "taken.otio"
    taken.write_text("mine")
    asked = {"path": str(root / "cut.otio"), "models": "builtin"}
    assert "did not write" in talk.refusal("write_markers", **asked, output=str(taken))
    assert taken.read_text() == "mine"
    for place, why in (
        (root / "cut.marked.otio", "may write to"),
        (root / "out" / ".." / "up.otio", "may write to"),
        (root / "out" / "a.mov", ".otio"),
        (root / "out" / "no" / "a.otio", "folder does not exist"),
    ):
        assert why in talk.refusal("write_markers", **asked, output=str(place))
    assert not (root / "up.otio").exists()


@pytest.mark.parametrize("tool", ["analyze", "shots", "coverage"])
def test_nothing_outside_the_root_is_read(talk: Session, root: Path, tool: str) -> None:
    outside = (root / "link.otio").resolve()
    climbing = root / ".." / outside.parent.name / "secret.otio"
    for path in (outside, climbing, root / "link.otio"):
        told = talk.refusal(tool, path=str(path))
        assert "outside the folders that this server may read" in told
        assert str(root) in told
    assert "no absolute path" in talk.refusal(tool, path="cut.otio")


def test_media_outside_the_root_are_a_problem_of_their_clips(talk: Session, root: Path) -> None:
    outside = (root / "link.otio").resolve().parent
    (outside / "film.mp4").write_bytes((root / "film.mp4").read_bytes())
    text = (root / "cut.otio").read_text()
    (root / "far.otio").write_text(text.replace(root.as_uri(), outside.as_uri()))
    found = talk.call("analyze", path=str(root / "far.otio"), models="builtin")
    assert found["page"] == []
    (problem,) = found["problems"]
    assert (problem["code"], problem["clip"]) == ("path-refused", "V1/0")
    assert problem["subject"] == str(outside / "film.mp4")


def test_bad_arguments_are_told_in_words(talk: Session, root: Path) -> None:
    path = str(root / "cut.otio")
    for arguments, word in (
        ({}, "path"),
        ({"path": 7}, "path"),
        ({"path": path, "limit": 0}, "limit"),
        ({"path": path, "models": "best"}, "models"),
        ({"path": path, "bogus": 1}, "bogus"),
        ({"path": path, "item": "0" * 32, "library": path}, "either"),
        ({"item": "../../etc/passwd", "library": path}, "item"),
        ({"item": "0" * 32}, "belong together"),
    ):
        told = talk.refusal("shots", **arguments)
        assert told.startswith("shots: ")
        assert word in told
        assert "Traceback" not in told
        assert "pydantic" not in told
    assert "There is no tool" in talk.refusal("delete_everything")


def test_files_that_cannot_be_read_are_told_in_words(talk: Session, root: Path) -> None:
    hostile = root / "a\x1b[31m\u202e b;$(touch x)`.otio"
    hostile.write_text("{")
    (root / "empty.otio").write_bytes(b"")
    for name in (hostile.name, "empty.otio", "missing.otio", "missing\n.mp4"):
        told = talk.refusal("analyze", path=str(root / name))
        assert "Traceback" not in told
        assert not {"\x1b", "\u202e", "\n"} & set(told)
    assert not Path("x").exists()


def test_a_hostile_name_of_a_film_and_its_bytes_survive(talk: Session, root: Path) -> None:
    name = "caf\udce9 \u202egpj.mp4"
    film = root / "names" / name
    film.parent.mkdir()
    film.write_bytes((root / "film.mp4").read_bytes())
    found = talk.call("analyze", path=str(film.parent), models="builtin")
    (path,) = {shot["media"]["path"] for shot in found["page"]}
    assert path.startswith("file:///")
    again = talk.call("analyze", path=path, models="builtin")
    assert again["shots"] == 3


def test_a_provider_is_asked_once_the_user_has_agreed_for_the_project(
    talk: Session, root: Path, environment: Mapping[str, str]
) -> None:
    folder = Path(environment["SHOTLOG_PROVIDERS"])
    asked = {"path": str(root / "cut.otio"), "models": "remote", "provider": "studio"}
    with serving(HttpJsonServer()) as url:
        provider = added("http-json", f"{url}/sizes", price="0.01")
        AddedProviders(folder / "providers.json").put(provider)
        refusal = talk.refusal("analyze", **asked)
        assert "16 small pictures" in refusal
        assert f"shotlog remote agree studio {root}" in refusal
        with SentRequests(folder / "requests.sqlite") as records:
            records.give_consent(str(root), "studio", provider.provider.address)
        limited = talk.call("analyze", **asked, max_cost="0.006")
        assert len([p for p in limited["problems"] if p["code"] == "clip-not-sent"]) == 1
        found = talk.call("analyze", **asked)
        assert {size["tier"] for shot in found["page"] for size in shot["sizes"]} == {"remote"}
    assert "amount" in talk.refusal("analyze", **asked, max_cost="much")


def test_a_profile_is_asked_for_by_name_and_told_with_each_label_that_it_corrects(
    talk: Session, root: Path, environment: Mapping[str, str]
) -> None:
    asked = {"path": str(root / "cut.otio"), "models": "builtin"}
    assert "no profile of this name" in talk.refusal("analyze", **asked, profile="anna")
    calibrations = {MoveAnalyzer().key: LabelCalibration()}
    anna = EditorProfile(name="anna", calibrations=calibrations)
    ProfileStore(Path(environment["SHOTLOG_PROFILES"])).write(anna)
    for name in ("anna", ""):
        talk.call("analyze", **asked, profile=name)
    for name, told in (("anna", anna.id), ("", None)):
        page = talk.call("shots", **asked, profile=name)["page"]
        assert {move.get("profile") for shot in page for move in shot["moves"]} == {told}
        assert {size.get("profile") for shot in page for size in shot["sizes"]} == {None}
