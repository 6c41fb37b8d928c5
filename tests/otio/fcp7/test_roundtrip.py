"""Random sequences: markers come back on the frames where they were put."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from shotlog.markers import markers_of
from shotlog.schema import Edit, TimelineEmpty
from shotlog_otio import inspection_of
from tests.otio.fcp7.xmeml import (
    FORMAT,
    document,
    file,
    item,
    marker,
    rate,
    remap,
    sequence,
    tag,
    timecode,
    track,
    transition,
    write,
)
from tests.otio.marking import log_of

RATES = [(24, True), (24, False), (25, False), (30, True), (30, False), (50, False), (60, True)]
SLOWEST = Fraction(24000, 1001)
rates = st.sampled_from(RATES)


@st.composite
def media(draw: st.DrawFn, number: int) -> str:
    base, ntsc = draw(rates)
    inside = rate(base, ntsc=ntsc) + tag("duration", 5000)
    if draw(st.booleans()):
        inside += timecode(draw(st.integers(0, 10**6)), at=rate(base, ntsc=ntsc))
    return file(f"file {number}", f"file:///media/{number}.mov", inside)


@st.composite
def effect(draw: st.DrawFn) -> str:
    speed = draw(st.sampled_from([0, 50, 200, 100, 33.3333, -100, -150]))
    return draw(st.sampled_from(["", "", remap(speed)]))


@st.composite
def cut(draw: st.DrawFn, *, nested: bool = False) -> str:
    """The items of a track."""
    items, start = [], draw(st.integers(0, 50))
    for number in range(draw(st.integers(1, 4))):
        length, first = draw(st.integers(1, 200)), draw(st.integers(0, 2000))
        kind = draw(st.sampled_from(["clip", "clip", "nest"])) if not nested else "clip"
        if kind == "nest":
            base, ntsc = draw(rates)
            inner = sequence(
                draw(cut(nested=True)), name="nest", id_=f"nest {start}",
                own=rate(base, ntsc=ntsc),
            )  # fmt: skip
            items.append(item(start, start + length, first % 100, inside=inner + draw(effect())))
        else:
            base, ntsc = draw(rates)
            inside = draw(media(number + 10 * nested)) + draw(effect())
            inside += marker(draw(st.integers(0, 3000)), -1, "theirs") * draw(st.integers(0, 2))
            own = draw(st.sampled_from(["", rate(base, ntsc=ntsc)]))
            items.append(item(start, start + length, first, inside=inside, own=own))
        start += length
        if draw(st.booleans()):
            items.append(transition(start - 1, start + 1))
            start += draw(st.sampled_from([0, 30]))
    return track(*items)


@st.composite
def texts(draw: st.DrawFn) -> str:
    base, ntsc = draw(rates)
    start = draw(st.integers(0, 200_000))
    form = draw(st.sampled_from(["DF", "NDF", ""]))
    inside = draw(st.sampled_from(["", timecode(start, form=form)])) + marker(3) * draw(
        st.integers(0, 1)
    )
    tracks = [draw(cut()) for _ in range(draw(st.integers(1, 2)))]
    text = document(sequence(*tracks, own=rate(base, ntsc=ntsc), inside=inside))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\n   ", ""])))


def frames_on_timeline(path: Path) -> list[tuple[int, int]]:
    """The frames of our markers on the sequence, as an independent parser reads them."""
    markers = etree.parse(path).getroot().find("sequence").findall("marker")
    ours = [m for m in markers if "[shotlog " in (m.findtext("comment") or "")]
    return sorted((int(m.findtext("in")), int(m.findtext("out"))) for m in ours)


@settings(max_examples=40, deadline=None)
@given(text=texts())
def test_markers_on_the_timeline_stand_on_their_frames(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    source, edit = read(tmp_path_factory, text)
    out = source.with_name("out.xml")
    markers = markers_of(log_of(edit))
    FORMAT.write_markers(source, out, markers, edit)
    assert frames_on_timeline(out) == sorted(
        (m.frame, m.frame + m.duration if m.duration > 1 else -1) for m in markers
    )
    inspection = inspection_of(FORMAT.open(out))
    # Of a nest of another rate, a part of a frame may be shown at the very end: it has no frame.
    put = [m.frame for m in markers if m.frame < inspection.duration_frames]
    assert sorted(m.frame for m in inspection.markers if m.ours) == sorted(put)
    unchanged(source, out, edit, markers, "timeline")


@settings(max_examples=40, deadline=None)
@given(text=texts())
def test_markers_on_clips_are_shown_by_their_clips(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    source, edit = read(tmp_path_factory, text)
    out = source.with_name("out.xml")
    markers = markers_of(log_of(edit), on="clips")
    FORMAT.write_markers(source, out, markers, edit, on="clips")
    inspection = inspection_of(FORMAT.open(out))
    clips = {clip.id: clip for clip in inspection.clips}
    shown = {(m.on, m.frame) for m in inspection.markers if m.ours}
    for marker_ in markers:
        clip = clips.get(marker_.clip or "")
        # Markers in nests are not on the timeline. In slow motion a clip may show less than a frame
        # of its media, hence none that a marker could stand on.
        if clip is None or clip.id.count("/") > 1 or clip.speed < 0:
            continue
        if 0 < (clip.source_out - clip.source_in) * SLOWEST < 2:
            continue
        own = [frame for on, frame in shown if on == inspection.clips.index(clip)]
        # One frame of the clip, in frames of the sequence.
        step = 1 + inspection.rate / SLOWEST / (abs(clip.speed) or 1)
        assert any(abs(frame - marker_.frame) <= step for frame in own), (marker_, clip)
    unchanged(source, out, edit, markers, "clips")


def read(factory: pytest.TempPathFactory, text: str) -> tuple[Path, Edit]:
    """Write a text and read it; those whose nests show nothing are passed over."""
    source = write(factory.getbasetemp(), text, "round.xml")
    edit = None
    with suppress(TimelineEmpty):
        edit = FORMAT.read(source)
    assume(edit is not None)
    assert edit is not None
    return source, edit


def unchanged(source: Path, out: Path, edit: Edit, markers: Any, on: Any) -> None:
    """What is read and what stands around our markers stay; a second run gives the same bytes."""
    assert FORMAT.read(out) == edit
    once = out.read_bytes()
    assert not FORMAT.write_markers(out, out, markers, edit, on=on).changed
    assert out.read_bytes() == once
    FORMAT.clear_markers(out, out)
    assert out.read_bytes() == source.read_bytes()
