"""Faults of a training are told in words: memory, divergence, packages, folders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from shotlog.learning.training import (
    AcceleratedWorkers,
    TrainingRecipe,
    Workers,
    plan_training,
    prepare_folder,
    train,
)
from shotlog.schema import (
    DeviceUnusable,
    Family,
    OutputNotWritable,
    Pixels,
    TrainingDiverged,
    TrainingError,
    TrainingMemoryFull,
)
from tests.learning.training.made_clips import Frames, Told, quick, sizes, tiny_base

SHARED = """
import sys
from pathlib import Path
import torch
from shotlog.learning.training import AcceleratedWorkers, plan_training, train
from shotlog.schema import Family
from tests.learning.training.made_clips import Told, quick, sizes, tiny_base

torch.set_num_threads(1)
folder = Path(sys.argv[1])
clips, frames = sizes()
workers = AcceleratedWorkers("cpu")
base = tiny_base(folder / f"base{workers.rank}")
options = quick(epochs=1, drop_path=0.0, augment=False, balanced=False)
plan = plan_training(base, [Family.SIZE], options, clips, name="mine")
train(plan, frames, folder / "shared", workers, Told())
"""


def run(folder: Path, base: Path, frames: Frames | None = None, **given: Any) -> None:
    clips, made = sizes()
    plan = plan_training(tiny_base(base), [Family.SIZE], quick(**given), clips, name=folder.name)
    train(plan, frames or made, folder, Workers("cpu"), Told())


def test_a_step_beyond_the_memory_says_what_to_do(tmp_path: Path) -> None:
    class Huge(Frames):
        def __getitem__(self, window: int, /) -> Pixels:
            return np.empty((2**20, 2**20, 2**20, 3), np.uint8)

    _, frames = sizes()
    with pytest.raises(TrainingMemoryFull) as caught:
        run(tmp_path / "mine", tmp_path / "base", Huge(frames.pixels, frames.windows))
    assert "--accumulate" in caught.value.problem.hint


def test_a_loss_that_is_no_number_ends_the_training(tmp_path: Path) -> None:
    with pytest.raises(TrainingDiverged):
        run(tmp_path / "mine", tmp_path / "base", rate=1e30, head_rate=1e30, warm_up=0.0)


def test_fp16_is_refused() -> None:
    with pytest.raises(DeviceUnusable, match="fp16"):
        Workers("cpu", "fp16")


def test_a_training_in_bf16_learns_the_same_labels(tmp_path: Path) -> None:
    clips, frames = sizes()
    base = tiny_base(tmp_path / "base")
    plan = plan_training(base, [Family.SIZE], quick(epochs=8), clips, name="mine")
    done = train(plan, frames, tmp_path / "mine", Workers("cpu", "bf16"), Told())
    assert done.state.best is not None
    assert done.state.best.f1 > 0.8


def test_a_model_of_somebody_else_is_not_written_over(tmp_path: Path) -> None:
    tiny_base(tmp_path / "theirs")
    with pytest.raises(OutputNotWritable, match="not trained here"):
        prepare_folder(tmp_path / "theirs")


def test_a_missing_package_is_told_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("peft", "accelerate", "torch.utils.tensorboard"):
        monkeypatch.setitem(sys.modules, package, None)  # as where it is not installed
    with pytest.raises(TrainingError) as caught:
        run(tmp_path / "lora", tmp_path / "base", recipe=TrainingRecipe.LORA)
    assert "peft is not installed" in caught.value.problem.message
    assert "pip install 'shotlog[train]'" in caught.value.problem.hint
    with pytest.raises(TrainingError, match="accelerate is not installed"):
        AcceleratedWorkers("cpu")
    with pytest.raises(TrainingError, match="tensorboard is not installed"):
        run(tmp_path / "board", tmp_path / "base", tensorboard=True)


def test_tensorboard_gets_the_log(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    run(tmp_path / "mine", tmp_path / "base", epochs=1, tensorboard=True)
    (events,) = (tmp_path / "mine" / "training" / "tensorboard").iterdir()
    assert b"val_f1" in events.read_bytes()


@pytest.mark.slow
def test_two_processes_give_the_weights_of_one(tmp_path: Path) -> None:
    pytest.importorskip("accelerate")
    script = tmp_path / "shared.py"
    script.write_text(SHARED)
    launch = ("-m", "accelerate.commands.launch", "--cpu", "--num_processes", "2")
    more = ("--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no")
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, *launch, *more, str(script), str(tmp_path)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    run(
        tmp_path / "alone",
        tmp_path / "base",
        epochs=1,
        drop_path=0.0,
        augment=False,
        balanced=False,
    )
    one, two = (load_file(tmp_path / n / "model.safetensors") for n in ("alone", "shared"))
    assert one.keys() == two.keys()
    for name in one:
        assert torch.allclose(one[name], two[name], atol=2e-4), name
