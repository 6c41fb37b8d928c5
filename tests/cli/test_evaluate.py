"""``shotlog evaluate``: figures of models and of the built-in analyzers on labelled clips."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shotlog.analyzers.move import MoveAnalyzer
from shotlog.cli import main
from shotlog.learning.clips import Part, read_data_set, split
from shotlog.paths import PROFILES_VARIABLE
from shotlog.profiles import ProfileStore
from shotlog.schema import EditorProfile, Family, LabelCalibration
from tests.cli.module_cache import _one_cache, cache
from tests.learning.assessment.made_clips import write_take
from tests.learning.clips.made_sets import write_primitive
from tests.models.checkpoints import MOVE_CARD, SIZE_CARD, make
from tests.models.image_text import make_clip

__all__ = ["_one_cache", "cache"]

MOVES = ("pan_left", "pan_right", "static")


def evaluate(*words: str | Path | int) -> Result:
    return CliRunner().invoke(main, ["evaluate", *map(str, words)])


def done(*words: str | Path | int) -> str:
    result = evaluate(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def facts(*words: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done(*words, "--json"))
    return found


def failed(*words: str | Path) -> str:
    result = evaluate(*words)
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of classes: three moves of two scenes."""
    root = tmp_path_factory.mktemp("data") / "takes"
    for number in range(2):
        for move in MOVES:
            folder = root / move / f"scene{number}"
            folder.mkdir(parents=True)
            write_take(folder, move, number)
    return root


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model of moves with random weights."""
    return make(tmp_path_factory.mktemp("models") / "random-move", card=MOVE_CARD).folder


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A profile for which no camera pans to the left."""
    monkeypatch.setenv(PROFILES_VARIABLE, str(tmp_path / "profiles"))
    calibration = LabelCalibration(bias={"pan_left": -12.0, "pan_right": 6.0})
    ProfileStore().write(EditorProfile(name="mine", calibrations={MoveAnalyzer().key: calibration}))
    return "mine"


def test_the_builtin_moves_are_far_better_than_a_guess(clips: Path) -> None:
    found = facts("move", "--model", "builtin", "--data", "folders", clips, "--part", "all")
    assert (found["model"], found["weights"]) == ("builtin", None)
    told = found["assessment"]
    assert (told["clips"], told["films"]) == (6, 2)
    assert told["accuracy"]["mean"] == 1
    assert told["majority"]["accuracy"] == pytest.approx(1 / 3)


def test_a_folder_of_a_model_is_compared_with_the_builtin_analyzers(
    clips: Path, model: Path
) -> None:
    found = facts(
        "move", "--model", model, "--against", "builtin.move", "--data", "folders", clips,
        "--part", "all",
    )  # fmt: skip
    assert found["model"] == "random-move"
    assert found["against"] == "builtin.move"
    assert found["difference"]["clips"] == 6
    assert found["difference"]["accuracy"]["high"] < 0


def test_the_table_names_every_label_and_both_guesses(clips: Path) -> None:
    shown = done("move", "--model", "builtin", "--data", "folders", clips, "--part", "all")
    for words in ("pan_left", "majority", "random", "called undefined", "calibration error"):
        assert words in shown


def test_the_report_holds_a_page_the_scores_and_the_figures(
    clips: Path, model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "report"
    done(
        "move", "--model", model, "--data", "folders", clips, "--part", "all", "--report", folder
    )  # fmt: skip
    assert sorted(path.name for path in folder.iterdir()) == [
        "evaluation.html", "evaluation.json", "scores.csv",
    ]  # fmt: skip
    assert len((folder / "scores.csv").read_text().splitlines()) == 1 + 6
    assert json.loads((folder / "evaluation.json").read_text())["model"] == "random-move"


def test_the_test_part_is_judged_where_nothing_is_said(clips: Path, tmp_path: Path) -> None:
    rows = [
        {"media": str(path), "label": path.parent.parent.name, "film": path.stem, "part": part}
        for path, part in zip(
            sorted(clips.rglob("*.mp4")), ("train", "val", "test", "test", "train", "val"),
            strict=True,
        )
    ]  # fmt: skip
    lines = tmp_path / "clips.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = facts("move", "--model", "builtin", "--data", "jsonl", lines)
    assert found["assessment"]["clips"] == 2
    assert (
        facts("move", "--model", "builtin", "--data", "jsonl", lines, "--part", "all")[
            "assessment"
        ]["clips"]
        == 6
    )


def test_clips_without_a_split_are_split_as_by_a_training(
    clips: Path, model: Path, tmp_path: Path
) -> None:
    rows = (
        {"media": str(path), "label": path.parent.parent.name, "film": path.stem}
        for path in sorted(clips.rglob("*.mp4"))
    )
    lines = tmp_path / "clips.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    judged = set()
    for seed in (0, 1):
        divided = split(read_data_set("jsonl", lines, [Family.MOVE]), seed=seed)
        words = ("--data", "jsonl", lines, "--seed", seed, "--report", tmp_path)
        done("move", "--model", model, *words)
        scored = list(csv.DictReader((tmp_path / "scores.csv").read_text().splitlines()))
        expected = {clip.id for clip in divided.clips if clip.part is Part.TEST}
        assert {row["clip"] for row in scored} == expected
        judged |= expected
    assert len(judged) > 1


def test_camerabench_shows_its_board_with_the_columns_of_its_primitives(
    clips: Path, tmp_path: Path
) -> None:
    videos = tmp_path / "videos"
    videos.mkdir()
    names = {}
    for path in sorted(clips.rglob("*.mp4")):
        (videos / path.name).symlink_to(path)
        names[path.stem] = path.stem[:-1]
    for primitive, move in (("Pan_Left", "pan_left"), ("Static", "static")):
        answers = [(name, "Yes" if of == move else "No") for name, of in names.items()]
        write_primitive(tmp_path, primitive, *answers)
    words = ("move", "--model", "builtin", "--data", "camerabench", tmp_path)
    board = facts(*words)["board"]
    own = dict(zip(board["columns"], board["own"]["precisions"], strict=True))
    assert (own["pan left"], own["static"], own["zoom in"]) == (1, 1, None)
    assert board["own"]["mean"] == 1
    assert "CC-BY-4.0" in done(*words)


def test_a_clip_that_cannot_be_read_is_listed_and_does_not_cost_the_others(
    clips: Path, model: Path, tmp_path: Path
) -> None:
    (tmp_path / "static" / "scene0").mkdir(parents=True)
    (tmp_path / "static" / "scene0" / "broken.mp4").write_bytes(b"no film")
    result = evaluate(
        "move", "--model", model, "--data", "folders", clips, "--data", "folders", tmp_path,
        "--part", "all",
    )  # fmt: skip
    assert result.exit_code == 0
    assert "broken" in result.stderr
    assert "6 clips" in result.stdout


def test_a_profile_corrects_the_scores_as_in_an_analysis(clips: Path, profile: str) -> None:
    words = ("move", "--model", "builtin", "--data", "folders", clips, "--part", "all")
    found = facts(*words, "--profile", profile, "--against", "builtin")
    assert found["model"].startswith("builtin with mine@")
    # The profile calls every pan to the left one to the right.
    left = next(one for one in found["assessment"]["labels"] if one["label"] == "pan_left")
    assert (left["clips"], left["recall"]) == (2, 0)
    assert found["difference"]["accuracy"]["mean"] == pytest.approx(-1 / 3)


def test_sizes_of_an_image_text_model_are_those_of_its_analyzer(
    clips: Path, tmp_path: Path
) -> None:
    make_clip(tmp_path / "clip").install()
    rows = (
        {"media": str(path), "label": "CS", "film": path.stem}
        for path in sorted(clips.rglob("*.mp4"))[:3]
    )
    lines = tmp_path / "clips.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = facts(
        "size", "--model", "tiny-clip", "--data", "jsonl", lines, "--part", "all",
        "--device", "cpu", "--precision", "fp32",
    )  # fmt: skip
    assert (found["model"], found["assessment"]["clips"]) == ("tiny-clip", 3)
    assert found["assessment"]["labels"][0]["scored"]


class TestRefusals:
    def test_a_profile_that_corrects_nothing_of_the_model(
        self, clips: Path, model: Path, profile: str
    ) -> None:
        told = failed(
            "move", "--model", model, "--profile", profile, "--data", "folders", clips
        )  # fmt: skip
        assert "corrects nothing of random-move" in told

    def test_a_model_of_another_question(self, clips: Path, tmp_path: Path) -> None:
        other = make(tmp_path / "sizes", card=SIZE_CARD).folder
        told = failed("move", "--model", other, "--data", "folders", clips, "--part", "all")
        assert "move" in told

    def test_an_unknown_model(self, clips: Path) -> None:
        told = failed("size", "--model", "nothing", "--data", "folders", clips)
        assert "models list" in told

    def test_an_unknown_kind_of_data(self, clips: Path) -> None:
        told = failed("size", "--model", "builtin", "--data", "folder", clips)
        assert "folders" in told

    def test_data_without_labels_of_the_question(self, clips: Path) -> None:
        failed("size", "--model", "builtin", "--data", "folders", clips, "--part", "all")

    def test_a_report_in_the_place_of_a_file(self, clips: Path, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        told = failed(
            "move", "--model", "builtin", "--data", "folders", clips, "--report", tmp_path / "file"
        )  # fmt: skip
        assert "--report" in told

    def test_a_part_without_clips(self, clips: Path, tmp_path: Path) -> None:
        path = sorted(clips.rglob("*.mp4"))[0]
        lines = tmp_path / "clips.jsonl"
        lines.write_text(
            json.dumps({"media": str(path), "label": "pan_left", "part": "train"}) + "\n"
        )
        told = failed("move", "--model", "builtin", "--data", "jsonl", lines)
        assert "part test" in told
