"""Contract of highlighters, checked for every installed one."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from shotlog.analyzers.clock import EditClock
from shotlog.highlights import HIGHLIGHTERS, Highlighter, make_highlight_analyzers
from shotlog.highlights.trained import TrainedHighlighter, write_model
from shotlog.learning.highlights import train
from shotlog.schema import EditView, Family, HighlighterError, HighlightOptions
from tests.analyzers.edits import Event, Footage, cut_up
from tests.highlights.transcript.language_model import serve
from tests.highlights.vectors import VECTORS, random_vectors, with_vectors
from tests.learning.highlights.made_films import BLOCKS, made_film, seen_film

NAMES = {"embedding", "ensemble", "heuristic", "trained", "transcript"}
NETWORK = TrainedHighlighter(folder="/network")
"""Stands for the trained highlighter with a network, which has its folder only in a test."""
EVERY = [*HIGHLIGHTERS.installed, NETWORK]
SUBTITLES = "".join(
    f"{n + 1}\n00:00:{6 * n:02},000 --> 00:00:{6 * n + 5:02},000\n{'word ' * count}.\n\n"
    for n, count in enumerate([1, 1, 1, 1, 10, 1, 1, 1, 1, 1])
)
each = pytest.mark.parametrize("highlighter", EVERY, ids=lambda h: str(h.text))

FOOTAGE = Footage(90, [Event(20, 3, loudness=14, motion=0.1), Event(60, 5, speech=0.9, loudness=8)])
SEEN = random_vectors(45)
SEEN[[10, 11, 30, 31, 32]] += 0.25 * np.random.default_rng(1).normal(size=(5, 4))  # the events
VIEW = with_vectors(cut_up(FOOTAGE, (5, 9, 14, 19, 26, 33, 39, 47, 52, 66, 80)), SEEN)


@pytest.fixture(scope="module")
def parameters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, str]]]:
    """By its text, what a highlighter cannot do without."""
    file = tmp_path_factory.mktemp("transcript") / "film.srt"
    file.write_text(SUBTITLES)
    folder = tmp_path_factory.mktemp("trained") / "model"
    learned = train([made_film(number) for number in range(2)])
    write_model(folder, learned.model, learned.facts, "made evidence")
    network = train([seen_film(number, loudness=8) for number in range(3)], BLOCKS, "network")
    write_model(folder.parent / "network", network.model, network.facts, "made evidence")
    with serve() as model:
        yield {
            "trained": {"folder": str(folder)},
            NETWORK.text: {"folder": str(folder.parent / "network")},
            "transcript": {"file": str(file), "llm_url": model.url},
        }


@pytest.fixture
def usable(
    highlighter: Highlighter,
    parameters: dict[str, dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Highlighter:
    """The highlighter with all that it needs."""
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path / "cache.sqlite"))
    return highlighter.model_copy(update=parameters.get(highlighter.text, {}))


def options(highlighter: Highlighter) -> HighlightOptions:
    return HighlightOptions(backends=(highlighter.text,))


def test_every_highlighter_is_installed_under_its_name() -> None:
    assert {highlighter.name for highlighter in EVERY} >= NAMES


@each
def test_a_highlighter_is_chosen_again_by_its_own_text(highlighter: Highlighter) -> None:
    assert HIGHLIGHTERS.choose(highlighter.text) == highlighter


@each
def test_a_judgement_has_a_value_for_every_step(usable: Highlighter) -> None:
    clock = EditClock.of(VIEW)
    judgement = usable.judge(clock, [VECTORS])
    for values in (judgement.viral, judgement.compelling):
        assert values.shape == (len(clock),)
        assert np.isfinite(values).any()
    for criterion in judgement.criteria:
        assert criterion.z.shape == criterion.values.shape == (len(clock),)
    names = [criterion.name for criterion in judgement.criteria]
    assert len(set(names)) == len(names)
    assert {name for absence in judgement.absences for name in absence.criteria} <= set(names)


@each
def test_no_criterion_of_faces_is_left_without_them(usable: Highlighter) -> None:
    view = EditClock.of(VIEW)
    judgement = usable.without_faces().judge(view, [VECTORS])
    assert not any("face" in criterion.text for criterion in judgement.criteria)
    assert HIGHLIGHTERS.choose(usable.without_faces().text) == usable.without_faces()


@each
def test_two_judgements_are_equal(usable: Highlighter) -> None:
    first, second = (usable.judge(EditClock.of(VIEW), [VECTORS]) for _ in range(2))
    np.testing.assert_array_equal(first.viral, second.viral)
    np.testing.assert_array_equal(first.compelling, second.compelling)


@each
def test_highlights_are_numbered_from_the_best_and_lie_apart(usable: Highlighter) -> None:
    (analyzer,) = make_highlight_analyzers(options(usable), [VECTORS])
    assert analyzer.family is Family.HIGHLIGHT
    assert analyzer.name.startswith(f"{usable.tier}.highlight.")
    claims = analyzer.conclude(VIEW)
    assert claims
    assert [claim.label for claim in claims] == [f"HL {n}" for n in range(1, len(claims) + 1)]
    spans = sorted((claim.range for claim in claims), key=lambda span: span.start)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    for claim in claims:
        assert 0 <= claim.range.start < claim.range.end <= VIEW.edit.duration
        assert 0 <= claim.confidence <= 1
        assert 0 <= claim.scores["score"] <= 100
        assert all(math.isfinite(score) for score in claim.scores.values())
        assert claim.reasons


@each
def test_without_evidence_nothing_is_found(usable: Highlighter) -> None:
    (analyzer,) = make_highlight_analyzers(options(usable), [VECTORS])
    empty = VIEW.edit.model_copy(update={"clips": (), "duration": Fraction(0)})
    assert list(analyzer.conclude(EditView(edit=empty, shots=[]))) == []
    assert analyzer.curve(EditView(edit=empty, shots=[])) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("heuristics", "did you mean 'heuristic'"),
        ("heuristic:speed=3", "no parameter 'speed'"),
        ("heuristic:fast", "'fast' is not a parameter"),
        ("", "no such highlighter"),
    ],
)
def test_a_wrong_choice_is_an_error_that_tells_the_right_ones(text: str, part: str) -> None:
    with pytest.raises(HighlighterError) as caught:
        HIGHLIGHTERS.choose(text)
    assert part in str(caught.value)
