"""What was found, in the caller's own frames, and markers that an editor takes as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from shotlog.bridge import EditSummary, ShotSummary, summarize_log
from shotlog.schema import UNDEFINED, ClipRange, Family, Finding, Log, Problem, TimeRange
from tests.otio.marking import clip_range, edit_of, finding, shot_of, span

CLIP = clip_range(0, 0, 4)
RESOLVE = {
    "Blue", "Cyan", "Green", "Yellow", "Red", "Pink", "Purple", "Fuchsia", "Rose", "Lavender",
    "Sky", "Mint", "Lemon", "Sand", "Cocoa", "Cream",
}  # fmt: skip


def found(log: Log, rates: Mapping[str, Fraction] | None = None) -> EditSummary:
    return summarize_log(log, rates or {})


def only_shot(*findings: Finding, clip: ClipRange = CLIP, rate: int = 24) -> ShotSummary:
    log = Log(edit=edit_of(clip), shots=(shot_of(clip, *findings),))
    ((shot,),) = (c.shots for c in found(log, {clip.id: Fraction(rate)}).clips)
    return shot


def moved(start: int, end: int, move: str, score: float) -> Finding:
    return finding(Family.MOVE, move, span(start, end), score=score)


def highlight(start: int, end: int, rank: int = 1) -> Finding:
    return finding(
        Family.HIGHLIGHT, f"HL {rank}", span(start, end), scores={"score": 92.0}, score=0.8,
        reasons=("a face",),
    )  # fmt: skip


def test_a_shot_has_its_size_and_its_move_in_plain_fields() -> None:
    shot = only_shot(finding(Family.SIZE, "MS", CLIP.timeline), moved(0, 4, "pan_left", 0.9))

    assert (shot.size, shot.size_confidence) == ("MS", 0.87)
    assert (shot.move, shot.move_confidence, shot.moves) == ("pan_left", 0.9, ())
    assert shot.move_scores == {"pan_left": 0.9}


def test_what_is_no_shot_is_told_by_its_kind_and_has_no_size() -> None:
    black = only_shot(finding(Family.KIND, "black", CLIP.timeline))

    assert (black.kind, black.size, black.move) == ("black", UNDEFINED, UNDEFINED)
    assert only_shot(moved(0, 4, "static", 0.9)).kind is None


def test_a_shot_of_which_nobody_spoke_is_undefined() -> None:
    shot = only_shot()

    assert (shot.size, shot.move) == (UNDEFINED, UNDEFINED)
    assert (shot.size_confidence, shot.move_scores) == (0, {})


def test_labels_that_hold_together_are_joined_and_as_sure_as_the_least_sure() -> None:
    shot = only_shot(moved(0, 4, "pan_left", 0.9), moved(0, 4, "shake", 0.6))

    assert (shot.move, shot.move_confidence) == ("pan_left+shake", 0.6)


def test_every_stretch_of_a_shot_is_told_where_the_camera_moves_otherwise() -> None:
    shot = only_shot(moved(0, 3, "static", 0.9), moved(3, 4, "zoom_in", 0.7))

    assert shot.move == "static"
    assert [(m.move, m.timeline_in, m.timeline_out) for m in shot.moves] == [
        ("static", 0, 72),
        ("zoom_in", 72, 96),
    ]


def test_source_frames_are_counted_as_the_caller_counts_them() -> None:
    clip = clip_range(0, 10, 12)

    assert (only_shot(clip=clip).timeline_in, only_shot(clip=clip).timeline_out) == (240, 288)
    assert only_shot(clip=clip, rate=25).source_in == 3600 * 25
    assert only_shot(clip=clip, rate=25).source_out == 3602 * 25


def test_source_frames_of_a_clip_that_runs_backwards_are_in_the_files_own_order() -> None:
    shot = only_shot(clip=clip_range(0, 0, 2, speed=-2))

    assert (shot.source_in, shot.source_out) == (3600 * 24, 3604 * 24)


def test_a_freeze_frame_has_one_source_frame() -> None:
    shot = only_shot(clip=clip_range(0, 0, 2, speed=0))

    assert (shot.source_in, shot.source_out) == (3600 * 24, 3600 * 24 + 1)


def test_the_rate_of_source_frames_is_the_timelines_where_nobody_told_it() -> None:
    (clip,) = found(Log(edit=edit_of(CLIP, rate=Fraction(30)), shots=(shot_of(CLIP),))).clips

    assert clip.rate == 30
    assert clip.shots[0].source_in == 3600 * 30


def test_a_highlight_names_its_reasons_and_its_shots_name_it() -> None:
    clips = clip_range(0, 0, 4), clip_range(1, 4, 8)
    told = found(
        Log(edit=edit_of(*clips), shots=tuple(map(shot_of, clips)), highlights=(highlight(5, 6),))
    )

    assert [clip.shots[0].highlights for clip in told.clips] == [(), ("HL 1",)]
    (only,) = told.highlights
    assert (only.label, only.score, only.reasons) == ("HL 1", 92.0, ("a face",))
    assert (only.timeline_in, only.timeline_out) == (120, 144)


def test_a_highlight_that_begins_with_a_shot_makes_way_and_ends_with_it() -> None:
    log = Log(edit=edit_of(CLIP), shots=(shot_of(CLIP),), highlights=(highlight(0, 4),))
    shot, best = found(log).markers

    assert (shot.family, shot.frame, shot.duration) == ("shot", 0, 96)
    assert (best.family, best.frame, best.duration) == ("highlight", 1, 95)
    assert json.loads(best.custom_data.partition(";")[2])["at"] == 0


def test_a_marker_that_makes_way_never_takes_the_place_of_a_shot() -> None:
    frame = Fraction(1, 24)
    clips = clip_range(0, 0, frame), clip_range(1, frame, 2)
    log = Log(edit=edit_of(*clips), shots=tuple(map(shot_of, clips)), highlights=(highlight(0, 2),))
    told = [(marker.family, marker.frame) for marker in found(log).markers]

    assert told == [("shot", 0), ("shot", 1), ("highlight", 2)]


def test_no_marker_stands_after_the_timelines_end() -> None:
    last = clip_range(1, 1, 1 + Fraction(1, 24))
    log = Log(
        edit=edit_of(CLIP.model_copy(update={"timeline": span(0, 1)}), last),
        shots=(shot_of(last),),
        highlights=(finding(Family.HIGHLIGHT, "HL 1", last.timeline, scores={"score": 9.0}),),
    )
    told = [(marker.family, marker.frame) for marker in found(log).markers]

    assert told == [("highlight", 23), ("shot", 24)]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6)), max_size=8))
def test_no_two_markers_stand_on_one_frame(places: list[tuple[int, int]]) -> None:
    best = [
        finding(
            Family.HIGHLIGHT, f"HL {n}", TimeRange(start=Fraction(a, 24), duration=Fraction(b, 24)),
            scores={"score": 1.0},
        )
        for n, (a, b) in enumerate(places)
    ]  # fmt: skip
    told = found(Log(edit=edit_of(CLIP), shots=(shot_of(CLIP),), highlights=tuple(best))).markers
    frames = [marker.frame for marker in told]

    assert frames == sorted(set(frames))
    assert len(frames) == 1 + len(best)


def test_a_marker_is_what_resolve_takes() -> None:
    problem = CLIP.model_copy(update={"id": "V1/9", "name": "off\x00line"})
    log = Log(
        edit=edit_of(CLIP, problem),
        shots=(shot_of(CLIP, moved(0, 2, "static", 0.9), moved(2, 4, "zoom_in", 0.9)),),
        highlights=(highlight(1, 3),),
        problems=(
            Problem(code="media-missing", message="x\x00", subject="s", hint="h", clip="V1/9"),
        ),
    )
    told = found(log).markers

    assert {marker.colour for marker in told} == {"Cyan", "Purple", "Yellow", "Red"} & RESOLVE
    assert all(marker.duration >= 1 for marker in told)
    assert not any("\x00" in marker.name + marker.note for marker in told)


def test_custom_data_tell_an_untouched_marker_from_one_that_an_editor_changed() -> None:
    (told,) = found(Log(edit=edit_of(CLIP), shots=(shot_of(CLIP),))).markers
    owner, _, own = told.custom_data.partition(";")

    def seen(name: str) -> str:
        text = "\n".join([told.colour, str(told.duration), name, told.note])
        return sha256(text.encode("utf-8")).hexdigest()[:16]

    assert owner == "shotlog1"
    assert json.loads(own) == {
        "id": told.marker, "family": "shot", "at": told.frame, "hash": seen(told.name)
    }  # fmt: skip
    assert json.loads(own)["hash"] != seen("my own name")


def test_what_was_assumed_about_a_clip_stands_in_its_markers_note_and_once_in_the_warnings() -> (
    None
):
    odd = CLIP.model_copy(update={"warnings": ("it is odd",)})
    edit = edit_of(odd).model_copy(update={"warnings": ("so is the timeline",)})
    told = ("so is the timeline", "clip 0: it is odd")
    answer = found(Log(edit=edit, shots=(shot_of(odd),), warnings=told))
    (marker,) = answer.markers
    assert marker.note.endswith("\nNote: it is odd")
    assert answer.warnings == told
