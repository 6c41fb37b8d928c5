"""Plans: what is found, what is paired, what is the same, what is passed over."""

from __future__ import annotations

import os
import shutil
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from shotlog.batch import BatchOptions, BatchPlan, OutputFolder
from shotlog.batch.manifest import Item
from shotlog.markers import MarkerOptions
from shotlog.media import probe
from shotlog.schema import BatchEmpty, BatchError, ImageSequence, MediaMissing, MediaReference
from shotlog.service.protocol import AnalysisOptions
from shotlog_otio import make_timeline
from tests.batch.season import OPTIONS, film, plan, season, timeline


def items(planned: BatchPlan) -> dict[str, Item]:
    return {item.name: item for item in planned.items.values()}


def test_timelines_and_film_that_none_uses_are_found(tmp_path: Path) -> None:
    root = season(tmp_path / "season", timelines=2)
    film(root / "loose" / "B001.mp4", 9)
    found = items(plan([root], tmp_path / "out"))
    assert {name: item.kind for name, item in found.items()} == {
        "ep0/cut0.otio": "timeline",
        "ep1/cut1.otio": "timeline",
        "loose/B001.mp4": "media",
    }
    assert found["loose/B001.mp4"].output == "loose/B001.mp4.marked.otio"
    assert found["ep0/cut0.otio"].output == "ep0/cut0.marked.otio"


def test_content_decides_what_is_a_timeline(tmp_path: Path) -> None:
    films = [film(tmp_path / "season" / "A.mp4", 1)]
    named_as_text = timeline(tmp_path / "season" / "cut.txt", films)
    named_as_film = timeline(tmp_path / "season" / "cut.mov", films, name="other")
    (tmp_path / "season" / "notes.otio").write_text("dear editor")
    planned = plan([tmp_path / "season"], tmp_path / "out")
    assert set(items(planned)) == {named_as_text.name, named_as_film.name}
    assert [Path(each.path).name for each in planned.manifest.problems] == ["notes.otio"]


def test_the_same_timeline_under_two_names_is_one_item_with_a_copy(tmp_path: Path) -> None:
    root = season(tmp_path / "season", timelines=1)
    shutil.copy(root / "ep0" / "cut0.otio", root / "ep0" / "final FINAL.otio")
    (one,) = plan([root], tmp_path / "out").items.values()
    assert one.name == "ep0/cut0.otio"
    assert [copy.output for copy in one.copies] == ["ep0/final FINAL.marked.otio"]


def test_a_copied_film_is_one_item_with_a_copy(tmp_path: Path) -> None:
    one = film(tmp_path / "dailies" / "A.mp4", 1)
    shutil.copy(one, one.with_name("B.mp4"))
    (item,) = plan([tmp_path / "dailies"], tmp_path / "out").items.values()
    assert (item.name, [copy.name for copy in item.copies]) == ("A.mp4", ["B.mp4"])


def test_media_that_have_moved_are_paired_by_name(tmp_path: Path) -> None:
    root = season(tmp_path / "season", timelines=1)
    (root / "media").rename(root / "archive")
    planned = plan([root], tmp_path / "out")
    (item,) = planned.items.values()
    assert len(item.media) == 2
    assert any("found by name" in warning for warning in planned.manifest.warnings)


def test_a_map_leads_to_media_on_another_mount(tmp_path: Path) -> None:
    root = season(tmp_path / "season", timelines=1)
    (root / "media").rename(tmp_path / "mount")
    maps = (f"{root / 'media'}={tmp_path / 'mount'}",)
    (item,) = plan([root / "ep0"], tmp_path / "out", maps=maps).items.values()
    assert len(item.media) == 2
    assert not item.relinks


def test_offline_media_change_the_item_so_that_it_is_logged_again_when_they_are_there(
    tmp_path: Path,
) -> None:
    root = season(tmp_path / "season", timelines=1)
    away = (root / "media" / "A000.mp4").rename(tmp_path / "away.mp4")
    (without,) = plan([root], tmp_path / "out").items
    away.rename(root / "media" / "A000.mp4")
    (with_it,) = plan([root], tmp_path / "out").items
    assert without != with_it


def test_a_touched_file_is_the_same_item(tmp_path: Path) -> None:
    root = season(tmp_path / "season", timelines=1)
    before = set(plan([root], tmp_path / "out").items)
    for path in root.rglob("*.*"):
        os.utime(path, (0, 0))
    assert set(plan([root], tmp_path / "out").items) == before


@pytest.mark.parametrize(
    "options",
    [
        BatchOptions(analysis=AnalysisOptions(models="builtin", facts=True, cuts="off")),
        BatchOptions(analysis=AnalysisOptions(models="builtin", facts=True, cuts="adaptive")),
        OPTIONS.model_copy(update={"markers": MarkerOptions(highlights=False)}),
        OPTIONS.model_copy(update={"on": "clips"}),
    ],
)
def test_other_options_make_other_items(tmp_path: Path, options: BatchOptions) -> None:
    root = season(tmp_path / "season", timelines=1)
    before = set(plan([root], tmp_path / "out").items)
    assert set(plan([root], tmp_path / "out", options).items).isdisjoint(before)


def test_an_output_inside_of_the_input_is_not_logged(tmp_path: Path) -> None:
    root = season(tmp_path / "season", timelines=1)
    out = root / "logged"
    first = plan([root], out)
    timeline(out / "ep0" / "cut0.marked.otio", [root / "media" / "A000.mp4"])
    film(out / "pictures" / "B.mp4", 7)
    assert plan([root], out).items == first.items


def test_an_output_that_is_the_input_itself_does_not_log_its_own_results(tmp_path: Path) -> None:
    root = season(tmp_path / "season", timelines=1)
    first = plan([root], root)
    timeline(root / "ep0" / "cut0.marked.otio", [root / "media" / "A000.mp4"])
    assert set(plan([root], root).items) == set(first.items)


def test_an_input_inside_of_the_output_is_refused(tmp_path: Path) -> None:
    OutputFolder(tmp_path / "out").make()
    root = season(tmp_path / "out" / "season", timelines=1)
    with pytest.raises(BatchError, match="inside of the output"):
        plan([root], tmp_path / "out")


def test_a_list_names_files_relative_to_itself(tmp_path: Path) -> None:
    root = season(tmp_path / "season", timelines=2)
    listing = root / "tonight.txt"
    listing.write_text("# tonight\n\nep1/cut1.otio\nep7/cut7.otio\ntonight.txt\n")
    planned = plan([listing], tmp_path / "out")
    assert set(items(planned)) == {"cut1.otio"}
    told = [each.path.rpartition(" ")[2] for each in planned.manifest.problems]
    assert told == ["4", "5"]


def test_a_list_that_names_nothing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("nowhere.otio\n")
    with pytest.raises(BatchEmpty, match="names no file"):
        plan([tmp_path / "list.txt"], tmp_path / "out")


def test_an_empty_folder_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "season").mkdir()
    with pytest.raises(BatchEmpty, match="no timeline and no film"):
        plan([tmp_path / "season"], tmp_path / "out")


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MediaMissing):
        plan([tmp_path / "season"], tmp_path / "out")


def test_ten_thousand_empty_files_are_told_in_one_sentence(tmp_path: Path) -> None:
    root = tmp_path / "season"
    root.mkdir()
    for number in range(5_000):
        (root / f"{number}.otio").touch()
        (root / f"{number}.mp4").touch()
    with pytest.raises(BatchEmpty, match=r"10,000 files are empty") as error:
        plan([root], tmp_path / "out")
    assert len(str(error.value)) < 500
    one = film(root / "A.mp4", 1)
    planned = plan([root], tmp_path / "out")
    assert set(items(planned)) == {one.name}
    assert not planned.manifest.problems


def test_one_damaged_timeline_costs_no_other(tmp_path: Path) -> None:
    root = season(tmp_path / "season", timelines=2)
    (root / "ep0" / "cut0.otio").write_text('{"OTIO_SCHEMA": "Timeline.1", "tracks": ')
    planned = plan([root], tmp_path / "out")
    assert "ep1/cut1.otio" in items(planned)
    assert [Path(each.path).name for each in planned.manifest.problems] == ["cut0.otio"]


def test_outputs_with_the_same_name_get_numbers(tmp_path: Path) -> None:
    one = film(tmp_path / "a" / "day" / "A.mp4", 1)
    two = film(tmp_path / "b" / "day" / "A.mp4", 2)
    planned = plan([one.parent, two.parent], tmp_path / "out")
    outputs = {item.output for item in planned.items.values()}
    assert outputs == {"day/A.mp4.marked.otio", "day/A.mp4.marked-2.otio"}


def test_shards_of_an_earlier_plan_are_removed(tmp_path: Path) -> None:
    folder = OutputFolder(tmp_path / "out")
    folder.make()
    (folder.shards / "0999.json").write_text("{}")
    plan([season(tmp_path / "season", timelines=1)], tmp_path / "out")
    assert not (folder.shards / "0999.json").exists()


def test_a_name_that_is_not_utf8_is_planned(tmp_path: Path) -> None:
    name = film(tmp_path / "season" / "A.mp4", 1).with_name(os.fsdecode(b"caf\xe9.mp4"))
    name.with_name("A.mp4").rename(name)
    (item,) = plan([tmp_path / "season"], tmp_path / "out").items.values()
    assert item.path == str(name)


def numbered(folder: Path, count: int = 30) -> Path:
    """Write numbered pictures."""
    folder.mkdir(parents=True)
    for number in range(count):
        pixels = np.full((48, 64, 3), number * 8, np.uint8)
        cv2.imwrite(str(folder / f"vfx.{number + 1:04}.png"), pixels)
    return folder


def test_numbered_pictures_that_no_timeline_uses_are_one_film(tmp_path: Path) -> None:
    numbered(tmp_path / "season" / "vfx")
    (item,) = plan([tmp_path / "season"], tmp_path / "out").items.values()
    assert item.kind == "media"
    assert item.frames is not None
    assert item.frames.pattern.endswith("vfx.%04d.png")


def test_numbered_pictures_of_a_timeline_are_not_logged_once_more(tmp_path: Path) -> None:
    folder = numbered(tmp_path / "season" / "vfx")
    sequence = ImageSequence(pattern=f"{folder}/vfx.%04d.png", first=1, rate=Fraction(25))
    media = probe(MediaReference(path=str(folder / "vfx.0001.png"), sequence=sequence))
    (tmp_path / "season" / "cut.otio").write_bytes(make_timeline([media], "cut"))
    assert set(items(plan([tmp_path / "season"], tmp_path / "out"))) == {"cut.otio"}
