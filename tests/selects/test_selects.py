"""Selects show the frames of their shots, for us and for OpenTimelineIO, and say all about them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.engine import Cache, EngineOptions, ProbeCache, analyze, make_thumbnail_reader
from shotlog.markers import MarkerOptions, markers_of
from shotlog.media.cuts import NoCuts
from shotlog.report import render_report
from shotlog.schema import (
    ClipRange,
    Family,
    Log,
    LoggedShot,
    MediaReference,
    OutputNotWritable,
    ShotFacts,
    TimelineEmpty,
    TimeMap,
    TimeRange,
)
from shotlog.selects import Pick, Selects, make_selects, write_selects
from shotlog_otio import read_edit, read_markers
from tests.engine.passes.test_segmentation import two_scenes
from tests.selects.films import (
    HOUR_DROP,
    NTSC_24,
    NTSC_30,
    clip_of,
    edit_of,
    log_of,
    number_at,
    piece_of,
    said,
    with_shots,
    write_numbered,
    write_sequence,
)

FRAMES = 60
PAL = Fraction(25)
Exact = Fraction | int


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("selects")
    return {
        "ntsc": write_numbered(folder / "a #1.mp4", NTSC_24, FRAMES),
        "drop": write_numbered(folder / "b.mov", NTSC_30, FRAMES, "01:00:00;00"),
        "pal": write_numbered(folder / "c.mov", PAL, FRAMES, "10:00:00:00"),
    }


def read_by_otio(selects: Selects) -> tuple[Any, list[Any]]:
    timeline = otio.adapters.read_from_string(selects.timeline.decode(), "otio_json")
    return timeline, list(timeline.find_clips())


def first_and_last(clip: Any) -> tuple[Path, Fraction, int, int]:
    """The file of a clip, its exact rate, and its first and last frame in it, by OpenTimelineIO."""
    start = clip.source_range.start_time - clip.media_reference.available_range.start_time
    rate = Fraction(start.rate).limit_denominator(1001)
    first, length = round(start.value), round(clip.source_range.duration.value)
    assert clip.source_range.duration.rate == start.rate
    path = otio.url_utils.filepath_from_url(clip.media_reference.target_url)
    return Path(path), rate, first, first + length - 1


def frames(log: Log, rate: Fraction) -> list[tuple[Exact, Exact]]:
    return [(s.shot.source.start * rate, s.shot.source.end * rate - 1) for s in log.shots]


def test_each_clip_shows_its_shot_from_the_first_frame_to_the_last(films: dict[str, Path]) -> None:
    wanted = [("drop", NTSC_30, 7, 40), ("ntsc", NTSC_24, 11, 30), ("pal", PAL, 3, 9)]
    picks = [
        Pick(log_of(piece_of(films[name], rate, first, count), rate=rate), 0)
        for name, rate, first, count in wanted
    ]
    selects = make_selects(picks, "found", ProbeCache())

    timeline, clips = read_by_otio(selects)
    assert selects.problems == selects.log.problems == ()
    assert (timeline.name, selects.log.edit.name) == ("found", "found")
    assert [track.kind for track in timeline.tracks] == ["Video"]
    for clip, (name, rate, first, count) in zip(clips, wanted, strict=True):
        path, counted, start, last = first_and_last(clip)
        assert (path, counted, start, last) == (films[name], rate, first, first + count - 1)
        assert number_at(path, start / counted) == first
        assert number_at(path, last / counted) == first + count - 1
    # The rate that most of the shots have, and the timecode of their camera.
    assert (selects.log.edit.rate, selects.log.edit.drop_frame) == (NTSC_30, True)
    assert clips[0].source_range.start_time.value == HOUR_DROP * NTSC_30 + 7
    assert clips[2].source_range.start_time.to_timecode(25.0) == "10:00:00:03"

    starts = [shot.shot.timeline.start for shot in selects.log.shots]
    assert starts == [0, 40 / NTSC_30, 40 / NTSC_30 + 30 / NTSC_24]
    assert selects.log.edit.duration == starts[2] + 9 / PAL
    assert [shot.shot.source.start for shot in selects.log.shots] == [
        first / rate for _, rate, first, _ in wanted
    ]


def test_shots_of_a_clip_with_cuts_stay_clips_of_their_own(tmp_path: Path) -> None:
    film = two_scenes(tmp_path / "film.mp4", 30)
    log = log_of(piece_of(film, PAL, 10, 40), cuts=True, rate=PAL)
    assert frames(log, PAL) == [(10, 29), (30, 49)]
    selects = make_selects([Pick(log, 0), Pick(log, 1)], "found", ProbeCache())
    _, clips = read_by_otio(selects)
    assert [first_and_last(clip)[2:] for clip in clips] == [(10, 29), (30, 49)]
    assert not any(selects.log.cuts.values())
    assert [shot.shot.id for shot in selects.log.shots] == [shot.shot.id for shot in log.shots]

    reversed_order = make_selects([Pick(log, 1), Pick(log, 0)], "found", ProbeCache(), handles=5)
    _, clips = read_by_otio(reversed_order)
    assert [first_and_last(clip)[2:] for clip in clips] == [(25, 54), (5, 34)]
    # Handles reach over the cut, which the log then holds, and not into the shot.
    first, second = reversed_order.log.shots
    assert [cut.at * PAL for cut in reversed_order.log.cuts[first.shot.clip]] == [30]
    assert first.shot.timeline.start == 5 / PAL
    assert second.shot.timeline == TimeRange(start=35 / PAL, duration=20 / PAL)
    assert frames(reversed_order.log, PAL) == [(30, 49), (10, 29)]


def test_handles_end_where_the_media_do(films: dict[str, Path]) -> None:
    log = log_of(piece_of(films["drop"], NTSC_30, 4, 50), rate=NTSC_30)
    (clip,) = read_by_otio(make_selects([Pick(log, 0)], "found", ProbeCache(), handles=8))[1]
    assert first_and_last(clip)[2:] == (0, FRAMES - 1)
    with pytest.raises(ValueError, match="-1 handles"):
        make_selects([Pick(log, 0)], "found", ProbeCache(), handles=-1)


def odd_clips(film: Path) -> dict[str, tuple[ClipRange, int, int]]:
    """Clips that run in odd ways, with the first and the last frame that they show."""
    two, shown = Fraction(2), TimeRange(start=Fraction(0), duration=Fraction(20) / PAL)

    def straight(start: int, speed: Fraction) -> TimeMap:
        return TimeMap(timeline_start=Fraction(0), source_start=start / PAL, speed=speed)

    ramp = TimeMap.through([(Fraction(0), 5 / PAL), (8 / PAL, 9 / PAL), (20 / PAL, 45 / PAL)])
    back = TimeMap.through([(Fraction(0), 40 / PAL), (8 / PAL, 36 / PAL), (20 / PAL, 20 / PAL)])
    return {
        "backwards": (clip_of(film, straight(50, -two), shown), 10, 49),
        "fast": (clip_of(film, straight(10, two), shown), 10, 49),
        "ramp": (clip_of(film, ramp, shown), 5, 44),
        "ramp backwards": (clip_of(film, back, shown), 20, 39),
    }


@pytest.mark.parametrize("way", ["backwards", "fast", "ramp", "ramp backwards"])
def test_what_an_edit_shows_in_odd_ways_is_shown_forwards(films: dict[str, Path], way: str) -> None:
    clip, first, last = odd_clips(films["pal"])[way]
    log = log_of(clip, rate=PAL)
    selects = make_selects([Pick(log, 0)], "found", ProbeCache())
    (made,) = read_by_otio(selects)[1]
    assert first_and_last(made)[2:] == (first, last)
    assert not made.effects
    assert number_at(films["pal"], first / PAL) == first
    (new,) = selects.log.edit.clips
    assert new.speed == 1
    assert new.warnings == ()


def labelled(log: Log, label: str, movement: str, highlight: TimeRange) -> Log:
    """The log with a move and a movement on its shot, and a highlight."""

    def with_findings(logged: LoggedShot) -> LoggedShot:
        shot = logged.shot
        findings = (
            said(Family.SIZE, "CS", shot.timeline, shot.source),
            said(Family.MOVE, label, shot.timeline, shot.source, {label: 0.9, "static": 0.1}),
            said(Family.MOVEMENT, movement, shot.timeline, shot.source),
        )
        facts = ShotFacts(faces=2, speech=0.5)
        told = {"findings": findings, "facts": facts, "same_framing": True}
        return logged.model_copy(update=told)

    found = said(Family.HIGHLIGHT, "HL 1", highlight, scores={"score": 90.0})
    return with_shots(log, with_findings).model_copy(update={"highlights": (found,)})


def test_moves_of_a_clip_that_ran_backwards_are_those_of_the_media(films: dict[str, Path]) -> None:
    clip, first, last = odd_clips(films["pal"])["backwards"]
    during = TimeRange(start=Fraction(5) / PAL, duration=Fraction(5) / PAL)
    log = labelled(log_of(clip, rate=PAL), "dolly_in", "Push", during)
    selects = make_selects([Pick(log, 0)], "found", ProbeCache())
    (shot,) = selects.log.shots
    assert [finding.label for finding in shot.findings] == ["CS", "dolly_out", "Pull"]
    assert shot.findings[1].scores == {"dolly_out": 0.9, "static": 0.1}
    whole = TimeRange(start=Fraction(0), duration=(last + 1 - first) / PAL)
    assert {finding.timeline for finding in shot.findings} == {whole}
    assert shot.facts == ShotFacts(faces=2, speech=0.5)
    assert shot.same_framing is None  # no shot, or another one, lies before it now
    # Frames 5 to 10 of the edit show frames 40 down to 30 of the media, at double speed.
    (highlight,) = selects.log.highlights
    assert highlight.timeline == TimeRange(start=20 / PAL, duration=10 / PAL)


def test_highlights_of_several_logs_are_ranked_anew(films: dict[str, Path]) -> None:
    plain = log_of(piece_of(films["pal"], PAL, 0, 40), rate=PAL)

    def one(score: float, label: str, start: int, count: int) -> Log:
        at = TimeRange(start=start / PAL, duration=count / PAL)
        found = said(Family.HIGHLIGHT, label, at, scores={"score": score})
        return plain.model_copy(update={"highlights": (found,)})

    logs = [one(80, "HL 1", 0, 10), one(95, "HL 2", 30, 90), one(99, "HL 1 (builtin.move)", 0, 5)]
    outside = one(100, "HL 1", 45, 10)
    selects = make_selects([Pick(log, 0) for log in (*logs, outside)], "found", ProbeCache())
    told: list[tuple[str, Exact, Exact]] = [
        (h.label, h.timeline.start * PAL, h.timeline.end * PAL) for h in selects.log.highlights
    ]
    assert told == [("HL 1 (builtin.move)", 80, 85), ("HL 1", 70, 80), ("HL 2", 0, 10)]


def test_a_range_between_frames_begins_on_the_nearest(films: dict[str, Path]) -> None:
    # A timeline at 24 cuts film at 25 between its frames.
    clip = piece_of(films["pal"], Fraction(24), 10, 20)
    log = log_of(clip, rate=Fraction(24))
    log = labelled(log, "static", "Static", TimeRange(start=Fraction(0), duration=Fraction(1)))
    selects = make_selects([Pick(log, 0)], "found", ProbeCache())
    (made,) = read_by_otio(selects)[1]
    assert log.shots[0].shot.source.start * PAL == Fraction(125, 12)  # 10.4
    assert first_and_last(made)[2:] == (10, 30)
    (shot,) = selects.log.shots
    assert {f.timeline for f in shot.findings} == {shot.shot.timeline}
    assert shot.shot.timeline == selects.log.edit.clips[0].timeline
    assert selects.log.highlights[0].timeline == shot.shot.timeline


@given(first=st.integers(0, 58), count=st.integers(1, 40), handles=st.integers(0, 70))
def test_no_frame_is_lost_or_added(
    films: dict[str, Path], first: int, count: int, handles: int
) -> None:
    count = min(count, FRAMES - first)
    log = PROBED.log(films["ntsc"], first, count)
    (clip,) = read_by_otio(make_selects([Pick(log, 0)], "n", PROBED.probes, handles))[1]
    wanted = max(0, first - handles), min(FRAMES, first + count + handles) - 1
    assert first_and_last(clip)[2:] == wanted


class _Probed:
    """A log whose shot is set by hand; the film is probed and analysed once for all examples."""

    def __init__(self) -> None:
        self.probes = ProbeCache()
        self._log: Log | None = None

    def log(self, film: Path, first: int, count: int) -> Log:
        self._log = self._log or log_of(piece_of(film, NTSC_24, 0, FRAMES))
        span = TimeRange(start=first / NTSC_24, duration=count / NTSC_24)

        def moved(logged: LoggedShot) -> LoggedShot:
            ranges = {"source": span, "core": span, "timeline": span}
            return logged.model_copy(update={"shot": logged.shot.model_copy(update=ranges)})

        return with_shots(self._log, moved)


PROBED = _Probed()


def test_a_sequence_of_pictures_and_a_still_come_back_as_such(tmp_path: Path) -> None:
    sequence = write_sequence(tmp_path / "s 1", 1001, 30, NTSC_24)
    still = write_sequence(tmp_path / "photo", 1, 1, PAL).model_copy(update={"sequence": None})
    start = TimeMap(timeline_start=Fraction(0), source_start=Fraction(0))
    shown = TimeRange(start=Fraction(0), duration=Fraction(2))
    logs = [
        log_of(piece_of(sequence, NTSC_24, 12, 9)),
        labelled(log_of(clip_of(still, start, shown)), "static", "Static", shown),
    ]
    selects = make_selects([Pick(log, 0) for log in logs], "found", ProbeCache(), handles=2)
    first, second = selects.log.edit.clips
    assert first.media is not None
    assert first.media.sequence is not None
    assert (first.media.path, first.media.sequence.first) == (sequence.path, 1001)
    assert first.source == TimeRange(start=10 / NTSC_24, duration=13 / NTSC_24)
    assert (second.media.path if second.media else "") == still.path
    assert second.timeline.duration == 5
    assert selects.log.shots[1].shot.timeline == second.timeline
    assert [h.timeline for h in selects.log.highlights] == [second.timeline]

    with Cache(None) as cache:
        again = analyze(selects.log.edit, [], cache, options=EngineOptions(cuts=NoCuts()))
    assert again.problems == ()
    assert [shot.shot.source for shot in again.shots] == [
        TimeRange(start=10 / NTSC_24, duration=13 / NTSC_24),
        selects.log.shots[1].shot.source,
    ]


def test_a_variable_rate_is_counted_in_its_ticks(tmp_path: Path) -> None:
    # A telephone: every third picture is late by a ninetieth of a second.
    tick = Fraction(1, 90)
    film = write_numbered(
        tmp_path / "phone.mp4", 1 / tick, 40, stamps=lambda n: 3 * n + (n % 3 == 1)
    )
    log = log_of(piece_of(film, 1 / tick, 22, 56), rate=Fraction(30))
    media = ProbeCache().get(MediaReference(path=str(film)))
    assert media.video is not None
    assert (media.video.variable_rate, media.video.intended_rate) == (True, Fraction(30))
    selects = make_selects([Pick(log, 0)], "found", ProbeCache(), handles=3)
    (clip,) = selects.log.edit.clips
    assert selects.log.shots[0].shot.source == TimeRange(start=22 * tick, duration=56 * tick)
    assert clip.source == TimeRange(start=13 * tick, duration=74 * tick)
    assert clip.warnings == ()


def test_the_log_is_read_from_the_timeline_and_serves_markers_and_report(
    films: dict[str, Path], tmp_path: Path
) -> None:
    during = TimeRange(start=Fraction(0), duration=Fraction(20) / NTSC_24)
    edit = edit_of(piece_of(films["ntsc"], NTSC_24, 5, 40))
    with Cache(None) as cache:
        plain = analyze(edit, [], cache, options=EngineOptions(cuts=NoCuts()))
        log = labelled(plain, "dolly_in", "Push", during)
        selects = make_selects([Pick(log, 0), Pick(log, 0)], "found", ProbeCache(cache))
        page = render_report(selects.log, make_thumbnail_reader(cache))
    assert page.count("data:image/jpeg") >= 2
    assert "Dolly In" in page

    out = tmp_path / "found.otio"
    result = write_selects(out, selects)
    assert read_edit(out) == selects.log.edit
    markers = read_markers(out)
    assert len({marker.id for marker in markers}) == len(markers) == result.added == 4
    assert {marker.name for marker in markers} == {"CS · dolly_in", "HL 1 · 90", "HL 2 · 90"}
    assert [m.frame for m in markers_of(selects.log)] == [0, 0, 40, 40]
    assert Log.model_validate_json(selects.log.model_dump_json()) == selects.log

    write_selects(out, selects, MarkerOptions(highlights=False), on="clips")
    assert [(m.owner, m.name) for m in read_markers(out)] == [("clip 0", "CS · dolly_in")] * 2


def test_the_same_picks_give_the_same_bytes(films: dict[str, Path]) -> None:
    log = log_of(piece_of(films["pal"], PAL, 5, 40), rate=PAL)
    made = [make_selects([Pick(log, 0)], "found", ProbeCache()) for _ in range(2)]
    assert made[0] == made[1]
    assert json.loads(made[0].timeline)["OTIO_SCHEMA"].startswith("Timeline.")


def test_media_that_are_gone_cost_their_own_picks_alone(
    films: dict[str, Path], tmp_path: Path
) -> None:
    gone = write_numbered(tmp_path / "gone.mov", PAL, 10)
    here = log_of(piece_of(films["pal"], PAL, 5, 40), rate=PAL)
    lost = log_of(piece_of(gone, PAL, 2, 5), rate=PAL)
    gone.unlink()
    selects = make_selects([Pick(lost, 0), Pick(here, 0), Pick(lost, 0)], "found", ProbeCache())
    assert len(selects.log.shots) == len(selects.log.edit.clips) == 1
    assert len(selects.problems) == 2
    assert selects.log.problems == selects.problems
    problem = selects.problems[0]
    assert problem.subject.startswith("clip 0 (Reel 1, 00:00:00:00): ")
    assert "gone.mov" in problem.subject
    assert problem.hint
    with pytest.raises(TimelineEmpty, match="of the 1 picked shots none can be used"):
        make_selects([Pick(lost, 0)], "found", ProbeCache())


def test_media_that_are_others_now_are_told(tmp_path: Path) -> None:
    film = write_numbered(tmp_path / "film.mov", PAL, 50)
    log = log_of(piece_of(film, PAL, 2, 40), rate=PAL)
    write_numbered(film, PAL, 48)
    selects = make_selects([Pick(log, 0)], "found", ProbeCache())
    (warning,) = selects.log.warnings
    assert warning.startswith("clip 0: its media are not known to be those that were logged")
    assert selects.log.edit.clips[0].warnings == (warning.removeprefix("clip 0: "),)
    write_numbered(film, PAL, 30)
    with pytest.raises(TimelineEmpty, match=r"it ends at 1\.20 s, and the shot was logged from"):
        make_selects([Pick(log, 0)], "found", ProbeCache())


def test_nothing_picked_makes_no_timeline(films: dict[str, Path]) -> None:
    with pytest.raises(TimelineEmpty, match="no shot was picked"):
        make_selects([], "found", ProbeCache())
    log = log_of(piece_of(films["pal"], PAL, 5, 40), rate=PAL)
    for number in (-1, 1):
        with pytest.raises(ValueError, match=f"no shot {number}"):
            Pick(log, number)


def test_an_output_that_no_timeline_can_be_written_to_is_refused(
    films: dict[str, Path], tmp_path: Path
) -> None:
    log = log_of(piece_of(films["pal"], PAL, 5, 40), rate=PAL)
    selects = make_selects([Pick(log, 0)], "found", ProbeCache())
    folder = tmp_path / "folder.otio"
    folder.mkdir()
    for path in (folder, tmp_path / "no" / "a.otio", tmp_path / "a.txt"):
        with pytest.raises(OutputNotWritable):
            write_selects(path, selects)
    assert sorted(tmp_path.iterdir()) == [folder]
