"""What a built-in head sees is measured again on the media, and only where it can help."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from benchmarks.synthetic.takes import take
from shotlog.analyzers.move import LOOK_FEATURES, LOOKS_LIKE, MoveAnalyzer
from shotlog.engine import Cache, EngineOptions, ProbeCache, analyze
from shotlog.learning.profiles import HeadEvidence, LabelledScores, gather_labels
from shotlog.media.cuts import CUT_FINDERS
from shotlog.schema import (
    ClipRange,
    Edit,
    Family,
    Finding,
    LoggedShot,
    MediaReference,
    TimeMap,
    TimeRange,
)
from shotlog.schema.learning import Correction, CorrectionKind, EditorProfile, HeadCorrection
from shotlog.synthetic import write_video
from tests.analyzers.move.shots import CLEAN, UNSEEN

RATE, SECONDS = Fraction(24), 3
WITHOUT_CUTS = EngineOptions(cuts=CUT_FINDERS.choose("off"))
# The profile by which the scores of the corrections were changed: it moves every window.
PROFILE = EditorProfile(
    name="anna",
    move=HeadCorrection(
        analyzer=MoveAnalyzer().key,
        features=LOOK_FEATURES,
        mean=(0.0,) * len(LOOK_FEATURES),
        scale=(1.0,) * len(LOOK_FEATURES),
        bias={"static": 5.0},
        weights={"static": (0.0,) * len(LOOK_FEATURES)},
    ),
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "pan.mp4"
    made = take("pan_left", UNSEEN, speed=0.15, shake=0, recording=CLEAN, actors=0, seconds=SECONDS)
    frames = (np.repeat(made.frame(n)[..., None], 3, axis=2) for n in range(SECONDS * int(RATE)))
    write_video(path, frames, RATE)
    return path


def log(film: Path, analyzer: MoveAnalyzer) -> LoggedShot:
    whole = TimeRange(start=Fraction(0), duration=Fraction(SECONDS))
    clip = ClipRange(
        id="V1/0", name="pan", media=MediaReference(path=str(film), start=Fraction(0)),
        source=whole, timeline=whole,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
    )  # fmt: skip
    edit = Edit(name="pan", rate=RATE, duration=whole.duration, clips=(clip,))
    (shot,) = analyze(edit, [analyzer], Cache(None), options=WITHOUT_CUTS).shots
    return shot


def move(shot: LoggedShot) -> Finding:
    (found,) = (finding for finding in shot.findings if finding.family is Family.MOVE)
    return found


def corrected(film: Path, shot: LoggedShot, content_id: str = "") -> list[LabelledScores]:
    said = move(shot)
    assert said.source
    correction = Correction(
        kind=CorrectionKind.RENAMED, family=Family.MOVE, labels=("truck_left",), said=(said,),
        content_id=content_id or shot.content_id, path=str(film), source=said.source,
        project="reel", timeline="cut",
    )  # fmt: skip
    return list(gather_labels([correction], [MoveAnalyzer()], lambda _: PROFILE).shots)


def test_windows_measured_again_give_back_the_scores_that_a_profile_had_changed(
    film: Path,
) -> None:
    plain = move(log(film, MoveAnalyzer()))
    changed = log(film, MoveAnalyzer().with_profile(PROFILE))
    assert move(changed).scores["static"] > plain.scores["static"]
    evidence = HeadEvidence(corrected(film, changed))
    edit, problems = evidence.edit(ProbeCache())
    assert not problems
    analyze(edit, evidence.readers, Cache(None), options=WITHOUT_CUTS)
    (shots,) = evidence.shots()
    again = dict(zip(shots.labels, shots.scores[0].tolist(), strict=True))
    assert again == pytest.approx({name: plain.scores[name] for name in again}, abs=1e-4)
    assert shots.windows
    assert shots.windows.features.shape == (6, len(LOOK_FEATURES))
    looks = dict(zip(shots.labels, shots.windows.look_of.tolist(), strict=True))
    assert all(looks[travelling] == looks[look] for travelling, look in LOOKS_LIKE.items())


def test_another_file_in_the_place_of_the_media_is_told_and_not_measured(film: Path) -> None:
    changed = log(film, MoveAnalyzer().with_profile(PROFILE))
    evidence = HeadEvidence(corrected(film, changed, content_id="another"))
    edit, (problem,) = evidence.edit(ProbeCache())
    assert edit.clips == ()
    assert "another file lies here" in problem.message
    assert np.isnan(evidence.shots()[0].scores).all()


def test_missing_media_are_told(film: Path) -> None:
    changed = log(film, MoveAnalyzer().with_profile(PROFILE))
    evidence = HeadEvidence(corrected(film.with_name("gone.mp4"), changed))
    edit, (problem,) = evidence.edit(ProbeCache())
    assert edit.clips == ()
    assert "gone.mp4" in problem.subject


def test_nothing_is_measured_for_a_head_with_too_few_shots(film: Path) -> None:
    assert HeadEvidence(corrected(film, log(film, MoveAnalyzer()))).readers == ()
