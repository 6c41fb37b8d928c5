"""The benchmark of the models runs from end to end, on tiny models and a tiny film."""

from __future__ import annotations

import importlib
import json
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
        assert runs.keys() == {"decode", "models pass", "analyze", "analyze, with built-in"}
        assert all(run["windows"] == 2 and run["busy"] > 0 for run in runs.values())
        assert model["timelines"].keys() == {"film", "proxy"}
    whole = figures["models"]["base"]["timelines"]["film"]["analyze"]
    rate = whole["windows"] / whole["seconds"]
    assert figures["pipeline_vs_forward"] == pytest.approx(rate / figures["base_clips_per_s"])
    videomae.show(figures)
    assert "these figures mean nothing" in capsys.readouterr().out


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


def test_the_faster_of_two_timings_is_kept(videomae: ModuleType) -> None:
    parts = importlib.import_module("videomae_parts")
    slow, fast = {"seconds": 2.0}, {"seconds": 1.0}
    assert parts.better(None, slow) is slow
    assert parts.better(slow, fast) is fast
    assert parts.better(fast, slow) is fast
