"""Golden messages of every protocol version are still understood.

A file of ``golden/`` is never changed. Each minor version has a folder of its own, with the
messages that are new in it or have new fields, as ``messages_of_all_kinds`` had them then.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from shotlog.schema import SceneStart
from shotlog.service.protocol import (
    PROTOCOL,
    SIGNATURE,
    AnalysisOptions,
    Load,
    Pause,
    Submit,
    downgrade,
    minimum_protocol,
    pack,
    unpack_reply,
    unpack_request,
)
from shotlog.service.tasks import Analyze
from tests.service.messages_of_all_kinds import replies, requests

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*/*.json"))
REQUESTS = {body.type for body in requests()}


def frames_of(path: Path) -> tuple[list[bytes], dict[str, Any]]:
    message = json.loads(path.read_text("utf-8"))
    frames = [SIGNATURE, *(json.dumps(message[part]).encode() for part in ("header", "body"))]
    return frames, message


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_golden_message_is_understood_and_means_the_same(path: Path) -> None:
    frames, message = frames_of(path)
    unpack = unpack_request if message["body"]["type"] in REQUESTS else unpack_reply

    header, body = unpack(frames)

    said = downgrade(body, header.protocol)
    assert said.model_dump(mode="json", exclude_unset=True) == message["body"]
    assert header.model_dump(mode="json", exclude_unset=True) == message["header"]


def test_there_is_a_golden_message_of_every_kind() -> None:
    kinds = {body.type for body in (*requests(), *replies())}

    assert {path.stem for path in GOLDEN} == kinds


def test_what_an_old_daemon_is_asked_is_what_its_own_clients_asked() -> None:
    said = {body.type: body for body in (*requests(), Pause())}

    for path in (Path(__file__).parent / "golden" / "v1").glob("*.json"):
        _, message = frames_of(path)
        if (kind := message["body"]["type"]) in REQUESTS - {"hello"}:
            assert minimum_protocol(said[kind]) == (1, 0)
            _, (_, _, body) = pack(said[kind], protocol=(1, 0))
            assert json.loads(body).keys() == message["body"].keys()


def test_a_job_in_the_form_of_the_first_protocol_is_the_same_job_in_that_of_today() -> None:
    submit = next(body for body in requests() if body.type == "submit")
    forms = [pack(submit, protocol=protocol)[1] for protocol in ((1, 0), (1, 1), PROTOCOL)]

    assert [unpack_request(frames)[1] for frames in forms] == [submit] * 3
    assert forms[0][2] == forms[1][2] != forms[2][2]


def test_only_a_job_with_ramps_handles_or_sound_needs_a_daemon_that_knows_them() -> None:
    def submit(version: str) -> Submit:
        frames, _ = frames_of(Path(__file__).parent / "golden" / version / "submit.json")
        body = unpack_request(frames)[1]
        assert isinstance(body, Submit)
        return body

    plain, newer = submit("v1_2"), submit("v1_3")
    assert minimum_protocol(plain) == (1, 0)
    assert minimum_protocol(newer) == (1, 3)
    (ramp,), (sound,) = newer.task.edit.clips, newer.task.edit.sound
    straight = ramp.model_copy(update={"time_map": ramp.time_map.model_copy(update={"bends": ()})})
    for clip, heard in (
        (ramp.model_copy(update={"head": 0, "tail": 0}), ()),
        (straight.model_copy(update={"tail": 0}), ()),
        (straight.model_copy(update={"head": 0}), ()),
        (straight.model_copy(update={"head": 0, "tail": 0}), (sound,)),
    ):
        edit = newer.task.edit.model_copy(update={"clips": (clip,), "sound": heard})
        task = newer.task.model_copy(update={"edit": edit})
        assert minimum_protocol(newer.model_copy(update={"task": task})) == (1, 3)


def test_only_a_job_whose_edit_tells_starts_of_scenes_needs_a_daemon_that_knows_them() -> None:
    plain = next(body for body in requests() if isinstance(body, Submit))
    assert isinstance(plain.task, Analyze)
    marked = plain.task.edit.model_copy(update={"scene_starts": (SceneStart(at=Fraction(1)),)})
    task = plain.task.model_copy(update={"edit": marked})
    newer = plain.model_copy(update={"task": task})
    assert minimum_protocol(newer) == (1, 6)
    assert unpack_request(pack(newer)[1])[1] == newer
    assert b"scene_starts" not in pack(plain)[1][2]


def test_only_an_analysis_that_may_ask_a_provider_needs_a_daemon_that_knows_them() -> None:
    frames, _ = frames_of(Path(__file__).parent / "golden" / "v1_7" / "load.json")
    newer = unpack_request(frames)[1]
    assert isinstance(newer, Load)
    assert minimum_protocol(newer) == (1, 7)
    plain = newer.asks.model_copy(update={"models": "auto", "remote": None})
    assert minimum_protocol(newer.model_copy(update={"asks": plain})) < (1, 7)
    assert b"remote" not in pack(newer.model_copy(update={"asks": plain}))[1][2]


def test_only_an_analysis_with_a_profile_needs_a_daemon_that_knows_them() -> None:
    frames, _ = frames_of(Path(__file__).parent / "golden" / "v1_8" / "load.json")
    newer = unpack_request(frames)[1]
    assert isinstance(newer, Load)
    assert minimum_protocol(newer) == (1, 8)
    plain = newer.model_copy(update={"asks": newer.asks.model_copy(update={"profile": None})})
    assert minimum_protocol(plain) == (1, 0)
    assert b"profile" not in pack(plain)[1][2]


def test_only_an_analysis_with_facts_needs_a_daemon_that_gives_them() -> None:
    for kind, before in (("submit", (1, 3)), ("load", (1, 0))):
        frames, _ = frames_of(Path(__file__).parent / "golden" / "v1_4" / f"{kind}.json")
        newer = unpack_request(frames)[1]
        assert isinstance(newer, Submit | Load)
        assert minimum_protocol(newer) == (1, 4)
        plain = without_facts(newer)
        assert minimum_protocol(plain) == before
        _, (_, _, body) = pack(plain, protocol=before)
        assert b"facts" not in body


@pytest.mark.parametrize(("cuts", "needed"), [("builtin", 0), ("off", 0), ("adaptive", 5)])
def test_only_a_cut_finder_that_was_not_there_before_needs_a_daemon_that_knows_it(
    cuts: str, needed: int
) -> None:
    load = Load(asks=AnalysisOptions(cuts=cuts))
    assert minimum_protocol(load) == (1, needed)


def test_what_the_built_in_cut_finder_was_called_is_understood() -> None:
    asks = AnalysisOptions.model_validate({"cuts": "find"})
    assert asks == AnalysisOptions(cuts="builtin")
    assert "cuts" not in asks.model_dump()


def without_facts(request: Submit | Load) -> Submit | Load:
    asks = (request.asks if isinstance(request, Load) else request.task.asks).model_copy(
        update={"facts": False}
    )
    if isinstance(request, Load):
        return request.model_copy(update={"asks": asks})
    return request.model_copy(update={"task": request.task.model_copy(update={"asks": asks})})
