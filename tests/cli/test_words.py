"""Search by words from end to end: a batch with an image-text model, then ``shotlog find``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from click.testing import CliRunner, Result

from shotlog.batch import BatchOptions, OutputFolder, PlanRequest, merge_results, plan_batch
from shotlog.cli import main
from shotlog.library import Library
from shotlog.models.words import embed_text
from shotlog.service.protocol import AnalysisOptions
from tests.batch.season import film, season, shard_files
from tests.models.image_text import make_clip


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def logged(root: Path, out: Path) -> None:
    """Plan, run and merge a batch with the models that are installed, in this process."""
    folder = OutputFolder(out)
    folder.make()
    options = BatchOptions(analysis=AnalysisOptions(device="cpu", precision="fp32"))
    plan_batch(PlanRequest([root], options), folder)
    for shard in shard_files(out):
        result = call("run-shard", shard)
        assert result.exit_code == 0, result.output
    merge_results(folder)


def test_shots_are_ranked_by_a_description_within_a_condition(tmp_path: Path) -> None:
    make_clip(tmp_path / "clip").install()
    root, out = season(tmp_path / "season", timelines=1), tmp_path / "out"
    film(root / "loose.mp4", 33)
    logged(root, out)
    with Library.open(out / "library.sqlite") as library:
        assert library.models == ("tiny-clip",)
    found = call("find", 'text:"a red car"', "--in", out, "--json")
    assert found.exit_code == 0, found.output
    shots = json.loads(found.stdout)["shots"]
    similarities = [shot["similarity"] for shot in shots]
    assert len(shots) == 3
    assert similarities == sorted(similarities, reverse=True)
    assert len(set(similarities)) == 3
    within = call("find", 'media:"loose.mp4" and text:"a red car"', "--in", out, "--json")
    (only,) = json.loads(within.stdout)["shots"]
    assert only["similarity"] in similarities
    assert np.isclose(np.linalg.norm(embed_text("a red car")[1]), 1, atol=1e-5)


def test_without_an_image_text_model_the_error_names_one_to_pull(tmp_path: Path) -> None:
    root, out = season(tmp_path / "season", timelines=1), tmp_path / "out"
    logged(root, out)
    refused = call("find", 'text:"a red car"', "--in", out)
    assert refused.exit_code == 1
    assert "models pull" in refused.output or "models list" in refused.output
