"""Whatever is wrong in a timeline file, it is read or refused; nothing else happens."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.schema import Problem, TimelineError
from shotlog_otio import read_edit
from tests.otio.timelines import as_data, clip, saved, span, stack, timeline, track, warp


def _busy() -> Any:
    """A timeline with something of everything."""
    sequence = otio.schema.ImageSequenceReference("/s/", "a.", ".exr", 1, 1, 24, 4)
    ramp = otio.schema.TimeEffect()
    ramp.metadata["Resolve_OTIO"] = {"Key Frames": [[0.0, 0.0], [1.0, 2.0]]}
    made = timeline(
        track(
            clip("a", (5, 10), warp(-0.5)),
            clip("b", None, media=sequence),
            clip("c", (0, 5), ramp, media="file:///a%20b.png", available=(0, 1)),
            stack(track(clip("d", (3, 4), otio.schema.FreezeFrame()), source=(1, 2))),
        ),
        start=(86400, 24),
    )
    made.tracks.source_range = span((2, 20))
    return as_data(made)


def _spots(data: Any) -> list[tuple[Any, Any]]:
    """Every value in JSON data, as its container and its key there."""
    spots: list[tuple[Any, Any]] = []
    for key in data if isinstance(data, dict) else range(len(data)):
        spots.append((data, key))
        if isinstance(data[key], (dict, list)):
            spots.extend(_spots(data[key]))
    return spots


def _outcome(path: Path) -> Problem | None:
    """The problem with a file, or None where it was read; all else is raised."""
    try:
        edit = read_edit(path)
    except TimelineError as error:
        return error.problem
    assert edit.clips
    assert edit.model_validate_json(edit.model_dump_json()) == edit
    return None


TEXTS = ["", "%", "file://", "http://x", "Clip.99", "Gap.1", "a\0b", "\ud800", "-", "Video"]
KINDS = ["Gap.1", "Foo.1", "Clip.2", "Marker.3", "LinearTimeWarp.1", "RationalTime.1"]
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.floats(),
    st.sampled_from([10**30, 1e-320, [], {}]),
    st.sampled_from(TEXTS),
    st.sampled_from([{"OTIO_SCHEMA": kind} for kind in KINDS]),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), VALUES), min_size=1, max_size=2))
def test_a_file_with_wrong_values_in_it_is_read_or_refused(damages: list[tuple[int, Any]]) -> None:
    data = _busy()
    spots = _spots(data)
    for place, value in damages:
        container, key = spots[place % len(spots)]
        container[key] = value
    with tempfile.TemporaryDirectory() as folder:
        path = saved(Path(folder), data)
        problem = _outcome(path)
    assert problem is None or problem.subject == str(path)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.binary(max_size=3))
def test_a_file_with_wrong_bytes_in_it_is_read_or_refused(place: int, other: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = saved(Path(folder), _busy())
        whole = path.read_bytes()
        at = place % len(whole)
        path.write_bytes(whole[:at] + other + whole[at + 1 :])
        problem = _outcome(path)
    assert problem is None or problem.subject == str(path)


def test_the_undamaged_file_is_read(tmp_path: Path) -> None:
    assert _outcome(saved(tmp_path, _busy())) is None


@pytest.mark.parametrize("version", ["0", "-1", "x", "1e308", "", "00:00", "99999999999999999999"])
def test_a_schema_whose_version_is_none_is_read_as_the_one_that_is_known(
    version: str, tmp_path: Path
) -> None:
    data = _busy()
    first = data["tracks"]["children"][0]["children"][0]
    first["OTIO_SCHEMA"] = f"Clip.{version}"
    first["source_range"]["OTIO_SCHEMA"] = f"TimeRange.{version}"

    assert read_edit(saved(tmp_path, data)).clips[0].name == "a"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("film.mkv", "Make a timeline of it"), ("film.otio", "Rename it"), ("film", "Rename it")],
)
def test_a_film_in_place_of_a_timeline_is_told_how_it_becomes_one(
    name: str, hint: str, tmp_path: Path
) -> None:
    film = tmp_path / name
    film.write_bytes(b"\x1aE\xdf\xa3" + b"\0" * 64)
    with pytest.raises(TimelineError, match=rf"a media file \(Matroska.*{hint}"):
        read_edit(film)
