"""Markers of findings as an editor reads them."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.markers import NAME_LIMIT, NOTE_LIMIT, clean
from shotlog.schema import (
    UNDEFINED,
    ClipRange,
    Edit,
    Family,
    Finding,
    Log,
    LoggedShot,
    MarkerFamily,
    Problem,
    Shot,
    Tier,
)
from shotlog_otio import markers_of, read_edit, read_markers, write_markers
from shotlog_otio.dialects import detect_dialect
from tests.otio.marking import (
    NTSC,
    clip_range,
    edit_of,
    finding,
    marker,
    shot_of,
    span,
    stack_markers,
    write_timeline,
)

CLIP = clip_range(0, 0, 4)
SIZE = finding(Family.SIZE, "MS", CLIP.timeline)
MOVE = finding(Family.MOVE, "pan_left", CLIP.timeline, score=0.91)


def log(*findings: Finding, clip: ClipRange = CLIP) -> Log:
    return Log(edit=edit_of(clip), shots=(shot_of(clip, *findings),))


def undefined(family: Family, **more: object) -> Finding:
    scores = {"MS": 0.41, "FS": 0.38} if family == Family.SIZE else {"static": 0.4, "shake": 0.3}
    return finding(family, UNDEFINED, CLIP.timeline, scores=scores, score=0.0, **more)  # type: ignore[arg-type]


def test_a_shot_is_named_by_size_and_move() -> None:
    (made,) = markers_of(log(SIZE, MOVE))
    assert (made.name, made.family) == ("MS · pan_left", MarkerFamily.SHOT)
    assert (made.frame, made.duration, made.rate) == (0, 96, Fraction(24))


@pytest.mark.parametrize(
    ("findings", "name"),
    [
        ([SIZE], "MS"),
        ([MOVE], "pan_left"),
        ([SIZE, undefined(Family.MOVE)], "MS"),
        ([undefined(Family.SIZE), MOVE], "pan_left"),
        ([undefined(Family.SIZE), undefined(Family.MOVE)], "shot"),
        ([], "shot"),
        ([SIZE, finding(Family.MOVEMENT, "Push", CLIP.timeline)], "MS · Push"),
        ([SIZE, MOVE, finding(Family.MOVEMENT, "Push", CLIP.timeline)], "MS · pan_left"),
        (
            [MOVE, finding(Family.MOVE, "zoom_in", CLIP.timeline)],
            "pan_left+zoom_in",
        ),
    ],
)
def test_what_is_not_known_is_left_out_of_the_name(findings: list[Finding], name: str) -> None:
    assert [m.name for m in markers_of(log(*findings))] == [name]


def test_what_is_no_shot_of_anything_is_named_by_its_kind() -> None:
    (made,) = markers_of(log(finding(Family.KIND, "title", CLIP.timeline, score=0.9)))
    assert (made.name, made.family) == ("Title Card", MarkerFamily.SHOT)
    assert made.note.startswith("Kind: Title Card 90 %")
    assert made.payload["kind.label"] == "title"


def test_the_note_holds_scores_reasons_and_analyzer() -> None:
    size = finding(
        Family.SIZE,
        "MS",
        CLIP.timeline,
        scores={"FS": 0.09, "MS": 0.87, "LS": 0.03, "CS": 0.01, "motion.camera": 2.5},
        reasons=("the face is 31 % of the frame high",),
    )
    (made,) = markers_of(log(size, MOVE))
    assert made.note.splitlines() == [
        "Size: Medium Shot 87 %, Full Shot 9 %, Long Shot 3 % (the face is 31 % of the frame high)",
        "Move: Pan Left 91 %",
        "By builtin.size 3 (builtin tier), builtin.move 3 (builtin tier)",
    ]


def test_the_note_of_an_undefined_shot_holds_the_reason() -> None:
    (made,) = markers_of(log(undefined(Family.SIZE, reasons=("no face",))))
    assert (
        made.note.splitlines()[0]
        == "Size: undefined, likeliest Medium Shot 41 %, Full Shot 38 % (no face)"
    )
    (nothing,) = markers_of(log())
    assert nothing.note == "Nothing was found out about this shot: no analyzer spoke of it"


def test_a_model_precedes_the_built_in_analyzer() -> None:
    local = finding(
        Family.SIZE, "CS", CLIP.timeline, score=0.7, analyzer="videomae.size", tier=Tier.LOCAL
    )
    (made,) = markers_of(log(SIZE, local, MOVE))
    assert made.name == "CS · pan_left"
    assert made.note.splitlines()[:2] == [
        "Size: Close-up 70 %",
        "Second opinion on size: Medium Shot 87 %",
    ]
    assert made.payload["size.analyzer"] == "videomae.size"
    assert made.payload["size.tier"] == "local"


def test_an_abstaining_model_leaves_the_name_to_the_next_analyzer_with_a_note() -> None:
    local = undefined(
        Family.MOVE,
        analyzer="kandinsky.move",
        tier=Tier.LOCAL,
        reasons=("no move reaches 50 %",),
    )
    (made,) = markers_of(log(SIZE, local, MOVE))
    assert made.name == "MS · pan_left"
    assert made.note.splitlines()[1:3] == [
        "Move: Pan Left 91 %",
        "kandinsky.move abstains on move: "
        "undefined, likeliest Static 40 %, Shake 30 % (no move reaches 50 %)",
    ]
    assert made.payload["move.analyzer"] == "builtin.move"


def test_a_movement_names_a_shot_whose_move_is_undefined() -> None:
    push = finding(Family.MOVEMENT, "Push", CLIP.timeline, analyzer="movieshots.movement")
    (made,) = markers_of(log(SIZE, undefined(Family.MOVE), push))
    assert made.name == "MS · Push"
    assert made.payload["move.label"] == "Push"
    assert made.note.splitlines()[1:3] == [
        "Move: undefined, likeliest Static 40 %, Shake 30 %",
        "Movement: Push 87 %",
    ]


def test_moves_that_hold_together_are_one_name_one_line_and_one_fact() -> None:
    scores = {"shake": 0.6, "static": 0.02, "pan_left": 0.91, "undefined": 0.2}
    both = [
        finding(Family.MOVE, label, CLIP.timeline, score=scores[label], scores=scores)
        for label in ("pan_left", "shake")
    ]
    (made,) = markers_of(log(SIZE, *both))
    assert made.name == "MS · pan_left+shake"
    assert made.note.splitlines()[1] == "Move: Pan Left 91 % + Shake 60 %, Static 2 %"
    assert (made.payload["move.label"], made.payload["move.confidence"]) == ("pan_left+shake", 0.6)


def test_motion_is_in_the_note_but_not_in_the_name() -> None:
    motion = finding(
        Family.MOTION,
        "chaotic",
        CLIP.timeline,
        analyzer="predictor.motion",
        tier=Tier.LOCAL,
        scores={"motion.camera": 2.8, "motion.object": 1.1, "motion.dynamics": 2.9},
        reasons=("camera 2.8, object 1.1, dynamics 2.9 of 3",),
    )
    (made,) = markers_of(log(SIZE, motion))
    assert made.name == "MS"
    told = "Motion: Chaotic 87 % (camera 2.8, object 1.1, dynamics 2.9 of 3)"
    assert made.note.splitlines()[1] == told
    assert made.payload["motion.label"] == "chaotic"


def test_each_further_move_of_a_shot_has_a_marker_of_its_own() -> None:
    labels = ["static", "static", "pan_left", UNDEFINED, "pan_left", "static"]
    moves = [
        finding(Family.MOVE, label, span(Fraction(n, 2), Fraction(n + 1, 2)))
        for n, label in enumerate(labels)
    ]
    made = markers_of(log(SIZE, *moves))
    assert [(m.name, m.frame, m.duration, m.family.value) for m in made] == [
        ("MS · static", 0, 96, "shot"),
        ("pan_left", 24, 12, "move"),
        ("static", 60, 12, "move"),
    ]


def test_a_highlight_is_named_by_rank_and_score() -> None:
    found = finding(
        Family.HIGHLIGHT,
        "HL 1",
        span(1, 3),
        scores={"score": 92.4, "loudness": 2.12},
        reasons=("3 faces",),
    )
    shots = (shot_of(CLIP, SIZE),)
    made = markers_of(Log(edit=edit_of(CLIP), shots=shots, highlights=(found,)), on="clips")[1]
    assert (made.name, made.frame, made.duration, made.clip) == ("HL 1 · 92", 24, 48, None)
    assert made.note.splitlines() == [
        "3 faces",
        "Figures: score 92.40, loudness 2.12",
        "By builtin.highlight 3 (builtin tier)",
    ]


def problem(clip: str | None, message: str = "the media is offline") -> Problem:
    return Problem(
        code="media-missing", message=message, subject="a.mov", hint="Relink it.", clip=clip
    )


def test_a_clip_with_problems_has_one_red_marker() -> None:
    clip = CLIP.model_copy(update={"problem": problem("V1/0")})
    problems = (problem("V1/0"), problem("V1/0", "it is silent"), problem(None), problem("V9/9"))
    (made,) = markers_of(Log(edit=edit_of(clip), shots=(), problems=problems))
    assert (made.name, detect_dialect([]).palette[made.family]) == ("media missing", "RED")
    assert made.note == "clip 0\nThe media is offline. Relink it.\nIt is silent. Relink it."
    assert (made.frame, made.duration) == (0, 96)


def test_an_id_depends_on_the_shot_and_not_on_its_position() -> None:
    moved = clip_range(0, 7, 11)
    a = markers_of(log(SIZE, MOVE))
    b = markers_of(log(SIZE, MOVE, clip=moved.model_copy(update={"id": "V2/9"})), on="clips")
    assert [m.id for m in a] == [m.id for m in b]


def test_one_shot_shown_twice_has_two_ids_in_timeline_order() -> None:
    clips = [clip_range(n, 4 * n, 4 * n + 4) for n in range(3)]
    shots = [shot_of(clip, SIZE, shot="the same") for clip in reversed(clips)]
    made = markers_of(Log(edit=edit_of(*clips), shots=tuple(shots)))
    base = made[0].id
    assert [m.id for m in made] == [base, f"{base}-2", f"{base}-3"]
    assert [m.frame for m in made] == [0, 96, 192]


def test_an_id_does_not_change_with_what_is_found() -> None:
    other = finding(Family.SIZE, "LS", CLIP.timeline)
    assert markers_of(log(SIZE))[0].id == markers_of(log(other))[0].id


def test_the_payload_names_the_analyzer() -> None:
    (made,) = markers_of(log(SIZE))
    assert made.payload == {
        "shot": "clip 0 3600 4",
        "size.label": "MS",
        "size.confidence": 0.87,
        "size.analyzer": "builtin.size",
        "size.version": "3",
        "size.tier": "builtin",
        "size.weights": None,
    }


@pytest.mark.parametrize(
    ("speed", "start", "length"),
    [("1", "3601", "2"), ("2", "3602", "4"), ("1/2", "7201/2", "1"), ("-1", "3601", "2")],
)
def test_markers_on_clips_tell_what_the_clip_shows_there(
    speed: str, start: str, length: str
) -> None:
    clip = clip_range(0, 0, 4, speed=Fraction(speed))
    middle = finding(Family.MOVE, "static", span(1, 3))
    first = finding(Family.MOVE, "pan_left", span(0, 1))
    made = markers_of(log(first, middle, clip=clip), on="clips")[1]
    assert made.clip == "V1/0"
    assert (made.source_start, made.source_duration) == (Fraction(start), Fraction(length))


def test_a_marker_on_a_freeze_frame_lies_on_its_frame() -> None:
    clip = clip_range(0, 0, 4, speed=0)
    (made,) = markers_of(log(SIZE, clip=clip), on="clips")
    assert (made.source_start, made.source_duration) == (Fraction(3600), Fraction(1, 24))


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([Fraction(24), NTSC, Fraction(60000, 1001)]),
    st.lists(st.fractions(0, 2, max_denominator=1001), min_size=2, max_size=6, unique=True),
)
def test_a_marker_begins_at_the_first_frame_that_shows_its_shot(
    rate: Fraction, cuts: list[Fraction]
) -> None:
    cuts = sorted(cuts)
    clip = clip_range(0, cuts[0], cuts[-1])
    shots = tuple(
        LoggedShot(
            shot=Shot(id=str(n), clip=clip.id, source=s, core=s, timeline=s),
            clip_name="",
            content_id="film",
            findings=(),
        )
        for n, s in enumerate(span(a, b) for a, b in pairwise(cuts))
    )
    edit = Edit(name="", rate=rate, duration=cuts[-1], clips=(clip,))
    made = {m.payload["shot"]: m for m in markers_of(Log(edit=edit, shots=shots))}
    moments = [n / rate for n in range(math.ceil(2 * rate) + 1)]
    for shot in shots:
        frames = [n for n, t in enumerate(moments) if shot.shot.timeline.contains(t)]
        found = made[shot.shot.id]
        assert found.duration == max(1, len(frames))
        assert not frames or found.frame == frames[0]


@settings(deadline=None)
@given(st.text(st.characters(), max_size=300), st.text(st.characters(), max_size=4000))
def test_any_text_can_be_held_by_every_tool(name: str, note: str) -> None:
    for text, limit in ((name, NAME_LIMIT), (note, NOTE_LIMIT)):
        cleaned = clean(text, limit)
        assert len(cleaned) <= limit
        assert "\0" not in cleaned
        cleaned.encode()
        assert otio.schema.Marker(comment=cleaned).comment == cleaned


def test_figures_that_json_does_not_know_are_written_as_null(tmp_path: Path) -> None:
    path = write_timeline(tmp_path / "a.otio")
    odd = marker(
        1,
        name="a\0\ud800b",
        payload={"nan": math.nan, "inf": math.inf, "big": 1 << 64, "text": "\ud800x"},
    )
    write_markers(path, path, [odd], read_edit(path))
    found = stack_markers(path)[0]
    assert found["name"] == "ab"
    assert found["metadata"]["shotlog"]["payload"] == {
        "nan": None, "inf": None, "big": str(1 << 64), "text": "x",
    }  # fmt: skip
    assert not read_markers(path)[0].edited
    assert otio.adapters.read_from_file(str(path)).tracks.markers[0].name == "ab"
    assert "NaN" not in json.dumps(found)


def test_every_note_of_a_clip_holds_its_assumptions() -> None:
    odd = CLIP.model_copy(update={"warnings": ("it is odd", "it is odder", "it is odd")})
    problem = Problem(code="x", message="it broke", subject="a", hint="Mend it.", clip=odd.id)
    found = log(SIZE, clip=odd).model_copy(update={"problems": (problem,)})
    shot, broken = markers_of(found)
    for made in (shot, broken):
        assert made.note.splitlines()[-2:] == ["Note: it is odd", "Note: it is odder"]


def test_an_assumption_that_is_new_replaces_the_note_and_adds_no_marker(tmp_path: Path) -> None:
    path = write_timeline(tmp_path / "a.otio", (0, 96))
    edit = read_edit(path)
    (clip,) = edit.clips
    write_markers(path, path, markers_of(Log(edit=edit, shots=(shot_of(clip, SIZE),))), edit)
    odd = edit.model_copy(update={"clips": (clip.model_copy(update={"warnings": ("odd",)}),)})
    markers = markers_of(Log(edit=odd, shots=(shot_of(clip, SIZE),)))
    assert write_markers(path, path, markers, odd).replaced == 1
    assert write_markers(path, path, markers, odd).unchanged == 1
    assert len(stack_markers(path)) == 1
