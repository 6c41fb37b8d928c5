"""Projects of Kdenlive, Shotcut, GES and OpenShot: real ones, and damaged ones.

Real files are those of applications; damaged ones are made of small projects by changes at random.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from lxml import etree

from shotlog.markers import markers_of
from shotlog.schema import ShotlogError
from shotlog_otio.formats import find_format
from shotlog_otio.markers import Target
from tests.otio.marking import log_of
from tests.otio.mlt.projects import write_kdenlive, write_shotcut
from tests.otio.openshot.projects import write_openshot
from tests.otio.xges.projects import write_xges

FILES = [
    "kdenlive/kdenlive_22.12.3_saved_guides.kdenlive",
    "kdenlive/kdenlive_example_v191180.kdenlive",
    "kdenlive/kdenlive_example_v221170.kdenlive",
    "kdenlive/kdenlive_example_v240770.kdenlive",
    "kdenlive/kdenlive_mixes_markers.kdenlive",
    "mlt/shotcut_22.12.21_saved_markers.mlt",
    "xges/otio_xges_adapter_markers.xges",
]
MAKERS: dict[str, Callable[[Path, Sequence[str]], None]] = {
    ".kdenlive": write_kdenlive,
    ".mlt": write_shotcut,
    ".osp": write_openshot,
    ".xges": write_xges,
}


@pytest.mark.parametrize("on", ["timeline", "clips"])
@pytest.mark.parametrize("name", FILES)
def test_only_markers_are_added_to_a_real_file_and_clearing_removes_all(
    data_dir: Path, tmp_path: Path, name: str, on: Target
) -> None:
    source = data_dir / "timelines" / name
    # Under the same name, which is that of the timeline.
    out, format_ = tmp_path / source.name, find_format(source)
    out.write_bytes(source.read_bytes())
    edit = format_.read(out)
    markers = markers_of(log_of(edit), on=on)
    result = format_.write_markers(out, out, markers, edit, on=on)
    assert 0 < result.added <= len(markers)

    before = {id_: len(list(etree.parse(source).iter(id_))) for id_ in ("entry", "clip", "track")}
    after = {id_: len(list(etree.parse(out).iter(id_))) for id_ in before}
    assert before == after
    assert format_.read(out) == edit
    written = out.read_bytes()
    assert not format_.write_markers(out, out, markers, edit, on=on).changed
    assert out.read_bytes() == written
    assert format_.clear_markers(out, out) == result.added
    assert out.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_the_markers_of_a_real_file_stay_as_they_are(
    data_dir: Path, tmp_path: Path, name: str
) -> None:
    source = data_dir / "timelines" / name
    out, format_ = tmp_path / f"out{source.suffix}", find_format(source)
    edit = format_.read(source)
    format_.write_markers(source, out, markers_of(log_of(edit)), edit)

    def others(path: Path) -> list[tuple[object, ...]]:
        found = format_.open(path).markers
        return [
            (m.marker.start, m.marker.name, m.marker.note, m.marker.colour, m.shown)
            for m in found
            if m.marker.tag is None
        ]

    assert others(out) == others(source)


@pytest.mark.parametrize("suffix", MAKERS)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cut{suffix}"
    MAKERS[suffix](path, ["a", "b"])
    whole = path.read_bytes()
    format_ = find_format(path)
    edit = format_.read(path)
    format_.write_markers(path, path, markers_of(log_of(edit)), edit)
    sources, numbers = [whole, path.read_bytes()], random.Random(7)  # noqa: S311 (no secret)
    read, messages = 0, set()
    for _ in range(400):
        path.write_bytes(_damaged(numbers.choice(sources), numbers))
        try:
            edit = format_.read(path)
            format_.write_markers(path, tmp_path / f"out{suffix}", markers_of(log_of(edit)), edit)
            read += 1
        except ShotlogError as error:
            messages.add(str(error))
    assert read  # not everything is fatal
    assert all(0 < len(message) < 400 for message in messages)


_PIECES = (
    b"", b"0", b"-1", b"99999999999999999999", b"NaN", b"1e400", b"\xff", b"\0", b"<", b"&#0;",
    b"]", b'"', b"00:00:99.999", b"{{{{", b"\\", b";", b"=", b"../", b"null",
)  # fmt: skip


def _damaged(content: bytes, numbers: random.Random) -> bytes:
    """A content with one to three places changed."""
    for _ in range(numbers.randint(1, 3)):
        at = numbers.randrange(len(content) + 1)
        end = min(len(content), at + numbers.choice((0, 1, 1, 4, 30, 400)))
        content = content[:at] + numbers.choice(_PIECES) + content[end:]
    return content


@pytest.mark.parametrize("suffix", MAKERS)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 5000,
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><mlt>&b;</mlt>",
        b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><ges>&b;</ges>",
        b"<mlt>" * 3000 + b"</mlt>" * 3000,
        b"<mlt><tractor",
        '<?xml version="1.0" encoding="utf-16"?><mlt/>'.encode("utf-16"),
        b'{"clips": [' * 3000,
    ],
    ids=["empty", "zeros", "entity", "external", "deep", "cut off", "utf-16", "deep json"],
)
def test_hostile_files_are_refused_in_a_sentence(
    tmp_path: Path, suffix: str, content: bytes
) -> None:
    path = tmp_path / f"cut{suffix}"
    MAKERS[suffix](path, ["a"])
    format_ = find_format(path)
    path.write_bytes(content)

    with pytest.raises(ShotlogError) as caught:
        format_.read(path)
    assert len(str(caught.value)) < 400
