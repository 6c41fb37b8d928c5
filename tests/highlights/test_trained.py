"""The trained highlighter: what is kept of a model, and folders that cannot be used."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from shotlog.analyzers.clock import EditClock
from shotlog.highlights import make_highlight_analyzers
from shotlog.highlights.heuristic import FEATURES, HeuristicHighlighter
from shotlog.highlights.trained import (
    CANDIDATES,
    LogisticModel,
    TrainedHighlighter,
    read_model,
    write_model,
)
from shotlog.schema import HighlighterError, HighlightOptions, OutputNotWritable
from tests.analyzers.edits import Event, Footage, cut_up

WEIGHTS = np.array([0.5 * (f.viral + f.compelling) for f in CANDIDATES])
VIEW = cut_up(Footage(60, [Event(20, 3, loudness=14, motion=0.1)]), (5, 14, 26, 39, 47))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "models" / "mine"
    write_model(path, LogisticModel.of(WEIGHTS, -1.5), {"films": 2}, "ours")
    return path


def test_a_model_is_read_as_it_was_written(folder: Path) -> None:
    model = read_model(folder)
    assert isinstance(model, LogisticModel)
    assert [f.name for f in model.features] == [f.name for f in CANDIDATES]
    assert [f.viral for f in model.features] == list(WEIGHTS)
    assert model.bias == -1.5
    assert sorted(path.name for path in folder.iterdir()) == [
        "LICENSE.txt", "features.json", "model.safetensors", "report.json",
    ]  # fmt: skip


def test_features_are_told_with_their_dimensions_and_normalisation(folder: Path) -> None:
    (block,) = json.loads((folder / "features.json").read_bytes())["blocks"]
    assert block["dimensions"] == len(block["features"]) == len(CANDIDATES)
    assert "median of the timeline" in block["normalisation"]


def test_the_weights_of_the_heuristic_give_the_judgement_of_the_heuristic(tmp_path: Path) -> None:
    viral = np.array([f.viral for f in CANDIDATES])
    write_model(tmp_path, LogisticModel.of(viral, 0.0), {}, "")
    clock = EditClock.of(VIEW)
    ours = TrainedHighlighter(folder=str(tmp_path)).judge(clock, ())
    theirs = HeuristicHighlighter().judge(clock, ())
    np.testing.assert_allclose(ours.viral, theirs.viral)


def test_what_counts_against_a_moment_is_no_reason_for_it(tmp_path: Path) -> None:
    against = np.array([-0.1 if f.name == "motion" else float(f.viral > 0) for f in CANDIDATES])
    write_model(tmp_path, LogisticModel.of(against, 0.0), {}, "")
    options = HighlightOptions(backends=(f"trained:folder={tmp_path}",))
    (analyzer,) = make_highlight_analyzers(options)
    claims = analyzer.conclude(VIEW)
    assert claims
    assert not any("motion" in reason for claim in claims for reason in claim.reasons)


def test_another_model_has_other_weights(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_model(other, LogisticModel.of(2 * WEIGHTS, 0.0), {}, "")
    first, second = (TrainedHighlighter(folder=str(path)).weights(()) for path in (folder, other))
    assert first != second


def truncate(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-8])


def exchange(folder: Path) -> None:
    path = folder / "model.safetensors"
    arrays = load_file(path)
    save_file({name: 2 * values for name, values in arrays.items()}, path)


def lose(folder: Path) -> None:
    (folder / "features.json").unlink()


def change(**values: object) -> Callable[[Path], None]:
    def rewrite(folder: Path) -> None:
        path = folder / "features.json"
        path.write_text(json.dumps(json.loads(path.read_bytes()) | values))

    return rewrite


def rename(folder: Path) -> None:
    path = folder / "features.json"
    path.write_text(path.read_text().replace('"motion"', '"colour"'))


def leave_one_out(folder: Path) -> None:
    told = json.loads((folder / "features.json").read_bytes())
    told["blocks"][0]["features"].pop()
    (folder / "features.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        (truncate, "is not the file that features.json describes"),
        (exchange, "is not the file that features.json describes"),
        (lose, "features.json cannot be read: No such file"),
        (change(format=2), "features.json is damaged: format"),
        (change(more=1), "features.json is damaged: more"),
        (change(features_version="0"), "features of version 0; here they have version"),
        (rename, "features that are not known here: colour"),
        (leave_one_out, f"{len(CANDIDATES)} weights for {len(CANDIDATES) - 1} features"),
    ],
)
def test_a_folder_that_does_not_hold_together_is_refused(
    folder: Path, damage: Callable[[Path], None], part: str
) -> None:
    damage(folder)
    with pytest.raises(HighlighterError) as caught:
        TrainedHighlighter(folder=str(folder)).measures(())
    assert part in str(caught.value)


def test_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    for weights in (np.full(len(CANDIDATES), np.nan), np.zeros(len(CANDIDATES))):
        write_model(tmp_path, LogisticModel.of(weights, 0.0), {}, "")
        with pytest.raises(HighlighterError, match="no numbers, or all 0"):
            read_model(tmp_path)


def test_without_a_folder_it_says_how_to_get_one() -> None:
    with pytest.raises(HighlighterError) as caught:
        TrainedHighlighter().measures(())
    assert "shotlog train highlights" in caught.value.problem.hint


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputNotWritable):
        write_model(tmp_path / "taken", LogisticModel.of(WEIGHTS, 0.0), {}, "")


def test_faces_can_be_left_out(folder: Path) -> None:
    judgement = TrainedHighlighter(folder=str(folder), faces=False).judge(EditClock.of(VIEW), ())
    names = {criterion.name for criterion in judgement.criteria}
    assert {f.name for f in FEATURES} - names == {"faces", "closeness"}
