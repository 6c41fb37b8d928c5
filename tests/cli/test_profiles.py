"""``--profile`` corrects the scores of an analysis, and its findings tell it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import opentimelineio as otio
import pytest
from click.testing import CliRunner, Result

from shotlog.analyzers.move import MoveAnalyzer
from shotlog.cli import main
from shotlog.profiles import ProfileStore
from shotlog.schema import EditorProfile, Family, LabelCalibration, Log
from shotlog.synthetic import write_video
from tests.batch.season import timeline

ANNA = EditorProfile(
    name="anna", calibrations={MoveAnalyzer().key: LabelCalibration(bias={"roll_left": 40.0})}
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pan of a second over a texture."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    noise = np.random.default_rng(5).integers(0, 255, (40, 160, 3)).astype(np.uint8)
    world = cv2.GaussianBlur(cv2.resize(noise, (960, 240)), (0, 0), 2).astype(np.uint8)
    frames = (np.ascontiguousarray(world[30:210, 6 * n : 6 * n + 320]) for n in range(30))
    write_video(path, frames, Fraction(25))
    return path


@pytest.fixture
def cut(film: Path, tmp_path: Path) -> Path:
    """A timeline of the film."""
    ProfileStore().write(ANNA)
    return timeline(tmp_path / "cut.otio", [film])


def shotlog(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def logged(cut: Path, *options: str | Path) -> Log:
    out = cut.with_suffix(".json")
    result = shotlog("analyze", cut, "--json", out, *options)
    assert result.exit_code == 0, result.output
    return Log.model_validate_json(out.read_bytes())


def moves(log: Log) -> list[tuple[str, str | None]]:
    found = [finding for shot in log.shots for finding in shot.of(Family.MOVE)]
    return [(finding.label, finding.provenance.profile) for finding in found]


def user_sets(name: str) -> None:
    Path(os.environ["SHOTLOG_CONFIG"]).write_text(f'[analysis]\nprofile = "{name}"\n')


def test_profile_changes_labels_and_stands_in_findings_markers_and_report(
    cut: Path, tmp_path: Path
) -> None:
    marked, page = tmp_path / "marked.otio", tmp_path / "page.html"
    plain = moves(logged(cut))
    log = logged(cut, "--profile", "anna", "-o", marked, "--report", page)
    assert moves(log) == [("roll_left", ANNA.id)]
    assert [profile for _, profile in plain] == [None]
    assert plain[0][0] != "roll_left"
    (marker, *_) = otio.adapters.read_from_file(str(marked)).tracks.markers
    assert "builtin.move 2 (builtin tier, profile anna)" in marker.comment
    payload = json.loads(marker.to_json_string())["metadata"]["shotlog"]
    assert ANNA.id in json.dumps(payload)
    assert "builtin.move 2 (builtin tier, profile anna)" in page.read_text()
    # The plain claims are kept beside those of the profile, and come back.
    assert moves(logged(cut, "--no-profile")) == plain


@pytest.mark.parametrize(
    ("options", "told"), [((), ANNA.id), (("--no-profile",), None), (("--profile", ""), None)]
)
def test_profile_that_is_set_holds_unless_another_or_none_is_asked_for(
    cut: Path, options: Sequence[str], told: str | None
) -> None:
    user_sets("anna")
    assert [profile for _, profile in moves(logged(cut, *options))] == [told]


def test_profile_that_is_not_here_ends_the_command(cut: Path) -> None:
    result = shotlog("analyze", cut, "--profile", "otto")
    assert result.exit_code == 1
    assert "otto: no profile of this name is on this machine" in result.output


def test_damaged_profile_ends_the_command(cut: Path) -> None:
    ProfileStore().file("anna").write_text("{")
    result = shotlog("analyze", cut, "--profile", "anna")
    assert result.exit_code == 1
    assert "this profile is damaged" in result.output


def test_profile_and_none_at_once_are_refused(cut: Path) -> None:
    result = shotlog("analyze", cut, "--profile", "anna", "--no-profile")
    assert result.exit_code == 2
    assert "--profile or --no-profile" in result.output


def test_profile_that_changes_nothing_is_told(cut: Path) -> None:
    ProfileStore().write(
        EditorProfile(name="lena", calibrations={"movieshots.size/1/ab": LabelCalibration()})
    )
    assert "changes nothing here" in " ".join(logged(cut, "--profile", "lena").warnings)


def test_watch_refuses_at_the_start_a_profile_that_is_not_here(tmp_path: Path) -> None:
    result = shotlog("watch", tmp_path, "--once", "--profile", "otto")
    assert result.exit_code == 1
    assert "no profile of this name" in result.output


def test_commands_that_correct_no_scores_do_not_need_the_profile_that_is_set(
    cut: Path, tmp_path: Path
) -> None:
    user_sets("otto")
    judged = ("evaluate", "move", "--model", "builtin", "--data", "folders", tmp_path / "none")
    for command in (("highlights", "explain", cut, "00:00:00:10"), judged):
        result = shotlog(*command)
        assert result.exit_code == 1  # nothing can be judged in a second of film, or without clips
        assert "otto" not in result.output
