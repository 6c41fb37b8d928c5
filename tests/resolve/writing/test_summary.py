"""The sentence that an editor reads after a run."""

from __future__ import annotations

from shotlog_resolve.placing import SkippedMarker
from shotlog_resolve.reports import MarkerReport, RemovalReport
from shotlog_resolve.summary import Left, left_sentences, marker_sentence, removal_sentence


def test_what_was_added_replaced_kept_and_skipped_is_one_sentence() -> None:
    report = MarkerReport()
    report.added, report.replaced, report.kept, report.moved = 1200, 3, 1, 2
    report.skipped = [SkippedMarker("MS", 4, "another marker is there")]

    assert marker_sentence(report) == (
        "1,200 markers added, 3 replaced, 1 kept as edited by you and 1 skipped;"
        " 2 stand beside their frames, which other markers have."
    )


def test_the_first_number_says_of_what() -> None:
    report, removal = MarkerReport(), RemovalReport()
    report.unchanged, removal.kept = 40, 1

    assert marker_sentence(report) == "40 markers unchanged."
    assert removal_sentence(removal) == "1 marker kept as edited by you."


def test_nothing_is_a_sentence_too() -> None:
    assert marker_sentence(MarkerReport()) == "No marker to write."
    assert removal_sentence(RemovalReport()) == "There is no marker of Shotlog on this timeline."


def test_what_was_left_out_is_listed_by_reason_with_three_names_at_most() -> None:
    off = [Left(f"A00{n}", f"V1 at 0{n}", "it is switched off") for n in range(1, 6)]
    told = left_sentences([*off, Left("", "V2", "it is a title")], "clip", "clips")

    assert told == [
        "5 clips left out (it is switched off): A001 (V1 at 01), A002 (V1 at 02), A003 (V1 at 03)"
        " and 2 more, see the log.",
        "1 clip left out (it is a title): a clip without a name (V2).",
    ]
