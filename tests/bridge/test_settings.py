"""The user's settings hold for what a caller asks for, unless it asks for something else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shotlog.profiles import ProfileStore
from shotlog.schema import DaemonAbsent, EditorProfile, Family, Log, Problem, RemoteOptions, Tier
from shotlog.service import protocol as daemon_says
from shotlog.service.client import Client
from shotlog.settings import Settings
from shotlog.testing import FakeDaemon
from tests.bridge.talk import EDIT, Talk
from tests.corrections.recorded import recorded_of_program
from tests.otio.marking import clip_range, edit_of, finding, shot_of

SHOWN = clip_range(0, 0, 4)
FOUND = Log(
    edit=edit_of(SHOWN),
    shots=(
        shot_of(
            SHOWN,
            finding(Family.SIZE, "MS", SHOWN.timeline),
            finding(Family.MOVE, "pan_left", SHOWN.timeline),
        ),
    ),
)


@pytest.fixture
def daemon() -> Iterator[FakeDaemon]:
    with FakeDaemon(lambda submit: FOUND) as daemon:
        yield daemon


@pytest.fixture
def talk(daemon: FakeDaemon) -> Iterator[Talk]:
    talk = Talk.to(daemon)
    yield talk
    talk.bridge.close()


def nobody(name: str) -> Client:
    raise DaemonAbsent(name)


def user_sets(text: str) -> Path:
    path = Path(os.environ["SHOTLOG_CONFIG"])
    path.write_text(text, encoding="utf-8")
    return path


def options_of(daemon: FakeDaemon) -> daemon_says.AnalysisOptions:
    (submit,) = [r for r in daemon.requests if isinstance(r, daemon_says.Submit)]
    return submit.task.asks


def first_marker(talk: Talk, **fields: object) -> Any:
    talk.ask("analyze", id=1, edit=EDIT, **fields)
    return talk.wait_for("done", 1)["found"]["markers"][0]


def test_markers_that_are_handed_out_are_recorded(talk: Talk) -> None:
    name = first_marker(talk)["name"]
    assert name == "MS · pan_left"
    assert recorded_of_program(FOUND.edit.name) == {name}


def test_without_files_the_settings_are_the_defaults() -> None:
    told = Talk(nobody).ask("settings")

    assert Settings.model_validate(told["settings"]) == Settings()
    assert (told["user"], told["project"]) == (os.environ["SHOTLOG_CONFIG"], None)


def test_settings_of_user_and_project_are_told(tmp_path: Path) -> None:
    user_sets('[resolve]\noccupied = "skip"\nkeywords = true\n')
    (tmp_path / ".shotlog.toml").write_text("[resolve]\nkeywords = false\n")
    below = tmp_path / "reels"
    below.mkdir()

    told = Talk(nobody).ask("settings", project=str(below))

    assert told["settings"]["resolve"]["occupied"] == "skip"
    assert told["settings"]["resolve"]["keywords"] is False
    assert told["project"] == str(tmp_path / ".shotlog.toml")


@pytest.mark.parametrize("path", ["reel", "", "../x"])
def test_a_path_that_is_not_absolute_is_refused(path: str) -> None:
    assert Talk(nobody).ask("settings", project=path)["code"] == "bad-message"
    assert Talk(nobody).ask("report", job="ab" * 16, path=path)["code"] == "bad-message"


def test_a_wrong_setting_is_told_with_its_line_and_the_bridge_goes_on(talk: Talk) -> None:
    path = user_sets("[markers]\n\nlenght = 3\n")

    for request in ({"kind": "settings"}, {"kind": "analyze", "edit": EDIT}, {"kind": "load"}):
        told = talk.ask(**request)
        assert told["code"] == "setting-unknown"
        assert told["message"] == f"{path}:3: there is no setting markers.lenght"
        assert "markers.length" in told["hint"]
    path.unlink()
    assert talk.ask("analyze", edit=EDIT)["type"] == "accepted"


def test_an_analysis_takes_the_settings_where_the_caller_asks_for_nothing_else(
    daemon: FakeDaemon, talk: Talk
) -> None:
    user_sets('[analysis]\nmodels = "local"\ndevice = "cpu"\ndisabled = true\nprecision = "bf16"')
    talk.ask("analyze", edit=EDIT, device="auto", disabled=False)

    assert options_of(daemon) == daemon_says.AnalysisOptions(
        models="local", device="auto", precision="bf16", disabled=False
    )


@pytest.mark.parametrize(
    ("asked", "used"),
    [
        ({}, "adaptive:threshold=4.0"),
        ({"cuts": "content:threshold=27"}, "content"),
        ({"cuts": "find"}, "builtin"),  # its name before there were others
        ({"cuts": "off"}, "off"),
    ],
)
def test_the_cut_finder_is_that_of_the_settings_unless_another_is_asked_for(
    daemon: FakeDaemon, talk: Talk, asked: dict[str, Any], used: str
) -> None:
    user_sets('[analysis]\ncuts = "adaptive:adaptive-threshold=4"\n')
    talk.ask("analyze", edit=EDIT, **asked)

    assert options_of(daemon).cuts == used


def test_a_cut_finder_that_does_not_exist_is_told_before_the_daemon_is_asked() -> None:
    told = Talk(nobody).ask("analyze", edit=EDIT, cuts="adaptiv")

    assert told["code"] == "bad-message"
    assert "did you mean 'adaptive'?" in told["message"]


@pytest.mark.parametrize(
    ("asked", "models", "names"),
    [
        ({}, "builtin", ()),
        ({"names": ["x"]}, "auto", ("x",)),
        ({"models": "auto"}, "auto", ("mine",)),
        ({"models": "builtin"}, "builtin", ()),
    ],
)
def test_of_names_and_the_builtin_tier_the_one_that_is_asked_for_holds(
    daemon: FakeDaemon, talk: Talk, asked: dict[str, Any], models: str, names: tuple[str, ...]
) -> None:
    user_sets('[analysis]\nmodels = "builtin"\nnames = ["mine"]\n')
    talk.ask("analyze", edit=EDIT, **asked)

    assert (options_of(daemon).models, options_of(daemon).names) == (models, names)


def test_markers_are_as_long_and_of_the_colour_that_the_user_wants(talk: Talk) -> None:
    plain = first_marker(talk)
    user_sets('[markers]\nlength = 5\nsizes = false\n[markers.colours.resolve]\nshot = "mint"\n')
    talk.told.clear()
    own = first_marker(talk)

    assert (plain["name"], plain["colour"], plain["duration"]) == ("MS · pan_left", "Cyan", 96)
    assert (own["name"], own["colour"], own["duration"]) == ("pan_left", "Mint", 5)
    assert own["marker"] == plain["marker"]


def test_findings_are_the_same_whatever_markers_are_written(talk: Talk) -> None:
    talk.ask("analyze", id=1, edit=EDIT)
    plain = talk.wait_for("done", 1)["found"]
    user_sets("[markers]\nsizes = false\nmoves = false\nproblems = false\nhighlights = false\n")
    talk.ask("analyze", id=2, edit=EDIT)
    none = talk.wait_for("done", 2)["found"]

    assert none["markers"] == []
    assert plain["markers"]
    assert {k: v for k, v in none.items() if k != "markers"} == {
        k: v for k, v in plain.items() if k != "markers"
    }


def test_a_job_keeps_the_settings_that_it_began_with(talk: Talk) -> None:
    user_sets("[markers]\nlength = 5\n")
    job = talk.ask("analyze", id=1, edit=EDIT)["job"]
    user_sets("[markers]\nlength = 7\n")

    assert talk.wait_for("done", 1)["found"]["markers"][0]["duration"] == 5
    assert talk.ask("results", job=job)["found"]["markers"][0]["duration"] == 5


def test_the_project_of_an_edit_is_the_one_that_is_named(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / ".shotlog.toml").write_text("[markers]\nlength = 3\n")

    assert first_marker(talk, project=str(tmp_path))["duration"] == 3


def test_the_report_of_a_job_is_written(talk: Talk, tmp_path: Path) -> None:
    job = talk.ask("analyze", id=1, edit=EDIT)["job"]
    talk.wait_for("done", 1)
    page = tmp_path / "Schnitt ü.html"

    told = talk.ask("report", job=job, path=str(page))

    assert (told["type"], told["path"]) == ("report", str(page))
    assert "pan_left" in page.read_text("utf-8") or "Pan Left" in page.read_text("utf-8")
    assert "no pictures" in told["warnings"][0]  # that daemon only pretends to look


def test_a_report_that_cannot_be_written_says_why(talk: Talk, tmp_path: Path) -> None:
    job = talk.ask("analyze", id=1, edit=EDIT)["job"]
    talk.wait_for("done", 1)

    for path in (tmp_path / "no" / "x.html", tmp_path, tmp_path / "x.txt"):
        told = talk.ask("report", job=job, path=str(path))
        assert told["code"] == "output-not-writable"
        assert str(path) in told["message"]
    assert talk.ask("report", job="0" * 32, path=str(tmp_path / "x.html"))["code"] == "unknown-job"
    assert list(tmp_path.iterdir()) == []


def test_a_provider_is_asked_where_the_caller_or_the_order_of_tiers_says_so(
    daemon: FakeDaemon, talk: Talk, tmp_path: Path
) -> None:
    user_sets('[remote]\ntiers = ["remote", "builtin"]\n')
    (tmp_path / ".shotlog.toml").touch()
    project = str(tmp_path / "reels" / "cut.otio")
    asked: list[dict[str, object]] = [
        {"models": "remote", "provider": "studio", "max_cost": "2", "cost_since": 7.5},
        {"models": "auto"},
        {"models": "auto", "offline": True},
        {"models": "auto", "names": ["mine"]},
        {"models": "builtin"},
    ]
    for fields in asked:
        talk.ask("analyze", edit=EDIT, project=project, **fields)

    tiers = (Tier.REMOTE, Tier.BUILTIN)
    submits = [r for r in daemon.requests if isinstance(r, daemon_says.Submit)]
    alone, in_order, *others = [submit.task.asks for submit in submits]
    assert alone.models == "remote"
    assert alone.remote == RemoteOptions(
        provider="studio", project=str(tmp_path), tiers=tiers, max_cost="2", since=7.5
    )
    assert in_order.models == "auto"
    assert in_order.remote == RemoteOptions(project=str(tmp_path), tiers=tiers)
    assert [asks.remote for asks in others] == [None] * 3


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("analyze", {"edit": EDIT, "models": "remote", "names": ["mine"]}),
        ("analyze", {"edit": EDIT, "models": "remote", "max_cost": "-1"}),
        ("load", {"models": "remote"}),
    ],
)
def test_what_makes_no_sense_with_a_provider_is_refused(
    kind: str, fields: dict[str, Any], daemon: FakeDaemon, talk: Talk
) -> None:
    assert talk.ask(kind, **fields)["code"] == "bad-message"
    assert not [r for r in daemon.requests if isinstance(r, daemon_says.Submit | daemon_says.Load)]


def test_findings_tell_that_the_next_tier_was_used() -> None:
    reason = Problem(code="provider-unreachable", subject="studio", message="it is off", hint="Go.")
    for fallback in (None, reason):
        log = FOUND.model_copy(update={"fallback": fallback})
        with FakeDaemon(lambda _, log=log: log) as daemon:  # type: ignore[misc]
            talk = Talk.to(daemon)
            talk.ask("analyze", id=1, edit=EDIT)
            told = talk.wait_for("done", 1)["found"].get("fallback")
            talk.bridge.close()
        assert told == (None if fallback is None else fallback.model_dump(mode="json"))


def test_profile_is_the_users_unless_the_caller_names_another_or_none(
    daemon: FakeDaemon, talk: Talk
) -> None:
    for name in ("anna", "lena"):
        ProfileStore().write(EditorProfile(name=name))
    user_sets('[analysis]\nprofile = "anna"\n')
    given: list[dict[str, str | None]] = [{}, *({"profile": name} for name in ("lena", "", None))]
    for number, fields in enumerate(given):
        talk.ask("analyze", id=number, edit=EDIT, **fields)
        talk.wait_for("done", number)
    asked = [r.task.asks.profile for r in daemon.requests if isinstance(r, daemon_says.Submit)]
    assert [told and told.partition("@")[0] for told in asked] == ["anna", "lena", None, "anna"]


def test_profile_that_is_not_here_refuses_an_analysis_and_no_loading_of_models(
    daemon: FakeDaemon, talk: Talk
) -> None:
    user_sets('[analysis]\nprofile = "otto"\n')
    refused = talk.ask("analyze", id=1, edit=EDIT)
    assert (refused["type"], refused["code"]) == ("error", "profile-unusable")
    assert "no profile of this name" in refused["message"]
    assert talk.ask("load", id=2)["type"] == "ack"
