"""Media outside the media roots are found."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.schema import ClipRange, Edit, ImageSequence, MediaReference, TimeMap, TimeRange
from shotlog.service.security import paths_outside


def clip(media: MediaReference | None) -> ClipRange:
    second = TimeRange(start=Fraction(0), duration=Fraction(1))
    return ClipRange(
        id="V1/0", name="a", media=media, source=second, timeline=second,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
    )  # fmt: skip


def edit(*paths: str | Path) -> Edit:
    clips = tuple(clip(MediaReference(path=str(path))) for path in paths)
    return Edit(name="e", rate=Fraction(24), duration=Fraction(1), clips=clips)


def test_without_roots_everything_may_be_read() -> None:
    assert paths_outside([], edit("/etc/passwd", "a.mov")) == ()


def test_what_lies_below_a_root_may_be_read_and_nothing_else(tmp_path: Path) -> None:
    asked = edit(tmp_path / "a.mov", "/etc/passwd", tmp_path / "b" / "c.mov", "/etc/passwd")
    assert paths_outside([Path("/srv"), tmp_path], asked) == ("/etc/passwd",)


def test_sound_outside_the_roots_is_found_too(tmp_path: Path) -> None:
    sound = (clip(MediaReference(path="/etc/passwd")),)
    asked = edit(tmp_path / "a.mov").model_copy(update={"sound": sound})
    assert paths_outside([tmp_path], asked) == ("/etc/passwd",)


@pytest.mark.parametrize(
    "path",
    ["{}/../secret.mov", "{}-more/a.mov", "a.mov", "", "{}/a\0.mov", "http://{}/a.mov", "file:{}"],
)
def test_a_path_that_only_looks_inside_is_outside(tmp_path: Path, path: str) -> None:
    root = tmp_path / "media"
    root.mkdir()
    said = path.format(root)
    assert paths_outside([root], edit(said)) == (said,)


def test_a_link_out_of_a_root_is_outside_and_a_root_may_itself_be_one(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "media" / "way-out").symlink_to(tmp_path / "secret")
    (tmp_path / "mount").symlink_to(tmp_path / "media")
    out = str(tmp_path / "media" / "way-out" / "a.mov")
    assert paths_outside([tmp_path / "media"], edit(out)) == (out,)
    assert paths_outside([tmp_path / "mount"], edit(tmp_path / "media" / "a.mov")) == ()
    assert paths_outside([tmp_path / "media"], edit(tmp_path / "mount" / "a.mov")) == ()


def test_an_image_sequence_is_asked_for_its_pattern_too(tmp_path: Path) -> None:
    sequence = ImageSequence(pattern="/etc/secret.%04d.exr", first=1, rate=Fraction(24))
    media = MediaReference(path=str(tmp_path / "a.0001.exr"), sequence=sequence)
    asked = edit().model_copy(update={"clips": (clip(media), clip(None))})
    assert paths_outside([tmp_path], asked) == ("/etc/secret.%04d.exr",)


NAMES = st.lists(st.sampled_from(["..", ".", "a", "b", "media", ""]), max_size=8)


@given(NAMES)
def test_no_spelling_of_a_path_leads_out_of_a_root(names: list[str]) -> None:
    path = "/".join(["/nowhere/media", *names])
    depth = [*Path("/nowhere/media").parts]
    for name in names:
        if name == "..":
            depth = depth[:-1] if len(depth) > 1 else depth
        elif name not in ("", "."):
            depth.append(name)
    inside = depth[:3] == ["/", "nowhere", "media"]
    assert (paths_outside([Path("/nowhere/media")], edit(path)) == ()) == inside
