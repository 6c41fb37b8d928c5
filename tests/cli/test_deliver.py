"""``shotlog deliver`` as a user types it, on films that are really rendered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.media import probe
from shotlog.schema import MediaReference
from tests.delivery.reframe.scenes import write_faces

SMALL = """
[reframe]
aspect = "9:16"
[render]
size = "180x320"
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "talk.mp4"
    write_faces(path, lambda n: [(0.25, 0.5)])
    path.with_suffix(".srt").write_text(
        "1\n00:00:00,200 --> 00:00:02,000\nA first line of text\n", encoding="utf-8"
    )
    return path


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path / "cache" / "evidence.sqlite"))


def deliver(*words: object) -> Result:
    return CliRunner().invoke(main, ["deliver", *map(str, words)])


def recipe(folder: Path, text: str = SMALL) -> Path:
    path = folder / "own.toml"
    path.write_text(text)
    return path


def kept(out: Path) -> dict[str, bool]:
    told = json.loads((out / "deliver.json").read_text())
    return {each["stage"]: each["kept"] for each in told["reports"]}


def test_a_film_becomes_a_vertical_file(film: Path, tmp_path: Path) -> None:
    told = deliver(film, "--recipe", recipe(tmp_path), "-o", tmp_path / "out")
    assert told.exit_code == 0, told.output
    media = probe(MediaReference(path=str(tmp_path / "out" / "talk.mp4")))
    assert media.video is not None
    assert (media.video.width, media.video.height) == (180, 320)
    assert "1 file(s)" in told.output


def test_a_second_run_makes_nothing_anew(film: Path, tmp_path: Path) -> None:
    words: Sequence[object] = (film, "--recipe", recipe(tmp_path), "-o", tmp_path / "out")
    assert deliver(*words).exit_code == 0
    before = (tmp_path / "out" / "talk.mp4").stat()
    assert deliver(*words).exit_code == 0
    assert kept(tmp_path / "out") == {"reframe": True, "render": True}
    assert (tmp_path / "out" / "talk.mp4").stat().st_mtime_ns == before.st_mtime_ns


def test_another_style_of_subtitles_tracks_no_face_anew(film: Path, tmp_path: Path) -> None:
    texts = SMALL + "[subtitles]\nstyle = 'plain'\n"
    out = tmp_path / "out"
    assert deliver(film, "--recipe", recipe(tmp_path, texts), "-o", out).exit_code == 0
    first = (out / "talk.mp4").read_bytes()
    again = deliver(
        film, "--recipe", recipe(tmp_path, texts), "--set", "subtitles.style=box", "-o", out
    )
    assert again.exit_code == 0, again.output
    assert kept(out) == {"reframe": True, "subtitles": True, "render": False}
    assert (out / "talk.mp4").read_bytes() != first


def test_a_file_that_was_removed_or_changed_is_rendered_again(film: Path, tmp_path: Path) -> None:
    words: Sequence[object] = (film, "--recipe", recipe(tmp_path), "-o", tmp_path / "out")
    deliver(*words)
    file = tmp_path / "out" / "talk.mp4"
    whole = file.read_bytes()
    file.write_bytes(whole[:1000])
    assert deliver(*words).exit_code == 0
    assert kept(tmp_path / "out") == {"reframe": True, "render": False}
    assert file.read_bytes() == whole


def test_a_damaged_result_is_made_again(film: Path, tmp_path: Path) -> None:
    words: Sequence[object] = (film, "--recipe", recipe(tmp_path), "-o", tmp_path / "out")
    deliver(*words)
    (entry,) = (tmp_path / "cache" / "deliveries" / "reframe").glob("*.json")
    entry.write_text("{")
    assert deliver(*words).exit_code == 0
    assert kept(tmp_path / "out") == {"reframe": False, "render": True}


def test_explain_tells_everything_and_makes_nothing(film: Path, tmp_path: Path) -> None:
    told = deliver(film, "--recipe", "shorts", "--explain", "-o", tmp_path / "out")
    assert told.exit_code == 0, told.output
    said = " ".join(told.output.split())
    for words in ("up to 3 passages", "crops to 9:16", "1080x1920, -14 LUFS", "checks of the"):
        assert words in said
    assert not (tmp_path / "out").exists()


def test_explain_knows_what_is_kept(film: Path, tmp_path: Path) -> None:
    words: Sequence[object] = (film, "--recipe", recipe(tmp_path), "-o", tmp_path / "out")
    deliver(*words)
    told = deliver(*words, "--explain", "--json")
    assert [(each["stage"], each["kept"]) for each in json.loads(told.stdout)] == [
        ("reframe", True),
        ("render", True),
    ]


def test_debug_keeps_results_tracks_drawings_and_frames(film: Path, tmp_path: Path) -> None:
    debug = tmp_path / "debug"
    assert deliver(
        film, "--recipe", recipe(tmp_path), "-o", tmp_path / "out", "--debug", debug
    ).exit_code == 0  # fmt: skip
    tracks: Any = json.loads((debug / "tracks.json").read_text())
    assert len(tracks[0]["tracks"]) == 1
    assert set(json.loads((debug / "timings.json").read_text())) == {"reframe", "render"}
    assert len(list((debug / "frames").glob("*.png"))) == 3
    assert "<svg" in (debug / "paths" / "001-V1_0.svg").read_text()


def test_a_run_that_broke_off_goes_on_at_the_stage_that_was_not_finished(
    film: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words: Sequence[object] = (film, "--recipe", recipe(tmp_path), "-o", out)
    broken = deliver(*words, "--ffmpeg", tmp_path / "no_ffmpeg")
    assert broken.exit_code == 3, broken.output
    assert not list(out.glob("*.mp4"))
    assert deliver(*words).exit_code == 0
    assert kept(out) == {"reframe": True, "render": False}


def test_a_film_without_faces_or_sound_is_delivered(tmp_path: Path) -> None:
    wall = write_faces(tmp_path / "wall.mp4", lambda n: [], frames=10)
    told = deliver(wall, "--recipe", recipe(tmp_path), "-o", tmp_path / "out")
    assert told.exit_code == 0, told.output
    assert (tmp_path / "out" / "wall.mp4").is_file()


def test_drawings_that_cannot_be_kept_cost_no_finished_file(film: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "out"
    told = deliver(
        film, "--recipe", recipe(tmp_path), "-o", out, "--debug", tmp_path / "file" / "debug"
    )
    assert told.exit_code == 1
    assert "Traceback" not in told.output
    assert kept(out) == {"reframe": False, "render": False}
    assert (out / "talk.mp4").is_file()


def test_subtitles_beside_the_clip_are_a_file(film: Path, tmp_path: Path) -> None:
    texts = SMALL + "[subtitles]\nburn = false\n"
    told = deliver(film, "--recipe", recipe(tmp_path, texts), "-o", tmp_path / "out")
    assert told.exit_code == 0, told.output
    assert "A first line of text" in (tmp_path / "out" / "talk.srt").read_text()


def test_a_recipe_may_have_extras(film: Path, tmp_path: Path) -> None:
    text = SMALL + "extras = ['title:text=Part one,seconds=1']\n"
    told = deliver(film, "--recipe", recipe(tmp_path, text), "-o", tmp_path / "out")
    assert told.exit_code == 0, told.output
    media = probe(MediaReference(path=str(tmp_path / "out" / "talk.mp4")))
    assert media.duration is not None
    assert media.duration == 4  # a card of a second, and three of film


def test_an_extra_that_is_not_there_is_told(film: Path, tmp_path: Path) -> None:
    text = SMALL + "extras = ['titel']\n"
    told = deliver(film, "--recipe", recipe(tmp_path, text), "-o", tmp_path / "out")
    assert told.exit_code == 1
    assert "did you mean 'title'" in " ".join(told.output.split())


def test_a_file_that_does_not_pass_ends_with_4(film: Path, tmp_path: Path) -> None:
    told = deliver(film, "--recipe", recipe(tmp_path, SMALL + "[qc]\n"), "-o", tmp_path / "out")
    assert told.exit_code == 4, told.output  # a film without sound
    assert "not passed" in told.output


def test_nothing_is_uploaded_without_consent(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    text = SMALL + f"[upload]\nto = 'folder:path={target}'\n"
    told = deliver(film, "--recipe", recipe(tmp_path, text), "-o", tmp_path / "out")
    assert told.exit_code == 3, told.output
    assert list(target.iterdir()) == []


def test_a_film_without_subtitles_tells_where_they_may_lie(tmp_path: Path) -> None:
    alone = write_faces(tmp_path / "alone.mp4", lambda n: [], frames=10)
    told = deliver(
        alone, "--recipe", recipe(tmp_path, SMALL + "[subtitles]\n"), "-o", tmp_path / "out"
    )
    assert told.exit_code == 1
    assert "there are no subtitles of it" in " ".join(told.output.split())


def test_a_film_shorter_than_the_shortest_passage_is_told(film: Path, tmp_path: Path) -> None:
    told = deliver(film, "--recipe", "shorts", "-o", tmp_path / "out")
    assert told.exit_code == 1
    assert "shortest passage" in " ".join(told.output.split())


def test_a_folder_that_cannot_be_made_is_told(film: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told = deliver(film, "--recipe", recipe(tmp_path), "-o", tmp_path / "file" / "out")
    assert told.exit_code == 1
    assert "Traceback" not in told.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Give a timeline, or media files"),
        (["a.mp4"], "Name the folder with -o"),
        (["a.mp4", "-o", "out", "--recipe", "shrots"], "did you mean 'shorts'"),
        (["a.mp4", "-o", "out", "--set", "x"], "is no setting with its value"),
        (["absent.mp4", "-o", "out"], "absent.mp4"),
    ],
)
def test_wrong_words_are_told(words: list[str], told: str) -> None:
    result = deliver(*words)
    assert result.exit_code in (1, 2)
    assert told in " ".join(result.output.split())


def test_the_recipes_that_come_along_are_listed() -> None:
    told = deliver("--recipe", "list").output
    assert "shorts: Vertical clips" in told
    assert "broadcast:" in told


def test_a_file_that_the_source_names_is_read_again_when_it_changes(
    film: Path, tmp_path: Path
) -> None:
    texts = tmp_path / "own.srt"
    texts.write_text("1\n00:00:00,200 --> 00:00:02,000\nOne\n")
    text = f"[subtitles]\nuse = 'file:file={texts}'\n"
    words: Sequence[object] = (film, "--recipe", recipe(tmp_path, text), "-o", tmp_path / "out")
    assert deliver(*words).exit_code == 0
    assert deliver(*words).exit_code == 0
    assert kept(tmp_path / "out") == {"subtitles": True}
    texts.write_text("1\n00:00:00,200 --> 00:00:02,000\nTwo\n")
    assert deliver(*words).exit_code == 0
    assert kept(tmp_path / "out") == {"subtitles": False}
