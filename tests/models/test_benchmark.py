"""The benchmark of the models runs from end to end, on tiny models and a tiny film."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.models.checkpoints import TINY, Size

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def videomae(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    if not BENCHMARKS.is_dir():
        pytest.skip("the benchmarks are not beside the tests here")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.setenv("SHOTLOG_MODELS", str(tmp_path / "models"))  # main changes it
    return importlib.import_module("videomae")


def operations(size: Size) -> int:
    """Of one window, two for each multiplication; the small head, which stands apart, left out."""
    patches = (size.side // size.patch) ** 2 * size.frames // size.tubelet
    width = size.embedding
    tubelet = 3 * size.tubelet * size.patch**2
    of_block = patches * (4 * width**2 + 2 * width * size.mlp) + 2 * patches**2 * width
    return 2 * (patches * tubelet * width + size.depth * of_block)


@pytest.mark.slow
def test_one_run_gives_every_figure_for_both_models(
    videomae: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    device = ["--device", "cpu", "--precision", "fp32"]
    videomae.main(["--quick", "--json", "--clips", "0", "--pipeline-clips", "2", *device])
    figures: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert figures["models"].keys() == {"base", "large"}
    for name, model in figures["models"].items():
        forward, runs = model["forward"], model["timelines"]["film"]
        assert figures[f"{name}_clips_per_s"] == forward["clips_per_s"] > 0
        assert forward["clips_per_s"] == max(forward["by_batch"].values())
        assert forward["tflop_per_clip"] * 1e12 == pytest.approx(operations(TINY))
        assert runs.keys() == {
            "decode",
            "models pass",
            "analyze",
            "analyze, without a model",
            "analyze, with built-in",
        }
        assert forward["by_batch"].keys() == {"1", "2", "2 side by side"}
        assert all(run["windows"] == 2 and run["busy"] > 0 for run in runs.values())
        assert model["timelines"].keys() == {"film", "proxy"}
    whole = figures["models"]["base"]["timelines"]["film"]["analyze"]
    rate = whole["windows"] / whole["seconds"]
    assert figures["pipeline_vs_forward"] == pytest.approx(rate / figures["base_clips_per_s"])
    assert figures["pipeline_vs_bound"] == whole["vs_bound"] > 0
    assert figures["pipeline_busy_vs_bound"] == whole["busy_vs_bound"] > 0
    assert figures["pipeline_busy_vs_parts"] == whole["busy_vs_parts"] > 0
    videomae.show(figures)
    assert "these figures mean nothing" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="GNU's OpenMP tells its settings")
def test_the_pipeline_is_timed_with_threads_that_sleep_as_in_analyze(tmp_path: Path) -> None:
    script, part = BENCHMARKS / "videomae.py", ["model", "absent", "cpu", "fp32", [], 1, 2]
    if not script.is_file():
        pytest.skip("the benchmarks are not beside the tests here")
    environment = {k: v for k, v in os.environ.items() if k != "OMP_WAIT_POLICY"}
    environment |= {"OMP_DISPLAY_ENV": "true", "SHOTLOG_MODELS": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, str(script), "--child", json.dumps(part)],
        env=environment, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert "OMP_WAIT_POLICY = 'PASSIVE'" in done.stderr


@pytest.mark.slow
def test_the_original_code_path_answers_every_clip(videomae: ModuleType, tmp_path: Path) -> None:
    data = importlib.import_module("videomae_data")
    parts = importlib.import_module("videomae_parts")
    small = data.scale(quick=True)
    film = data.write_films(tmp_path, 4, small)["film"]
    one = data.install_models(tmp_path / "weights", ["base"], small)["base"]
    figures = parts.original_part(str(one.folder), str(film), 2, True)
    assert figures["parts"].keys() == {"decode", "processor", "forward"}
    assert 0 < sum(figures["parts"].values()) <= figures["seconds"]


@pytest.mark.parametrize(
    ("decode", "bound"),
    [
        ({"busy": 2.0, "seconds": 1.0}, 4.0),  # 2 s and 6 windows of 1 s each, on two cores
        ({"busy": 2.0, "seconds": 4.5}, 4.5),  # a decoder that takes longer than both would
    ],
)
def test_the_bound_is_the_work_over_the_cores_or_the_longer_part(
    videomae: ModuleType, decode: dict[str, float], bound: float
) -> None:
    parts = importlib.import_module("videomae_parts")
    run = {"windows": 6, "seconds": 5.0, "busy": 10.0}
    without = {"windows": 6, "seconds": 2.0, "busy": 3.0}
    runs = {"decode": decode | {"windows": 6}, "analyze": run, "analyze, without a model": without}
    parts.add_bounds(runs, {"busy_per_clip": 1.0, "clips_per_s": 2.0}, cores=2)
    assert (run["vs_bound"], run["busy_vs_bound"]) == (bound / 5, 0.8)
    assert all("vs_bound" not in other for other in runs.values() if other is not run)
    assert parts.share_of_parts(runs, {"busy_per_clip": 1.0}) == (3.0 + 6 * 1.0) / 10.0


def test_the_forward_alone_bounds_where_a_gpu_computes(videomae: ModuleType) -> None:
    parts = importlib.import_module("videomae_parts")
    run = {"windows": 6, "seconds": 4.0, "busy": 2.0}
    runs = {"decode": {"busy": 0.5, "seconds": 0.5, "windows": 6}, "analyze": run}
    parts.add_bounds(runs, {"busy_per_clip": 0.1, "clips_per_s": 2.0}, cores=16)
    assert run["vs_bound"] == 0.75


def test_the_faster_of_two_timings_is_kept(videomae: ModuleType) -> None:
    parts = importlib.import_module("videomae_parts")
    slow, fast = {"seconds": 2.0}, {"seconds": 1.0}
    assert parts.better(None, slow) is slow
    assert parts.better(slow, fast) is fast
    assert parts.better(fast, slow) is fast
