"""``shotlog subtitles``, as a user types it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pysubs2
import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.synthetic import write_video
from tests.delivery.subtitles.films import seconds, srt, write_talk
from tests.media.subtitle_files.films import Track, write_subtitled

CUES = srt((0.7, 2.2, "Ça va très bien, merci."), (3.7, 5.9, "Et vous, où êtes-vous allé ?"))


def subtitles(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["subtitles", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spoken = [seconds(1, 2.5), seconds(3.5, 5.5)]
    return write_talk(tmp_path_factory.mktemp("talk") / "talk.wav", spoken, 6)


@pytest.fixture
def cues(tmp_path: Path) -> Path:
    path = tmp_path / "talk.srt"
    path.write_text(CUES, encoding="cp1252")
    return path


def test_a_file_becomes_styled_subtitles_at_the_voice_and_its_encoding_is_told(
    talk: Path, cues: Path, tmp_path: Path
) -> None:
    out = tmp_path / "talk.ass"
    result = subtitles(talk, "--from", cues, "-o", out)
    assert result.exit_code == 0
    first, second = pysubs2.SSAFile.from_string(out.read_text("utf-8"))
    assert (first.plaintext, second.plaintext) == (
        "Ça va très bien, merci.",
        "Et vous, où êtes-vous allé ?",
    )
    assert abs(first.start - 1000) <= 150
    assert abs(second.start - 3500) <= 150
    assert "in +0." in result.stdout
    assert f"wrote {out}: 2 cue(s)" in result.stdout
    assert "was read as cp1252" in result.stderr


def test_json_tells_every_cue_exactly(talk: Path, cues: Path, tmp_path: Path) -> None:
    result = subtitles(talk, "--from", cues, "-o", tmp_path / "talk.vtt", "--json")
    told = json.loads(result.stdout)
    assert [cue["number"] for cue in told["cues"]] == [1, 2]
    first = told["cues"][0]
    assert Fraction(first["start"]) - Fraction(first["start_moved"]) == Fraction(7, 10)
    assert first["lines"] == ["Ça va très bien, merci."]
    assert told["aligned"] is True
    assert any(".vtt file holds no style" in note for note in told["notes"])


def test_a_text_without_times_is_placed_on_the_voice(talk: Path, tmp_path: Path) -> None:
    text = tmp_path / "talk.txt"
    text.write_text("We had waited long. Then he came home and sat down.", encoding="utf-8")
    result = subtitles(talk, "--from", text, "-o", tmp_path / "talk.srt", "--json")
    starts = [float(Fraction(cue["start"])) for cue in json.loads(result.stdout)["cues"]]
    assert starts == pytest.approx([1, 3.5], abs=0.15)


def test_a_track_of_the_film_or_of_another_one_is_taken(talk: Path, tmp_path: Path) -> None:
    tracks = [Track("mov_text", [(1000, 2480, text)]) for text in ("Bonjour.", "Good day.")]
    film, out = write_subtitled(tmp_path / "film.mp4", *tracks), tmp_path / "out.srt"
    options = ("--track", "2", "--tolerance", "0", "-o", out, "--force")
    for inputs in ((film,), (talk, "--from", film)):
        assert subtitles(*inputs, *options).exit_code == 0
        assert "00:00:01,000 --> 00:00:02,480\nGood day." in out.read_text("utf-8")
    both = subtitles(film, "--track", "2", "--model", tmp_path, "-o", out, "--force")
    assert "Give one of --from, --track, --model and --source." in both.output


def test_a_file_that_exists_is_kept_unless_forced(talk: Path, cues: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine.srt"
    out.write_text("mine", encoding="utf-8")
    result = subtitles(talk, "--from", cues, "-o", out)
    assert result.exit_code == 1
    assert "Replace it with --force" in result.stderr
    assert out.read_text("utf-8") == "mine"
    assert subtitles(talk, "--from", cues, "-o", out, "--force").exit_code == 0
    assert "merci" in out.read_text("utf-8")


def test_a_file_that_is_read_is_never_replaced(talk: Path, cues: Path) -> None:
    result = subtitles(talk, "--from", cues, "-o", cues, "--force")
    assert result.exit_code == 1
    assert "this is a file that is read" in result.stderr
    assert cues.read_text("cp1252") == CUES


def test_times_are_on_the_frames_of_a_film_and_vertical_film_gets_short_lines(
    cues: Path, tmp_path: Path
) -> None:
    film, out = tmp_path / "talk.mp4", tmp_path / "talk.ass"
    write_video(film, (np.full((96, 54, 3), 90, np.uint8) for _ in range(144)), Fraction(24))
    result = subtitles(film, "--from", cues, "-o", out, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["rate"] == "24"
    assert all((Fraction(cue["start"]) * 24).denominator == 1 for cue in told["cues"])
    assert max(len(line) for cue in told["cues"] for line in cue["lines"]) <= 22
    assert "nobody is heard to speak" in result.stderr
    written = pysubs2.SSAFile.from_string(out.read_text("utf-8"))
    assert (written.info["PlayResX"], written.info["PlayResY"]) == ("54", "96")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-o", "out.ass"), "--from, or the folder of a speech model"),
        (("--model", "none", "-o", "out.ass"), "no such folder"),
        (("--from", "none.srt", "-o", "out.ass"), "cannot be read"),
        (("--from", "{cues}", "-o", "out.txt"), "ends in .ass, .srt, .vtt"),
        (("--from", "{cues}", "-o", "out.ass", "--style", "fancy"), "no style of this name"),
        (("--from", "{cues}", "-o", "out.ass", "--profile", "cinema"), "no profile of this name"),
        (("--from", "{cues}", "-o", "out.ass", "--encoding", "ascii"), "encoding 'ascii'"),
        (("--from", "{cues}", "-o", "out.ass", "--aspect", "wide"), "no aspect like 9:16"),
        (("--from", "{cues}", "-o", "out.ass", "--shift", "nan"), "no seconds like 0.5"),
        (("--from", "{cues}", "-o", "out.ass", "--tolerance", "1e9"), "no seconds like 0.5"),
        (("--from", "{cues}", "--model", "none", "-o", "out.ass"), "Give one of --from"),
        (("--from", "{cues}"), "Give a film, and the file to write"),
        (("--source", "wisper", "-o", "out.ass"), "did you mean 'whisper'"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    talk: Path, cues: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...], told: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    result = subtitles(talk, *(each.format(cues=cues) for each in arguments))
    assert result.exit_code != 0
    assert told in " ".join(result.stderr.split())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["talk.srt"]


def test_the_sources_are_listed() -> None:
    result = subtitles("--source", "list")
    assert result.exit_code == 0
    assert "file: file=, encoding=" in result.stdout
    assert "whisper: model=, device=auto, beam=5" in result.stdout
