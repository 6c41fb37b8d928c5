"""Media of clips, as the pool and exports tell of them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shotlog_resolve.media import pool_media, reference_media

POOL = {
    "File Path": "/films/A001.mov", "Clip Name": "Beach", "FPS": 24.0, "Start TC": "10:00:00:00",
    "Drop frame": "0", "Frames": "1500",
}  # fmt: skip
RANGE = {"start_time": {"value": 864000.0, "rate": 24.0}, "duration": {"value": 9.0, "rate": 24.0}}


def test_the_pool_tells_path_rate_and_start() -> None:
    media = pool_media(POOL)

    assert media is not None
    assert (media.name, media.path, media.rate, media.start) == (
        "Beach", "/films/A001.mov", Fraction(24), 864000,
    )  # fmt: skip
    assert (media.pattern, media.frames) == (None, 1500)


def test_a_clip_without_a_file_has_no_media() -> None:
    assert pool_media({**POOL, "File Path": ""}) is None


def test_a_rate_that_is_not_told_is_refused() -> None:
    with pytest.raises(ValueError, match="does not tell the frame rate"):
        pool_media({**POOL, "FPS": ""})


@pytest.mark.parametrize(("drop", "start"), [("1", 17982), ("0", 18000), (None, 17982)])
def test_drop_frame_is_told_by_its_own_property(drop: str | None, start: int) -> None:
    told = {**POOL, "FPS": "29.97", "Start TC": "00:10:00;00", "Drop frame": drop}
    media = pool_media(told)

    assert media is not None
    assert media.start == start


@pytest.mark.parametrize("told", [None, "", "0", "many"])
def test_a_length_that_is_not_told_is_unknown(told: str | None) -> None:
    media = pool_media({**POOL, "Frames": told})

    assert media is not None
    assert media.frames is None


@pytest.mark.parametrize(
    ("path", "first_path", "pattern", "first"),
    [
        ("/s/a.[1001-1099].exr", "/s/a.1001.exr", "/s/a.%04d.exr", 1001),
        ("/s/a.[0001-0099].exr", "/s/a.0001.exr", "/s/a.%04d.exr", 1),
        ("/s/a.[998-1002].exr", "/s/a.998.exr", "/s/a.%d.exr", 998),
        ("/s/100%/a_[07-12].png", "/s/100%/a_07.png", "/s/100%%/a_%02d.png", 7),
        ("C:\\s\\a.[10-20].dpx", "C:\\s\\a.10.dpx", "C:\\s\\a.%02d.dpx", 10),
        ("/s/[1-2]/a.[10-20].dpx", "/s/[1-2]/a.10.dpx", "/s/[1-2]/a.%02d.dpx", 10),
    ],
)
def test_an_image_sequence_becomes_a_pattern(
    path: str, first_path: str, pattern: str, first: int
) -> None:
    media = pool_media({**POOL, "File Path": path})

    assert media is not None
    assert (media.path, media.pattern, media.first) == (first_path, pattern, first)


def test_brackets_of_a_folder_make_no_sequence() -> None:
    media = pool_media({**POOL, "File Path": "/takes [1-3]/a.mov"})

    assert media is not None
    assert (media.path, media.pattern) == ("/takes [1-3]/a.mov", None)


def test_a_name_that_is_no_unicode_is_told_as_a_url() -> None:
    path = b"/films/caf\xe9.mov".decode("utf-8", "surrogateescape")
    media = pool_media({**POOL, "File Path": path})

    assert media is not None
    assert media.path == "file:///films/caf%E9.mov"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/films/A 001.mov", "/films/A 001.mov"),
        ("E:\\films\\A.mxf", "E:\\films\\A.mxf"),
        ("file:///films/A%20001.mov", "/films/A 001.mov"),
        ("file:///E:/films/A.mxf", "E:/films/A.mxf"),
    ],
)
def test_an_export_tells_a_path_or_a_url(url: str, path: str) -> None:
    told = {"OTIO_SCHEMA": "ExternalReference.1", "target_url": url, "available_range": RANGE}
    media = reference_media(told, "A")

    assert media is not None
    assert (media.path, media.rate, media.start) == (path, Fraction(24), 864000)


def test_an_export_tells_a_sequence() -> None:
    told = {
        "OTIO_SCHEMA": "ImageSequenceReference.1", "target_url_base": "/s", "name_prefix": "a.",
        "name_suffix": ".exr", "start_frame": 998, "frame_step": 1, "rate": 23.976,
        "frame_zero_padding": 4, "available_range": None,
    }  # fmt: skip
    media = reference_media(told, "a")

    assert media is not None
    assert (media.path, media.pattern, media.first) == ("/s/a.0998.exr", "/s/a.%04d.exr", 998)
    assert (media.rate, media.start) == (Fraction(24000, 1001), 0)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"OTIO_SCHEMA": "MissingReference.1"},
        {"OTIO_SCHEMA": "ExternalReference.1", "target_url": "/a.mov"},
        {"OTIO_SCHEMA": "ExternalReference.1", "target_url": "", "available_range": RANGE},
        {"OTIO_SCHEMA": "ImageSequenceReference.1", "target_url_base": "/s"},
    ],
)
def test_a_reference_that_tells_no_file_is_none(told: dict[str, object]) -> None:
    assert reference_media(told, "A") is None
