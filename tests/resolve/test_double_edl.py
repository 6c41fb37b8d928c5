"""The double against section 6.5 of the reference: markers as EDL, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.resolve.double import Double, ProjectSpec


def film(rate: str = "25", start: str = "01:00:00:00", length: int = 2000) -> Double:
    spec = ProjectSpec(rate=rate)
    media = spec.media("/a.mov", fps=rate, frames=1_000_000)
    spec.timeline("Timeline 1", rate=rate, start=start).clip(media, length=length)
    return Double(spec)


def text_of(*notes: str) -> str:
    lines = ["TITLE: Timeline 1", "FCM: NON-DROP FRAME", ""]
    for number, note in enumerate(notes, 1):
        first, end = (f"01:00:{number:02}:{frame:02}" for frame in (6, 7))
        lines += [f"{number:03}  001      V     C        {first} {end} {first} {end}  ", note, ""]
    return "\n".join(lines)


def test_markers_go_out_as_resolve_writes_them_and_come_in_again(tmp_path: Path) -> None:
    double = film()
    double.timeline().AddMarker(456, "Yellow", "Marker 1", "Free note text", 1, "lost")
    double.timeline().AddMarker(500, "Red", "Marker 2", "", 12, "")
    double.export_marker_edl(str(tmp_path / "a.edl"))
    text = (tmp_path / "a.edl").read_text(encoding="utf-8")

    assert text.startswith(
        "TITLE: Timeline 1\nFCM: NON-DROP FRAME\n\n"
        "001  001      V     C        01:00:18:06 01:00:18:07 01:00:18:06 01:00:18:07  \n"
        "Free note text |C:ResolveColorYellow |M:Marker 1 |D:1\n\n"
    )
    assert "\n |C:ResolveColorRed |M:Marker 2 |D:12\n" in text
    again = film()
    assert again.import_marker_edl(str(tmp_path / "a.edl")) == 2
    told = again.timeline().GetMarkers()
    assert told == {
        at: {**marker, "customData": ""} for at, marker in double.timeline().GetMarkers().items()
    }


def test_a_drop_frame_timeline_keeps_its_frames(tmp_path: Path) -> None:
    double, again = (film("29.97", "01:00:00;00", 4000) for _ in range(2))
    double.timeline().AddMarker(1800, "Red", "n", "", 1, "")
    double.export_marker_edl(str(tmp_path / "a.edl"))

    assert "01:01:00;02 01:01:00;03" in (tmp_path / "a.edl").read_text(encoding="utf-8")
    again.import_marker_edl(str(tmp_path / "a.edl"))
    assert list(again.timeline().markers) == [1800]


@pytest.mark.parametrize(
    "text",
    [
        text_of("3 people |C:ResolveColorRed |M:n |D:1"),
        text_of("a | b |C:ResolveColorRed |M:n |D:1"),
        text_of("a |C:ResolveColorOrange |M:n |D:1"),
        text_of("a |C:ResolveColorRed |M:n |D:0"),
        text_of("a"),
        text_of("a |C:ResolveColorRed |M:n |D:1").replace("01:00:01", "00:59:59"),
        text_of("a |C:ResolveColorRed |M:n |D:1").replace(":06", ";06"),
        text_of("a |C:ResolveColorRed |M:n |D:1").replace("001  001", "002  001"),
        text_of(*["a |C:ResolveColorRed |M:n |D:1"] * 2).replace("01:00:02", "01:00:01"),
        "nothing",
    ],
)
def test_a_file_that_the_importer_would_misread_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "a.edl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"."):
        film().import_marker_edl(str(file))


@pytest.mark.parametrize(
    ("name", "rate", "start", "frames"),
    [
        ("demo_v3", "25", "00:00:00:00", [53, 99, 205, 323, 457]),
        ("tcmagik", "24", "01:00:00:00", [438, 500, 1029, 1271, 2506, 7102, 31324, 39040, 64212]),
    ],
)
def test_real_exports_are_read(
    name: str, rate: str, start: str, frames: list[int], data_dir: Path
) -> None:
    file = data_dir / "resolve" / "nle" / f"resolve_marker_edl_{name}.edl"
    double = film(rate, start, 200_000)

    assert double.import_marker_edl(str(file)) == len(frames)
    assert sorted(double.timeline().markers) == frames


def test_a_timeline_goes_out_and_in_by_hand(tmp_path: Path) -> None:
    double = film()
    double.export_otio(str(tmp_path / "a.otio"))
    assert double.import_otio(str(tmp_path / "a.otio"), "Timeline 1") is None
    made = double.import_otio(str(tmp_path / "a.otio"), "Again")
    assert made is not None
    assert made.length == 2000
    assert double.calls == {}
