"""A highlighter gets the vectors of a model that is loaded for the run."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.engine import Cache, CandidateModels, analyze, make_analyzers
from shotlog.schema import HighlightOptions, TimeRange
from shotlog.synthetic import write_video
from tests.analyzers.edits import edit_of_ranges
from tests.models.image_text import MadeImageText, make_clip

RATE = Fraction(5)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> MadeImageText:
    return make_clip(tmp_path_factory.mktemp("clip"))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty seconds, a texture of its own every two seconds."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    dice = np.random.default_rng(0)
    textures = [dice.integers(0, 255, (32, 48, 3)).astype(np.uint8) for _ in range(15)]
    write_video(path, (texture for texture in textures for _ in range(10)), RATE)
    return path


def test_a_highlight_names_its_highlighter_and_the_weights_of_the_model(
    model: MadeImageText, film: Path
) -> None:
    options = HighlightOptions(backends=("embedding", "heuristic"))
    selection = make_analyzers(
        CandidateModels((model.installed,)), "cpu", "fp32", highlights=options, builtin=list
    )
    edit = edit_of_ranges(
        film, RATE, *(TimeRange.between(Fraction(2 * n), Fraction(2 * n + 2)) for n in range(15))
    )
    with Cache(None) as cache:
        log = analyze(edit, selection.analyzers, cache)
    assert log.problems == ()
    assert log.excitement is not None
    assert len([value for value in log.excitement.values if value is not None]) == 120
    by_name = {a.name: a for a in selection.analyzers}
    embedding = by_name["local.highlight.embedding"]
    assert embedding.weights == embedding.measures[0].fingerprint  # type: ignore[attr-defined]
    for highlight in log.highlights:
        assert highlight.provenance.analyzer in by_name
