"""Zero-shot sizes: what is told of frames, how sure, and after whom."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, softmax

from shotlog.engine import Cache, analyze, load_analyzers
from shotlog.markers import markers_of
from shotlog.models.analysis import (
    PRIOR,
    DecisionRules,
    ZeroShotSizeAnalyzer,
    build_analyzers,
    limit_to_prior,
    size_probabilities,
)
from shotlog.models.catalog import Card, InstalledModel, ModelHead, SizeCalibration, Task
from shotlog.models.words import (
    EmbeddingMeasure,
    SizeVectors,
    digest_prompts,
    load_size_vectors,
)
from shotlog.schema import (
    SIZES,
    UNDEFINED,
    Analyzer,
    Claim,
    ClipRange,
    Edit,
    EditorProfile,
    Family,
    LabelCalibration,
    Log,
    Media,
    MediaReference,
    ModelUnreadable,
    Row,
    Shot,
    ShotView,
    TimeMap,
    TimeRange,
)
from shotlog.synthetic import write_video
from tests.models.checkpoints import card, make
from tests.models.image_text import CLIP_CARD, FINGERPRINT, MadeImageText, make_clip

RATE = Fraction(25)
WHOLE = TimeRange(start=Fraction(0), duration=Fraction(4))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> MadeImageText:
    return make_clip(tmp_path_factory.mktemp("clip"))


@pytest.fixture(scope="module")
def sizes(clip: MadeImageText) -> SizeVectors:
    return load_size_vectors(model_of(clip))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three scenes of noise without a face, of two seconds each."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    dice = np.random.default_rng(4)
    scenes = [dice.integers(0, 255, (90, 160, 3)).astype(np.uint8) for _ in range(3)]
    write_video(path, (np.roll(scene, n, axis=1) for scene in scenes for n in range(50)), RATE)
    return path


def calibrated(**facts: Any) -> Card:
    """The card of the tiny CLIP, with a calibration by which it names every shot."""
    usual = {"temperature": 0.02, "threshold": 0.0, "measured_on": "3 stills of a test"}
    told = SizeCalibration(**{**usual, "prompts": digest_prompts(), **facts})
    return CLIP_CARD.model_copy(update={"sizes": told})


def model_of(clip: MadeImageText, card: Card = CLIP_CARD) -> InstalledModel:
    return InstalledModel(card, clip.folder, FINGERPRINT, 1)


def analyzer_of(model: InstalledModel, **rules: float) -> ZeroShotSizeAnalyzer:
    (analyzer,) = build_analyzers([model], "cpu", "fp32", rules=DecisionRules(**rules))
    assert isinstance(analyzer, ZeroShotSizeAnalyzer)
    return analyzer


def told_of(
    analyzer: ZeroShotSizeAnalyzer, sizes: SizeVectors, frames: npt.NDArray[np.floating]
) -> Claim:
    """Return the claim about a shot whose frames have these vectors."""
    (measure,) = analyzer.measures
    values = np.hstack([frames, sizes.logits(frames)]).astype(np.float32)
    rows = [Row(n, n, row) for n, row in enumerate(values)]
    nothing = TimeMap(timeline_start=Fraction(0), source_start=Fraction(0))
    view = ShotView(
        shot=Shot(id="s", clip="c", source=WHOLE, core=WHOLE, timeline=WHOLE),
        clip=ClipRange(
            id="c", name="c", media=None, source=WHOLE, timeline=WHOLE, time_map=nothing
        ),
        media=Media(path="f", content_id="f", container="mov", video=None, audio=None),
        series={measure.name: measure.series(1 / RATE, rows)},
    )  # fmt: skip
    (claim,) = analyzer.conclude(view)
    return claim


def logged(film: Path, analyzers: list[Analyzer], *spans: tuple[int, int]) -> Log:
    """The log of stretches of a film, from one frame's number to another."""
    clips, at = [], Fraction(0)
    for number, (start, end) in enumerate(spans):
        source = TimeRange.between(start / RATE, end / RATE)
        clips.append(
            ClipRange(
                id=f"V1/{number}", name="clip", source=source,
                media=MediaReference(path=str(film), start=Fraction(0)),
                timeline=source.shifted(at - source.start),
                time_map=TimeMap(timeline_start=at, source_start=source.start),
            )
        )  # fmt: skip
        at += source.duration
    edit = Edit(name="cut", rate=RATE, duration=at, clips=tuple(clips))
    with Cache(None) as cache:
        return analyze(edit, analyzers, cache)


def test_frames_like_the_sentences_of_a_size_have_that_size(
    clip: MadeImageText, sizes: SizeVectors
) -> None:
    analyzer = analyzer_of(model_of(clip, calibrated()))
    for name, vector in zip(sizes.names, sizes.vectors, strict=True):
        claim = told_of(analyzer, sizes, vector[None])
        assert claim.label == name
        assert set(claim.scores) == set(sizes.names)
        assert "calibrated on 3 stills of a test" in claim.reasons


def test_all_frames_of_a_shot_weigh_the_same(clip: MadeImageText, sizes: SizeVectors) -> None:
    analyzer = analyzer_of(model_of(clip, calibrated(temperature=1.0)))
    pair = sizes.vectors[[0, 4]]
    both = told_of(analyzer, sizes, pair).scores
    each = [told_of(analyzer, sizes, one[None]).scores for one in pair]
    for name, score in both.items():
        assert score == pytest.approx((each[0][name] + each[1][name]) / 2, abs=1e-4)


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 4), length=st.sampled_from([1, 1000]))
def test_without_a_calibration_nothing_is_told_more_surely_than_the_prior(
    clip: MadeImageText, sizes: SizeVectors, seed: int, count: int, length: int
) -> None:
    # A longer vector than a model gives stands for certainty.
    frames = length * np.random.default_rng(seed).normal(size=(count, 24))
    claim = told_of(analyzer_of(model_of(clip)), sizes, frames)
    assert max(claim.confidence, *claim.scores.values()) <= PRIOR
    assert sum(claim.scores.values()) == pytest.approx(1, abs=1e-3)
    assert "not calibrated: at most 50 %" in claim.reasons
    assert "zero-shot, by comparing pictures with sentences" in claim.reasons


def test_certainty_is_told_as_the_prior_and_a_guess_as_a_guess() -> None:
    assert limit_to_prior(1.0) == PRIOR
    assert limit_to_prior(0.2) == pytest.approx(0.2)
    assert np.allclose(limit_to_prior(np.array([0.6, 0.1, 0.1, 0.1, 0.1])).sum(), 1)


def test_a_frame_like_no_sentence_more_than_another_has_no_size(
    clip: MadeImageText, sizes: SizeVectors
) -> None:
    claim = told_of(analyzer_of(model_of(clip)), sizes, np.zeros((2, 24)))
    assert claim.label == UNDEFINED
    assert claim.confidence <= PRIOR
    assert claim.reasons[0].startswith("between ")
    strict = analyzer_of(model_of(clip, calibrated(threshold=0.9, temperature=100.0)))
    assert told_of(strict, sizes, np.ones((1, 24))).label == UNDEFINED


def test_a_calibration_of_other_sentences_does_not_count(
    clip: MadeImageText, sizes: SizeVectors
) -> None:
    analyzer = analyzer_of(model_of(clip, calibrated(prompts="0" * 16)))
    claim = told_of(analyzer, sizes, sizes.vectors[:1])
    assert claim.confidence <= PRIOR
    assert "not calibrated: at most 50 %" in claim.reasons


def test_a_softmax_is_what_sigmoids_tell_of_a_picture_with_exactly_one_size() -> None:
    logits = np.random.default_rng(1).normal(scale=3, size=(1, 5)) - 9
    each = expit(logits)[0]
    alone = [each[k] * np.prod(np.delete(1 - each, k)) for k in range(5)]
    assert np.allclose(size_probabilities(logits)[0], alone / np.sum(alone))
    assert np.allclose(size_probabilities(logits, 2.0), softmax(logits / 2, axis=1))


def test_the_size_of_a_shot_does_not_depend_on_batch_and_order(
    film: Path, clip: MadeImageText
) -> None:
    model = model_of(clip, calibrated(temperature=1.0))
    spans = ((0, 50), (50, 100), (100, 150))

    def findings(*spans: tuple[int, int]) -> list[tuple[str, dict[str, float]]]:
        log = logged(film, [analyzer_of(model)], *spans)
        assert not log.problems
        return [(f.label, f.scores) for shot in log.shots for f in shot.findings]

    together = findings(*spans)
    assert together == [only for span in spans for only in findings(span)]
    assert together == findings(*reversed(spans))[::-1]
    assert len({str(scores) for _, scores in together}) == 3


def test_a_finding_names_the_model_its_weights_and_that_it_is_zero_shot(
    film: Path, clip: MadeImageText
) -> None:
    (shot,) = logged(film, [analyzer_of(model_of(clip))], (0, 50)).shots
    (finding,) = shot.findings
    by = finding.provenance
    assert (by.analyzer, by.version, by.weights) == ("tiny-clip.size", "1", FINGERPRINT[:12])
    assert by.zero_shot
    assert '"zero_shot":true' in by.model_dump_json()


def test_it_leads_where_the_built_in_analyzers_abstain_and_the_marker_says_so(
    film: Path, clip: MadeImageText
) -> None:
    # Random weights are seldom sure of noise: here every answer counts.
    log = logged(film, [analyzer_of(model_of(clip), sure=0.0), *load_analyzers()], (0, 50))
    (shot,) = log.shots
    first, *builtin = shot.opinions(Family.SIZE)
    assert first[0].provenance.analyzer == "tiny-clip.size"
    assert [opinion[0].label for opinion in builtin] == [UNDEFINED] * 2
    note = next(m.note for m in markers_of(log) if m.family == "shot")
    size, by_faces, by_whole_picture = note.splitlines()[:3]
    assert size.startswith(f"Size: {SIZES.display(first[0].label)}")
    assert size.endswith("(zero-shot, by comparing pictures with sentences; "
                         "not calibrated: at most 50 %)")  # fmt: skip
    assert by_whole_picture.startswith("builtin.whole_picture abstains on size")
    assert by_faces == "builtin.size abstains on size: undefined (no face seen)"


def test_a_trained_model_precedes_it_whatever_the_ranks(
    film: Path, clip: MadeImageText, tmp_path: Path
) -> None:
    head = ModelHead(task=Task.SIZE, key="classifier")
    video = make(tmp_path, card=card("trained", head, rank=1000))
    models = [model_of(clip, calibrated()), InstalledModel(video.card, video.folder, "0" * 64, 1)]
    analyzers = build_analyzers(models, "cpu", "fp32", rules=DecisionRules(sure=0.0))
    assert [a.name for a in analyzers] == ["tiny-clip.size", "trained.size"]
    (shot,) = logged(film, analyzers, (0, 50)).shots
    order = [opinion[0].provenance.analyzer for opinion in shot.opinions(Family.SIZE)]
    assert order == ["trained.size", "tiny-clip.size"]


def test_a_model_that_cannot_read_sentences_ends_the_run(film: Path, tmp_path: Path) -> None:
    made = make_clip(tmp_path)
    (made.folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelUnreadable, match=r"tokenizer\.json"):
        logged(film, [analyzer_of(made.installed)], (0, 50))


def test_the_measure_is_that_of_search_by_words(clip: MadeImageText) -> None:
    plain, told = (analyzer_of(model_of(clip, one)) for one in (CLIP_CARD, calibrated()))
    (measure,), (other,) = plain.measures, told.measures
    assert isinstance(measure, EmbeddingMeasure)
    assert measure.key == other.key


def test_profile_corrects_zero_shot_sizes_but_makes_them_no_surer_than_the_prior(
    clip: MadeImageText, sizes: SizeVectors
) -> None:
    analyzer = analyzer_of(model_of(clip))
    frame = sizes.vectors[[0]]
    other = sizes.names[-1]
    calibration = LabelCalibration(bias={other: 9.0})
    profile = EditorProfile(name="anna", calibrations={analyzer.key: calibration})
    before, after = (told_of(a, sizes, frame) for a in (analyzer, analyzer.with_profile(profile)))
    assert after.scores == pytest.approx(calibration.of_one(before.scores), abs=1e-3)
    assert (after.label, after.confidence) == (other, PRIOR)
