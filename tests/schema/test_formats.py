"""What a file of another format is, by its head first and then by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.schema import HEAD_BYTES, detect_timeline_format


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("edl", "an edit decision list (EDL)"),
        ("fcpxml", "a Final Cut Pro XML timeline (FCPXML)"),
        ("xges", "a Pitivi project (XGES)"),
    ],
)
def test_real_files_are_detected_by_their_heads_under_any_name(
    data_dir: Path, folder: str, name: str
) -> None:
    files = (data_dir / "timelines" / folder).iterdir()
    assert {_told(file, "renamed") for file in files} == {name}


def _told(file: Path, name: str) -> str | None:
    with file.open("rb") as stream:
        found = detect_timeline_format(stream.read(HEAD_BYTES), name)
    return found.name if found else None


@pytest.mark.parametrize("head", [b"", b'{"OTIO_SCHEMA": "Timeline.1"}', b"<html>", b"\x1f\x8b\0"])
def test_other_files_are_no_timelines(head: bytes) -> None:
    assert detect_timeline_format(head, "a.foo") is None


def test_an_unknown_head_leaves_the_format_to_the_name() -> None:
    found = detect_timeline_format(b"\0" * 64, "Film.PRPROJ")
    assert found is not None
    assert found.name == "a Premiere Pro project"
