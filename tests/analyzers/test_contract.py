"""Contract of analyzers, checked for every installed one."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from shotlog.engine import ANALYZERS, Cache, analyze
from shotlog.schema import (
    KINDS,
    MOVES,
    SIZES,
    UNDEFINED,
    Analyzer,
    CorrectableAnalyzer,
    Edit,
    EditorProfile,
    Family,
    Finding,
    HeadCorrection,
    LabelCalibration,
    Log,
    Media,
    ProfileUnusable,
    Series,
    Shot,
    ShotAnalyzer,
    ShotView,
    TimeRange,
    VideoStream,
)
from shotlog.synthetic import AUDIO_RATE, write_video
from tests.analyzers.edits import edit_of_ranges

RATE = Fraction(25)
VOCABULARIES = {Family.SIZE: SIZES, Family.MOVE: MOVES, Family.KIND: KINDS}
CORRECTABLE = [a for a in ANALYZERS.installed if isinstance(a, CorrectableAnalyzer)]
each_correctable = pytest.mark.parametrize("analyzer", CORRECTABLE, ids=lambda a: str(a.name))
each = pytest.mark.parametrize("analyzer", ANALYZERS.installed, ids=lambda a: str(a.name))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """8 s of a texture: it pans, stands, then cuts to another; with sound that swells."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    noise = np.random.default_rng(3).integers(0, 255, (2, 60, 240, 3)).astype(np.uint8)
    worlds = [cv2.GaussianBlur(cv2.resize(w, (640, 160)), (0, 0), 1) for w in noise]
    frames = (
        np.ascontiguousarray(worlds[n >= 150][20:110, min(n, 75) * 2 : min(n, 75) * 2 + 160])
        for n in range(200)
    )
    seconds = np.arange(8 * AUDIO_RATE) / AUDIO_RATE
    swell = np.random.default_rng(5).normal(0, 0.1, len(seconds)) * (seconds / 8)
    write_video(path, frames, RATE, sound=swell.astype(np.float32))
    return path


def _edit(path: Path, *spans: tuple[Fraction | int, Fraction | int]) -> Edit:
    ranges = (TimeRange.between(Fraction(start), Fraction(end)) for start, end in spans)
    return edit_of_ranges(path, RATE, *ranges)


def _log(analyzer: Analyzer, edit: Edit, cache: Cache | None = None) -> Log:
    if cache is not None:
        return analyze(edit, [analyzer], cache)
    with Cache(None) as fresh:
        return analyze(edit, [analyzer], fresh)


def _findings(log: Log) -> list[Finding]:
    return [*(f for shot in log.shots for f in shot.findings), *log.highlights, *log.scenes]


def test_names_are_unique_and_say_the_tier() -> None:
    assert len({a.name for a in ANALYZERS.installed}) == len(ANALYZERS.installed) >= 3
    assert all(a.name.startswith(f"{a.tier}.") for a in ANALYZERS.installed)


@each
def test_claims_lie_within_their_bounds(analyzer: Analyzer, film: Path) -> None:
    edit = _edit(film, (0, 4), (Fraction(9, 2), 8))
    log = _log(analyzer, edit)
    assert log.problems == ()
    if isinstance(analyzer, ShotAnalyzer) and analyzer.family is not Family.KIND:
        assert all(shot.findings for shot in log.shots)
    for finding in _findings(log):
        assert finding.family is analyzer.family
        assert 0 <= finding.confidence <= 1
        assert all(math.isfinite(score) for score in finding.scores.values())
        assert finding.scores or finding.label == UNDEFINED
        assert finding.reasons
        assert 0 <= finding.timeline.start < finding.timeline.end <= edit.duration
        if analyzer.family in VOCABULARIES:
            assert finding.label in VOCABULARIES[analyzer.family]


@each
def test_findings_of_a_shot_do_not_overlap(analyzer: Analyzer, film: Path) -> None:
    for shot in _log(analyzer, _edit(film, (0, 8))).shots:
        spans = [f.timeline for f in shot.of(analyzer.family)]
        assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


@each
def test_two_runs_make_the_same_claims(analyzer: Analyzer, film: Path) -> None:
    edit = _edit(film, (0, 4), (4, 8))
    assert _log(analyzer, edit) == _log(analyzer, edit)


@each
def test_a_claim_does_not_depend_on_earlier_measurements(
    analyzer: Analyzer, film: Path, tmp_path: Path
) -> None:
    trimmed = _edit(film, (Fraction(33, 25), Fraction(149, 25)))
    with Cache(tmp_path / "c.sqlite") as cache:
        _log(analyzer, _edit(film, (0, 3), (4, 8)), cache)
        _log(analyzer, _edit(film, (Fraction(5, 2), 5)), cache)
        assert _log(analyzer, trimmed, cache) == _log(analyzer, trimmed)


@each
@pytest.mark.parametrize("frames", [1, 2, 3, 7])
def test_a_tiny_clip_raises_nothing(analyzer: Analyzer, film: Path, frames: int) -> None:
    log = _log(analyzer, _edit(film, (Fraction(17, 25), Fraction(17 + frames, 25))))
    assert log.problems == ()
    assert len(log.shots) == 1


@each
def test_missing_evidence_raises_nothing(analyzer: Analyzer) -> None:
    span = TimeRange(start=Fraction(0), duration=Fraction(4))
    video = VideoStream(
        index=0, codec="none", width=320, height=180, rate=RATE, tick=1 / RATE, frames=100,
        duration=Fraction(4),
    )  # fmt: skip
    media = Media(path="none", content_id="none", container="none", video=video, audio=None)
    series = {m.name: Series.of(Fraction(1, 25), [], len(m.columns)) for m in analyzer.measures}
    clip = _edit(Path("none"), (0, 4)).clips[0]
    shot = Shot(id="s", clip=clip.id, source=span, core=span, timeline=span)
    view = ShotView(shot=shot, clip=clip, media=media, series=series)
    if isinstance(analyzer, ShotAnalyzer):
        said = [claim.label for claim in analyzer.conclude(view)]
        # An ordinary shot has no kind; an analyzer may leave a shot to another one.
        assert said in ([[]] if analyzer.family is Family.KIND else [[], [UNDEFINED]])


def _profile(analyzer: CorrectableAnalyzer, bias: dict[str, float]) -> EditorProfile:
    """A profile with a calibration of an analyzer, and a correction of zeros of its head."""
    width = len(analyzer.profile_features)
    head = HeadCorrection(
        analyzer=analyzer.key, features=analyzer.profile_features,
        mean=(0.0,) * width, scale=(1.0,) * width, bias={}, weights={},
    )  # fmt: skip
    calibrations = {analyzer.key: LabelCalibration(bias=bias)}
    return EditorProfile(name="anna", calibrations=calibrations, size=head if width else None)


_LIFTED = {Family.SIZE: "LS", Family.MOVE: "zoom_in"}
"""A label of each family, for profiles that raise its score."""


def test_sizes_and_moves_can_be_corrected() -> None:
    assert {a.family for a in CORRECTABLE} == {Family.SIZE, Family.MOVE}


@each_correctable
def test_profile_of_zeros_changes_nothing_but_the_provenance(
    analyzer: CorrectableAnalyzer, film: Path
) -> None:
    profile = _profile(analyzer, {})
    edit = _edit(film, (0, 8))
    plain, corrected = (
        _findings(_log(a, edit)) for a in (analyzer, analyzer.with_profile(profile))
    )
    for before, after in zip(plain, corrected, strict=True):
        assert after.scores == pytest.approx(before.scores, abs=2e-4)
        assert after.confidence == pytest.approx(before.confidence, abs=2e-4)
        assert (before.provenance.profile, after.provenance.profile) == (None, profile.id)
        same = {"scores": {}, "confidence": 0.0, "provenance": before.provenance}
        assert after.model_copy(update=same) == before.model_copy(update=same)


@each_correctable
def test_corrected_claims_do_not_depend_on_other_clips(
    analyzer: CorrectableAnalyzer, film: Path
) -> None:
    corrected = analyzer.with_profile(_profile(analyzer, {_LIFTED[analyzer.family]: 2.0}))
    alone = _log(corrected, _edit(film, (4, 8)))
    among = _log(corrected, _edit(film, (4, 8), (0, 3)))
    assert among.shots[0].findings == alone.shots[0].findings


@each_correctable
def test_kept_claims_of_one_profile_are_not_those_of_another(
    analyzer: CorrectableAnalyzer, film: Path, tmp_path: Path
) -> None:
    edit = _edit(film, (0, 4))
    profiles = [_profile(analyzer, {_LIFTED[analyzer.family]: bias}) for bias in (0.0, 20.0)]
    ways = [analyzer, *(analyzer.with_profile(profile) for profile in profiles)]
    with Cache(tmp_path / "c.sqlite") as cache:
        for way in (*ways, *ways):
            assert _log(way, edit, cache) == _log(way, edit)


@each_correctable
def test_profile_of_another_version_is_not_taken(analyzer: CorrectableAnalyzer) -> None:
    other = LabelCalibration(bias={"LS": 9.0})
    profile = EditorProfile(name="anna", calibrations={f"{analyzer.key}x": other})
    assert analyzer.with_profile(profile) is analyzer


@each_correctable
def test_profile_with_other_features_or_labels_is_refused(analyzer: CorrectableAnalyzer) -> None:
    head = HeadCorrection(
        analyzer=analyzer.key, features=("tempo",), mean=(0.0,), scale=(1.0,), bias={}, weights={}
    )
    with pytest.raises(ProfileUnusable, match="does not have: features"):
        analyzer.with_profile(EditorProfile(name="anna", size=head))
    with pytest.raises(ProfileUnusable, match="does not have: tempo"):
        analyzer.with_profile(_profile(analyzer, {"tempo": 1.0}))
