"""``shotlog demo``: found beside true, and a miss is shown as a miss."""

from __future__ import annotations

from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from shotlog.cli import demo as command
from shotlog.cli.main import main
from shotlog.demo import (
    RATE,
    DemoVerdict,
    Film,
    compare_highlights,
    compare_shots,
    demo_timeline,
    find_false_cuts,
)
from shotlog.schema import (
    UNDEFINED,
    ClipRange,
    Cut,
    CutKind,
    Edit,
    Family,
    Finding,
    Log,
    LoggedShot,
    Provenance,
    Shot,
    Tier,
    TimeRange,
)
from shotlog_otio import read_edit, read_markers

FILM = Path("shotlog-demo.mp4")
TRUTH = Film().truth
WHO = Provenance(analyzer="test.oracle", version="1", tier=Tier.BUILTIN)


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    path = tmp_path / "demo.otio"
    path.write_bytes(demo_timeline(TRUTH, FILM.name))
    return read_edit(path)


def finding(family: Family, label: str, clip: ClipRange, source: TimeRange) -> Finding:
    return Finding(
        family=family,
        label=label,
        scores={label: 0.9},
        confidence=0.9,
        source=source,
        timeline=clip.time_map.range_to_timeline(source),
        provenance=WHO,
    )


def oracle(edit: Edit, change: dict[str, str] | None = None, *, cuts: bool = True) -> Log:
    """A log that says what is true, but for labels that ``change`` renames."""
    change = change or {}
    shots, found = [], {}
    for clip in edit.clips:
        if clip.media is None or Path(clip.media.path).name != FILM.name:
            continue
        for true in TRUTH.shots:
            if source := true.range.intersection(clip.source):
                labels = (Family.SIZE, true.size), (Family.MOVE, true.move)
                shot = Shot(
                    id=true.name,
                    clip=clip.id,
                    source=source,
                    core=source,
                    timeline=clip.time_map.range_to_timeline(source),
                )
                said = tuple(finding(f, change.get(x, x), clip, source) for f, x in labels)
                shots.append(
                    LoggedShot(shot=shot, clip_name=clip.name, content_id="film", findings=said)
                )
        inside = (c for c in TRUTH.cuts if clip.source.start < c.frame / RATE < clip.source.end)
        found[clip.id] = tuple(
            Cut(at=c.frame / RATE, kind=c.kind, span=c.span, confidence=1.0) for c in inside if cuts
        )
    return Log(edit=edit, shots=tuple(shots), cuts=found)


def test_the_timeline_holds_what_timelines_hold(edit: Edit) -> None:
    assert [clip.name for clip in edit.clips] == [
        *("Way there", "Talk", "Closer", "Listener", "Night out"),
        *("Eyes in slow motion", "Dusk", "Lost reel"),
    ]
    assert edit.rate == RATE
    slow = next(clip for clip in edit.clips if clip.name.startswith("Eyes"))
    assert slow.speed == Fraction(1, 2)
    assert slow.source == next(s.range for s in TRUTH.shots if s.name == "Eyes")
    assert next(clip for clip in edit.clips if clip.name == "Closer").id.count("/") > 1
    ends = [clip.timeline.end for clip in edit.clips]
    assert any(
        clip.timeline.start - end == 1 for clip, end in zip(edit.clips[1:], ends, strict=False)
    )


def test_every_shot_of_the_film_is_in_the_timeline_once(edit: Edit) -> None:
    shots = compare_shots(oracle(edit), TRUTH, FILM)
    assert [shot.name for shot in shots] == [shot.name for shot in TRUTH.shots]
    assert [shot.name for shot in shots if shot.cut] == ["House", "Avenue", "City"]


def test_the_truth_itself_gets_full_marks(edit: Edit) -> None:
    log = oracle(edit)
    for shot in compare_shots(log, TRUTH, FILM):
        answers = [shot.size, shot.move, *([shot.cut] if shot.cut else [])]
        assert {answer.verdict for answer in answers} == {DemoVerdict.RIGHT}
    assert find_false_cuts(log, TRUTH, FILM) == []


@pytest.mark.parametrize(
    ("true", "said", "verdict"),
    [
        ("pan_right", "truck_right", DemoVerdict.NEAR),
        ("dolly_in", "zoom_in", DemoVerdict.NEAR),
        ("pan_right", "pan_left", DemoVerdict.WRONG),
        ("pan_right", "truck_left", DemoVerdict.WRONG),
        ("tilt_up", UNDEFINED, DemoVerdict.ABSTAINED),
        ("shake", "static", DemoVerdict.WRONG),
    ],
)
def test_moves_are_judged_strictly(edit: Edit, true: str, said: str, verdict: DemoVerdict) -> None:
    shots = compare_shots(oracle(edit, {true: said}), TRUTH, FILM)
    assert [shot.move.verdict for shot in shots if shot.move.true == true] == [verdict]


def test_a_shot_is_judged_by_what_is_said_of_itself(edit: Edit) -> None:
    """A missed dissolve leaves two shots in one, with a move for either."""
    log = oracle(edit, cuts=False)
    house, avenue = (s for s in log.shots if s.shot.id in ("House", "Avenue"))
    both = TimeRange.between(house.shot.source.start, avenue.shot.source.end)
    merged = house.model_copy(
        update={
            "shot": house.shot.model_copy(update={"source": both, "core": both}),
            "findings": (*house.findings, *avenue.findings),
        }
    )
    shots = tuple(s for s in log.shots if s not in (house, avenue))
    said = compare_shots(log.model_copy(update={"shots": (merged, *shots)}), TRUTH, FILM)
    assert {s.name: s.move.verdict for s in said if s.cut}["Avenue"] is DemoVerdict.RIGHT
    assert {s.name: s.move.verdict for s in said if s.cut}["House"] is DemoVerdict.RIGHT


def test_a_size_where_nobody_is_counts_as_wrong(edit: Edit) -> None:
    shots = compare_shots(oracle(edit, {UNDEFINED: "LS"}), TRUTH, FILM)
    assert [s.name for s in shots if s.size.verdict is DemoVerdict.WRONG] == [
        "House",
        "Avenue",
        "City",
    ]


def test_missed_and_false_cuts_are_told(edit: Edit) -> None:
    blind = oracle(edit, cuts=False)
    shots = compare_shots(blind, TRUTH, FILM)
    assert [s.cut.verdict for s in shots if s.cut] == [DemoVerdict.WRONG] * 3
    dusk = next(clip for clip in edit.clips if clip.name == "Dusk")
    at = dusk.source.start + 1
    false = Cut(at=at, span=TimeRange(start=at, duration=Fraction(0)), confidence=0.6)
    log = blind.model_copy(update={"cuts": {dusk.id: (false,)}})
    assert find_false_cuts(log, TRUTH, FILM) == [(dusk, false)]
    console = Console(width=80, record=True, file=StringIO())
    command.report(console, log, TRUTH)
    assert "cuts 0 of 3 and 1 false" in console.export_text()


def test_a_cut_of_another_kind_is_near(edit: Edit) -> None:
    log = oracle(edit)
    changed = {
        clip: tuple(cut.model_copy(update={"kind": CutKind.FADE}) for cut in cuts)
        for clip, cuts in log.cuts.items()
    }
    shots = compare_shots(log.model_copy(update={"cuts": changed}), TRUTH, FILM)
    assert {s.cut.verdict for s in shots if s.cut} == {DemoVerdict.NEAR}


def test_a_highlight_counts_where_it_shows_half_of_what_was_planted(edit: Edit) -> None:
    night = next(clip for clip in edit.clips if clip.name == "Night out")
    planted = TRUTH.highlights[0].range
    for share, hit in ((Fraction(3, 5), True), (Fraction(2, 5), False)):
        piece = TimeRange(start=planted.start, duration=planted.duration * share)
        said = finding(Family.HIGHLIGHT, "HL 1", night, piece)
        log = oracle(edit).model_copy(update={"highlights": (said,)})
        first, second = compare_highlights(log, TRUTH, FILM)
        assert (first.found is not None) == hit
        assert second.found is None


def test_the_report_fits_eighty_columns_and_hides_no_miss(edit: Edit) -> None:
    console = Console(width=80, record=True, file=StringIO())
    command.report(console, oracle(edit, {"pan_right": "pan_left", "MS": "CS"}), TRUTH)
    text = console.export_text()
    assert "✗ pan_left, is pan_right" in " ".join(text.split())
    assert "…" not in text
    assert "Right: cuts 3 of 3 · sizes 8 of 10 · moves 9 of 10 · highlights 0 of 2" in text


def test_help_teaches() -> None:
    result = CliRunner().invoke(main, ["demo", "--help"])
    assert result.exit_code == 0
    assert "shotlog demo -o" in result.output
    assert "not how well" in result.output


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = CliRunner().invoke(main, ["demo", "-o", str(tmp_path / "file")])
    assert result.exit_code == 1
    assert "Choose another place with -o" in result.output
    assert "Traceback" not in result.output


@pytest.mark.slow
def test_the_demo_runs_from_film_to_markers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "Film", lambda: Film(width=320, height=180))
    result = CliRunner().invoke(main, ["demo", "-o", str(tmp_path / "new" / "folder")])
    assert result.exit_code == 0, result.output
    assert "Right: cuts" in result.output
    assert "Lost reel" in result.output
    written = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert written == {
        "shotlog-demo.mp4",
        *(
            f"shotlog-demo.{kind}"
            for kind in ("otio", "marked.otio", "truth.json", "findings.json")
        ),
    }
    assert read_markers(tmp_path / "new" / "folder" / "shotlog-demo.marked.otio")
