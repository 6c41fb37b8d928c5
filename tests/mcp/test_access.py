"""Paths that a client may use: folders, links, and ways out of them."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.mcp import Access
from shotlog.schema import (
    ClipRange,
    Edit,
    MediaReference,
    ShotlogError,
    TimeMap,
    TimeRange,
)
from shotlog.service.runtime import DaemonPaths

SECOND = TimeRange(start=Fraction(0), duration=Fraction(1))


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    """A folder that may be read, and one beside it that may not."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.otio").write_text("secret")
    return inside, outside


def refusal(access: Access, path: str | Path) -> str:
    with pytest.raises(ShotlogError) as caught:
        access.check_readable(str(path))
    return str(caught.value)


def clip(number: int, path: Path) -> ClipRange:
    return ClipRange(
        id=f"V1/{number}",
        name=path.name,
        media=MediaReference(path=str(path)),
        source=SECOND,
        timeline=SECOND.shifted(Fraction(number)),
        time_map=TimeMap(timeline_start=Fraction(number), source_start=Fraction(0)),
    )


def test_a_path_within_a_root_is_read_even_if_it_does_not_exist_yet(
    places: tuple[Path, Path],
) -> None:
    inside, _ = places
    assert Access((inside,)).check_readable(str(inside / "a" / "b")) == inside / "a" / "b"


def test_a_refusal_names_the_roots(places: tuple[Path, Path]) -> None:
    inside, outside = places
    told = refusal(Access((inside,)), outside / "secret.otio")
    assert str(inside) in told
    assert "--root" in told


@pytest.mark.parametrize("way", ["..", "sub/../..", "../inside/../outside"])
def test_no_path_climbs_out_of_a_root(places: tuple[Path, Path], way: str) -> None:
    inside, _ = places
    (inside / "sub").mkdir()
    path = f"{inside}/{way}/outside/secret.otio"
    assert "outside the folders" in refusal(Access((inside,)), path)


def test_no_link_leads_out_of_a_root(places: tuple[Path, Path]) -> None:
    inside, outside = places
    (inside / "link.otio").symlink_to(outside / "secret.otio")
    (inside / "folder").symlink_to(outside)
    for way in ("link.otio", "folder/secret.otio", "folder/new.otio"):
        assert "outside the folders" in refusal(Access((inside,)), inside / way)


def test_a_root_that_is_itself_a_link_holds_what_it_leads_to(
    places: tuple[Path, Path], tmp_path: Path
) -> None:
    inside, _ = places
    (tmp_path / "link").symlink_to(inside)
    access = Access((tmp_path / "link",))
    assert access.check_readable(str(inside / "cut.otio"))
    assert access.check_readable(str(tmp_path / "link" / "cut.otio"))


@pytest.mark.parametrize("path", ["", "cut.otio", "./cut.otio", "~/cut.otio", "/a\0b"])
def test_only_absolute_paths_are_taken(path: str, tmp_path: Path) -> None:
    assert "no absolute path" in refusal(Access((tmp_path,)), path)
    assert "no absolute path" in refusal(Access(), path)


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_whatever_follows_a_root_is_allowed_only_if_it_stays_within(rest: str) -> None:
    root = Path("/shotlog-root")
    try:
        found = Access((root,)).check_readable(f"{root}/{rest}")
    except ShotlogError:
        return
    real = os.path.realpath(found)
    assert real == str(root) or real.startswith(f"{root}/")


def test_without_roots_the_daemons_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOTLOG_HOME", str(tmp_path))
    places = DaemonPaths("farm")
    places.make()
    places.options.write_text(f'{{"roots": ["{tmp_path}"]}}')
    places.options.chmod(0o600)
    assert Access.of((), (), "farm").roots == (tmp_path,)
    assert Access.of((), (), "default").roots == ()
    assert Access.of((tmp_path / "..",), (), "farm").roots == (tmp_path / "..",)


def test_a_folder_that_does_not_exist_is_told_at_the_start(tmp_path: Path) -> None:
    for roots, writable, option in (((tmp_path / "no",), (), "--root"),
                                    ((), (tmp_path / "no",), "--allow-write")):  # fmt: skip
        with pytest.raises(ShotlogError, match=option):
            Access.of(roots, writable, "default")


def test_nothing_is_written_unless_the_user_allows_it(places: tuple[Path, Path]) -> None:
    inside, outside = places
    with pytest.raises(ShotlogError, match="--allow-write"):
        Access((inside,)).check_writable(str(inside / "a.otio"))
    access = Access((inside,), (inside,))
    assert access.check_writable(str(inside / "a.otio"))
    (inside / "out.otio").symlink_to(outside / "new.otio")
    for way in ("../outside/a.otio", "out.otio"):
        with pytest.raises(ShotlogError, match="outside the folders that this server may write"):
            access.check_writable(f"{inside}/{way}")


def test_a_folder_that_may_be_written_may_be_read(places: tuple[Path, Path]) -> None:
    inside, outside = places
    assert Access((inside,), (outside,)).check_readable(str(outside / "selects.otio"))


def test_media_outside_cost_their_own_clips_alone(places: tuple[Path, Path]) -> None:
    inside, outside = places
    edit = Edit(
        name="cut",
        rate=Fraction(25),
        duration=Fraction(2),
        clips=(clip(0, inside / "a.mp4"), clip(1, outside / "b.mp4")),
        sound=(clip(2, outside / "b.mp4"),),
    )
    first, second = Access((inside,)).restrict(edit).clips
    assert first == edit.clips[0]
    assert second.media is None
    assert second.problem is not None
    assert second.problem.code == "path-refused"
    assert second.problem.clip == "V1/1"
    assert Access((inside,)).restrict(edit).sound[0].media is None
    assert Access().restrict(edit) is edit
