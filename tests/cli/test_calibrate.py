"""``shotlog highlights calibrate``: from finished timelines to probabilities, and refusals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from tests.cli.finished_films import SECONDS, cut, films, finished
from tests.cli.module_cache import _one_cache, cache

__all__ = ["_one_cache", "cache", "films", "finished"]

LENGTHS = ("--min-duration", "3", "--max-duration", "5")


def calibrate(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["highlights", "calibrate", *map(str, words)])


def done(*words: str | Path) -> str:
    result = calibrate(*words)
    assert result.exit_code == 0, result.output
    return result.output


def failed(*words: str | Path, code: int = 1) -> str:
    result = calibrate(*words)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


def test_what_was_kept_makes_probabilities_that_find_uses(
    finished: Path, films: Sequence[Path], tmp_path: Path
) -> None:
    weights = tmp_path / "ensemble_weights.json"
    output = done("--from", finished, *LENGTHS, "--genre", "Gala", "-o", weights)
    assert "all: fewer than 50 taken" in output
    assert f"wrote {weights}" in output
    written = json.loads(weights.read_text())
    assert written["x_calibrated_for"] == "heuristic"
    assert (written["min_duration"], written["max_duration"]) == (3, 5)
    assert written["x_all_genres"]["clips"] >= 3

    words = ("--weights", weights, "--genre", "Gala", "--json", "-")
    result = CliRunner().invoke(main, ["highlights", "find", str(films[0]), *map(str, words)])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert any("no calibration of the genre 'Gala'" in note for note in told["warnings"])
    confidences = [passage["confidence"] for passage in told["highlights"]]
    assert confidences == sorted(confidences, reverse=True)
    clips = written["x_all_genres"]["clips"]
    assert any(
        f"calibrated on {clips} clips of all genres" in reason
        for reason in told["highlights"][0]["reasons"]
    )


def test_another_highlighter_is_not_calibrated_by_it(finished: Path, tmp_path: Path) -> None:
    weights = tmp_path / "ensemble_weights.json"
    done("--from", finished, *LENGTHS, "-o", weights, "-q")
    words = ("--weights", weights, "--no-faces")
    result = CliRunner().invoke(
        main, ["highlights", "find", str(finished / "film 0.otio"), *map(str, words)]
    )
    assert "is of scores by heuristic, not by heuristic:faces=false" in result.output


def test_genres_of_a_table_and_films_that_it_does_not_name(finished: Path, tmp_path: Path) -> None:
    table = tmp_path / "genres.csv"
    table.write_text("film,genre\nfilm 0.otio,Gala|Music\nfilm 1,Gala\n")
    result = calibrate("--from", finished, *LENGTHS, "--genres", table, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert {name: figures["films"] for name, figures in report["genres"].items()} == {
        "Gala": 2,
        "Music": 1,
    }
    assert report["everything"]["films"] == 3
    assert "no genre is told of 1 films, such as film 2" in result.stderr


def test_the_file_that_is_read_may_be_written_and_keeps_its_other_keys(
    finished: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "ensemble_weights.json"
    weights.write_text(
        '{"min_duration": 3, "max_duration": 5, "viral_weight": 0.9, "x_mine": 7,'
        ' "x_genres": {"Old": {"bias": 0, "temperature": 1, "clips": 60}}}'
    )
    done("--from", finished, "--weights", weights, "-o", weights)
    written = json.loads(weights.read_text())
    assert (written["viral_weight"], written["x_mine"]) == (0.9, 7)
    assert "x_genres" not in written
    assert "x_all_genres" in written


def test_one_that_is_worse_than_none_is_written_only_by_force(
    films: Sequence[Path], tmp_path: Path
) -> None:
    # Two editors kept a little of the applause, and the third kept all of the film.
    picks = ([(6, 8)], [(4, 6)], [(0, SECONDS)])
    kept = [cut(tmp_path / f"{n}.otio", films[n], picks[n]) for n in range(3)]
    weights = tmp_path / "w.json"
    lengths = ("--min-duration", "2", "--max-duration", "3")
    result = calibrate("--from", *kept, *lengths, "--json")
    report = json.loads(result.stdout)["everything"]
    assert report["all_genres"]["brier"] > report["plain"]["brier"]
    assert "it would make them worse" in failed("--from", *kept, *lengths, "-o", weights)
    assert not weights.exists()
    done("--from", *kept, *lengths, "-o", weights, "--force")
    assert weights.exists()


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        ((), 1, "or nothing Ask for passages as long as your picks are"),
        (("--genre", "A", "--genres", "b.csv"), 2, "Give either --genre or --genres"),
        (("--genres", "missing.csv"), 1, "missing.csv: it cannot be read"),
        (("--backend", "heuristic", "--backend", "embedding"), 2, "give --backend once"),
        (("--weight-viral", "-1"), 1, "viral_weight: Input should be greater than or equal to 0"),
        (("-o", "weights.txt"), 1, ".json"),
    ],
)
def test_what_cannot_be_calibrated_is_told(
    finished: Path, words: tuple[str, ...], code: int, part: str
) -> None:
    lengths = () if "--min-duration" in words else ("--min-duration", "12", "--max-duration", "20")
    assert part in failed("--from", finished, *lengths, *words, code=code)


def test_films_that_are_too_short_are_told(finished: Path) -> None:
    output = failed("--from", finished, "--min-duration", "60")
    assert "film 1: it is 24.0 s long, and the shortest passage is to last 60 s" in output


def test_one_film_alone_is_an_error_before_it_is_measured(finished: Path) -> None:
    output = failed("--from", finished / "film 0.otio", *LENGTHS)
    assert "there is one film alone" in output
    assert "min of sources" not in output


def test_without_timelines_there_is_nothing_to_do() -> None:
    assert "Give finished timelines with --from" in failed(code=2)
