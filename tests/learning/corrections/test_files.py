"""The file of corrections, their order, their conflicts and their figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shotlog.learning.corrections import (
    Corrections,
    read_corrections,
    summarize_corrections,
    write_corrections,
)
from shotlog.schema import OutputNotWritable
from shotlog.schema.learning import CorrectionKind, CorrectionsUnreadable
from tests.learning.corrections.made import correction

RENAMED = CorrectionKind.RENAMED


def test_corrections_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    whole = Corrections(
        [correction(start=n, editor="Ada" if n % 2 else "") for n in range(5)]
        + [correction(RENAMED, ("CS",), start=9)]
    )
    write_corrections(file, whole)
    assert read_corrections([file]) == whole
    assert len(file.read_text().splitlines()) == 6


def test_any_order_gives_the_same_bytes(tmp_path: Path) -> None:
    listed = [correction(start=n, project=p) for n in range(20) for p in ("b", "a")]
    write_corrections(tmp_path / "one", Corrections(listed))
    write_corrections(tmp_path / "two", Corrections(listed[::-1] + listed[:7]))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    file.touch(mode=0o666)
    write_corrections(file, Corrections([correction()]))
    assert file.stat().st_mode & 0o777 == 0o600


def test_several_files_are_read_as_one(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_corrections(tmp_path / name, Corrections([correction(project=name)]))
    assert read_corrections([tmp_path / "b", tmp_path / "a"]).projects == ("a", "b")


def _damaged() -> list[tuple[bytes, str]]:
    good = correction().model_dump_json()
    newer = json.dumps({**json.loads(good), "version": 2})
    unknown = json.dumps({**json.loads(good), "more": 1})
    return [
        (f"{good}\n{{\n".encode(), "line 2 is no JSON"),
        (f"\n{good}\n[]\n".encode(), "line 3 is no correction"),
        (newer.encode(), "line 1 was written by a newer Shotlog"),
        (unknown.encode(), "line 1 is no correction (more:"),
        (good.replace('"0"', "0.5").encode(), "line 1 is no correction (said.0.source.start"),
        (b"\xff\xfe{", "it is no file of corrections"),
    ]


@pytest.mark.parametrize(("content", "words"), _damaged())
def test_a_damaged_line_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "c.jsonl"
    file.write_bytes(content)
    with pytest.raises(CorrectionsUnreadable) as refused:
        read_corrections([file])
    assert words in refused.value.problem.message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorrectionsUnreadable, match=r"absent\.jsonl"):
        read_corrections([tmp_path / "absent.jsonl"])


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable):
        write_corrections(tmp_path, Corrections([correction()]))


def test_a_newer_correction_of_the_same_timeline_replaces_the_older() -> None:
    older = Corrections([correction(), correction(start=20)])
    newer = Corrections([correction(RENAMED, ("CS",))])
    now = older.updated(newer)
    assert [(int(each.source.start), each.labels) for each in now] == [(0, ("CS",)), (20, ("MS",))]
    assert now.updated(newer) == now


def test_what_two_editors_say_of_one_shot_is_kept_as_a_conflict() -> None:
    one = Corrections([correction(editor="Ada"), correction(start=20, editor="Ada")])
    both = one.updated(
        Corrections(
            [correction(RENAMED, ("CS",), editor="Bob"), correction(start=20, editor="Bob")]
        )
    )
    assert len(both) == 4
    (conflict,) = both.conflicts
    assert [(each.editor, each.labels) for each in conflict.corrections] == [
        ("Ada", ("MS",)),
        ("Bob", ("CS",)),
    ]


def test_what_two_timelines_say_of_one_shot_is_kept_as_a_conflict() -> None:
    one = Corrections([correction(timeline="v1.otio")])
    both = one.updated(Corrections([correction(RENAMED, ("CS",), timeline="v2.otio")]))
    assert len(both) == 2
    assert len(both.conflicts) == 1


def test_the_summary_counts_what_editors_did() -> None:
    listed = [correction(start=n) for n in range(6)]
    listed += [correction(RENAMED, ("CS",), start=10 + n) for n in range(3)]
    listed += [correction(RENAMED, (), start=20), correction(CorrectionKind.DELETED, (), start=30)]
    summary = summarize_corrections(Corrections(listed))
    assert {count.kind.value: count.count for count in summary.counts} == {
        "kept": 6, "renamed": 4, "deleted": 1,
    }  # fmt: skip
    (agreement,) = summary.agreements
    assert (agreement.analyzer, agreement.kept, agreement.renamed) == ("faces", 6, 4)
    assert agreement.share == pytest.approx(0.6)
    assert [(c.written, c.now, c.count) for c in summary.changes] == [
        ("MS", "CS", 3),
        ("MS", "undefined", 1),
    ]
