"""Media URLs become the paths that the editor meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog_otio import FileFinder, candidate_paths, is_remote

FOLDER = Path("/edit")


def _path(url: str, *present: str) -> str | None:
    hit = FileFinder([FOLDER], lambda path: path in present).find("clip", candidate_paths(url))
    return hit and hit.path


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/media/a.mov", "/media/a.mov"),
        ("/media/a b#1?.mov", "/media/a b#1?.mov"),
        ("a.mov", "/edit/a.mov"),
        ("./sub/a.mov", "/edit/sub/a.mov"),
        ("reel:01.mov", "/edit/reel:01.mov"),
        ("E:\\SHOWREEL\\more 13th st\\1.mxf", "E:\\SHOWREEL\\more 13th st\\1.mxf"),
        ("E:/MM-Test/a.wmv", "E:/MM-Test/a.wmv"),
        ("\\\\nas\\rushes\\a.mov", "\\\\nas\\rushes\\a.mov"),
        ("file:///media/a%20b.mov", "/media/a b.mov"),
        ("file:///media/a b.mov", "/media/a b.mov"),
        ("file:/media/a.mov", "/media/a.mov"),
        ("file://localhost/media/a.mov", "/media/a.mov"),
        ("file://localhost/D%3a/media/a.mov", "D:/media/a.mov"),
        ("file:///C:/media/a.mov", "C:/media/a.mov"),
        ("file:///C|/media/a.mov", "C:/media/a.mov"),
        ("file://C:/media/a.mov", "C:/media/a.mov"),
        ("file://nas/rushes/a.mov", "//nas/rushes/a.mov"),
        ("FILE:///media/A.MOV", "/media/A.MOV"),
        ("file:sub/a.mov", "/edit/sub/a.mov"),
        ("file:///media/100%2525.mov", "/media/100%25.mov"),
        ("file:///media%2Fa.mov", "/media/a.mov"),
        ("file:///media/%C3%A9t%C3%A9.mov", "/media/été.mov"),
        ("file:///media/50%.mov", "/media/50%.mov"),
        ("file:///media/a%231.mov", "/media/a#1.mov"),
        ("file:///media/a#1.mov", "/media/a#1.mov"),
    ],
)
def test_a_url_or_path_is_read_once_and_whole(url: str, path: str) -> None:
    assert _path(url) == path


@pytest.mark.parametrize(
    ("url", "present"),
    [
        ("file:///media/100%25.mov", "/media/100%25.mov"),  # never encoded
        ("/media/a%20b.mov", "/media/a b.mov"),  # a path that is encoded
        ("file:///media/a.mov#t=10", "/media/a.mov"),
        ("file:///media/a.mov?v=1", "/media/a.mov"),
        ("rushes\\day 1\\a.mov", "/edit/rushes/day 1/a.mov"),
    ],
)
def test_of_several_candidate_paths_the_existing_one_is_taken(url: str, present: str) -> None:
    assert _path(url, present) == present


@pytest.mark.parametrize("url", ["", "file://", "file:", "/a\0b.mov"])
def test_a_url_without_a_path_has_no_candidates(url: str) -> None:
    assert _path(url) is None


def test_urls_of_servers_are_remote() -> None:
    assert is_remote("https://example.org/a.mov")
    assert is_remote("s3://bucket/a.mov")
    assert not any(map(is_remote, ("file:///a.mov", "C:/a.mov", "reel:01.mov", "/a.mov", "")))


@given(st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1))
def test_every_file_name_survives_its_own_url(name: str) -> None:
    path = f"/media/{name}"
    if name not in (".", ".."):
        assert _path(Path(path).as_uri()) == path


@given(st.text())
def test_no_text_breaks_the_decoder(text: str) -> None:
    path = _path(text)
    assert path is None or "\0" not in path
