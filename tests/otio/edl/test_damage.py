"""Damaged, hostile and odd lists cost one sentence at most."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shotlog.markers import markers_of
from shotlog.schema import TimelineEmpty, TimelineError, TimelineMissing, TimelineUnreadable
from shotlog_otio import inspection_of
from shotlog_otio.edl import MAX_BYTES
from tests.otio.edl.lists import EDL, event, listed
from tests.otio.marking import log_of

SAMPLE = listed(
    "FCM: DROP FRAME",
    event(1, "01:00:00:00 01:00:04:00", "01:00:00;00 01:00:02;00", reel="FAST"),
    "* FROM CLIP NAME: Café.mov",
    "M2   FAST       059.9                01:00:00:00",
    "* LOC: 01:00:01:00 RED     one",
    "two",
    event(2, "01:00:04:00 01:00:04:00", "01:00:02;00 01:00:02;00", reel="FAST"),
    event(2, "02:00:00:00 02:00:01:00", "01:00:02;00 01:00:03;00", reel="B", edit="D    012"),
    "* TO CLIP NAME: second",
    event(3, "0 48", "01:00:03;00 01:00:04;18", channels="AA/V"),
    "AUD  3    4",
    event(4, "0 48", "01:00:04;00 01:00:03;00", channels="V2", edit="K B"),
    "* SHOTLOG: 5 [shotlog 0000000000000001 shot 12345678]",
    end="\r\n",
)


def readable(path: Path) -> bool:
    """Read a file as all commands do; a sentence is as good as a timeline."""
    try:
        reading = EDL.open(path)
    except TimelineError:
        return False
    inspection_of(reading).model_dump_json()
    return bool(reading.clips)


pieces = st.sampled_from(
    [b"\r", b"\n", b"\0", b"\x1a", b"99", b":", b";", b" ", b"*", b"LOC:", b"M2", b"V", b"A", b"-",
     b"\xff\xfe", b"\xe9", b"FCM: NON-DROP FRAME", b"01:00:00:99", b"9" * 30, b"* SHOTLOG: 5 "]
)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 20), pieces), max_size=12))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_change_of_a_list_is_read_or_refused(
    tmp_path: Path, changes: list[tuple[int, int, bytes]]
) -> None:
    raw = SAMPLE
    for at, cut, piece in changes:
        raw = raw[:at] + piece + raw[at + cut :]
    path = tmp_path / "damaged.edl"
    path.write_bytes(raw)
    if not readable(path):
        return
    edit = EDL.open(path).edit
    markers = markers_of(log_of(edit))
    EDL.write_markers(path, tmp_path / "out.edl", markers, edit)
    out = (tmp_path / "out.edl").read_bytes()
    EDL.write_markers(tmp_path / "out.edl", tmp_path / "out.edl", markers, edit)
    assert (tmp_path / "out.edl").read_bytes() == out


@given(st.binary(max_size=300))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_anything_is_read_or_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "any.edl"
    path.write_bytes(raw)
    readable(path)


def test_every_beginning_of_a_list_is_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.edl"
    for length in range(0, len(SAMPLE), 7):
        path.write_bytes(SAMPLE[:length])
        readable(path)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"\0" * 1000, "no event"),
        (b"TITLE", "no event"),
        (b"<xmeml/>", "no event"),
        (b"A\tB\r\n" * 50, "no event"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "a.edl"
    path.write_bytes(raw)
    with pytest.raises(TimelineUnreadable, match=said):
        EDL.read(path)


def test_a_list_without_events_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.edl"
    path.write_bytes(listed("FCM: NON-DROP FRAME"))
    with pytest.raises(TimelineEmpty):
        EDL.read(path)
    with pytest.raises(TimelineMissing):
        EDL.read(tmp_path / "missing.edl")


def test_a_file_too_large_to_be_a_list_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.edl"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(TimelineUnreadable, match="too large"):
        EDL.read(path)


HOUR = ("01:00:00:00 01:00:02:00", "00:00:00:00 00:00:02:00")


@pytest.mark.parametrize(
    "raw",
    [
        b" " * 200_000 + b"x",
        b"M2" + b" " * 200_000 + b"x",
        b"001 " + b"V " * 100_000 + b"C 0 1 2 3",
        b"* LOC: " + b" " * 200_000,
        listed(*[event(1, *HOUR, channels="V")] * 5000),
        listed(*(event(n % 1000, *HOUR, channels="V99A99") for n in range(2000))),
        listed(event(1, "9999999999 9999999999", HOUR[1]), event(2, *HOUR)),
        listed(event(1, HOUR[0], "999:59:59:23 999:59:59:23"), event(2, *HOUR)),
        listed(event(1, *HOUR), *["* LOC: 01:00:00:00 RED"] * 20000),
        listed(event(1, *HOUR), *["note"] * 50000),
        listed(event(1, *HOUR), *[f"M2 REEL{n} 24.0 01:00:00:00" for n in range(20000)]),
        b"\r" * 400_000,
        b"\r" * 30_000_000,
    ],
    ids=range(13),
)
@pytest.mark.timeout(30)  # each takes below 1 s; what grows with the square takes minutes
def test_hostile_lists_take_no_long_time(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "a.edl"
    path.write_bytes(raw)
    EDL.sniff(path, raw[:16384])
    readable(path)


@pytest.mark.parametrize(
    ("name", "raw", "taken"),
    [
        ("a.edl", listed(event(1, *HOUR)), True),
        ("a.txt", listed(event(1, *HOUR)), True),
        ("a.txt", listed(event(1, *HOUR), end="\r").decode().encode("utf-16"), True),
        ("a.edl", b"TITLE: nothing\n", True),
        ("a.txt", b"TITLE: nothing\n", False),
        ("a.edl", b'{"OTIO_SCHEMA": "Timeline.1"}', False),
        ("a.edl", b"<xmeml version='5'><!--" + event(1, *HOUR).encode(), False),
        ("a.edl", b"\x1aE\xdf\xa3 film", False),
        ("a.txt", b"12 apples A C 1 2 3 4\n", False),
        ("a.edl", b"", False),
    ],
)
def test_a_list_is_known_by_its_events(name: str, raw: bytes, taken: bool) -> None:
    assert EDL.sniff(Path(name), raw) == taken
