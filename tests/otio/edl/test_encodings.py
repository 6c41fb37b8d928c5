"""Lists in the encodings, line ends and paddings that real ones have."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from shotlog_otio.edl import EdlText
from tests.otio.edl.lists import EDL, event, listed, read

LINE = event(1, "01:00:00:00 01:00:02:00", "00:00:00:00 00:00:02:00")


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("Fahrt über die Brücke.mov", "utf-8"),
        ("Fahrt über die Brücke.mov", "utf-8-sig"),
        ("Fahrt über die Brücke.mov", "cp1252"),
        ("Straße – „naïve“.mov", "cp1252"),
        ("é", "cp1252"),
        ("录音女9.wav", "gbk"),
        ("影视镜头第一集.mov", "gbk"),
        ("张三.mov", "gbk"),
        ("カメラ１.mov", "cp932"),
        ("Привет мир.mov", "cp1251"),
        ("Brücke 影视.mov", "utf-16"),
        ("Brücke 影视.mov", "utf-16-le"),
        ("Brücke 影视.mov", "utf-16-be"),
    ],
)
def test_names_are_read_in_their_encoding(tmp_path: Path, name: str, codec: str) -> None:
    path = tmp_path / "a.edl"
    path.write_bytes(listed(LINE, f"* FROM CLIP NAME: {name}").decode().encode(codec))
    assert read(path).clips[0].name == name
    assert EDL.sniff(path, path.read_bytes())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_way(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.edl"
    path.write_bytes(listed(LINE, "* FROM CLIP NAME: a", end=end))
    assert [clip.name for clip in read(path).clips] == ["a"]
    assert EDL.sniff(path, path.read_bytes())


@pytest.mark.parametrize("tail", [b"\x1a", b"\0" * 300, b"\x1a" + b"\0" * 300, b"\r\n\x1a"])
def test_padding_is_no_part_of_the_last_name(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "a.edl"
    path.write_bytes(listed(LINE, "* FROM CLIP NAME: a").rstrip() + tail)
    assert [clip.name for clip in read(path).clips] == ["a"]


def test_letters_that_other_programs_take_for_line_ends_are_none(tmp_path: Path) -> None:
    path = tmp_path / "a.edl"
    path.write_bytes(listed(LINE, "* FROM CLIP NAME: a\x0b\x0c\u2028\x85b"))
    assert read(path).clips[0].name == "a\x0b\x0c\u2028\x85b"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"\xff\xfeabc",
        b"\x81\x8d\x8f\xff\n\r",
        b"\xef\xbb\xbfa\rb\nc\r\nd",
        b"a\x1a\r\n\0\0",
        codecs.BOM_UTF16_BE + "a\r\n\ud7ff".encode("utf-16-be"),
        bytes(range(256)),
    ],
)
def test_a_patch_of_nothing_gives_the_same_bytes(raw: bytes) -> None:
    assert EdlText(raw).patched((), {}) == raw


def test_what_is_no_text_of_any_encoding_is_kept() -> None:
    text = EdlText(b"\x81\x98\xff\xff")
    assert (text.codec, text.lines[0].text) == ("latin-1", "\x81\x98\xff\xff")
