"""``shotlog analyze`` with models: small ones with random weights, in the published layouts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import opentimelineio as otio
import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.models.catalog import Registry, describe_file
from shotlog.schema import Family, Log, Pixels, Tier
from shotlog.synthetic import write_video
from tests.models.checkpoints import MOVE_CARD, Made, Style, make, make_predictor

RATE = Fraction(25)


def frames() -> Iterator[Pixels]:
    """Three seconds of a texture that pans, then three of another that stands."""
    noise = np.random.default_rng(5).integers(0, 255, (2, 40, 160, 3)).astype(np.uint8)
    worlds = [cv2.GaussianBlur(cv2.resize(w, (960, 240)), (0, 0), 2) for w in noise]
    for n in range(150):
        x = 3 * n if n < 75 else 0
        yield np.ascontiguousarray(worlds[n >= 75][30:210, x : x + 320])


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, frames(), RATE)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Made]:
    folder = tmp_path_factory.mktemp("weights")
    return [
        make(folder / "multitask", Style.MULTITASK),
        make(folder / "move", card=MOVE_CARD, seed=3),
        make_predictor(folder / "motion"),
    ]


@pytest.fixture
def models(made: list[Made], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Installs the models where ``shotlog analyze`` looks for them; gives their names."""
    monkeypatch.setenv("SHOTLOG_MODELS", str(tmp_path / "models"))
    for one in made:
        kept = [describe_file(one.folder / name) for name in ("config.json", "model.safetensors")]
        Registry().install(one.card, kept, source="this test", linked=one.folder)
    return [one.card.name for one in made]


def shotlog(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["analyze", *(str(a) for a in args)])


def analyzed(film: Path, out: Path, *args: str | Path) -> tuple[Result, Log]:
    result = shotlog(film, "-o", out, "--json", out.with_suffix(".json"), *args)
    assert result.exit_code == 0, result.output
    return result, Log.model_validate_json(out.with_suffix(".json").read_bytes())


def test_markers_say_that_a_model_on_this_machine_speaks(
    film: Path, models: list[str], tmp_path: Path
) -> None:
    result, log = analyzed(film, tmp_path / "a.otio", "--device", "cpu", "--precision", "fp32")
    assert f"models: {', '.join(sorted(models))} on cpu in fp32" in result.output
    assert log.problems == ()
    for shot in log.shots:
        assert {shot.of(family)[0].provenance.tier for family in _ANSWERED} == {Tier.LOCAL}
        assert shot.of(Family.MOVE)[-1].provenance.tier is Tier.BUILTIN
    markers = otio.adapters.read_from_file(str(tmp_path / "a.otio")).tracks.markers
    facts = [json.dumps(otio_metadata(m)) for m in markers]
    assert any('"local"' in fact for fact in facts)


_ANSWERED = (Family.SIZE, Family.MOVEMENT, Family.MOVE, Family.MOTION)


def otio_metadata(marker: otio.schema.Marker) -> object:
    return json.loads(marker.to_json_string())["metadata"]["shotlog"]


def test_a_rerun_looks_at_no_window_and_changes_not_one_byte(
    film: Path, models: list[str], tmp_path: Path
) -> None:
    first, _ = analyzed(film, tmp_path / "a.otio")
    assert "Models" in first.output
    again, _ = analyzed(tmp_path / "a.otio", tmp_path / "b.otio")
    assert "Models" not in again.output
    assert (tmp_path / "b.otio").read_bytes() == (tmp_path / "a.otio").read_bytes()


def test_another_precision_is_other_evidence(film: Path, models: list[str], tmp_path: Path) -> None:
    analyzed(film, tmp_path / "a.otio", "--precision", "fp32")
    result, _ = analyzed(film, tmp_path / "b.otio", "--precision", "bf16")
    assert "Models" in result.output


def test_a_model_that_is_named_speaks_alone_of_the_models(
    film: Path, models: list[str], tmp_path: Path
) -> None:
    _, log = analyzed(film, tmp_path / "a.otio", "--model", MOVE_CARD.name)
    local = {
        finding.provenance.analyzer
        for shot in log.shots
        for finding in shot.findings
        if finding.provenance.tier is Tier.LOCAL
    }
    assert local == {f"{MOVE_CARD.name}.move"}


def test_builtin_leaves_the_models_alone(film: Path, models: list[str], tmp_path: Path) -> None:
    result, log = analyzed(film, tmp_path / "a.otio", "--models", "builtin")
    assert "models:" not in result.output
    tiers = {finding.provenance.tier for shot in log.shots for finding in shot.findings}
    assert tiers == {Tier.BUILTIN}
    assert log.warnings == ()


def test_without_models_the_log_says_that_none_is_here(film: Path, tmp_path: Path) -> None:
    result, log = analyzed(film, tmp_path / "a.otio")
    (warning,) = log.warnings
    assert "no model is on this machine" in warning
    assert "shotlog models list" in result.output
    assert log.shots[0].findings[0].provenance.tier is Tier.BUILTIN


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--models", "local"], "no model is here"),
        (["--model", "movieshots-scale"], "shotlog models pull movieshots-scale"),
        (["--model", "nonesuch"], "there is no model of this name"),
    ],
)
def test_what_is_not_here_is_refused_not_fetched(film: Path, options: list[str], says: str) -> None:
    result = shotlog(film, *options)
    assert result.exit_code == 1
    assert says in result.output


@pytest.mark.parametrize(
    "options",
    [["--device", "toaster"], ["--precision", "fp7"], ["--models", "builtin", "--model", "x"]],
)
def test_options_that_make_no_sense_are_refused(film: Path, options: list[str]) -> None:
    assert shotlog(film, *options).exit_code == 2


def test_a_device_that_is_not_here_is_refused_before_the_work(
    film: Path, models: list[str]
) -> None:
    result = shotlog(film, "--device", "cuda:99")
    assert result.exit_code == 1
    assert "there is no such device" in result.output
    assert "Picture" not in result.output


def test_a_model_whose_files_are_gone_is_left_out_with_a_word(
    film: Path, models: list[str], tmp_path: Path
) -> None:
    place = tmp_path / "models" / MOVE_CARD.name / "manifest.json"
    place.write_text(place.read_text().replace("/move", "/moved"))
    result, log = analyzed(film, tmp_path / "a.otio")
    assert "models: tiny-motion, tiny-multitask on" in result.output
    assert any(warning.startswith(f"{MOVE_CARD.name}: ") for warning in log.warnings)
