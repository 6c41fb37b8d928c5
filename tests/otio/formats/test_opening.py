"""Timeline files are opened, or refused in words that an editor can act on."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import av
import numpy as np
import opentimelineio as otio
import pytest

from shotlog.schema import TimelineMissing, TimelineTooNew, TimelineUnreadable
from tests.otio.timelines import as_data, clip, load, read, saved, timeline, track


def _data() -> Any:
    return as_data(timeline(track(clip("a"))))


def _clip_of(data: Any) -> Any:
    return data["tracks"]["children"][0]["children"][0]


def test_the_text_is_kept_as_it_stands(tmp_path: Path) -> None:
    text = json.dumps(_data(), indent="\t", ensure_ascii=False).replace("\n", "\r\n")
    path = tmp_path / "a.otio"
    path.write_bytes(text.encode())
    document = load(path)
    assert (document.text, document.bom, document.member) == (text, False, None)
    assert document.data == _data()
    assert document.root.tracks[0][0].name == "a"


def test_a_byte_order_mark_is_noted_and_taken_off(tmp_path: Path) -> None:
    path = tmp_path / "a.otio"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(_data()).encode())
    document = load(path)
    assert document.bom
    assert document.text.startswith("{")


def test_the_timeline_in_a_bundle_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.otioz"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("content.otio", json.dumps(_data()))
    document = load(path)
    assert (document.path, document.member) == (path, "content.otio")
    assert document.root.name == "edit"


def test_markers_of_opentimelineio_0_19_are_read(tmp_path: Path) -> None:
    made = clip("a")
    made.markers.append(otio.schema.Marker("m", color="RED"))
    data = as_data(timeline(track(made)))
    (marker,) = _clip_of(data)["markers"]
    marker["OTIO_SCHEMA"] = "Marker.3"
    marker["color"] = {"OTIO_SCHEMA": "Color.1", "r": 0.0, "g": 1.0, "b": 1.0, "name": "CYAN"}
    document = load(saved(tmp_path, data))
    assert document.root.tracks[0][0].markers[0].color == "CYAN"
    assert _clip_of(document.data)["markers"] == [marker]


@pytest.mark.parametrize(("kind", "code"), [("StudioWarp.1", "retime-unsupported"), ("Glow.1", "")])
def test_an_unknown_effect_costs_its_clip_only_if_its_name_is_about_time(
    tmp_path: Path, kind: str, code: str
) -> None:
    data = _data()
    _clip_of(data)["effects"] = [{"OTIO_SCHEMA": kind, "amount": 2}]
    (found,) = read(tmp_path, data).clips
    assert (found.problem.code if found.problem else "") == code


def test_an_unknown_media_reference_costs_its_clip_only(tmp_path: Path) -> None:
    data = as_data(timeline(track(clip("a"), clip("b"))))
    _clip_of(data)["media_references"]["DEFAULT_MEDIA"] = {"OTIO_SCHEMA": "AssetId.1", "id": 7}
    first, second = read(tmp_path, data).clips
    assert first.problem is not None
    assert first.problem.code == "media-missing"
    assert second.problem is None


def test_a_media_reference_that_is_null_costs_its_clip_only(tmp_path: Path) -> None:
    data = as_data(timeline(track(clip("a"), clip("b"))))
    _clip_of(data)["media_references"]["DEFAULT_MEDIA"] = None
    assert [bool(c.problem) for c in read(tmp_path, data).clips] == [True, False]


def test_an_unknown_child_is_refused_by_name(tmp_path: Path) -> None:
    data = _data()
    data["tracks"]["children"][0]["children"].append({"OTIO_SCHEMA": "Hologram.1"})
    with pytest.raises(TimelineUnreadable, match="Hologram"):
        load(saved(tmp_path, data))


@pytest.mark.parametrize("place", ["clip", "metadata"])
def test_a_newer_schema_is_refused_by_name(tmp_path: Path, place: str) -> None:
    data = _data()
    item = _clip_of(data)
    if place == "metadata":
        item["metadata"]["x"] = {"OTIO_SCHEMA": "Clip.99"}
    else:
        item["OTIO_SCHEMA"] = "Clip.99"
    with pytest.raises(TimelineTooNew, match=r"Clip\.99"):
        load(saved(tmp_path, data))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"  \n ", "JSON"),
        (b"\x00\x01\x02\x03 movie", "not a timeline"),
        (b"ISO-8859 text", "not a timeline"),
        (b'{"OTIO_SCHEMA": "Timeline.1", "name": "caf\xe9"}', "UTF-8"),
        ("{}".encode("utf-16"), "UTF-16"),
        (b"[1, 2]", "not a timeline"),
        (b'{"name": "x"}', "no OpenTimelineIO"),
        (b'{"OTIO_SCHEMA": 7}', "no OpenTimelineIO"),
        (b'{"OTIO_SCHEMA": "Timeline.1"', "line 1"),
        (b'{"OTIO_SCHEMA": "Timeline.1"} trailing', "line 1"),
        (b'{"OTIO_SCHEMA": "Timeline.1"}', "tracks"),
        (b'{"OTIO_SCHEMA": "Timeline.1", "tracks": 7}', "damaged"),
        (b'{"OTIO_SCHEMA": "Clip"}', "damaged"),
        (b'{"OTIO_SCHEMA": "Clip.1", "n": ' + b"9" * 5000 + b"}", "damaged"),
        (b'{"OTIO_SCHEMA": "Clip.1", "n": 1e999}', "damaged"),
        (b'{"OTIO_SCHEMA": "X.1", "a":' * 100_000 + b"1" + b"}" * 100_000, "deep"),
        (b'{"OTIO_SCHEMA": "X.1", "a":' * 300 + b"1" + b"}" * 300, "deep"),
        (b"PK\x03\x04 no bundle", "bundle"),
    ],
)
def test_a_file_that_is_no_timeline_is_refused_with_a_reason(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "a.otio"
    path.write_bytes(content)
    with pytest.raises(TimelineUnreadable, match=said) as caught:
        load(path)
    assert caught.value.problem.subject == str(path)


@pytest.mark.parametrize(
    ("suffix", "codec", "said"),
    [
        (".mp4", "libx264", "MP4 or QuickTime"),
        (".mov", "libx264", "MP4 or QuickTime"),
        (".mkv", "libx264", "Matroska"),
        (".avi", "mpeg4", "AVI"),
        (".mxf", "mpeg2video", "MXF"),
        (".ts", "mpeg2video", "MPEG transport stream"),
        (".m2ts", "mpeg2video", "MPEG transport stream"),
        (".mpg", "mpeg2video", "MPEG program stream"),
        (".flv", "flv1", "Flash"),
        (".wmv", "wmv2", "Windows Media"),
    ],
)
def test_a_film_named_as_a_timeline_is_recognised_as_film(
    tmp_path: Path, suffix: str, codec: str, said: str
) -> None:
    film = tmp_path / f"film{suffix}"
    with av.open(str(film), "w") as container:
        stream = container.add_stream(codec, rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    path = film.rename(tmp_path / "film.otio")
    with pytest.raises(TimelineUnreadable, match=rf"a media file \({said}.*Rename it") as caught:
        load(path)
    assert caught.value.problem.subject == str(path)


def test_a_root_that_is_no_timeline_is_refused_by_name(tmp_path: Path) -> None:
    marker = otio.schema.Marker("m")
    with pytest.raises(TimelineUnreadable, match="Marker"):
        read(tmp_path, marker)


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "none.otio", tmp_path / "file" / "a.otio", Path("a\0b.otio")):
        with pytest.raises(TimelineMissing):
            load(path)


def test_a_folder_is_a_timeline_where_it_holds_one(tmp_path: Path) -> None:
    with pytest.raises(TimelineUnreadable, match="folder"):
        load(tmp_path)
    (tmp_path / "content.otio").write_text(json.dumps(_data()))
    found = load(tmp_path)
    assert (found.path, found.file, found.member) == (tmp_path, tmp_path / "content.otio", None)


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    path = tmp_path / "pipe.otio"
    os.mkfifo(path)
    with pytest.raises(TimelineUnreadable, match="ordinary"):
        load(path)


def test_a_name_that_is_too_long_for_the_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TimelineUnreadable, match="cannot be read"):
        load(tmp_path / ("a" * 5000))


def test_a_bundle_without_timeline_or_with_a_damaged_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.otioz"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("media/a.mov", b"x")
    with pytest.raises(TimelineUnreadable, match=r"no content\.otio"):
        load(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("content.otio", json.dumps(_data()))
    whole = bytearray(path.read_bytes())
    whole[60] ^= 0xFF
    path.write_bytes(bytes(whole))
    with pytest.raises(TimelineUnreadable, match="damaged"):
        load(path)


def test_a_bundle_with_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.otioz"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("content.otio", json.dumps(_data()))
    whole = bytearray(path.read_bytes())
    directory = whole.index(b"PK\x01\x02")
    for flags in (6, directory + 8):  # bit 0 of the flags: the member is encrypted
        whole[flags] |= 1
    path.write_bytes(bytes(whole))
    with pytest.raises(TimelineUnreadable, match="password"):
        load(path)


@pytest.mark.parametrize("markers", ['"markers": [], "markers": []', '"markers": null'])
def test_a_list_of_markers_that_other_tools_spell_oddly_is_read(
    markers: str, tmp_path: Path
) -> None:
    path = tmp_path / "odd.otio"
    text = otio.schema.Timeline("odd").to_json_string()
    assert '"markers": []' in text
    path.write_text(text.replace('"markers": []', markers))
    assert list(load(path).root.tracks.markers) == []
