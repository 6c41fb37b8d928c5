"""Media references give a path, or a problem that an editor can act on."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from shotlog.schema import ClipRange, ImageSequence, Problem
from shotlog_otio import FileFinder
from tests.otio.timelines import as_data, clip, read, saved, span, timeline, track


def _read(folder: Path, media: Any, **changes: Any) -> ClipRange:
    (found,) = read(folder, timeline(track(clip("shot", media=media, **changes)))).clips
    return found


def _problem(folder: Path, media: Any) -> Problem:
    found = _read(folder, media)
    assert found.media is None
    assert found.problem is not None
    assert (found.problem.clip, found.problem.subject) == ("V1/0", "shot")
    return found.problem


def _sequence(folder: str = "/shots/", **changes: Any) -> Any:
    plain = {"name_prefix": "a.", "name_suffix": ".exr", "start_frame": 1001, "frame_step": 1}
    made = {**plain, "rate": 24.0, "frame_zero_padding": 4, **changes}
    return otio.schema.ImageSequenceReference(target_url_base=folder, **made)


def test_a_relative_path_starts_at_the_timeline(tmp_path: Path) -> None:
    found = _read(tmp_path, "./media/a.mov")
    assert found.media is not None
    assert found.media.path == str(tmp_path / "media/a.mov")


def test_a_name_that_was_never_encoded_is_found_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "100%25.mov").write_bytes(b"x")
    found = _read(tmp_path, f"file://{tmp_path}/100%25.mov")
    assert found.media is not None
    assert found.media.path == str(tmp_path / "100%25.mov")


def test_the_active_one_of_several_references_counts(tmp_path: Path) -> None:
    made = clip("shot")
    proxy = otio.schema.ExternalReference("/proxy/a.mov", span((5, 10)))
    made.set_media_references(
        {"DEFAULT_MEDIA": otio.schema.ExternalReference("/full/a.mov"), "proxy": proxy}, "proxy"
    )
    (found,) = read(tmp_path, timeline(track(made))).clips
    assert found.media is not None
    assert (found.media.path, found.media.start) == ("/proxy/a.mov", Fraction(5, 24))


def test_an_active_reference_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    data = as_data(timeline(track(clip("shot"))))
    data["tracks"]["children"][0]["children"][0]["active_media_reference_key"] = "gone"
    (found,) = read(tmp_path, data).clips
    assert found.problem is not None
    assert found.problem.code == "media-missing"


@pytest.mark.parametrize("media", [None, otio.schema.MissingReference(), ""])
def test_media_that_is_not_named_is_missing(tmp_path: Path, media: Any) -> None:
    assert _problem(tmp_path, media).code == "media-missing"


def test_a_generator_is_a_clip_without_picture(tmp_path: Path) -> None:
    problem = _problem(tmp_path, otio.schema.GeneratorReference(generator_kind="SMPTEBars"))
    assert problem.code == "no-picture"
    assert "SMPTEBars" in problem.message


def test_media_on_a_server_is_missing_with_its_address(tmp_path: Path) -> None:
    problem = _problem(tmp_path, "https://example.org/a.mov")
    assert "https://example.org/a.mov" in problem.message
    assert "ownload" in problem.hint


def test_a_problem_of_a_nameless_clip_names_its_place(tmp_path: Path) -> None:
    (found,) = read(tmp_path, timeline(track(clip("", media=None)))).clips
    assert found.problem is not None
    assert found.problem.subject == "V1/0"


def test_an_image_sequence_is_a_pattern_with_its_first_number(tmp_path: Path) -> None:
    found = _read(tmp_path, _sequence("file:///my%20shots", rate=23.976))
    assert found.media is not None
    assert found.media.path == "/my shots/a.1001.exr"
    assert found.media.sequence == ImageSequence(
        pattern="/my shots/a.%04d.exr", first=1001, last=1100, rate=Fraction(24000, 1001)
    )


@pytest.mark.parametrize(
    ("reference", "pattern", "first"),
    [
        (_sequence(frame_zero_padding=0, start_frame=7), "/shots/a.%d.exr", "/shots/a.7.exr"),
        (_sequence(name_prefix="50%_"), "/shots/50%%_%04d.exr", "/shots/50%_1001.exr"),
        (_sequence("C:\\x\\tif"), "C:\\x\\tif\\a.%04d.exr", "C:\\x\\tif\\a.1001.exr"),
        (_sequence("C:/x"), "C:/x/a.%04d.exr", "C:/x/a.1001.exr"),
    ],
)
def test_a_pattern_names_the_very_files(
    tmp_path: Path, reference: Any, pattern: str, first: str
) -> None:
    found = _read(tmp_path, reference)
    assert found.media is not None
    assert found.media.sequence is not None
    assert (found.media.sequence.pattern, found.media.path) == (pattern, first)


@pytest.mark.parametrize("base", ["", "./", "."])
def test_a_relative_sequence_starts_at_the_timeline(tmp_path: Path, base: str) -> None:
    found = _read(tmp_path, _sequence(base))
    assert found.media is not None
    assert found.media.path == str(tmp_path / "a.1001.exr")


@pytest.mark.parametrize(
    "changes",
    [
        {"frame_step": 0},
        {"frame_step": -1},
        {"start_frame": -4},
        {"rate": 0.0},
        {"rate": 1e-320},
        {"frame_zero_padding": -1},
        {"frame_zero_padding": 10**9},
    ],
)
def test_a_sequence_that_does_not_count_upwards_is_refused(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    assert _problem(tmp_path, _sequence(**changes)).code == "media-unsupported"


def test_a_sequence_on_a_server_is_missing(tmp_path: Path) -> None:
    assert _problem(tmp_path, _sequence("https://example.org/")).code == "media-missing"


def test_another_policy_for_missing_pictures_is_a_warning(tmp_path: Path) -> None:
    policies = otio.schema.ImageSequenceReference.MissingFramePolicy
    for same in (policies.error, policies.hold):  # a hole is held here as well
        assert not _read(tmp_path, _sequence(missing_frame_policy=same)).warnings
    black = _read(tmp_path, _sequence(missing_frame_policy=policies.black))
    assert '"black"' in black.warnings[0]


def test_a_reference_of_version_one_is_read(tmp_path: Path) -> None:
    data = as_data(timeline(track(clip("shot"))))
    item = data["tracks"]["children"][0]["children"][0]
    item["OTIO_SCHEMA"] = "Clip.1"
    item["media_reference"] = item.pop("media_references")["DEFAULT_MEDIA"]
    del item["active_media_reference_key"]
    path = saved(tmp_path, data)
    (found,) = read(tmp_path, path.read_text()).clips
    assert found.media is not None
    assert found.media.path == "/media/a.mov"


def test_frames_are_found_under_a_name_of_other_form_and_case(tmp_path: Path) -> None:
    (tmp_path / "e\u0301tape 1001.1001.EXR").write_bytes(b"x")
    found = _read(tmp_path, _sequence("", name_prefix="\u00e9tape 1001."))
    assert found.media is not None
    assert found.media.sequence is not None
    assert found.media.sequence.pattern == str(tmp_path / "e\u0301tape 1001.%04d.EXR")
    assert "found as" in found.warnings[0]


def test_a_folder_is_listed_once_for_all_that_is_missing_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []

    def listed(folder: Path) -> list[str]:
        asked.append(folder)
        return []

    monkeypatch.setattr("shotlog_otio.lookup.os.listdir", listed)
    finder = FileFinder([tmp_path])
    for number in range(5):
        hit = finder.find("clip", [f"{number}.mov"])
        assert hit == (str(tmp_path / f"{number}.mov"), None)
    assert asked == [tmp_path]
