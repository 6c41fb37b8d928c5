"""``shotlog train size`` and ``move``: from labelled films to a model that the daemon serves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.learning.clips import FramePlan, Part, read_data_set, read_frames
from shotlog.learning.training import TrainedClassifier, Workers, plan_training, read_base
from shotlog.learning.training import train as train_model
from shotlog.models.catalog import TRAINED_CARD, Registry
from shotlog.paths import CACHE_VARIABLE, HOME_VARIABLE, MODELS_VARIABLE
from shotlog.schema import Family, Pixels
from shotlog.synthetic import write_video
from tests.cli.conftest import IN_PROCESS
from tests.learning.training.made_clips import LABELS, Told, quick, sized
from tests.models.checkpoints import make
from tests.waiting import wait_for

RATE = Fraction(24)
FILMS = {Part.TRAIN: 4, Part.VAL: 2, Part.TEST: 2}
QUICK = ("--epochs", "4", "--batch", "6", "--rate", "1e-3", "--head-rate", "1e-2", "--no-augment")


@pytest.fixture(autouse=True)
def _own_places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("places")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MODELS_VARIABLE, str(folder / "models"))
        patch.setenv(CACHE_VARIABLE, str(folder / "cache.sqlite"))
        yield
    torch.set_num_threads(threads)


def take(label: str, film: str, number: int) -> Iterator[Pixels]:
    """Pictures of a size before the soft background of a film, by which copies are known."""
    rng = np.random.default_rng([*film.encode(), number])
    soft = cv2.resize(rng.integers(0, 120, (4, 4, 3), np.uint8), (64, 64))
    for frame in sized(label, number):
        yield np.maximum(frame.repeat(2, 0).repeat(2, 1), soft)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Films of three sizes, in a folder for each part and class."""
    folder = tmp_path_factory.mktemp("data")
    for part, films in FILMS.items():
        for film in range(films):
            for number, label in enumerate(LABELS):
                path = folder / part / label / f"{part}{film}" / "take.mp4"
                path.parent.mkdir(parents=True)
                write_video(path, take(label, f"{part}{film}", number), RATE)
    return folder


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make(tmp_path_factory.mktemp("base"))
    (made.folder / TRAINED_CARD).write_text(made.card.model_dump_json())
    return made.folder


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def train(data: Path, base: Path | str, output: Path, *words: str) -> Result:
    named = ("--data", "folders", data, "--base", base, "-o", output)
    return run("train", "size", *named, *QUICK, *words)


def done(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def failed(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


def test_a_model_is_trained_judged_and_written(data: Path, base: Path, tmp_path: Path) -> None:
    output = tmp_path / "mine"
    told = done(train(data, base, output, "--json"))
    (test,) = told["test"]
    assert (test["clips"], test["films"]) == (6, 2)
    assert test["accuracy"]["mean"] > test["majority"]["accuracy"]
    assert told["heads"][0]["names"] == ["ECS", "CS", "MS", "FS", "LS"]
    assert "| folders, data0 | 24 |" in (output / "README.md").read_text()
    again = done(train(data, base, output, "--json"))
    assert again == told
    # Films that it has learned from are not judged, whatever the seed of a split.
    judging = ("evaluate", "size", "--model", output, "--seed", "7", "--data", "folders")
    assert "no clip is in its part test" in failed(run(*judging, data / Part.TRAIN))
    judged = done(run(*judging, data / Part.TEST, "--json"))
    assert judged["assessment"]["accuracy"] == test["accuracy"]


@pytest.mark.slow
def test_the_daemon_gives_the_scores_of_the_training(
    data: Path, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = in_this_process(data, base, tmp_path / "My Model")
    monkeypatch.delenv(IN_PROCESS, raising=False)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    assert run("models", "add", trained.folder).exit_code == 0
    film = data / Part.TEST / "MS" / "test0" / "take.mp4"
    words = ("--model", "my-model", "--device", "cpu", "--precision", "fp32", "--cuts", "off")
    try:
        log = done(run("analyze", film, *words, "--json", "-"))
    finally:
        run("daemon", "stop")
    (shot,) = log["shots"]
    (said,) = (f for f in shot["findings"] if f["provenance"]["analyzer"] == "my-model.size")
    (scores,) = trained.scores[Part.TEST]
    row = scores.scores[scores.clips.index("test/MS/test0/take.mp4")]
    assert [said["scores"][label] for label in scores.labels] == pytest.approx(row, abs=1e-4)


def in_this_process(data: Path, base: Path, output: Path) -> TrainedClassifier:
    departed = read_base(str(base), Registry(output / "none"))
    clips = read_data_set("folders", data, [Family.SIZE]).clips
    use = FramePlan(departed.sampling([Family.SIZE]), 32, departed.card.resize)
    frames = read_frames(clips, use, output.with_name("frames"), lambda done, total: None)
    plan = plan_training(departed, [Family.SIZE], quick(), clips, name=output.name)
    return train_model(plan, frames, output, Workers("cpu"), Told())


def test_the_forecast_trains_nothing(data: Path, base: Path, tmp_path: Path) -> None:
    output = tmp_path / "mine"
    told = done(train(data, base, output, "--explain", "--json"))
    assert told["clips"] == {"train": 12, "val": 6, "test": 6}
    assert told["steps"] == 8
    assert not output.exists()
    shown = train(data, base, output, "--explain")
    assert "train 12 of 4 films" in shown.output


@pytest.mark.slow
def test_ctrl_c_keeps_a_checkpoint_of_this_command(data: Path, base: Path, tmp_path: Path) -> None:
    output = tmp_path / "mine"
    words = ["--data", "folders", data, "--base", base, "-o", output, *QUICK, "--epochs", "500"]
    command = [sys.executable, "-m", "shotlog", "train", "size", *map(str, words)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        log = output / "training" / "log.jsonl"
        wait_for(lambda: log.exists() and log.stat().st_size > 0)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()
    assert process.returncode == 130
    assert "Run the same command again" in told
    steps = len(log.read_text().splitlines())
    assert steps > 0
    assert (output / "training" / "checkpoint.safetensors").exists()
    assert "other options" in failed(train(data, base, output))


def test_a_folder_of_something_else_is_left_alone(data: Path, base: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert "holds other files, such as notes.txt" in failed(train(data, base, tmp_path))


def test_wrong_words_are_told_in_a_sentence(data: Path, base: Path, tmp_path: Path) -> None:
    output = tmp_path / "mine"
    assert "there is no such size" in failed(train(data, "random:huge", output))
    assert "no such reader" in failed(
        run("train", "size", "--data", "nothing", data, "--base", base, "-o", output)
    )
    wrong = train(data, base, output, "--batch", "0")
    assert wrong.exit_code == 2
    assert "--batch: Input should be greater than or equal to 1" in wrong.output
    assert "random weights hold nothing" in failed(
        train(data, "random:tiny", output, "--recipe", "probe")
    )


def test_moves_of_a_data_set_without_any_are_refused(
    data: Path, base: Path, tmp_path: Path
) -> None:
    named = ("--data", "folders", data, "--base", base, "-o", tmp_path / "mine")
    assert "no clip" in failed(run("train", "move", *named))
