"""``shotlog learn``: from pictures and an editor's labels to a profile, undone by one command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import scipy.optimize
from click.testing import CliRunner, Result

from benchmarks.made_corrections import Editor, careless, make_corrections, nearer
from shotlog.analyzers.size import SizeAnalyzer
from shotlog.cli import main
from shotlog.engine import Cache, EngineOptions, analyze
from shotlog.learning.corrections import Corrections, write_corrections
from shotlog.media.cuts import CUT_FINDERS
from shotlog.profiles import ProfileStore
from shotlog.schema import (
    ClipRange,
    Edit,
    Family,
    Finding,
    LoggedShot,
    MediaReference,
    Pixels,
    TimeMap,
    TimeRange,
)
from shotlog.schema.learning import Correction, CorrectionKind
from shotlog.settings import load_settings
from shotlog.synthetic import write_video
from tests.analyzers.portraits import portrait

RATE, FILMS, SHOTS = Fraction(4), 4, 40
TIGHT, ROOMY = 0.03, 0.3
"""Room above the head in the films, as a share of the picture."""


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["learn", *map(str, words)])


def done(*words: str | Path) -> str:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def failed(*words: str | Path) -> str:
    result = run(*words)
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


def facts(*words: str | Path) -> dict[str, Any]:
    result = run(*words, "--json")
    return dict(json.loads(result.stdout))


def written(folder: Path, editor: Editor, shots: int = 150, projects: int = 4) -> Path:
    corrections, _ = make_corrections(editor, shots, projects, seed=3)
    write_corrections(folder / "corrections.jsonl", Corrections(corrections))
    return folder / "corrections.jsonl"


def in_use() -> str:
    return load_settings().settings.analysis.profile


def test_a_learned_profile_is_in_use_until_it_is_undone(tmp_path: Path) -> None:
    output = done(written(tmp_path, nearer), "--name", "anna", "--yes")
    assert "taken: better on projects that it has not seen" in output
    assert in_use() == "anna"
    profile = ProfileStore().find("anna")
    assert f"{profile.id} is in use from now on" in output
    assert f"{profile.id} (in use)" in done("--list")
    assert f"{profile.id} is no longer in use; no profile is in use" in done("--undo")
    assert in_use() == ""
    assert "there is nothing to undo" in done("--undo")


def test_without_a_terminal_and_without_yes_nothing_is_written(tmp_path: Path) -> None:
    assert "nothing was changed; to put it to use, give --yes" in done(written(tmp_path, nearer))
    assert not in_use()
    assert not ProfileStore().list()


def test_careless_labels_change_nothing(tmp_path: Path) -> None:
    output = failed(written(tmp_path, careless(0.5), 60), "--yes")
    assert "not surely better" in output
    assert "what was learned is no better on projects that it has not seen" in output
    assert not in_use()
    assert not ProfileStore().list()


def test_the_figures_before_and_after_are_in_the_json_with_intervals(tmp_path: Path) -> None:
    told = facts(written(tmp_path, nearer))
    first = told["stages"][0]
    assert (first["stage"], first["taken"], told["applied"]) == ("calibration", True, False)
    for name in ("accuracy", "macro_f1", "nll", "ece"):
        assert first["after"][name]["low"] <= first["after"][name]["mean"]
    assert first["gain"]["accuracy"]["low"] > 0
    assert told["id"].startswith("corrections@")


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, nearer, shots=16)
    assert "more labelled shots are needed" in failed(file, "--yes")
    assert "all of them are of one project" in failed(written(tmp_path, nearer, 60, 1), "--yes")


def test_a_damaged_file_is_told_with_its_line(tmp_path: Path) -> None:
    file = written(tmp_path, nearer)
    file.write_text(file.read_text() + "{\n")
    assert "line 151" in failed(file)


@pytest.mark.parametrize("words", [(), ("--undo", "--list"), ("x.jsonl", "--undo")])
def test_one_thing_at_a_time_is_asked_for(words: Sequence[str]) -> None:
    assert run(*words).exit_code == 2


def test_a_name_that_no_profile_can_have_is_refused_before_the_work(tmp_path: Path) -> None:
    assert "cannot have this name" in failed(written(tmp_path, nearer), "--name", "a/b")


def test_a_profile_is_named_after_its_one_editor(tmp_path: Path) -> None:
    corrections, _ = make_corrections(nearer, 150, 4, seed=3)
    by = Corrections(each.model_copy(update={"editor": "Anna K."}) for each in corrections)
    write_corrections(tmp_path / "hers.jsonl", by)
    assert facts(tmp_path / "hers.jsonl")["id"].startswith("anna-k@")


@pytest.mark.parametrize(("answer", "chosen"), [("y", "corrections"), ("n", "")])
def test_on_a_terminal_it_asks(tmp_path: Path, answer: str, chosen: str) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = [sys.executable, "-m", "shotlog", "learn", str(written(tmp_path, nearer))]
    told = subprocess.run(command, stdin=theirs, capture_output=True, text=True, check=True)
    for end in (ours, theirs):
        os.close(end)
    assert told.stderr.count("Use this profile from now on?") == 1
    assert in_use() == chosen


def test_ctrl_c_while_it_fits_changes_nothing_and_the_same_command_works_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit, file = scipy.optimize.minimize, written(tmp_path, nearer)

    def stopped(*words: Any, **how: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return fit(*words, **how)

    with monkeypatch.context() as patched:
        patched.setattr("shotlog.learning.profiles.calibrations.minimize", stopped)
        result = run(file, "--yes")
    assert result.exit_code == 130
    assert "stopped" in result.output
    assert not in_use()
    assert not ProfileStore().list()
    done(file, "--yes")
    assert in_use() == "corrections"


# The rest is measured on pictures: an editor who calls shots with little head room close-ups.


def room(number: int) -> float:
    """Return the head room of a shot; no pattern of it divides the number of films."""
    return TIGHT if number * 7 % 5 < 2 else ROOMY


def frames(film: int) -> Iterator[Pixels]:
    for number in range(SHOTS):
        share = 0.2 + 0.02 * ((number * 3 + film) % 6)
        picture = portrait(share, at=(0.5, room(number + film) + share / 2), size=(320, 180))
        yield from [picture] * int(RATE)


def edit_of(film: int, path: Path) -> Edit:
    clips = []
    for number in range(SHOTS):
        second = TimeRange(start=Fraction(number), duration=Fraction(1))
        clips.append(
            ClipRange(
                id=f"V1/{number}", name=path.name, source=second, timeline=second,
                media=MediaReference(path=str(path), start=Fraction(0)),
                time_map=TimeMap(timeline_start=second.start, source_start=second.start),
            )
        )  # fmt: skip
    return Edit(name=f"film {film}", rate=RATE, duration=Fraction(SHOTS), clips=tuple(clips))


def corrected(film: int, path: Path, logged: LoggedShot) -> Correction:
    (said,) = (finding for finding in logged.findings if finding.family is Family.SIZE)
    assert said.source
    tight = said.label == "MS" and room(int(said.source.start) + film) == TIGHT
    return Correction(
        kind=CorrectionKind.RENAMED if tight else CorrectionKind.KEPT,
        family=Family.SIZE, labels=("CS",) if tight else (said.label,), said=(said,),
        content_id=logged.content_id, path=str(path), source=said.source,
        project=f"project {film}", timeline=f"cut {film}",
    )  # fmt: skip


def sizes(edit: Edit, analyzer: SizeAnalyzer, cache: Cache) -> Sequence[LoggedShot]:
    options = EngineOptions(cuts=CUT_FINDERS.choose("off"))
    return analyze(edit, [analyzer], cache, options=options).shots


def test_close_ups_by_head_room_are_learned_from_pictures_and_hold_on_another_film(
    tmp_path: Path,
) -> None:
    paths = [tmp_path / f"{film}.mp4" for film in range(FILMS + 1)]
    for film, path in enumerate(paths):
        write_video(path, frames(film), RATE)
    file, kept = tmp_path / "corrections.jsonl", tmp_path / "cache.sqlite"
    with Cache(kept) as cache:
        corrections = [
            corrected(film, path, shot)
            for film, path in enumerate(paths[:-1])
            for shot in sizes(edit_of(film, path), SizeAnalyzer(), cache)
        ]
        write_corrections(file, Corrections(corrections))
        told = facts(file, "--name", "anna", "--yes", "--cache", kept)
        head = told["stages"][1]
        assert (head["stage"], head["taken"], head["shots"]) == ("head", True, FILMS * SHOTS)
        assert head["after"]["accuracy"]["mean"] > head["before"]["accuracy"]["mean"] + 0.2

        unseen, last = edit_of(FILMS, paths[-1]), FILMS
        plain = sizes(unseen, SizeAnalyzer(), cache)
        analyzer = SizeAnalyzer().with_profile(ProfileStore().find("anna"))
        wanted = [corrected(last, paths[-1], shot).labels[0] for shot in plain]
        labels = [_size(shot).label for shot in sizes(unseen, analyzer, cache)]
    agreed = sum(label == want for label, want in zip(labels, wanted, strict=True))
    before = sum(_size(shot).label == want for shot, want in zip(plain, wanted, strict=True))
    assert agreed > before + SHOTS / 5


def _size(shot: LoggedShot) -> Finding:
    return next(finding for finding in shot.findings if finding.family is Family.SIZE)
