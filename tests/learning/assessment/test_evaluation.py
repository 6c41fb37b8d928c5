"""The evaluation of a model: a board, the page, the table of scores."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from shotlog.learning.assessment import (
    ClipScores,
    Evaluation,
    answers_of,
    assess,
    evaluate,
    render_evaluation,
    scores_table,
    worst_of,
)
from shotlog.learning.clips import DataSet, PublishedBoard
from shotlog.models.catalog import Registry
from tests.learning.assessment.made_scores import of_moves, of_sizes

BOARD = PublishedBoard(
    title="A board",
    source="https://example.org (CC-BY-4.0)",
    columns=(("dolly_in", "in"), ("pan_left", "pan left"), ("roll_left", "roll CCW")),
    rows={"Best": (86.8, 41.3, 30.5, 52.9)},
)
DATA = DataSet(name="Clips", clips=(), skipped=Counter({"its file is missing": 2}), board=BOARD)
MOVES = of_moves(
    ("dolly_in", "pan_left", "roll_left"),
    [(0.9, 0.2, 0), (0.8, 0.7, 0), (0.3, 0.6, 0), (0.2, 0.1, 0)],
    [(1, 0, 0), (0, 1, 0), (1, 0, 1), (0, 1, 0)],
    np.array([[1, 1, 1], [1, 1, 1], [1, 0, 1], [1, 1, 1]], np.bool_),
)
SIZES = of_sizes([("CS", {"CS": 0.9, "MS": 0.1}), ("MS", {"CS": 0.8, "MS": 0.2})])


def evaluated(scores: ClipScores, data: DataSet = DATA) -> Evaluation:
    card = Registry().card("movieshots-scale")
    return evaluate(assess(scores), data, model=card.name, weights="0123", card=card)


def test_a_model_stands_on_the_board_by_the_clips_of_which_each_label_is_known() -> None:
    board = evaluated(MOVES).board
    assert board is not None
    # in: hit, miss, hit, miss. pan left, without the third clip: hit, miss, hit.
    dolly, pan, roll = (1 / 1 + 2 / 3) / 2, (1 / 1 + 2 / 3) / 2, 1 / 4
    assert board.own.precisions == pytest.approx((dolly, pan, roll))
    assert board.own.mean == pytest.approx((dolly + pan + roll) / 3)
    assert board.published[0].precisions == pytest.approx((0.868, 0.413, 0.305))
    assert board.missing == ("roll CCW",)


def test_a_column_that_no_clip_shows_has_no_figure() -> None:
    board = evaluated(MOVES.of(["clip000", "clip001"])).board
    assert board is not None
    assert board.own.precisions == (1, 1, None)
    assert board.own.mean == 1


def test_published_figures_stand_beside_with_the_sentence_that_they_are_of_other_data() -> None:
    page = render_evaluation(evaluated(SIZES, replace(DATA, board=None)), SIZES)
    assert "88.93 %" in page
    assert "taken on other data" in page
    assert "A board" not in page


def test_the_worst_errors_are_those_that_were_surest() -> None:
    scores = of_sizes(
        [
            ("CS", {"MS": 0.6, "CS": 0.4}),
            ("CS", {"MS": 0.9, "CS": 0.1}),
            ("MS", {"MS": 1.0}),
        ]
    )
    worst = worst_of(answers_of(scores), 5)
    assert [(one.clip, one.true, one.named) for one in worst] == [
        ("clip001", ("CS",), ("MS",)),
        ("clip000", ("CS",), ("MS",)),
    ]
    assert worst_of(answers_of(scores), 1) == worst[:1]


def test_the_table_has_every_clip_with_all_its_scores() -> None:
    rows = list(csv.DictReader(scores_table(MOVES).splitlines()))
    assert [row["clip"] for row in rows] == list(MOVES.clips)
    assert rows[1] == {
        "clip": "clip001", "film": "film1", "true": "pan_left", "named": "dolly_in+pan_left",
        "right": "no", "dolly_in": "0.8", "pan_left": "0.7", "roll_left": "0",
    }  # fmt: skip


class _Tags(HTMLParser):
    """Counts elements, and fails on one that is closed out of order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] += 1
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_has_both_plots_and_no_picture() -> None:
    page = render_evaluation(evaluated(MOVES), MOVES)
    tags = _Tags()
    tags.feed(page)
    assert not tags.open
    assert (tags.count["svg"], tags.count["img"], tags.count["script"]) == (2, 0, 0)
    # A cell for each pair of a label and an answer, and the frame of the other plot.
    assert tags.count["rect"] == 3 * 4 + 1
    assert "2 clips, its file is missing" in page


def test_names_of_clips_are_text_on_the_page() -> None:
    scores = replace(SIZES, clips=("<b>", "&amp;\udcff"))
    page = render_evaluation(evaluated(scores), scores)
    assert "<b>" not in page
    assert "&amp;amp;?" in page


def test_the_same_scores_give_the_same_page() -> None:
    shuffled = MOVES.of(MOVES.clips[::-1])
    assert render_evaluation(evaluated(MOVES), MOVES) == render_evaluation(
        evaluated(shuffled), shuffled
    )
