"""Damaged, hostile and odd files: one sentence for the file, or for the one clip."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.schema import TimelineEmpty, TimelineError, TimelineMissing, TimelineUnreadable
from shotlog_otio import inspection_of, is_timeline
from tests.otio.fcp7.xmeml import (
    FORMAT,
    HEAD,
    document,
    file,
    inspected,
    item,
    marker,
    rate,
    record,
    remap,
    sequence,
    tag,
    timecode,
    track,
    transition,
    write,
)

GOOD = document(sequence(track(item(0, 48))))
LAUGHS = """<!DOCTYPE xmeml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<xmeml><sequence><name>&b;</name></sequence></xmeml>"""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD[:-30], "it is no XML"),
        (GOOD[:400], "it is no XML"),
        ("<xmeml/>", "there is no sequence in it"),
        (LAUGHS, "declares the entity"),
        ("<!DOCTYPE x SYSTEM 'file:///etc/passwd'><xmeml>&x;</xmeml>", "entity"),
        (HEAD + "<a>" * 3000, "nested too deeply"),
        (
            document(sequence(track(item(0, 5)), own=rate(0))),
            "of its sequence, its frame rate is 0",
        ),
        (document(sequence(track(item(0, 5)), own=rate("NaN"))), "which is no number"),
        (document(sequence(track(item(0, 5)), own=rate(-25))), "its frame rate is -25"),
        (document(sequence(track(item(0, 5)), own=rate(2**64))), "its frame rate is"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(TimelineError) as caught:
        inspected(tmp_path, text)
    assert sentence in str(caught.value)
    assert "not read yet" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b"<fcpxml version='1.9'/>", "a Final Cut Pro XML timeline (FCPXML)"),
        (b"<html/>", "its root is <html>, not <xmeml>"),
        (b"\x1aE\xdf\xa3" + b"\0" * 64, "a media file (Matroska"),
        (b"<?xml version='1.0' encoding='klingon'?><xmeml/>", "encoding is unknown"),
        (b"<?xml version='1.0' encoding='UTF-8'?><xmeml>\xff</xmeml>", "not text in its encoding"),
        (b"\xff\xfe<\0x", "not text in its encoding"),
    ],
)
def test_other_files_under_its_name_are_told(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(TimelineUnreadable) as caught:
        FORMAT.open(write(tmp_path, content))
    assert sentence in str(caught.value)


def test_missing_files_and_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(TimelineMissing):
        FORMAT.open(tmp_path / "missing.xml")
    (tmp_path / "folder.xml").mkdir()
    with pytest.raises(TimelineUnreadable, match="no ordinary file"):
        FORMAT.open(tmp_path / "folder.xml")


def test_only_xmeml_is_ours(tmp_path: Path) -> None:
    heads = {
        b"<xmeml version='5'>": True,
        b"\xef\xbb\xbf<?xml version='1.0'?>\r\n<!DOCTYPE xmeml>\r\n<!-- a --> <xmeml": True,
        "<?xml version='1.0' encoding='UTF-16'?><xmeml>".encode("utf-16"): True,
        "<xmeml>".encode("utf-16-be"): True,
        b"<XMEML>": True,
        b"<fcpxml>": False,
        b"<NonRealTimeMeta>": False,  # beside the films of Sony's cameras
        b"<!-- <xmeml> --><other>": False,
        b"xmeml": False,
        b"": False,
    }
    assert {head: FORMAT.sniff(tmp_path, head) for head in heads} == heads


def test_the_xml_of_a_camera_is_no_timeline(tmp_path: Path) -> None:
    assert not is_timeline(write(tmp_path, b"<NonRealTimeMeta/>", "C0001M01.XML"))
    assert is_timeline(write(tmp_path, GOOD, "CUT.XML"))
    assert is_timeline(tmp_path / "missing.xml")


@pytest.mark.parametrize(
    "broken",
    [
        item(0, 24, own=rate(0)),
        item(0, 24).replace("<in>0</in>", "<in>NaN</in>"),
        item(0, 24).replace("<in>0</in>", "<in>9223372036854775807</in>"),
        item(0, 24, inside=file() + remap(graph=[("x", 0), (1, 1)])),
        item(0, 24, inside=file() + tag("subclipinfo", tag("startoffset", "first"))),
    ],
    ids=["rate", "in", "64 bits", "graph", "subclip"],
)
def test_a_fault_of_a_clip_costs_only_that_clip(tmp_path: Path, broken: str) -> None:
    found = inspected(tmp_path, document(sequence(track(broken, item(24, 48, 5)))))
    assert [record(clip) for clip in found.clips] == [(0, 24), (24, 48)]
    [problem] = found.problems
    assert (problem.index, problem.clip) == (0, "a")
    assert found.clips[1].media == "/media/a.mov"


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (item(30, 20), "it ends at frame 20, before its start 30"),
        (item(0, 24).replace("<end>24</end>", "<end>end</end>"), '<end> is "end", which is no'),
        (item(0, -1, 5, 5), "its end is not written"),
        (item(0, 2**63), "out of all bounds"),
    ],
)
def test_a_clip_without_a_place_costs_only_itself(
    tmp_path: Path, broken: str, sentence: str
) -> None:
    found = inspected(tmp_path, document(sequence(track(item(0, 10), broken, item(24, 48)))))
    assert [clip.record_in for clip in found.clips if clip.record_in != clip.record_out] == [0, 24]
    [problem] = found.problems
    assert sentence in problem.message


def test_a_file_with_a_rate_of_zero_has_none(tmp_path: Path) -> None:
    media = file(inside=rate(0) + tag("duration", 5) + timecode(10))
    [clip] = inspected(tmp_path, document(sequence(track(item(0, 5, inside=media))))).clips
    assert clip.source_rate is None
    assert clip.record_out == 5


def test_a_negative_length_of_a_file_is_passed_over(tmp_path: Path) -> None:
    media = file(inside=rate() + tag("duration", -1) + timecode(10))
    found = inspected(tmp_path, document(sequence(track(item(0, 5, inside=media)))))
    assert (found.problems, found.clips[0].media_start_frame) == ((), 10)


def test_a_clip_of_no_frames_is_a_problem_of_its_own(tmp_path: Path) -> None:
    found = inspected(tmp_path, document(sequence(track(item(0, 10), item(10, 10)))))
    assert [(p.index, p.message) for p in found.problems] == [(1, "the clip has no length")]


@pytest.mark.parametrize(
    "content", [sequence(), sequence(track()), sequence(audio=track(item(0, 5)))]
)
def test_a_sequence_without_picture_is_shown_and_not_analysed(tmp_path: Path, content: str) -> None:
    assert inspected(tmp_path, document(content)).clips == ()
    with pytest.raises(TimelineEmpty):
        FORMAT.read(write(tmp_path, document(content)))


def test_thousands_of_sequences_each_in_the_next_end_soon(tmp_path: Path) -> None:
    levels = [sequence(track(item(0, 48)), name="0", id_="0")]
    for n in range(1, 3000):
        nest = f'<sequence id="{n - 1}"/>'
        levels.append(sequence(track(item(0, 48, inside=nest)), name=str(n), id_=str(n)))
    found = inspected(tmp_path, document(*levels))
    assert "nested too deeply" in found.problems[0].message


RICH = document(
    sequence(
        track(
            item(0, -1, 0, 60, file() + marker(3, inside=tag("pproColor", 4281740498))),
            transition(50, 60),
            item(
                -1,
                100,
                5,
                55,
                '<file id="file-1"/>' + remap(50, [(0, 0), (10, 5), (99, 44)], variable=True),
            ),
            item(100, 148, inside=sequence(track(item(0, 48)), name="nest", id_="n")),
            item(148, 160, kind="generatoritem", inside=""),
            inside=tag("enabled", "TRUE"),
        ),
        audio=track(item(0, 148, inside='<file id="file-1"/>')),
        inside=timecode(86400, "01:00:00:00") + marker(5) + tag("labels", ""),
    )
).encode()


def read_or_refuse(path: Path) -> None:
    """Read a file; it is refused in one line, or its faults are told in a line each."""
    told = []
    try:
        told += [problem.message for problem in inspection_of(FORMAT.open(path)).problems]
    except TimelineError as error:
        told.append(str(error))
    assert not any("\n" in sentence for sentence in told)


@settings(max_examples=100, deadline=5000)
@given(data=st.data())
def test_no_damage_is_more_than_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(RICH)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        length = data.draw(st.integers(0, 40))
        pieces = st.sampled_from([b"", b"-1", b"0", b"9" * 30, b"NaN", b"<", b"&x;", b"\0", b"1.5"])
        raw[at : at + length] = data.draw(pieces)
    read_or_refuse(write(tmp_path_factory.getbasetemp(), bytes(raw), "damaged.xml"))


NUMBERS = st.sampled_from(
    ["", "0", "-1", "-5", "1", "24", "1e3", "2.5", "NaN", "inf", "x", "9" * 19, "9" * 400, "1e-20"]
)


@settings(max_examples=100, deadline=5000)
@given(data=st.data())
def test_no_number_is_more_than_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    parts = RICH.decode().split(">")
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(parts) - 1))
        text, sign, end = parts[at].partition("</")
        if sign and text.strip():
            parts[at] = f"{data.draw(NUMBERS)}{sign}{end}"
    read_or_refuse(write(tmp_path_factory.getbasetemp(), ">".join(parts), "numbers.xml"))
