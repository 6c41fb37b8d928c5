"""``shotlog analyze --cuts``: the cut finder is chosen, and the log tells which one it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.schema import Log
from tests.engine.passes.test_segmentation import two_scenes


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with one cut, at frame 30 of 60."""
    return two_scenes(tmp_path_factory.mktemp("film") / "film.mp4", 30)


def shotlog(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["analyze", *map(str, words)])


def logged(film: Path, *words: str | Path) -> Log:
    result = shotlog(film, "--in-process", "--models", "builtin", "--json", "-", *words)
    assert result.exit_code == 0, result.stderr
    return Log.model_validate_json(result.stdout)


@pytest.mark.parametrize(
    ("words", "name", "shots"),
    [
        ((), "cuts.builtin", 2),
        (("--cuts", "builtin"), "cuts.builtin", 2),
        (("--cuts", "off"), "cuts.off", 1),
        (("--cuts", "adaptive:min-scene-len=15"), "cuts.adaptive:min_scene_len=15", 2),
        (("--cuts", "content:threshold=255"), "cuts.content:threshold=255.0", 1),
        (("--set", "analysis.cuts=hash:min_scene_len=2s"), "cuts.hash:min_scene_len=2s", 1),
    ],
)
def test_a_clip_is_divided_by_the_chosen_cut_finder(
    film: Path, words: tuple[str, ...], name: str, shots: int
) -> None:
    log = logged(film, *words)
    assert log.cut_finder is not None
    assert (log.cut_finder.analyzer, len(log.shots)) == (name, shots)


def test_the_list_tells_every_finder_with_its_parameters_and_needs_no_file() -> None:
    result = shotlog("--cuts", "list")
    assert result.exit_code == 0
    lines = dict(line.split(": ", 1) for line in result.stdout.splitlines())
    assert {"adaptive", "builtin", "off", "transnet"} <= lines.keys()
    assert "threshold=3.0, min_content_val=15.0, frame_window=2" in lines["adaptive"]
    assert lines["builtin"] == "no parameters"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("adaptiv", "did you mean 'adaptive'?"),
        ("adaptive:treshold=4", "it has no parameter 'treshold'"),
        ("content:threshold=300", "threshold: "),
    ],
)
def test_a_wrong_choice_is_told_before_anything_is_read(typed: str, said: str) -> None:
    result = shotlog("/there/is/no/film.mp4", "--cuts", typed)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
