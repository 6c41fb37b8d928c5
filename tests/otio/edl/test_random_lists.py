"""Random lists: their markers are where they were put, as another reader sees them too."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentimelineio.opentime import from_timecode

from shotlog.schema import knows_drop_frame, timecode
from shotlog_otio import ReadOptions, inspection_of
from shotlog_otio.edl import EdlFormat
from tests.otio.marking import marker

RATES = [Fraction(n * 1000, 1001) for n in (24, 30, 48, 60)] + [
    Fraction(n) for n in (24, 25, 30, 48, 50, 60)
]
EDL = EdlFormat()


@st.composite
def lists(draw: st.DrawFn) -> tuple[Fraction, bool, int, list[int], str]:
    """Rate, drop-frame, start, markers, and the text of a list."""
    rate = draw(st.sampled_from(RATES))
    drop = knows_drop_frame(rate) and draw(st.booleans())
    signs = draw(st.booleans())
    start = draw(st.integers(0, 20 * 3600 * math.ceil(rate)))

    def label(frame: int) -> str:
        text = timecode(frame, rate, drop_frame=drop)
        return text if signs else text.replace(";", ":")

    lines = ["TITLE: random", f"FCM: {'' if drop else 'NON-'}DROP FRAME"]
    at = start
    for number in range(draw(st.integers(1, 8))):
        length = draw(st.integers(1, 3000))
        source = draw(st.integers(0, 10**6))
        speed = draw(st.sampled_from([None, 0, 1, 2, -1]))
        used = length if speed is None else max(1, length * abs(speed))
        times = " ".join(map(label, (source, source + used, at, at + length)))
        lines.append(f"{number:03d}  R{number:<7d} V     C        {times}")
        if speed is not None:
            lines.append(f"M2   R{number}  {speed * math.ceil(rate):05.1f}  {label(source)}")
        at += length + draw(st.integers(0, 100))
    end = at - start
    frames = draw(st.lists(st.integers(0, end - 1), max_size=12, unique=True))
    ending = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    last = draw(st.sampled_from([ending, ""]))
    return rate, drop, start, sorted(frames), ending.join(lines) + last


@given(lists())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_markers_are_on_the_frames_that_they_were_put_on(
    tmp_path: Path, made: tuple[Fraction, bool, int, list[int], str]
) -> None:
    rate, drop, start, frames, text = made
    path, reading = tmp_path / "cut.edl", ReadOptions(rate=rate)
    path.write_text(text, newline="")
    edit = EDL.read(path, reading)
    assert edit.rate == rate
    assert edit.start * rate == start
    length = math.ceil(edit.duration * rate)
    frames = [frame for frame in frames if frame < length]
    markers = [marker(n, frame=frame, rate=rate) for n, frame in enumerate(frames)]

    EDL.write_markers(path, path, markers, edit, reading=reading)
    found = inspection_of(EDL.open(path, reading))
    assert [m.frame for m in found.markers] == frames
    assert frames_of_another_reader(path, rate, drop) == [start + frame for frame in frames]
    assert [c.record_in for c in found.clips] == [
        round(c.timeline.start * rate) for c in edit.clips
    ]
    assert EDL.clear_markers(path, path, reading=reading) == len(frames)
    assert path.read_bytes() == text.encode()


def frames_of_another_reader(path: Path, rate: Fraction, drop: bool) -> list[int]:
    """OpenTimelineIO's arithmetic on the timecodes of the comments, sorted."""
    found = []
    for line in path.read_text().splitlines():
        if line.startswith("* LOC: "):
            label = line.split()[2].replace(";", ":")
            if drop:
                label = label[:8] + ";" + label[9:]
            nominal = float(rate) if drop else float(math.ceil(rate))
            found.append(from_timecode(label, nominal).to_frames())
    return sorted(found)
