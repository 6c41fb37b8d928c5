"""The language model is asked once, its answers are checked, and its faults are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from shotlog.analyzers.clock import EditClock
from shotlog.highlights import HIGHLIGHTERS, Judgement, make_highlight_analyzers
from shotlog.schema import HighlighterError, HighlightOptions
from tests.analyzers.edits import Footage, cut_up
from tests.highlights.transcript.language_model import LanguageModel, score_by_length, serve

VIEW = cut_up(Footage(60), (10, 20, 30, 40, 50))
LONG = "this sentence is by far the longest of all that anybody says here."


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LanguageModel]:
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path / "cache.sqlite"))
    with serve() as running:
        yield running


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    """A sentence every six seconds; the fifth, at 24 s, is long."""
    path = tmp_path / "film.srt"
    texts = ["Yes, it is."] * 10
    texts[4] = LONG
    path.write_text(
        "\n".join(
            f"{n + 1}\n00:00:{6 * n:02},000 --> 00:00:{6 * n + 5:02},000\n{text}\n"
            for n, text in enumerate(texts)
        )
    )
    return path


def judge(model: LanguageModel, transcript: Path, more: str = "") -> Judgement:
    text = f"transcript:file={transcript},llm-url={model.url}{more}"
    return HIGHLIGHTERS.choose(text).judge(EditClock.of(VIEW), [])


def test_what_scores_highest_is_the_highlight_with_its_reason(
    model: LanguageModel, transcript: Path
) -> None:
    text = f"transcript:file={transcript},llm-url={model.url}"
    (analyzer,) = make_highlight_analyzers(HighlightOptions(backends=(text,)))
    best = analyzer.conclude(VIEW)[0]
    assert best.range.start <= 24 < 29 <= best.range.end
    assert f"{len(LONG.split())} words" in best.reasons
    assert analyzer.name.startswith("remote.highlight.transcript")


def test_pauses_between_sentences_belong_to_them_and_long_silence_is_unknown(
    model: LanguageModel, tmp_path: Path
) -> None:
    path = tmp_path / "film.srt"
    path.write_text(
        "1\n00:00:00,000 --> 00:00:02,000\nOne.\n\n2\n00:00:04,000 --> 00:00:06,000\nTwo two.\n\n"
        "3\n00:00:30,000 --> 00:00:50,000\nThree.\n"
    )
    viral = judge(model, path).viral
    assert np.isfinite(viral[:24]).all()
    assert np.isnan(viral[24:120]).all()


def test_the_same_text_is_asked_once(model: LanguageModel, transcript: Path) -> None:
    first, second = judge(model, transcript), judge(model, transcript)
    assert len(model.questions) == 1
    np.testing.assert_array_equal(first.viral, second.viral)


def test_other_instructions_or_another_model_are_asked_anew(
    model: LanguageModel, transcript: Path, tmp_path: Path
) -> None:
    prompt = tmp_path / "prompt.md"
    prompt.write_text("Score jokes alone.")
    judge(model, transcript)
    judge(model, transcript, f",prompt={prompt}")
    judge(model, transcript, ",llm-model=larger")
    asked = [(q["model"], q["messages"][0]["content"][:11]) for q in model.questions]
    assert asked == [
        ("default", "You judge w"), ("default", "Score jokes"), ("larger", "You judge w"),
    ]  # fmt: skip


def test_a_long_transcript_is_asked_in_parts(model: LanguageModel, tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_text(
        "\n".join(
            f"{n + 1}\n00:00:{n / 2:06.3f} --> 00:00:{n / 2 + 0.5:06.3f}\nWord {n}.\n"
            for n in range(100)
        ).replace(".", ",")
        .replace(",\n", ".\n")
    )  # fmt: skip
    judge(model, path)
    assert len(model.questions) == 3
    assert all(question["temperature"] == 0 for question in model.questions)


def test_json_within_a_fence_is_understood(model: LanguageModel, transcript: Path) -> None:
    model.answer = lambda sentences: f"Sure!\n```json\n{score_by_length(sentences)}\n```"
    assert np.isfinite(judge(model, transcript).viral).any()


def test_a_second_question_follows_an_answer_of_another_form(
    model: LanguageModel, transcript: Path
) -> None:
    answers = iter(["I liked the fifth one."])
    model.answer = lambda sentences: next(answers, score_by_length(sentences))
    judge(model, transcript)
    assert len(model.questions) == 2


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("The fifth sentence is the best.", "no JSON"),
        ('{"scores": [{"number": 1, "viral": 300, "compelling": 1}]}', "less than or equal to 100"),
        ('{"scores": [{"number": 1, "viral": 1, "compelling": 1}]}', "each once"),
        ('{"scores": [{"number": 1, "start": "00:99", "viral": 1, "compelling": 1}]}', "start"),
        ('{"scores": "high"}', "scores"),
    ],
)
def test_an_answer_of_another_form_is_refused_and_not_kept(
    model: LanguageModel, transcript: Path, content: str, part: str
) -> None:
    model.answer = lambda _: content
    for _ in range(2):
        with pytest.raises(HighlighterError) as caught:
            judge(model, transcript)
        assert part in str(caught.value)
    assert len(model.questions) == 4


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"<html>nginx</html>", 200), (b'{"choices": []}', 200), (b"{}", 500), (b"{}", 401)],
)
def test_a_service_that_is_no_language_model_is_told(
    model: LanguageModel, transcript: Path, body: bytes, status: int
) -> None:
    model.answer, model.status = lambda _: body, status
    with pytest.raises(HighlighterError, match="/v1"):
        judge(model, transcript)


def test_a_slow_service_is_not_waited_for_without_end(
    model: LanguageModel, transcript: Path
) -> None:
    model.delay = 1.0
    with pytest.raises(HighlighterError, match=r"no answer within 0\.1 s"):
        judge(model, transcript, ",seconds=0.1")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "ftp://host", "nonsense", "http://["])
def test_a_service_that_is_not_there_is_told(
    model: LanguageModel, transcript: Path, url: str
) -> None:
    text = f"transcript:file={transcript},llm-url={url}"
    with pytest.raises(HighlighterError, match="cannot be asked"):
        HIGHLIGHTERS.choose(text).judge(EditClock.of(VIEW), [])


def test_a_transcript_of_another_film_is_refused(model: LanguageModel, tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    path.write_text("1\n01:00:00,000 --> 01:00:02,000\nAn hour later.\n")
    with pytest.raises(HighlighterError, match="start of the timeline"):
        judge(model, path)
    assert model.questions == []


@pytest.mark.parametrize("parameters", ["", "file=film.srt", "llm-url=http://localhost:1/v1"])
def test_nothing_is_asked_unless_both_transcript_and_service_are_named(parameters: str) -> None:
    backend = f"transcript:{parameters}" if parameters else "transcript"
    with pytest.raises(HighlighterError, match="it needs a"):
        make_highlight_analyzers(HighlightOptions(backends=(backend,)))


def test_an_answer_that_was_kept_and_is_damaged_is_asked_again(
    model: LanguageModel, transcript: Path, tmp_path: Path
) -> None:
    judge(model, transcript)
    (kept,) = (tmp_path / "cache.sqlite.answers").iterdir()
    assert json.loads(kept.read_text())["scores"]
    kept.write_text("{")
    judge(model, transcript)
    assert len(model.questions) == 2
