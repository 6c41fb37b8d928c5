"""Groups lie one after the other, with gaps, names and the markers of editors."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import opentimelineio as otio
import pytest

from shotlog.engine import Cache, EngineOptions, ProbeCache, analyze, load_analyzers
from shotlog.markers import MarkerOptions, markers_of
from shotlog.media.cuts import NoCuts
from shotlog.schema import Edit, Log, MarkerFamily, TimelineEmpty, TimeMap, TimeRange
from shotlog.selects import (
    Layout,
    Length,
    Pick,
    PickGroup,
    Selects,
    draw_card,
    editor_markers,
    make_stringouts,
    write_selects,
)
from shotlog_otio import read_edit, read_markers, read_timeline, write_markers
from tests.selects.films import NTSC_24, clip_of, log_of, piece_of, write_numbered

PAL = Fraction(25)
SECOND = Length(Fraction(1), counts_frames=False)
PROBES = ProbeCache()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_numbered(tmp_path_factory.mktemp("film") / "a.mov", PAL, 100, "10:00:00:00")


@pytest.fixture(scope="module")
def log(film: Path) -> Log:
    """Three clips: frames 10 to 29, 40 to 59 and 70 to 89."""
    clips = []
    for number, first in enumerate((10, 40, 70)):
        shown = TimeRange(start=20 * number / PAL, duration=20 / PAL)
        straight = TimeMap(timeline_start=shown.start, source_start=first / PAL)
        clips.append(clip_of(film, straight, shown, number))
    return log_of(*clips, rate=PAL)


def groups_of(log: Log, *numbers: Sequence[int]) -> list[PickGroup]:
    return [
        PickGroup(f"g{n}", f"group {n}", tuple(Pick(log, number) for number in picked))
        for n, picked in enumerate(numbers)
    ]


def frame(moment: Fraction) -> int:
    number = moment * PAL
    assert number.denominator == 1
    return int(number)


def frames_of(edit: Edit) -> list[tuple[int, int]]:
    spans = [clip.timeline for clip in edit.clips]
    return [(frame(span.start), frame(span.end)) for span in spans]


def test_a_gap_lies_between_groups_and_before_none(log: Log, tmp_path: Path) -> None:
    made = make_stringouts(groups_of(log, [2, 0], [1]), "n", PROBES, Layout(gap=SECOND))
    assert frames_of(made.log.edit) == [(0, 20), (20, 40), (65, 85)]
    ranges = [(frame(g.range.start), frame(g.range.end)) for g in made.groups]
    assert ranges == [(0, 40), (40, 85)]
    assert [[pick.shot for pick in g.group.picks] for g in made.groups] == [[2, 0], [1]]

    timeline = otio.adapters.read_from_string(made.timeline.decode(), "otio_json")
    (gap,) = timeline.tracks[0].find_children(descended_from_type=otio.schema.Gap)
    assert gap.source_range.duration == otio.opentime.RationalTime(25, 25)
    close = make_stringouts(groups_of(log, [2, 0], [1]), "n", PROBES)
    assert frames_of(close.log.edit) == [(0, 20), (20, 40), (40, 60)]


def test_each_group_is_named_by_a_marker_as_long_as_it(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "selects.otio"
    made = make_stringouts(groups_of(log, [2, 0], [1]), "n", PROBES, Layout(gap=SECOND))
    write_selects(path, made)
    named = [m for m in read_markers(path) if m.family is MarkerFamily.GROUP]
    assert [(m.name, frame(m.range.start), frame(m.range.duration)) for m in named] == [
        ("group 0 · 2 shots", 0, 40),
        ("group 1 · 1 shot", 40, 45),
    ]
    assert named[0].note == "A group of selects, 1.6 s in all"
    assert named[0].payload == {"group": "g0", "shots": 2}
    write_selects(path, made, MarkerOptions(length=5), on="clips")
    named = [m for m in read_markers(path) if m.family is MarkerFamily.GROUP]
    assert [(m.owner, frame(m.range.duration)) for m in named] == [(None, 5), (None, 5)]


def test_handles_in_seconds_are_frames_of_the_media_and_end_with_them(log: Log) -> None:
    near = Layout(handles=Length(Fraction(2, 5), counts_frames=False))
    made = make_stringouts(groups_of(log, [1]), "n", PROBES, near)
    assert frames_of(made.log.edit) == [(0, 20 + 2 * 10)]
    far = make_stringouts(groups_of(log, [1]), "n", PROBES, Layout(handles=Length(Fraction(900))))
    assert frames_of(far.log.edit) == [(0, 100)]
    assert far.log.shots[0].shot.timeline.start == 40 / PAL


def test_a_group_without_media_has_no_place(log: Log, tmp_path: Path) -> None:
    gone = write_numbered(tmp_path / "gone.mov", PAL, 10)
    lost = log_of(piece_of(gone, PAL, 2, 5), rate=PAL)
    gone.unlink()
    groups = [*groups_of(lost, [0]), *groups_of(log, [0])]
    made = make_stringouts(groups, "n", PROBES, Layout(gap=SECOND))
    assert [g.group.key for g in made.groups] == ["g0"]
    assert frames_of(made.log.edit) == [(0, 20)]
    assert "gone.mov" in made.problems[0].subject
    with pytest.raises(TimelineEmpty):
        make_stringouts(groups_of(lost, [0]), "n", PROBES)


# --- title cards


def test_a_card_before_each_group_is_whole_frames_and_known_as_a_title(
    log: Log, film: Path, tmp_path: Path
) -> None:
    path, folder = tmp_path / "selects.otio", tmp_path / "selects cards"
    layout = Layout(gap=SECOND, cards=folder)
    made = make_stringouts(groups_of(log, [2, 0], [1]), "n", PROBES, layout)
    assert not folder.exists()  # nothing is written before the selects are
    write_selects(path, made)
    edit = read_edit(path)
    assert edit == made.log.edit
    assert frames_of(edit) == [(0, 25), (25, 45), (45, 65), (65, 90), (90, 110)]
    cards = [folder / "01 g0.png", folder / "02 g1.png"]
    assert sorted(folder.iterdir()) == cards
    media = [clip.media.path for clip in edit.clips if clip.media]
    assert media == [str(cards[0]), str(film), str(film), str(cards[1]), str(film)]
    assert edit.clips[0].name == "group 0 · 2 shots"
    assert [frame(g.range.start) for g in made.groups] == [0, 65]
    assert [frame(shot.shot.timeline.start) for shot in made.log.shots] == [25, 45, 90]

    with Cache(None) as cache:
        again = analyze(edit, load_analyzers(), cache, options=EngineOptions(cuts=NoCuts()))
    assert [shot.kind for shot in again.shots][0::3] == ["title", "title"]
    write_selects(path, made)  # once more, over what is there
    assert sorted(folder.iterdir()) == cards


def test_shots_after_a_card_begin_on_frames_of_a_rate_that_is_not_whole(tmp_path: Path) -> None:
    film = write_numbered(tmp_path / "a.mov", NTSC_24, 30)
    log = log_of(piece_of(film, NTSC_24, 3, 20))
    layout = Layout(gap=SECOND, cards=tmp_path / "cards")
    card, clip = make_stringouts(groups_of(log, [0]), "n", PROBES, layout).log.edit.clips
    assert card.timeline == TimeRange(start=Fraction(0), duration=24 / NTSC_24)
    assert clip.timeline.start == 24 / NTSC_24


def test_a_long_name_fits_on_a_card_and_other_letters_are_marked() -> None:
    cards = [draw_card([name, "1 shot"]) for name in ("CS", "CS" * 40, "日本", "??")]
    pixels = [cv2.imdecode(np.frombuffer(card, np.uint8), cv2.IMREAD_GRAYSCALE) for card in cards]
    for picture in pixels:
        assert picture is not None
        columns = np.flatnonzero(picture.max(axis=0))
        assert columns.min() > 150
        assert columns.max() < 1920 - 150
    assert cards[2] == cards[3]
    assert cards[0] == draw_card(["CS", "1 shot"])


# --- markers of editors


def cut(film: Path, folder: Path) -> Path:
    """A timeline of the three clips, with markers of an editor on it and on its second clip."""
    timeline = otio.schema.Timeline("cut", global_start_time=otio.opentime.RationalTime(0, 25))
    track = otio.schema.Track("V1", kind="Video")
    timeline.tracks.append(track)
    for number, first in enumerate((10, 40, 70)):
        reference = otio.schema.ExternalReference(film.as_uri(), span(900000, 100))
        track.append(otio.schema.Clip(f"clip {number}", reference, span(900000 + first, 20)))
    marks = [("look", 25, 30, "GREEN"), ("point", 59, 0, "PINK"), ("head", 0, 1, "")]
    for name, first, length, colour in marks:
        timeline.tracks.markers.append(
            otio.schema.Marker(name, span(first, length), colour, comment=f"{name}!")
        )
    track[1].markers.append(otio.schema.Marker("hand", span(900045, 5), "ORANGE"))
    track[2].markers.append(otio.schema.Marker("hidden", span(900005, 5), "ORANGE"))
    path = folder / "cut.otio"
    otio.adapters.write_to_file(timeline, str(path))
    return path


def span(first: int, length: int) -> otio.opentime.TimeRange:
    times = (otio.opentime.RationalTime(value, 25) for value in (first, length))
    return otio.opentime.TimeRange(*times)


def of_others(path: Path) -> list[tuple[str, str, int, int, int | None]]:
    found = []
    for item in read_timeline(path).markers:
        marker, shown = item.marker, item.shown
        if marker.tag is None and shown is not None:
            at = (frame(shown.start), frame(shown.duration))
            found.append((marker.name, marker.note, *at, item.clip))
    return found


def carried(cut: Path, *numbers: Sequence[int]) -> tuple[Selects, Log]:
    reading = read_timeline(cut)
    log = log_of(*reading.edit.clips, rate=PAL)
    markers = editor_markers(reading)
    return make_stringouts(groups_of(log, *numbers), "n", PROBES, Layout(gap=SECOND), markers), log


def test_the_markers_of_an_editor_come_along_with_their_shots(film: Path, tmp_path: Path) -> None:
    made, _ = carried(cut(film, tmp_path), [2, 1])
    path = tmp_path / "selects.otio"
    write_selects(path, made)
    assert of_others(path) == [
        ("point", "point!", 19, 0, None),
        # It lasted into the next shot, which does not follow any more.
        ("look", "look!", 25, 15, None),
        ("hand", "", 25, 5, 1),
    ]
    assert all(marker.name not in ("look", "point", "hand") for marker in read_markers(path))


def test_a_marker_on_a_shot_with_handles_keeps_its_picture(film: Path, tmp_path: Path) -> None:
    source = cut(film, tmp_path)
    reading = read_timeline(source)
    log = log_of(*reading.edit.clips, rate=PAL)
    layout = Layout(handles=Length(Fraction(5)))
    made = make_stringouts(groups_of(log, [1]), "n", PROBES, layout, editor_markers(reading))
    path = tmp_path / "selects.otio"
    write_selects(path, made)
    assert [told[2:4] for told in of_others(path)] == [(10, 15), (10, 5)]


def test_a_label_that_an_editor_corrected_stays_corrected(film: Path, tmp_path: Path) -> None:
    source = cut(film, tmp_path)
    _, log = carried(source, [0])
    write_markers(source, source, markers_of(log), read_edit(source))
    timeline = otio.adapters.read_from_file(str(source))
    ours = next(m for m in timeline.tracks.markers if "shotlog" in m.metadata)
    ours.name = "CS · static"
    otio.adapters.write_to_file(timeline, str(source))

    made, _ = carried(source, [1, 0])
    path = tmp_path / "selects.otio"
    result = write_selects(path, made)
    shots = [m for m in read_markers(path) if m.family is MarkerFamily.SHOT]
    assert sorted((m.name, m.edited, frame(m.range.start)) for m in shots) == [
        ("CS · static", True, 20),
        ("shot", False, 0),
    ]
    assert len(result.kept) == 1


@pytest.mark.parametrize(
    ("text", "told"), [("12f", (12, 12)), ("0.4s", (10, 12)), ("2", None), ("-1f", None),
                       ("1e9s", None), ("f", None), ("9" * 12 + "f", None)],
)  # fmt: skip
def test_a_length_is_frames_or_seconds(text: str, told: tuple[int, int] | None) -> None:
    if told is None:
        with pytest.raises(ValueError, match="is not a length"):
            Length.parse(text)
    else:
        length = Length.parse(text)
        assert (length.frames(PAL), length.frames(Fraction(30))) == told
        assert Length.parse(str(length)) == length
