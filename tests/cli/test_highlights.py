"""``shotlog highlights``: passages in every form that is asked for, and what stands in the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import opentimelineio as otio
import pytest
from click.testing import CliRunner, Result

from shotlog.cli import main
from shotlog.demo import make_applause, make_room_tone
from shotlog.media import probe
from shotlog.schema import MediaReference
from shotlog.synthetic import AUDIO_RATE, write_video
from shotlog_otio import read_edit, read_markers
from tests.cli.module_cache import _one_cache, cache
from tests.highlights.transcript.language_model import serve

__all__ = ["_one_cache", "cache"]

RATE = 12
SECONDS, SCENE = 40, 5
LENGTHS = ("--min-duration", "8", "--max-duration", "12")
FEATURES = ("loudness", "onset", "change", "voice", "motion", "pace", "faces", "novelty")


def highlights(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["highlights", *(str(word) for word in words)])


def done(*words: str | Path) -> str:
    result = highlights(*words)
    assert result.exit_code == 0, result.output
    return result.output


def failed(*words: str | Path) -> str:
    result = highlights(*words)
    assert result.exit_code in (1, 2), result.output
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


def pictures() -> Iterator[npt.NDArray[np.uint8]]:
    """Scenes of 5 s, each a blurred picture of its own; in that from 20 s on it flickers."""
    rng = np.random.default_rng(0)
    scenes = rng.integers(40, 200, (SECONDS // SCENE, 9, 16, 3)).astype(np.uint8)
    for number in range(SECONDS * RATE):
        scene = number // RATE // SCENE
        picture = np.kron(scenes[scene], np.ones((10, 10, 1), np.uint8))
        if scene == 4:
            picture = np.roll(picture, 20 * (number % 4), axis=1)
        yield np.ascontiguousarray(picture)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film with applause from 21 s to 24 s."""
    rng = np.random.default_rng(0)
    sound = make_room_tone(rng, SECONDS * AUDIO_RATE)
    sound[21 * AUDIO_RATE : 24 * AUDIO_RATE] += make_applause(rng, 3 * AUDIO_RATE)
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, pictures(), Fraction(RATE), sound=np.clip(sound, -1, 1))
    return path


@pytest.fixture(scope="module")
def cut(film: Path) -> Path:
    """The film as a timeline that begins at 01:00:00:00."""
    clip = otio.schema.Clip("film", otio.schema.ExternalReference(film.as_uri()))
    clip.source_range = clip.media_reference.available_range = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, RATE), otio.opentime.RationalTime(SECONDS * RATE, RATE)
    )
    timeline = otio.schema.Timeline(
        "cut", global_start_time=otio.opentime.RationalTime(3600 * RATE, RATE)
    )
    timeline.tracks.append(otio.schema.Track("V1", children=[clip]))
    path = film.with_name("cut.otio")
    otio.adapters.write_to_file(timeline, str(path))
    return path


def test_the_passage_around_the_event_is_first(cut: Path, tmp_path: Path) -> None:
    before = cut.read_bytes()
    told = tmp_path / "best.json"
    output = done("find", cut, *LENGTHS, "--preset", "social", "--top", "2", "--json", told)
    assert cut.read_bytes() == before

    found = json.loads(told.read_text())
    best = found["highlights"][0]
    start, length = Fraction(best["start"]), Fraction(best["duration"])
    assert start <= 21
    assert start + length >= 24
    assert 8 <= length <= 12
    assert start % SCENE == 0
    assert any("begins at a cut" in reason for reason in best["reasons"])
    assert best["score"] == pytest.approx(0.7 * best["viral"] + 0.3 * best["compelling"], abs=0.06)
    assert (found["format"], found["aspect"]) == ("reels", "9:16")
    assert found["weights"]["viral_weight"] == 0.7
    assert found["curves"] == {}
    assert f"HL 1   {best['in']}   {best['out']}" in output
    assert best["in"] == f"01:00:{int(start):02d}:00"


def test_a_new_timeline_holds_the_clips_of_the_passages(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "best.otio"
    done("find", film, *LENGTHS, "--top", "2", "-o", out, "--format", "square")
    edit = read_edit(out)
    assert {Path(clip.media.path) for clip in edit.clips if clip.media} == {film}
    assert 16 <= edit.duration <= 24
    assert any(marker.name.startswith("HL 1 ") for marker in read_markers(out))
    metadata = json.loads(out.read_text())["metadata"]["shotlog"]
    assert metadata == {"format": "square", "aspect": "1:1"}
    assert '"highlight.format": "square"' in out.read_text()


def test_a_folder_gets_a_video_file_of_each_passage(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "clips"
    output = done("find", film, *LENGTHS, "--top", "2", "-o", out)
    assert sorted(path.name for path in out.iterdir()) == [
        "01.mp4", "02.mp4", "clips.json", "clips.otio",
    ]  # fmt: skip
    for told in json.loads((out / "clips.json").read_text())["highlights"]:
        media = probe(MediaReference(path=str(out / told["file"])))
        assert media.video is not None
        assert media.video.frames == Fraction(told["duration"]) * RATE
        assert media.audio is not None
    assert f"wrote {out / '02.mp4'}" in output


def test_a_copy_tells_how_much_earlier_it_begins(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "clips"
    done("find", film, *LENGTHS, "--top", "1", "-o", out, "--copy")
    (told,) = json.loads((out / "clips.json").read_text())["highlights"]
    media = probe(MediaReference(path=str(out / told["file"])))
    assert media.video is not None
    early = Fraction(told["begins_early"])
    assert early >= 0
    assert (media.video.frames or 0) >= (Fraction(told["duration"]) + early) * RATE


def test_copying_needs_a_folder(film: Path, tmp_path: Path) -> None:
    assert "-o clips/" in failed("find", film, *LENGTHS, "--copy")


def test_a_video_file_after_o_is_answered_with_a_folder(film: Path, tmp_path: Path) -> None:
    message = failed("find", film, *LENGTHS, "-o", tmp_path / "best.mp4")
    assert "Give -o best.otio, or a folder: -o best/" in message


def test_a_folder_whose_name_has_a_dot_is_a_folder(film: Path, tmp_path: Path) -> None:
    out = tmp_path / "clips.v2"
    out.mkdir()
    done("find", film, *LENGTHS, "--top", "1", "-o", out, "--copy")
    assert (out / "clips.otio").is_file()


def test_a_folder_that_cannot_be_made_is_told(film: Path, tmp_path: Path) -> None:
    (tmp_path / "clips").touch()
    assert "exists" in failed("find", film, *LENGTHS, "-o", tmp_path / "clips")


def test_passages_keep_to_the_sentences_of_a_transcript(film: Path, tmp_path: Path) -> None:
    subtitles, told = tmp_path / "film.srt", tmp_path / "best.json"
    subtitles.write_text(
        "1\n00:00:18,500 --> 00:00:22,000\nAnd then we all\n\n"
        "2\n00:00:22,000 --> 00:00:26,300\nbegan to clap.\n"
    )
    done("find", film, *LENGTHS, "--top", "5", "--transcript", subtitles, "--json", told)
    for passage in json.loads(told.read_text())["highlights"]:
        start = Fraction(passage["start"])
        for edge in (start, start + Fraction(passage["duration"])):
            assert not Fraction("18.5") < edge < Fraction("26.3")


def test_a_language_model_judges_the_transcript(film: Path, tmp_path: Path) -> None:
    subtitles, told = tmp_path / "film.srt", tmp_path / "best.json"
    subtitles.write_text(
        "".join(
            f"{n + 1}\n00:00:{4 * n:02},000 --> 00:00:{4 * n + 3:02},000\n{'word ' * count}.\n\n"
            for n, count in enumerate([1, 1, 9, 9, 1, 1, 1, 1, 1, 1])
        )
    )
    with serve() as model:
        asked = ("--transcript", subtitles, "--llm-url", model.url, "--in-process")
        done("find", film, *LENGTHS, "--backend", "transcript", *asked, "--json", told)
        done("find", film, *LENGTHS, "--backend", "heuristic,transcript", *asked)
    best = json.loads(told.read_text())["highlights"][0]
    assert Fraction(best["start"]) <= 12 < Fraction(best["start"]) + Fraction(best["duration"])
    assert "10 words" in best["reasons"]  # the full stop is one
    assert best["provenance"]["tier"] == "remote"


SUBTITLES = "".join(
    f"{n + 1}\n00:00:{4 * n:02},000 --> 00:00:{4 * n + 3:02},000\nGr\u00fc\u00dfe, alle.\n\n"
    for n in range(9)
)


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        ("The third sentence is the best.", "it holds no JSON"),
        ('{"scores": [{"number": 1, "start": "00:00:99", "viral": 9, "compelling": 9}]}', "start"),
        ('{"scores": [{"number": 40, "viral": 9, "compelling": 9}]}', "each once"),
    ],
)
def test_a_language_model_that_answers_nonsense_is_an_error(
    film: Path, tmp_path: Path, answer: str, part: str
) -> None:
    subtitles, out = tmp_path / "film.srt", tmp_path / "best.otio"
    subtitles.write_text(SUBTITLES)
    with serve() as model:
        model.answer = lambda _: answer
        asked = ("--backend", "transcript", "--transcript", subtitles, "--llm-url", model.url)
        message = failed("find", film, *LENGTHS, *asked, "--in-process", "-o", out)
    assert part in message
    assert "no passage stands out" not in message
    assert not out.exists()


def test_a_language_model_that_is_down_or_slow_is_an_error(film: Path, tmp_path: Path) -> None:
    subtitles = tmp_path / "film.srt"
    subtitles.write_text(SUBTITLES)
    asked = ("find", film, *LENGTHS, "--in-process", "--transcript", subtitles)
    down = ("--backend", "transcript", "--llm-url", "http://127.0.0.1:9/v1")
    assert "the language model cannot be asked" in failed(*asked, *down)
    explain = ("explain", film, "00:00:22:00", *LENGTHS, "--transcript", subtitles, *down)
    assert "the language model cannot be asked" in failed(*explain)
    with serve() as model:
        model.delay = 1.0
        slow = ("--backend", "transcript:seconds=0.1", "--llm-url", model.url)
        assert "gave no answer within 0.1 s" in failed(*asked, *slow)
    # Of two that find on their own, one that fails does not cost the other.
    output = done(*asked, "--backend", "heuristic", *down)
    assert "HL 1" in output
    assert "the language model cannot be asked" in output


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_subtitles_in_another_encoding_that_overlap_are_used(
    film: Path, tmp_path: Path, encoding: str
) -> None:
    subtitles, told = tmp_path / "film.srt", tmp_path / "best.json"
    over = "10\n00:00:17,000 --> 00:00:22,500\nZwei zugleich.\n"
    subtitles.write_bytes((SUBTITLES + over).encode(encoding))
    done("find", film, *LENGTHS, "--transcript", subtitles, "--json", told)
    for passage in json.loads(told.read_text())["highlights"]:
        start = Fraction(passage["start"])
        for edge in (start, start + Fraction(passage["duration"])):
            assert not 16 < edge < Fraction("22.5")


def test_subtitles_outside_of_the_film_are_told_and_not_used(film: Path, tmp_path: Path) -> None:
    subtitles, told = tmp_path / "film.srt", tmp_path / "best.json"
    subtitles.write_text("1\n01:00:02,000 --> 01:00:05,000\nFrom 01:00:00:00.\n")
    output = done("find", film, *LENGTHS, "--transcript", subtitles, "--json", told)
    assert "the transcript begins at 3602 s, and the timeline has 40 s" in output
    with serve() as model:
        asked = ("--backend", "transcript", "--transcript", subtitles, "--llm-url", model.url)
        message = failed("find", film, *LENGTHS, *asked, "--in-process")
    assert "Times count from the start of the timeline" in message


def test_what_is_no_subtitle_file_is_named(film: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.srt").write_text("no subtitles at all")
    message = failed("find", film, *LENGTHS, "--transcript", tmp_path / "notes.srt")
    assert "notes.srt: these are no subtitles" in message
    message = failed("find", film, *LENGTHS, "--transcript", tmp_path / "gone.srt")
    assert "gone.srt: the file cannot be read" in message


@pytest.mark.parametrize(
    ("backend", "part"),
    [
        ("", "a name of a highlighter is missing"),
        ("heuristic,", "a name of a highlighter is missing"),
        ("heuristic,heuristic", "a highlighter is given twice"),
        (
            "heuristic,embedding:model=a,b=c",
            "Write: ensemble:of=heuristic+embedding:model=a;b=c.",
        ),
        ("heuristic,nobody", "nobody: there is no such highlighter"),
        ("ensemble:of=heuristic+trained,shares=1", "there are 1 weights for 2 highlighters"),
        ("ensemble:of=heuristic+trained,shares=0+0", "one is above 0"),
        ("ensemble:of=heuristic+trained,shares=-1+2", "numbers of at least 0"),
        ("heuristic:faces=maybe", "faces: Input should be a valid boolean"),
        ("trained", "trained: it needs a model"),
        ("trained:folder=/missing", "features.json cannot be read"),
        ("transcript", "Name a subtitle file: --transcript film.srt"),
        ("heuristic,embedding", "embedding: it needs a model, and this run has none"),
    ],
)
def test_a_highlighter_that_cannot_be_used_is_named(cut: Path, backend: str, part: str) -> None:
    message = failed(
        "find", cut, *LENGTHS, "--in-process", "--models", "builtin", "--backend", backend
    )
    assert part in message


def test_fewer_passages_than_were_asked_for_are_told(cut: Path) -> None:
    asked = ("find", cut, "--min-duration", "15", "--max-duration", "20", "--top")
    assert "found 2 of 5 passages: no other of 15 to 20 s fits beside them" in done(*asked, "5")
    assert "of 2 passages" not in done(*asked, "2")


def test_markers_for_the_given_timeline_are_of_highlights_alone(cut: Path, tmp_path: Path) -> None:
    markers = tmp_path / "cut.edl"
    output = done("find", cut, *LENGTHS, "--top", "3", "--markers", markers)
    names = [
        part[2:].partition(" ·")[0]
        for part in markers.read_text().split("|")
        if part.startswith("M:")
    ]
    assert sorted(names) == ["HL 1", "HL 2", "HL 3"]
    assert f"wrote {markers}" in output


def test_weights_are_read_and_written(cut: Path, tmp_path: Path) -> None:
    given, written = tmp_path / "ensemble_weights.json", tmp_path / "used.json"
    given.write_text('{"min_duration": 8, "max_duration": 12, "top_n_clips": 1, "x_mine": 7}')
    out = tmp_path / "best.json"
    more = ("--weight-viral", "0.9", "--json", out, "--save-weights", written)
    done("find", cut, "--weights", given, *more)
    assert len(json.loads(out.read_text())["highlights"]) == 1
    assert json.loads(written.read_text()) == {
        "viral_weight": 0.9, "compelling_weight": 0.5, "min_duration": 8, "max_duration": 12,
        "top_n_clips": 1, "instagram_format": "reels", "enable_face_detection": True,
        "genre_specific": True, "x_mine": 7,
    }  # fmt: skip


def test_a_genre_of_the_weights_calibrates_and_another_is_told(cut: Path, tmp_path: Path) -> None:
    weights, out = tmp_path / "ensemble_weights.json", tmp_path / "best.json"
    fit = {"bias": 0.0, "temperature": 1.0, "clips": 80}
    weights.write_text(json.dumps({"x_genres": {"Drama": fit}}))
    asked = ("find", cut, *LENGTHS, "--weights", weights, "--json", out, "--genre")
    done(*asked, "drama")
    best = json.loads(out.read_text())["highlights"][0]
    assert best["confidence"] == pytest.approx(min(best["score"], 99.5) / 100, abs=0.002)
    (told,) = (reason for reason in best["reasons"] if "calibrated on" in reason)
    assert told.endswith(f"{best['confidence']:.0%}, calibrated on 80 clips of Drama")
    assert "no calibration of the genre 'Opera'" in done(*asked, "Opera")


def test_faces_can_be_left_out(cut: Path, tmp_path: Path) -> None:
    out = tmp_path / "best.json"
    done("find", cut, *LENGTHS, "--no-faces", "--json", out)
    found = json.loads(out.read_text())
    assert found["backends"] == ["heuristic:faces=false"]
    assert not {"faces", "closeness"} & found["highlights"][0]["criteria"].keys()
    assert found["weights"]["enable_face_detection"] is False


def test_several_highlighters_keep_their_highlights_apart(cut: Path, tmp_path: Path) -> None:
    out, markers = tmp_path / "best.json", tmp_path / "cut.edl"
    both = ("--backend", "heuristic", "--backend", "heuristic:faces=false", "--top", "1")
    done("find", cut, *LENGTHS, *both, "--json", out, "--markers", markers)
    found = json.loads(out.read_text())
    name = "builtin.highlight.heuristic:faces=false"
    assert [each["label"] for each in found["highlights"]] == ["HL 1", f"HL 1 ({name})"]
    assert set(found["curves"]) == {"builtin.highlight.heuristic", name}
    assert f"HL 1 ({name})" in markers.read_text()


def test_names_with_a_comma_judge_together(cut: Path, tmp_path: Path) -> None:
    out = tmp_path / "best.json"
    two = "heuristic, ensemble"
    message = failed("find", cut, *LENGTHS, "--backend", two, "--json", out)
    assert "an ensemble has no ensemble among its parts" in message
    assert "heuristic: faces=true" in done("find", "--backend", "list")


def test_a_moment_is_explained_beside_the_spread_of_the_timeline(cut: Path) -> None:
    output = done("explain", cut, "01:00:22:00", *LENGTHS)
    assert "01:00:22:00 of cut, by builtin.highlight.heuristic" in output
    for feature in FEATURES:
        assert feature in output
    assert "it lies in HL 1, 01:00:" in output
    assert "grips: as much as or more than" in output

    (told,) = json.loads(done("explain", cut, "01:00:22:00", *LENGTHS, "--json", "-q"))
    by_name = {each["name"]: each for each in told["criteria"]}
    low, middle, high = by_name["loudness"]["quartiles"]
    assert low <= middle <= high < by_name["loudness"]["value"]
    assert by_name["loudness"]["z"] == 5.0
    assert told["viral"] > 80
    assert (told["moment"], told["highlight"]) == ("22", "HL 1")


def test_a_moment_in_no_highlight_is_told_why(cut: Path) -> None:
    output = done("explain", cut, "01:00:39:00", *LENGTHS, "--top", "1")
    assert "the best passage around it, 01:00:" in output
    assert "; HL 1, the last of those wanted, has" in output
    long = ("--min-duration", "25", "--max-duration", "25", "--top", "1")
    # Half of the film or more: any two of them overlap.
    assert "overlaps HL 1, which has" in done("explain", cut, "01:00:38:00", *long)


@pytest.mark.parametrize(
    ("timecode", "part"),
    [
        ("00:00:22:00", "00:00:22:00 lies outside of it"),
        ("01:00:40:00", "Its frames are 01:00:00:00 to 01:00:39:11"),
        ("01:00:22:12", "no frame bears the timecode"),
        ("22 s", "'22 s' is no timecode like 01:02:10:00"),
    ],
)
def test_a_timecode_outside_of_the_timeline_is_an_error(
    cut: Path, timecode: str, part: str
) -> None:
    assert part in failed("explain", cut, timecode, *LENGTHS)


def test_a_film_shorter_than_a_passage_is_an_error_with_its_remedy(cut: Path, film: Path) -> None:
    asked = {("find", cut): "cut", ("find", film): "film", ("explain", cut, "01:00:22:00"): "cut"}
    for words, name in asked.items():
        message = failed(*words)
        assert f"{name}: it is 40.0 s long, and the shortest passage is to last 60 s" in message
        assert "--min-duration 10 --max-duration 20" in message


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--weight-viral", "0", "--weight-compelling", "0"), "are both 0"),
        (("--weight-viral", "-1"), "viral_weight: Input should be greater than or equal to 0"),
        (("--min-duration", "130"), "min_duration (130) is above max_duration (120)"),
        (("--max-duration", "nan"), "max_duration"),
        (("--top", "0"), "top_n_clips"),
        (("--preset", "virus"), "'social', 'marketing', 'story', 'movieclips'"),
        (("--backend", "heuristics"), "did you mean 'heuristic'"),
        (("--weights", "missing.json"), "it cannot be read"),
    ],
)
def test_a_wrong_option_is_named(cut: Path, words: tuple[str, ...], part: str) -> None:
    assert part in failed("find", cut, *words)


def test_a_mistake_in_the_weights_is_named_with_its_file(cut: Path, tmp_path: Path) -> None:
    weights = tmp_path / "ensemble_weights.json"
    for text, part in (
        ('{"viral": 1}', "there is no key 'viral'"),
        ('{"top_n_clips": "5"}', "top_n_clips: Input should be a valid integer"),
    ):
        weights.write_text(text)
        message = failed("find", cut, "--weights", weights)
        assert part in message
        assert "ensemble_weights.json" in message


def test_a_timeline_is_never_written_over_itself(cut: Path) -> None:
    before = cut.read_bytes()
    assert "this is what is read" in failed("find", cut, *LENGTHS, "-o", cut)
    assert cut.read_bytes() == before


def test_two_files_never_have_one_place(cut: Path, tmp_path: Path) -> None:
    place = tmp_path / "best.json"
    message = failed("find", cut, *LENGTHS, "--json", place, "--save-weights", place)
    assert "Choose another place with --json" in message
    assert not place.exists()


def test_black_without_sound_has_no_passage(tmp_path: Path) -> None:
    black, out = tmp_path / "black.mp4", tmp_path / "best.otio"
    write_video(black, [np.zeros((90, 160, 3), np.uint8)] * (20 * RATE), Fraction(RATE))
    asked = ("find", black, "--min-duration", "5", "--max-duration", "9")
    assert "no passage stands out in this timeline" in done(*asked)
    assert "no passage stands out in it, so there is none to write" in failed(*asked, "-o", out)
    assert not out.exists()
    assert "nothing stands out in this timeline" in done(
        "explain", black, "00:00:05:00", "--min-duration", "5", "--max-duration", "9"
    )


def test_a_film_without_sound_is_judged_by_its_picture(tmp_path: Path) -> None:
    silent, out = tmp_path / "silent.mp4", tmp_path / "best.json"
    write_video(silent, pictures(), Fraction(RATE))
    done("find", silent, *LENGTHS, "--json", out)
    best = json.loads(out.read_text())["highlights"][0]
    assert Fraction(best["start"]) <= 20 < Fraction(best["start"]) + Fraction(best["duration"])
    assert "judged by picture alone: no sound is known here" in best["reasons"]
