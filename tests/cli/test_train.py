"""``shotlog train highlights``: from finished timelines to a model that finds, and refusals."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import opentimelineio as otio
import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.learning.highlights import Report
from shotlog.models.analysis import ModelMeasure
from shotlog.models.catalog import Registry, describe_file
from shotlog.paths import MODELS_VARIABLE
from shotlog.schema import Pixels
from shotlog.synthetic import AUDIO_RATE, write_video
from tests.cli.finished_films import RATE, SECONDS, STARTS, cut, films, finished
from tests.cli.module_cache import _one_cache, cache
from tests.models.checkpoints import MOVE_CARD, TINY, make

__all__ = ["_one_cache", "cache", "films", "finished"]


def train(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["train", "highlights", *map(str, words)])


def done(*words: str | Path) -> str:
    result = train(*words)
    assert result.exit_code == 0, result.output
    return result.output


def failed(*words: str | Path) -> str:
    result = train(*words)
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


@pytest.fixture(scope="module")
def model(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "mine"
    done("--from", *sorted(finished.iterdir()), "-o", folder)
    return folder


def test_a_trained_model_finds_what_editors_kept(model: Path, films: Sequence[Path]) -> None:
    words = ("--min-duration", "4", "--max-duration", "6", "--top", "1", "--json", "-")
    backend = ("--backend", f"trained:folder={model}")
    result = CliRunner().invoke(
        main, ["highlights", "find", str(films[0]), *words, *backend, "--quiet"]
    )
    assert result.exit_code == 0, result.output
    (passage,) = json.loads(result.stdout)["highlights"]
    start = float(Fraction(passage["start"]))
    assert any(abs(start - pick) <= 2.5 for pick in STARTS[0])


def test_the_folder_holds_weights_features_report_and_licence(model: Path) -> None:
    report = json.loads((model / "report.json").read_bytes())
    assert Report.model_validate(report["held_out"]).rankings["model"].auc.mean > 0.9
    assert (report["films"], report["picks"]) == (3, 6)
    assert "- film 1" in (model / "LICENSE.txt").read_text()
    assert {path.suffix for path in model.iterdir()} == {".json", ".safetensors", ".txt"}


def test_the_report_stands_beside_heuristic_centre_and_chance(finished: Path) -> None:
    output = done("--from", finished)
    for name in ("this model", "heuristic", "middle", "chance"):
        assert name in output
    assert "3 films with 6 picks; 1.2 min of sources, of which 67% was left" in output
    assert "6 picks of 3 films: logistic regression of 13 features" in output
    assert "wrote" not in output


def test_a_second_training_gives_the_same_bytes(
    model: Path, finished: Path, tmp_path: Path
) -> None:
    done("--from", finished, "-o", tmp_path / "again")
    for name in ("model.safetensors", "features.json", "report.json"):
        assert (tmp_path / "again" / name).read_bytes() == (model / name).read_bytes()


def test_json_is_what_the_folder_holds(model: Path, finished: Path) -> None:
    result = train("--from", finished, "--json")
    assert json.loads(result.stdout) == json.loads((model / "report.json").read_bytes())


def test_timelines_that_share_media_are_one_film(
    films: Sequence[Path], finished: Path, tmp_path: Path
) -> None:
    again = cut(tmp_path / "longer.otio", films[0], [(0, 2)])
    output = done("--from", finished, again)
    assert "film 0 and longer share sources: they are one film in the split" in output
    assert "3 films with 7 picks" in output


def test_one_film_alone_is_an_error_before_it_is_measured(
    films: Sequence[Path], tmp_path: Path
) -> None:
    one = cut(tmp_path / "one.otio", films[0], [(0, 4)])
    other = cut(tmp_path / "other.otio", films[0], [(8, 12)])
    output = failed("--from", one, other)
    assert "there is one film alone" in output
    assert "min of sources" not in output


def test_timelines_of_all_of_their_sources_are_an_error(
    films: Sequence[Path], tmp_path: Path
) -> None:
    whole = [cut(tmp_path / f"{n}.otio", films[n], [(0, SECONDS)]) for n in range(2)]
    output = failed("--from", *whole)
    assert "show all of their sources" in output
    assert "trimmed copies" in output


def test_a_timeline_that_cannot_be_used_does_not_cost_the_others(
    finished: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.otio"
    otio.adapters.write_to_file(otio.schema.Timeline("empty"), str(empty))
    broken = tmp_path / "broken.otio"
    broken.write_text("{")
    output = done("--from", finished, empty, broken)
    assert "3 films" in output
    assert "empty" in output
    assert "broken.otio" in output


def test_an_empty_timeline_alone_is_an_error(tmp_path: Path) -> None:
    empty = tmp_path / "empty.otio"
    otio.adapters.write_to_file(otio.schema.Timeline("empty"), str(empty))
    assert "there is no video clip in this timeline" in failed("--from", empty)


def test_a_model_that_is_worse_is_written_only_by_force(
    films: Sequence[Path], tmp_path: Path
) -> None:
    # Two editors cut the applause out, and the third kept nothing else.
    picks = ([(6, 10), (16, 20)], [(0, 4), (8, 14)], [(0, 10), (14, 18)])
    kept = [cut(tmp_path / f"{n}.otio", films[n], picks[n]) for n in range(3)]
    report = json.loads(train("--from", *kept, "--json").stdout)
    assert report["held_out"]["gain"]["mean"] < 0
    assert "with -o it would be refused, as it is worse" in done("--from", *kept)
    assert "it would make highlights worse" in failed("--from", *kept, "-o", tmp_path / "mine")
    assert not (tmp_path / "mine").exists()
    done("--from", *kept, "-o", tmp_path / "mine", "--force")
    assert (tmp_path / "mine" / "features.json").exists()


def test_a_folder_with_other_files_is_not_written_into(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert "holds other files, such as notes.txt" in failed("--from", finished, "-o", tmp_path)


def test_a_folder_without_timelines_is_an_error(tmp_path: Path) -> None:
    assert "there is no timeline in this folder" in failed("--from", tmp_path)


@pytest.fixture(scope="module")
def data_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two films of a minute, a softer video of 22 s of each, and one that is of no film."""
    folder = tmp_path_factory.mktemp("data set")
    lines = ["id,path"]
    for number in range(3):
        rng = np.random.default_rng(number)
        levels = np.repeat(rng.uniform(0.01, 0.5, 120), AUDIO_RATE // 2)
        sound = np.asarray(levels * rng.normal(0, 0.3, len(levels)), np.float32)
        first = (10 + 20 * number) * AUDIO_RATE
        parts: dict[str, npt.NDArray[np.floating]] = {
            f"v{number}": sound[first : first + 22 * AUDIO_RATE] / 2
        }
        if number < 2:
            parts[f"tt{number}"] = sound
        for name, part in parts.items():
            seconds = len(part) // AUDIO_RATE
            grey = (np.full((36, 64, 3), 90, np.uint8) for _ in range(seconds * RATE))
            write_video(folder / f"{name}.mp4", grey, Fraction(RATE), sound=np.clip(part, -1, 1))
            lines.append(f"{name},{name}.mp4")
    (folder / "clips.csv").write_text("videoid,imdbid\nv0,tt0\nv1,tt1\nv2,tt1\n")
    (folder / "durations.csv").write_text("videoid,duration\nv0,22\nv1,20\nv2,22\n")
    (folder / "map.csv").write_text("\n".join(lines))
    return folder


def test_videos_of_a_data_set_are_found_in_their_films(data_set: Path) -> None:
    result = train("--from", data_set, "--media-map", data_set / "map.csv", "--json")
    assert result.exit_code == 0, result.output
    films = {film["name"]: film for film in json.loads(result.stdout)["held_out"]["films"]}
    # 10 to 32 s of the first; 30 to 50 s of the second, as the rest of its video is outro.
    assert {name: film["kept"] for name, film in films.items()} == {"tt0": 11, "tt1": 10}
    assert {film["windows"] for film in films.values()} == {30}
    assert "3 videos of 2 films in the tables" in result.stderr
    assert "1 videos were not found in their films by their sound, such as" in result.stderr


def test_a_data_set_calibrates_with_the_genres_of_its_own_table(
    data_set: Path, tmp_path: Path
) -> None:
    for table in data_set.glob("*.csv"):
        (tmp_path / table.name).write_text(table.read_text())
    for film in data_set.glob("*.mp4"):
        (tmp_path / film.name).symlink_to(film)
    (tmp_path / "movie_info.csv").write_text(
        "imdbid,genre\ntt0,\"['Drama', 'Crime']\"\ntt1,['Drama']\n"
    )
    words = ("calibrate", "--from", tmp_path, "--media-map", tmp_path / "map.csv", "--json")
    lengths = ("--min-duration", "5", "--max-duration", "9")
    result = CliRunner().invoke(main, ["highlights", *map(str, words), *lengths])
    assert result.exit_code == 0, result.output
    genres = json.loads(result.stdout)["genres"]
    assert {name: figures["films"] for name, figures in genres.items()} == {"Drama": 2, "Crime": 1}
    assert genres["Drama"]["clips"] > 0


def test_a_data_set_without_its_films_is_refused_at_once(data_set: Path) -> None:
    output = failed("--from", data_set)
    assert "3 videos that were picked, and none of what was left" in output


def test_a_table_without_a_column_and_media_that_are_gone_are_named(
    data_set: Path, tmp_path: Path
) -> None:
    for name in ("clips.csv", "durations.csv"):
        (tmp_path / name).write_text((data_set / name).read_text())
    gone = tmp_path / "map.csv"
    gone.write_text("id,path\ntt0,tt0.mp4\nv0,v0.mp4\n")
    output = failed("--from", tmp_path, "--media-map", gone)
    assert "of 0 films the files are here" in output
    assert "2 files of the map do not exist" in output
    (tmp_path / "durations.csv").write_text("videoid\nv0\n")
    assert "durations.csv: it has no column duration" in failed(
        "--from", tmp_path, "--media-map", data_set / "map.csv"
    )


def test_a_media_map_needs_a_data_set(finished: Path, data_set: Path) -> None:
    result = train("--from", finished, "--media-map", data_set / "map.csv")
    assert result.exit_code == 2
    assert "which holds clips.csv" in result.output


NETWORK = (
    "--model",
    MOVE_CARD.name,
    "--method",
    "network",
    "--device",
    "cpu",
    "--precision",
    "fp32",
)


class Looked:
    """Counts the windows that a model looks at, and presses Ctrl-C at one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, press_at: int | None = None) -> None:
        self.windows = 0
        look = ModelMeasure.look

        def counted(measure: ModelMeasure, batch: Sequence[Pixels]) -> Sequence[np.ndarray]:
            self.windows += len(batch)
            if self.windows == press_at:
                signal.raise_signal(signal.SIGINT)
            return look(measure, batch)

        monkeypatch.setattr(ModelMeasure, "look", counted)


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of models, which holds a small one with random weights."""
    made = make(tmp_path_factory.mktemp("weights"), card=MOVE_CARD)
    root = tmp_path_factory.mktemp("registry")
    kept = [describe_file(made.folder / name) for name in ("config.json", "model.safetensors")]
    Registry(root).install(made.card, kept, source="this test", linked=made.folder)
    return root


@pytest.fixture
def _has_backbone(backbone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(backbone))


@pytest.mark.usefixtures("_has_backbone")
def test_after_ctrl_c_a_network_goes_on_with_the_windows_that_are_missing(
    finished: Path, films: Sequence[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("--from", finished, *NETWORK, "--json")
    with monkeypatch.context() as patch:
        first = Looked(patch, press_at=4)  # of two windows at once, the second two
        assert train(*words).exit_code == 130
    with monkeypatch.context() as patch:
        second = Looked(patch)
        report = json.loads(train(*words, "-o", tmp_path / "mine", "--force").stdout)
    assert first.windows == 4
    # 24 s of each film in windows of at most 2 s; none is looked at twice.
    assert first.windows + second.windows == len(films) * SECONDS // 2
    assert report["method"] == f"network {TINY.embedding + 193}-512-256-2"
    assert report["blocks"]["videomae"] == TINY.embedding
    assert report["other_method_held_out"]["rankings"]["model"]["auc"]["mean"] > 0.9
    licence = (tmp_path / "mine" / "LICENSE.txt").read_text()
    assert "the vectors of the model tiny-move, whose licence is: none.\nRandom numbers." in licence

    asked = ("--min-duration", "4", "--max-duration", "6", "--json", "-", "--quiet")
    backend = ("--backend", f"trained:folder={tmp_path / 'mine'}")
    find = ["highlights", "find", str(films[0]), *asked, *backend]
    assert CliRunner().invoke(main, find).exit_code == 0
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path / "empty"))
    told = CliRunner().invoke(main, find)
    assert told.exit_code == 1
    assert "trained with the model tiny-move, and this run has not got it" in told.output


@pytest.mark.usefixtures("_has_backbone")
def test_few_picks_leave_the_model_alone_and_say_so(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = Looked(monkeypatch)
    output = done("--from", finished, "--model", MOVE_CARD.name)
    assert "logistic regression: a network needs 200 picks, and there are 6" in output
    assert looked.windows == 0


def test_a_model_that_is_not_here_is_an_error_before_the_work(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path))
    output = failed("--from", finished, "--model", "movieshots-scale")
    assert "shotlog models pull movieshots-scale" in output
    assert "min of sources" not in output


def test_a_network_without_a_model_is_a_wrong_use(finished: Path) -> None:
    result = train("--from", finished, "--method", "network")
    assert result.exit_code == 2
    assert "name one with --model" in result.output
