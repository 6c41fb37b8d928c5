"""The double against section 2 and rules 4, 13 and 20 of the reference: frames, rates, timecode."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.resolve.double import Double, ProjectSpec, exact_rate, frames_of, timecode_of

RATES = ("23.976", "24", "25", "29.97", "30", "50", "59.94", "60")


def one(
    rate: str = "24",
    fps: str = "24",
    start: str = "00:00:00:00",
    frames: int = 3000,
    options: dict[str, Any] | None = None,
    **clip: Any,
) -> tuple[Double, Any]:
    """Return a double with one clip on a timeline, and the handle of its item."""
    spec = ProjectSpec(rate=rate)
    media = spec.media("/a.mov", fps=fps, frames=frames, start=start)
    cut = spec.timeline(rate=rate)
    cut.clip(media, **clip)
    double = Double(spec, **(options or {}))
    timeline = double.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    return double, timeline.GetItemListInTrack("video", 1)[0]


@pytest.mark.parametrize(
    ("timecode", "rate", "frame"),
    [
        ("01:00:00:00", "24", 86400),
        ("01:00:00:00", "50", 180000),
        ("01:00:00:00", "23.976", 86400),
        ("01:00:00;00", "29.97", 107892),
        ("00:01:00;02", "29.97", 1800),
        ("00:10:00;00", "29.97", 17982),
        ("01:00:00;00", "59.94", 215784),
        ("04:18:37;25", "29.97", 465069),
    ],
)
def test_a_timecode_has_one_frame_number(timecode: str, rate: str, frame: int) -> None:  # 2
    assert frames_of(timecode, exact_rate(rate)) == frame
    assert timecode_of(frame, exact_rate(rate), ";" in timecode) == timecode


@given(
    frame=st.integers(0, 10_000_000), rate=st.sampled_from(("29.97", "59.94")), drop=st.booleans()
)
def test_every_frame_number_comes_back_from_its_timecode(frame: int, rate: str, drop: bool) -> None:
    exact = exact_rate(rate)
    assert frames_of(timecode_of(frame, exact, drop), exact, drop) == frame


@pytest.mark.parametrize("rate", RATES)
def test_rates_are_exact(rate: str) -> None:
    exact = exact_rate(rate)
    assert round(float(exact), 3) == float(rate)
    assert exact.denominator in (1, 1001)


@pytest.mark.parametrize(
    ("rate", "drop", "form", "told"),
    [
        ("24", False, "text", "24"),
        ("24", False, "number", 24.0),
        ("23.976", False, "text", "23.976"),
        ("23.976", False, "number", 23.976),
        ("29.97", True, "text", "29.97 DF"),
        ("29.97", True, "number", 29.97),
    ],
)
def test_the_frame_rate_is_told_in_many_forms(
    rate: str, drop: bool, form: str, told: Any
) -> None:  # rule 20
    spec = ProjectSpec(rate=rate, drop_frame=drop)
    spec.timeline(rate=rate, drop_frame=drop)
    double = Double(spec, rate_form=form)
    project = double.resolve.GetProjectManager().GetCurrentProject()
    value = project.GetCurrentTimeline().GetSetting("timelineFrameRate")

    assert (value, type(value)) == (told, type(told))
    assert project.GetSetting("timelineDropFrameTimecode") == ("1" if drop else "0")


def test_a_timeline_may_have_a_rate_of_its_own() -> None:  # 1.2
    spec = ProjectSpec(rate=24)
    spec.timeline("own", rate=25)
    project = Double(spec, rate_form="text").resolve.GetProjectManager().GetCurrentProject()

    assert project.GetSetting("timelineFrameRate") == "24"
    assert project.GetCurrentTimeline().GetSetting("timelineFrameRate") == "25"
    assert project.GetCurrentTimeline().GetSetting("useCustomSettings") == "1"


def test_source_and_offset_of_the_measured_clip_at_100_and_200_percent() -> None:  # 2
    _, plain = one(source=1822, length=48)
    _, fast = one(source=1822, length=48, speed=2)

    assert (plain.GetSourceStartFrame(), plain.GetSourceEndFrame()) == (1822, 1870)
    assert (plain.GetLeftOffset(), plain.GetRightOffset()) == (1822, 1870)
    assert (fast.GetSourceStartFrame(), fast.GetSourceEndFrame()) == (1822, 1918)
    assert (fast.GetLeftOffset(), fast.GetRightOffset()) == (911, 959)


def test_source_times_are_absolute_by_timecode() -> None:  # rule 13
    _, item = one("29.97", "29.97", "04:18:37;25", source=300, length=30)
    assert item.GetSourceStartTime() == pytest.approx(15527.812, abs=0.001)
    assert item.GetSourceStartFrame() == 300

    _, whole = one(start="10:00:00:00", source=0, length=24)
    assert (whole.GetSourceStartTime(), whole.GetSourceEndTime()) == (36000.0, 36001.0)


def test_the_source_end_is_inclusive_where_rates_differ() -> None:  # 2
    _, same = one("24", "24", source=10, length=24)
    _, other = one("25", "50", source=10, length=25)

    assert same.GetSourceEndFrame() == 34
    assert other.GetSourceEndFrame() == 59
    assert other.GetSourceEndTime() * 50 == pytest.approx(60)


def test_a_reversed_item_starts_at_its_high_end() -> None:  # 2
    double, item = one(source=46, length=50, speed=-1)

    assert (item.GetSourceStartFrame(), item.GetSourceEndFrame()) == (95, 46)
    assert item.GetSourceEndTime() - item.GetSourceStartTime() == pytest.approx(-50 / 24)
    state = double.timeline().items[0]
    assert [state.media_frame(at) for at in (0, 1, 49)] == [95, 94, 46]


@pytest.mark.parametrize(
    ("speed", "shown"),
    [(2, [10, 12, 14]), ("1/2", [10, 10, 11]), (0, [10, 10, 10]), (-2, [15, 13, 11])],
)
def test_an_item_shows_the_frames_of_its_speed(speed: Any, shown: list[int]) -> None:
    double, _ = one(source=10, length=3, speed=speed)
    assert [double.timeline().items[0].media_frame(at) for at in range(3)] == shown


def test_a_ramp_is_straight_between_its_points() -> None:
    double, item = one(source=100, length=300, ramp=[[0, 0], [100, 100], [300, 150]])
    state = double.timeline().items[0]

    assert [state.media_frame(at) for at in (0, 50, 100, 200, 299)] == [100, 150, 200, 225, 249]
    assert (item.GetSourceStartFrame(), item.GetSourceEndFrame()) == (100, 250)


def test_the_offsets_of_two_clips_of_a_pipeline() -> None:  # 3.2, 6.2
    _, fast = one(source=39, length=11, speed=2, frames=99)
    _, back = one(source=20, length=41, speed=-1, frames=100)
    _, mixed = one("25", "24", "01:00:00:00", source="768/25", length=44, frames=100)

    assert [item.GetLeftOffset() for item in (fast, back, mixed)] == [19, 39, 32]


@pytest.mark.parametrize(("mode", "frame"), [("source", 19 + 5), ("clip", 5)])
def test_an_item_marker_is_seen_where_its_frame_space_puts_it(mode: str, frame: int) -> None:  # 5
    double, item = one(at=100, source=39, length=11, speed=2, options={"item_markers": mode})
    assert item.AddMarker(frame, "Blue", "n", "", 1, "") is True
    assert list(double.timeline().items[0].marker_frames()) == [105]


def test_fractions_are_told_only_when_asked_for() -> None:  # rule 4
    _, item = one(source=39, length=11, speed=2)
    assert (item.GetLeftOffset(), item.GetLeftOffset(True)) == (19, 19.5)
    _, old = one(source=39, length=11, speed=2, options={"version": "18.5"})
    assert old.GetLeftOffset(True) == 19


def test_an_imported_xml_tells_no_source() -> None:  # rule 13
    _, item = one(source=39, length=11, speed=2, unknown_source=True)
    assert (item.GetSourceStartTime(), item.GetSourceEndTime()) == (0.0, 0.0)
    assert (item.GetSourceStartFrame(), item.GetSourceEndFrame()) == (0, 0)


@pytest.mark.parametrize("error", [-1, 0, 1])
def test_the_source_start_may_be_off_by_one(error: int) -> None:  # rule 13
    _, item = one(source=39, length=11, options={"source_error": error})
    assert item.GetSourceStartFrame() == 39 + error


@pytest.mark.parametrize(
    ("speed", "percentage"), [(1, 100.0), (-1, -100.0), (0, 0.0), ("1/2", 50.0)]
)
def test_21_1_tells_the_speed(speed: Any, percentage: float) -> None:  # 1.2
    _, item = one(source=100, length=11, speed=speed, options={"version": "21.1"})
    assert item.GetSpeed()["Percentage"] == percentage


def test_a_subclip_has_frames_and_timecode_of_its_own() -> None:  # 7
    spec = ProjectSpec()
    whole = spec.media("/a.mov", frames=1000, start="10:00:00:00")
    cut = spec.timeline()
    cut.clip(spec.subclip(whole, first=240, frames=100), source=10, length=24)
    timeline = Double(spec).resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()
    item = timeline.GetItemListInTrack("video", 1)[0]
    told = item.GetMediaPoolItem().GetClipProperty()

    assert (told["File Path"], told["Start TC"], told["Frames"]) == ("/a.mov", "10:00:10:00", "100")
    assert item.GetSourceStartFrame() == 10
    assert item.GetSourceStartTime() == pytest.approx(36010 + 10 / 24)


def test_a_playhead_is_set_by_absolute_timecode() -> None:  # 2
    spec = ProjectSpec(rate="29.97", drop_frame=True)
    media = spec.media("/a.mov", fps="29.97", frames=3000)
    cut = spec.timeline(rate="29.97", start="01:00:00;00")
    cut.clip(media, length=100)
    double = Double(spec)
    timeline = double.resolve.GetProjectManager().GetCurrentProject().GetCurrentTimeline()

    assert timeline.GetCurrentTimecode() == "01:00:00;00"
    assert timeline.SetCurrentTimecode("00:59:59;00") is False
    assert timeline.SetCurrentTimecode("nonsense") is False
    assert timeline.SetCurrentTimecode("01:00:01;00") is True
    assert double.timeline().playhead == 107892 + 30
    assert timeline.GetCurrentVideoItem().GetName() == "a.mov"


def test_spans_are_exact() -> None:
    double, _ = one("23.976", "25", source=0, length=24)
    assert double.timeline().items[0].span == 24 * Fraction(25) * Fraction(1001, 24000)
