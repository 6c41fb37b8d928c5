"""The script reads an export as shotlog_otio does, which reads the same files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shotlog.schema import ClipRange
from shotlog_otio import read_edit
from shotlog_resolve.otio_items import Part
from shotlog_resolve.otio_route import Export, export_timeline
from tests.otio.timelines import as_data, clip, gap, read, stack, timeline, track, warp

RATE = Fraction(24)


def parts(item: Any) -> Iterator[Part]:
    """The clips that the script finds in a timeline."""
    for places in Export(as_data(item), RATE).tracks:
        for place in places.values():
            yield from place.parts


def spelled(part: Part) -> tuple[Any, ...]:
    shown = (part.start, part.end)
    unknown = part.unknown is not None
    return (part.name, *shown, unknown or part.source, unknown or part.speed, part.enabled)


def expected(clip: ClipRange) -> tuple[Any, ...]:
    """What the script should say of a clip, by shotlog_otio."""
    refused = clip.problem is not None and clip.problem.code.startswith(("retime", "nest"))
    unknown = refused or bool(clip.time_map.bends)  # the script does not follow ramps
    start = clip.media.start if clip.media and clip.media.start else 0
    source = clip.time_map.to_source(clip.timeline.start) - start
    shown = (clip.timeline.start, clip.timeline.end)
    return (clip.name, *shown, unknown or source, unknown or clip.speed, clip.enabled)


def assert_same(folder: Path, item: Any) -> None:
    told = [expected(clip) for clip in read(folder, item).clips]
    assert sorted(map(str, map(spelled, parts(item)))) == sorted(map(str, told))


def dissolve() -> Any:
    return otio.schema.Transition(in_offset=otio.opentime.RationalTime(3, 24))


def ramp() -> Any:
    return otio.schema.TimeEffect(metadata={"Resolve_OTIO": {"Key Frames": [[0, 0], [1, 2]]}})


def nest(*children: Any, source: Any = None, effects: tuple[Any, ...] = ()) -> Any:
    return stack(track(*children), source=source, effects=effects)


FREEZE = otio.schema.FreezeFrame()
CASES = {
    "cuts, a gap and a dissolve": [clip("a", (5, 10)), dissolve(), clip("b"), gap(4), clip()],
    "speeds": [clip("a", (5, 10), warp(2)), clip("b", (5, 10), warp(0.5)), clip("c")],
    "backwards": [clip("a", (20, 41), warp(-1)), clip("b", (20, 40), warp(-0.5))],
    "freeze frames": [clip("a", (20, 41), warp(0)), clip("b", (3, 4), FREEZE)],
    "a ramp": [clip("a", (0, 50), ramp()), clip("b")],
    "embedded timecode": [clip("a", (86432, 44), available=(86400, 100))],
    "between two frames": [clip("a", (32.5, 44), available=(0, 100))],
    "switched off": [clip("a", enabled=False), clip("b")],
    "a nest": [clip("n"), nest(gap(5), clip("a"), clip("b"), source=(2, 20))],
    "a nest at double speed": [nest(clip("a"), clip("b"), source=(2, 8), effects=(warp(2),))],
    "a nest backwards": [nest(clip("a"), clip("b"), source=(2, 16), effects=(warp(-1),))],
    "a nest of a nest": [nest(clip("x"), nest(clip("a", (3, 9), warp(2))), clip("b"))],
    "a ramp around": [nest(clip("a"), source=(0, 10), effects=(ramp(),))],
    "a nest that is off": [stack(track(clip("a")), enabled=False)],
    "sound in a nest": [stack(track(clip("a")), track(clip("s"), kind="Audio"))],
}


@pytest.mark.parametrize("case", CASES)
def test_a_timeline_is_read_as_shotlog_otio_reads_it(case: str, tmp_path: Path) -> None:
    made = track(*(child.clone() for child in CASES[case]))
    assert_same(tmp_path, timeline(made))


clips = st.builds(
    lambda start, length, speed: clip("a", (start, length), warp(speed), available=(0, 10_000)),
    st.integers(0, 900), st.integers(1, 90),
    st.sampled_from([1.0, 2.0, 0.5, -1.0, -0.25, 1 / 3, 0.959040959041, 24 / 25]),
)  # fmt: skip
nests = st.builds(
    lambda tracks, start, length, speed: stack(
        *(track(*children) for children in tracks), source=(start, length), effects=(warp(speed),)
    ),
    st.lists(st.lists(clips, min_size=1, max_size=3), min_size=1, max_size=2),
    st.integers(0, 20), st.integers(1, 90), st.sampled_from([1.0, 2.0, 0.5, -1.0]),
)  # fmt: skip

gaps = st.builds(gap, st.integers(1, 50))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(st.one_of(clips, nests, st.builds(gap, st.integers(1, 50))), min_size=1, max_size=5)
)
def test_any_timeline_is_read_as_shotlog_otio_reads_it(tmp_path: Path, children: Any) -> None:
    made = timeline(track(clip("first"), *children))
    assert_same(tmp_path, made)


def test_a_ramp_is_told_with_its_key_frames() -> None:
    (part,) = parts(timeline(track(clip("a", (0, 50), ramp()))))

    assert part.unknown == "it has a speed ramp of 2 key frames, and ramps are not analysed yet"


def test_a_speed_that_is_no_number_costs_its_clip_alone() -> None:
    data = as_data(timeline(track(clip("a", (0, 10), warp(2)), clip("b"))))
    data["tracks"]["children"][0]["children"][0]["effects"][0]["time_scalar"] = float("inf")
    tracks = Export(data, RATE).tracks

    assert tracks[0][0].parts[0].unknown == "it has a speed of inf"
    assert tracks[0][10].parts[0].unknown is None


def test_a_place_is_found_by_track_start_and_length() -> None:
    export = Export(as_data(timeline(track(clip("a")), track(gap(7), clip("b")))), RATE)
    found = export.place(2, 7, 10)

    assert found is not None
    assert (found.nest, found.parts[0].name) == (False, "b")
    assert export.place(2, 7, 30) is None  # something else lies there
    assert export.place(2, 0, 10) is None
    assert export.place(3, 0, 10) is None


def test_a_clip_whose_media_start_is_not_told_says_so() -> None:
    (part,) = parts(timeline(track(clip("a", (5, 10), available=None))))

    assert (part.media_start, part.source) == (None, Fraction(5, 24))


@pytest.fixture
def real_exports(data_dir: Path) -> list[Path]:
    found = sorted((data_dir / "resolve" / "otio").glob("ambiguity_*.otio"))
    if not found:
        pytest.skip("the exports that Resolve wrote are not here")
    return found


def test_real_exports_are_read_as_shotlog_otio_reads_them(real_exports: list[Path]) -> None:
    for path in real_exports:
        told = [expected(clip) for clip in read_edit(path).clips]
        found = Export(json.loads(path.read_text("utf-8")), Fraction(50)).tracks
        spelt = [spelled(p) for places in found for place in places.values() for p in place.parts]

        assert sorted(map(str, spelt)) == sorted(map(str, told)), path.name


class Resolve:
    """An object with the constant alone."""

    def __init__(self, kind: object) -> None:
        self.EXPORT_OTIO = kind


class Timeline:
    """A timeline whose export writes what the test says."""

    def __init__(self, text: str | None, answer: object = True) -> None:
        self.text, self.answer, self.paths = text, answer, [""]

    def Export(self, path: str, kind: object) -> object:  # noqa: N802
        self.paths.append(path)
        if self.text is not None:
            Path(path).write_text(self.text, "utf-8")
        return self.answer


def test_an_export_goes_to_the_folder_that_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    made = Timeline(json.dumps(as_data(timeline(track(clip("a"))))))
    export = export_timeline(Resolve(1.0), made, RATE, str(tmp_path))

    assert export is not None
    assert Path(made.paths[-1]).parent.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [(None, False), (None, True), ("", True), ("[]", True), ("{}", True), ("{}", "an error")],
)
def test_an_export_that_fails_is_none_and_leaves_nothing(
    text: str | None, answer: object, tmp_path: Path
) -> None:
    assert export_timeline(Resolve(1.0), Timeline(text, answer), RATE, str(tmp_path)) is None
    assert list(tmp_path.iterdir()) == []


def test_a_version_without_the_format_exports_nothing(tmp_path: Path) -> None:
    made = Timeline("{}")

    assert export_timeline(Resolve(None), made, RATE, str(tmp_path)) is None
    assert made.paths == [""]


def test_a_folder_that_is_not_there_exports_nothing(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    assert export_timeline(Resolve(1.0), Timeline("{}"), RATE, gone) is None
