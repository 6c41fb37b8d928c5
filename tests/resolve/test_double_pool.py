"""The double against rules 12, 15, 16 and section 7 of the reference: media, new timelines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.resolve.double import Double, ProjectSpec


def film(rate: str = "24", fps: str = "24", locked: bool = False) -> Double:
    spec = ProjectSpec(rate=rate)
    spec.media("/films/beach.mov", fps=fps, frames=1000)
    spec.media("/films/music.wav", type="audio", frames=1000)
    spec.media("/films/rush.mov", folder="Rushes/Day 1", frames=1000)
    cut = spec.timeline("Cut 1", rate=rate)
    cut.track("video", 1, locked=locked)
    return Double(spec)


class Pool:
    """The handles that tests of the pool need."""

    def __init__(self, double: Double) -> None:
        self.double = double
        self.project = double.resolve.GetProjectManager().GetCurrentProject()
        self.pool: Any = self.project.GetMediaPool()
        self.timeline = self.project.GetCurrentTimeline()
        clips = self.pool.GetRootFolder().GetClipList()
        self.clips = {clip.GetName(): clip for clip in clips}

    def info(self, first: int, end: int, record: int | None = None) -> dict[str, Any]:
        told = {"mediaPoolItem": self.clips["beach.mov"], "startFrame": first, "endFrame": end}
        return told if record is None else {**told, "recordFrame": record}

    def placed(self) -> list[tuple[int, int]]:
        items = self.double.timeline().on_track("video", 1)
        return [(item.start, item.length) for item in items]


def test_the_end_frame_of_an_append_is_exclusive_and_the_record_frame_absolute() -> None:  # 16
    pool = Pool(film())
    [item] = pool.pool.AppendToTimeline([pool.info(24, 71, record=86410)])

    assert (item.GetStart(), item.GetDuration()) == (86410, 47)
    assert item.GetSourceStartFrame() == 24


def test_without_a_record_frame_an_append_goes_to_the_end() -> None:
    pool = Pool(film())
    pool.pool.AppendToTimeline([pool.info(0, 10), pool.info(20, 30)])
    assert pool.placed() == [(86400, 10), (86410, 10)]


def test_mixed_rates_are_floored_on_append() -> None:  # 2
    pool = Pool(film(rate="24", fps="25"))
    pool.pool.AppendToTimeline([pool.info(0, 24)])
    assert pool.placed() == [(86400, 23)]


def test_an_append_over_another_is_dropped() -> None:  # rule 16
    pool = Pool(film())
    told = pool.pool.AppendToTimeline([pool.info(0, 10, 86400), pool.info(20, 30, 86405)])

    assert len(told) == 2
    assert pool.placed() == [(86400, 10)]
    assert told[1].GetName() is None


def test_an_append_to_a_locked_track_returns_items_that_are_not_there() -> None:  # rule 16
    pool = Pool(film(locked=True))
    assert len(pool.pool.AppendToTimeline([pool.info(0, 10)])) == 1
    assert pool.placed() == []


def test_a_timeline_of_clips_drops_doubles_and_becomes_the_current_one() -> None:  # 7
    pool = Pool(film())
    infos = [pool.info(0, 10, 86400), pool.info(0, 10, 86400), pool.info(5, 9, 86410)]
    timeline = pool.pool.CreateTimelineFromClips("Best of", infos)

    assert timeline.GetName() == "Best of"
    assert pool.placed() == [(86400, 10), (86410, 4)]
    assert pool.project.GetCurrentTimeline().GetName() == "Best of"


def test_fifteen_times_the_same_clip_is_one() -> None:  # 7
    pool = Pool(film())
    pool.pool.CreateTimelineFromClips("Best of", [pool.clips["beach.mov"]] * 15)
    assert pool.placed() == [(86400, 1000)]


def test_a_clip_of_the_pool_has_a_colour_of_its_own() -> None:  # 1.2, 3.3
    pool = Pool(film())
    [item] = pool.pool.AppendToTimeline([pool.info(0, 10)])
    clip = pool.clips["beach.mov"]

    assert (clip.SetClipColor("Cyan"), clip.SetClipColor("Teal")) == (False, True)
    assert (clip.GetClipColor(), item.GetClipColor()) == ("Teal", "")


def test_a_timeline_of_clips_of_another_folder_is_none() -> None:  # 7
    pool = Pool(film())
    folder = pool.pool.GetRootFolder().GetSubFolderList()[0].GetSubFolderList()[0]
    rush = folder.GetClipList()[0]

    info = {"mediaPoolItem": rush, "startFrame": 0, "endFrame": 5}
    assert pool.pool.CreateTimelineFromClips("Best of", [info]) is None
    assert pool.pool.SetCurrentFolder(folder) is True
    assert pool.pool.CreateTimelineFromClips("Best of", [info]) is not None


def test_a_timeline_of_a_taken_name_is_none() -> None:
    pool = Pool(film())
    assert pool.pool.CreateTimelineFromClips("Cut 1", [pool.info(0, 10)]) is None
    assert pool.pool.CreateEmptyTimeline("Cut 1") is None


def test_sound_goes_to_an_audio_track() -> None:
    pool = Pool(film())
    music = {"mediaPoolItem": pool.clips["music.wav"], "startFrame": 0, "endFrame": 48}
    [item] = pool.pool.AppendToTimeline([music])
    assert item.GetTrackTypeAndIndex() == ["audio", 1]


def test_a_copied_timeline_carries_markers_with_their_custom_data() -> None:  # 3.1
    pool = Pool(film())
    pool.pool.AppendToTimeline([pool.info(0, 10)])
    pool.timeline.AddMarker(3, "Blue", "n", "", 1, "ours")
    pool.timeline.GetItemListInTrack("video", 1)[0].AddMarker(2, "Red", "n", "", 1, "item's")
    copy = pool.timeline.DuplicateTimeline("Copy")

    assert copy.GetMarkerByCustomData("ours")["name"] == "n"
    assert copy.GetItemListInTrack("video", 1)[0].GetMarkerCustomData(2) == "item's"
    assert copy.GetUniqueId() != pool.timeline.GetUniqueId()
    copy.DeleteMarkerAtFrame(3)
    assert len(pool.timeline.GetMarkers()) == 1
    assert pool.timeline.DuplicateTimeline("Copy") is None


def test_metadata_is_text() -> None:  # 1.2
    clip = Pool(film()).clips["beach.mov"]

    assert clip.SetMetadata("Keywords", "close-up, pan") is True
    assert clip.SetMetadata({"Shot": "1"}) is True
    assert clip.GetMetadata("Keywords") == "close-up, pan"
    assert clip.GetMetadata() == {"Keywords": "close-up, pan", "Shot": "1"}
    assert clip.SetMetadata("Keywords", 3) is False
    assert clip.SetThirdPartyMetadata("shotlog", "x") is True
    assert clip.GetThirdPartyMetadata() == {"shotlog": "x"}


def test_properties_of_a_clip_are_text_but_its_rate() -> None:  # 1.2
    told = Pool(film()).clips["beach.mov"].GetClipProperty()

    assert told["FPS"] == 24.0
    assert {type(value) for key, value in told.items() if key != "FPS"} == {str}
    assert (told["File Path"], told["Frames"], told["Drop frame"]) == (
        "/films/beach.mov",
        "1000",
        "0",
    )
    assert told["Online Status"] == "Online"


@pytest.mark.parametrize(
    ("kind", "told"), [("compound", "Compound"), ("multicam", "Multicam"), ("fusion", "Fusion")]
)
def test_a_nested_clip_has_no_file(kind: str, told: str) -> None:  # 7
    spec = ProjectSpec()
    media = spec.media("/a.mov")
    nested, inside = spec.nested("Nest", type=kind)
    inside.clip(media, length=30)
    spec.timeline().clip(nested, length=20)
    timeline = Double(spec).resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    item = timeline.GetItemListInTrack("video", 1)[0]
    properties = item.GetMediaPoolItem().GetClipProperty()

    assert (properties["File Path"], properties["Type"]) == ("", told)
    assert properties["Frames"] == "30"


def test_a_timeline_is_an_item_of_the_pool() -> None:  # 7
    pool = Pool(film())
    item = pool.clips["Cut 1"]
    assert (item.GetClipProperty("Type"), item.GetClipProperty("File Path")) == ("Timeline", "")
    assert pool.timeline.GetMediaPoolItem().GetUniqueId() == item.GetUniqueId()


def test_clips_are_deleted_on_the_edit_page_alone() -> None:  # 7
    pool = Pool(film())
    items = pool.pool.AppendToTimeline([pool.info(0, 10)])
    pool.double.resolve.OpenPage("color")
    assert pool.timeline.DeleteClips(items) is False
    pool.double.resolve.OpenPage("edit")
    assert pool.timeline.DeleteClips(items) is True
    assert pool.placed() == []


def test_some_answers_are_those_of_the_current_timeline_alone() -> None:  # 7
    spec = ProjectSpec()
    media = spec.media("/a.mov")
    for name in ("one", "two"):
        spec.timeline(name).clip(media)
    project = Double(spec).resolve.GetProjectManager().GetCurrentProject()
    other = project.GetTimelineByIndex(2)

    assert (other.GetCurrentTimecode(), other.GetCurrentVideoItem()) == (None, None)
    assert project.SetCurrentTimeline(other) is True
    assert other.GetCurrentTimecode() == "01:00:00:00"


def test_a_snapshot_tells_every_change() -> None:
    double = film()
    pool = Pool(double)
    before = double.snapshot()
    pool.timeline.GetName()
    assert double.snapshot() == before
    seen = [before]
    pool.pool.AppendToTimeline([pool.info(0, 10)])
    changes: list[Callable[[], Any]] = [
        lambda: pool.timeline.AddMarker(0, "Blue", "", "", 1),
        lambda: pool.timeline.SetCurrentTimecode("01:00:01:00"),
        lambda: double.resolve.OpenPage("color"),
        lambda: pool.timeline.SetMarkInOut(1, 2),
        lambda: pool.clips["beach.mov"].SetMetadata("Keywords", "x"),
        lambda: pool.timeline.GetItemListInTrack("video", 1)[0].SetClipColor("Teal"),
    ]
    for change in changes:
        seen.append(double.snapshot())
        change()
        assert double.snapshot() not in seen
