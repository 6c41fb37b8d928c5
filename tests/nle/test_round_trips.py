"""Random cuts in every format: read exactly, marked and read back, and nothing else changed.

``SHOTLOG_CUTS`` sets the number of cuts for each claim and format; with it, a failing cut is also
made as small as it can be, which takes minutes.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shotlog.schema import ClipRange, Marker, TimeRange
from shotlog_otio import InspectedClip, Inspection, Reading, ReadOptions, inspection_of
from shotlog_otio.formats import FORMATS, Format
from tests.nle.cuts.cut import Cut, Row, rows
from tests.nle.cuts.drawing import cuts
from tests.nle.cuts.writing import writer_of
from tests.otio.marking import marker

CUTS = os.environ.get("SHOTLOG_CUTS")

Claim = Callable[["Made", st.DataObject], None]


def of_every_format(claim: Claim) -> Callable[[Format], None]:
    """Return a test that tries a claim on random cuts in files of each format."""

    @pytest.mark.parametrize("format_", FORMATS.installed, ids=lambda format_: str(format_.name))
    def test(format_: Format) -> None:
        writer = writer_of(format_.name)

        @settings(
            max_examples=max(1, int(CUTS or 12) // writer.pace),
            phases=list(Phase) if CUTS else [Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
        )
        @given(cut=cuts(writer.features), data=st.data())
        def tried(cut: Cut, data: st.DataObject) -> None:
            with tempfile.TemporaryDirectory() as folder:
                claim(Made(format_, cut, Path(folder)), data)

        tried()

    test.__name__, test.__doc__ = claim.__name__, claim.__doc__
    return test


class Made:
    """A cut in a file of a format."""

    def __init__(self, format_: Format, cut: Cut, folder: Path) -> None:
        self.format, self.cut = format_, cut
        self.writer = writer_of(format_.name)
        self.path = folder / f"cut{self.writer.suffix}"
        self.options = ReadOptions(rate=None if self.writer.tells_rate else cut.rate)
        self.writer.write(self.path, cut)
        self.content = self.writer.content(self.path)
        read = self.open()
        self.before, self.edit = inspection_of(read), read.edit

    def open(self) -> Reading:
        return self.format.open(self.path, self.options)

    def inspect(self) -> Inspection:
        return inspection_of(self.open())

    def mark(self, markers: Sequence[Marker], on: Any = "timeline") -> Any:
        return self.format.write_markers(
            self.path, self.path, markers, self.edit, on=on, reading=self.options
        )

    def clear(self) -> int:
        return self.format.clear_markers(self.path, self.path, reading=self.options)

    def own_markers(self) -> list[tuple[int, int, str]]:
        """Frame, length and name of our markers in the file."""
        return [(m.frame, m.duration_frames, _name(m)) for m in self.inspect().markers if m.ours]


def _name(found: Any) -> str:
    """The name of a marker; where the format has only a text, its first line."""
    return str(found.name or found.note.partition("\n")[0])


def row(clip: InspectedClip) -> Row:
    return Row(
        clip.track, clip.name, clip.record_in, clip.record_out,
        clip.source_in, clip.source_out, clip.speed,
    )  # fmt: skip


def on_frames(data: st.DataObject, cut: Cut, free: Collection[int] = ()) -> list[Marker]:
    """Markers on random frames of the timeline, one to a frame."""
    frames = st.integers(0, cut.length - 1).filter(lambda frame: frame not in free)
    drawn = data.draw(st.lists(frames, min_size=1, max_size=6, unique=True))
    lengths = st.integers(1, 12)
    return [
        _marker(n, frame, min(data.draw(lengths), cut.length - frame), cut.rate)
        for n, frame in enumerate(sorted(drawn))
    ]


def _marker(number: int, frame: int, length: int, rate: Fraction, **facts: Any) -> Marker:
    name = f"MS · pan {number:03d}"
    return marker(number, frame=frame, duration=length, rate=rate, name=name, **facts)


@of_every_format
def test_a_cut_is_read_with_its_own_numbers(made: Made, data: st.DataObject) -> None:
    cut, found = made.cut, made.before
    assert found.problems == ()
    assert (found.rate, found.start_frame) == (cut.rate, cut.start)
    assert [row(clip) for clip in found.clips] == rows(cut)
    if made.writer.features.drop_frame:
        assert found.drop_frame == cut.drop_frame
    assert [(m.frame, _name(m)) for m in found.markers] == list(cut.theirs)
    assert not any(m.ours for m in found.markers)


@of_every_format
def test_markers_stand_on_the_frames_where_they_were_put(made: Made, data: st.DataObject) -> None:
    taken = {frame for frame, _ in made.cut.theirs}
    markers = on_frames(data, made.cut, taken)

    assert made.mark(markers).added == len(markers)
    kept = made.writer.length
    found = made.own_markers()
    assert [(frame, name) for frame, _, name in found] == [(m.frame, m.name) for m in markers]
    lengths = zip(found, map(kept, markers), strict=True)
    assert all(length in (None, found_[1]) for found_, length in lengths)
    only_markers_were_added(made, markers, "timeline")


@of_every_format
def test_markers_on_clips_stand_on_the_frames_that_show_them(
    made: Made, data: st.DataObject
) -> None:
    markers = on_clips(data, made)
    assert made.mark(markers, "clips").added == len(markers)

    found = [m for m in made.inspect().markers if m.ours]
    # Those in nests are not markers of this timeline.
    shown = [m for m in markers if in_file(made, m) is not None]
    put = [(m.frame, in_file(made, m), m.name) for m in shown]
    # Those of several clips on one frame come in the order of the file.
    assert {(m.frame, m.on, _name(m)) for m in found} == set(put)
    assert len(found) == len(put)
    assert len(made.format.read_markers(made.path, made.options)) == len(markers)
    only_markers_were_added(made, markers, "clips")


def on_clips(data: st.DataObject, made: Made) -> list[Marker]:
    """Markers on random clips, on frames of theirs at which a frame of their media begins."""
    rate, markers = made.cut.rate, []
    for number, (clip, shown) in enumerate(zip(made.edit.clips, made.before.clips, strict=True)):
        counted = shown.source_rate or rate
        record = range(shown.record_in, shown.record_out)
        frames = [n for n in record if whole(clip, n, rate, counted)]
        if not frames or data.draw(st.booleans()):
            continue
        frame = data.draw(st.sampled_from(frames))
        place = TimeRange(start=frame / rate, duration=1 / rate)
        source = clip.source if clip.time_map.is_freeze else clip.time_map.range_to_source(place)
        facts = {"source_start": source.start, "source_duration": source.duration}
        markers.append(_marker(number, frame, 1, rate, clip=clip.id, **facts))
    return sorted(markers, key=lambda m: m.frame)


def in_file(made: Made, put: Marker) -> int | str | None:
    """Return what a marker of a clip stands on as it is told; None where that is in a nest."""
    if not made.writer.features.markers_on_clips:
        return "timeline"
    ids = [clip.id for clip in made.before.clips]
    item = "/".join((put.clip or "").split("/")[:2])
    if item == put.clip:
        return ids.index(item)
    held = (n for n, id_ in enumerate(ids) if id_.startswith(f"{item}/"))
    return next(held) if made.writer.features.nests_hold_markers else None


def whole(clip: ClipRange, frame: int, rate: Fraction, counted: Fraction) -> bool:
    """Return whether a frame of the timeline shows the beginning of a frame of media.

    Args:
        clip: The clip.
        frame: The frame.
        rate: Frames per second of the timeline.
        counted: Those of the media.
    """
    if clip.time_map.is_freeze:
        return frame == clip.timeline.start * rate
    place = clip.time_map.range_to_source(TimeRange(start=frame / rate, duration=1 / rate))
    ends = (place.start,) if clip.speed > 0 else (place.start, place.end)
    return all((end * counted).denominator == 1 for end in ends)


def only_markers_were_added(made: Made, markers: Sequence[Marker], on: Any) -> None:
    """Check that all else is as it was, that a second run changes nothing, and that all can go."""
    read = made.open()
    after = inspection_of(read)
    added = {"markers", "hidden_markers"}
    assert after.model_dump(exclude=added) == made.before.model_dump(exclude=added)
    others = [m for m in after.markers if not m.ours]
    assert others == list(made.before.markers)
    assert read.edit == made.edit
    once = made.path.read_bytes() if made.path.is_file() else b""

    assert not made.mark(markers, on).changed
    assert (made.path.read_bytes() if made.path.is_file() else b"") == once
    assert made.clear() == len(markers)
    assert made.writer.content(made.path) == made.content


@of_every_format
def test_a_marker_that_an_editor_renamed_stays(made: Made, data: st.DataObject) -> None:
    taken = {frame for frame, _ in made.cut.theirs}
    markers = on_frames(data, made.cut, taken)
    made.mark(markers)
    chosen = data.draw(st.sampled_from(markers))
    made.writer.rename(made.path, chosen.name, "take this one")
    names = [name for _, _, name in made.own_markers()]
    edited = made.writer.content(made.path)

    assert not made.mark(markers).changed
    assert made.writer.content(made.path) == edited
    assert [name for _, _, name in made.own_markers()] == names
    assert made.clear() == len(markers) - 1
    assert "take this one" in [_name(m) for m in made.inspect().markers]
