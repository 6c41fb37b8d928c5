"""From a card to analyzers: what is asked, what is kept, what is said."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from shotlog.engine import Cache, analyze
from shotlog.models.analysis import HeadAnalyzer, ModelMeasure, activate, build_analyzers
from shotlog.models.catalog import Activation, InstalledModel, ModelHead, Sampling, Task
from shotlog.schema import (
    MOVES,
    UNDEFINED,
    ClipRange,
    Edit,
    EditorProfile,
    Family,
    LabelCalibration,
    Media,
    MediaReference,
    ModelUnreadable,
    ProfileUnusable,
    Row,
    Series,
    Shot,
    ShotView,
    Tier,
    TimeMap,
    TimeRange,
    VideoStream,
    group_by_range,
)
from shotlog.synthetic import write_video
from tests.models.checkpoints import (
    MOVE_CARD,
    MOVEMENT_LABELS,
    TINY,
    Made,
    Style,
    card,
    make,
    make_predictor,
    window,
)

RATE = Fraction(25)
VIDEO = VideoStream(
    index=0,
    codec="h264",
    width=640,
    height=360,
    rate=RATE,
    tick=1 / RATE,
    frames=None,
    duration=None,
)
SIZE = ModelHead(task=Task.SIZE, key="classifier")
MOVE = MOVE_CARD.heads[0]
SHUFFLED = ("MS", "LS", "ECS", "FS", "CS")
FINGERPRINT = "0123456789abcdef" * 4


def installed(
    folder: Path, head: ModelHead = SIZE, labels: tuple[str, ...] = SHUFFLED, **facts: Any
) -> InstalledModel:
    """A tiny model of one head, named as its folder."""
    made = make(folder, card=card(folder.name, head, **facts), labels={head.key: labels})
    return here(made)


def here(made: Made) -> InstalledModel:
    return InstalledModel(made.card, made.folder, FINGERPRINT, 1)


def one(model: InstalledModel) -> tuple[HeadAnalyzer, ModelMeasure]:
    analyzer = build_analyzers([model], "cpu", "fp32")[0]
    assert isinstance(analyzer, HeadAnalyzer)
    (measure,) = analyzer.measures
    assert isinstance(measure, ModelMeasure)
    return analyzer, measure


def view(measure: ModelMeasure, rows: npt.NDArray[np.float32], seconds: Fraction) -> ShotView:
    """A shot from 10 s on; its windows get the rows in order."""
    source = TimeRange(start=Fraction(10), duration=seconds)
    windows = measure.windows(source, VIDEO)
    series = measure.series(
        VIDEO.tick,
        [
            Row(int(w.frames[0] / VIDEO.tick), int(w.frames[-1] / VIDEO.tick), row)
            for w, row in zip(windows, rows, strict=True)
        ],
    )
    return _view(source, {measure.name: series})


def _view(source: TimeRange, series: dict[str, Series]) -> ShotView:
    return ShotView(
        shot=Shot(id="s", clip="V1/0", source=source, core=source, timeline=source),
        clip=ClipRange(
            id="V1/0",
            name="clip",
            media=None,
            source=source,
            timeline=source,
            time_map=TimeMap(timeline_start=source.start, source_start=source.start),
        ),
        media=Media(path="film.mov", content_id="film", container="mov", video=VIDEO, audio=None),
        series=series,
    )


def rows(*scores: tuple[float, ...]) -> npt.NDArray[np.float32]:
    """Rows of these scores, each with an embedding of its number."""
    return np.array([[*s, *[float(n)] * TINY.embedding] for n, s in enumerate(scores)], np.float32)


def test_a_row_holds_the_scores_of_every_head_and_then_the_embedding(tmp_path: Path) -> None:
    model = here(make(tmp_path, Style.MULTITASK, labels={"scale_cf": SHUFFLED}))
    both = build_analyzers([model])
    measure = one(model)[1]
    assert measure.columns[:9] == (
        *(f"scale_cf.{name}" for name in SHUFFLED),
        *(f"movement_cf.{name}" for name in MOVEMENT_LABELS),
    )
    assert measure.columns[9:] == tuple(f"embedding.{n}" for n in range(TINY.embedding))
    assert [(a.name, a.family) for a in both] == [
        ("tiny-multitask.size", Family.SIZE),
        ("tiny-multitask.movement", Family.MOVEMENT),
    ]
    assert both[0].measures == both[1].measures


def test_the_labels_are_those_of_the_checkpoint_in_its_order(tmp_path: Path) -> None:
    analyzer, measure = one(installed(tmp_path / "sizes"))
    (claim,) = analyzer.conclude(view(measure, rows((0.1, 0.7, 0.1, 0.1, 0.0)), Fraction(3)))
    assert (claim.label, claim.confidence) == ("LS", 0.7)
    assert claim.range == TimeRange(start=Fraction(10), duration=Fraction(3))


def test_a_finding_names_the_model_its_tier_and_its_weights(tmp_path: Path) -> None:
    provenance = one(installed(tmp_path / "sizes"))[0].provenance
    assert (provenance.analyzer, provenance.tier) == ("sizes.size", Tier.LOCAL)
    assert provenance.weights == FINGERPRINT[:12]


def test_windows_of_two_seconds_become_spans(tmp_path: Path) -> None:
    model = installed(tmp_path / "moves", MOVE, MOVES.names, sampling=Sampling.TWO_SECONDS)
    analyzer, measure = one(model)
    scores = np.zeros((3, len(MOVES.names)), np.float32)
    scores[0, MOVES.names.index("static")] = 0.9
    scores[1:, MOVES.names.index("pan_left")] = (0.9, 0.4)
    scores[1, MOVES.names.index("shake")] = 0.6
    seen = view(measure, rows(*map(tuple, scores.tolist())), Fraction(6))
    said = [(c.label, int(c.range.start), int(c.range.end)) for c in analyzer.conclude(seen)]
    assert said == [
        ("static", 10, 12),
        ("pan_left", 12, 14),
        ("shake", 12, 14),
        ("pan_left", 14, 16),
    ]


def test_the_cards_threshold_decides_when_a_move_holds(tmp_path: Path) -> None:
    strict = MOVE.model_copy(update={"threshold": 0.8})
    row = np.zeros(len(MOVES.names))
    row[MOVES.names.index("tilt_up")] = 0.7
    said = {}
    for name, head in (("usual", MOVE), ("strict", strict)):
        analyzer, measure = one(installed(tmp_path / name, head, MOVES.names))
        (claim,) = analyzer.conclude(view(measure, rows(tuple(row)), Fraction(1)))
        said[name] = claim.label
    assert said == {"usual": "tilt_up", "strict": UNDEFINED}


def test_a_shot_without_rows_has_no_claim(tmp_path: Path) -> None:
    analyzer, measure = one(installed(tmp_path / "sizes"))
    source = TimeRange(start=Fraction(0), duration=Fraction(1))
    assert analyzer.conclude(_view(source, {})) == []
    assert analyzer.conclude(_view(source, {measure.name: measure.series(VIDEO.tick, [])})) == []


def test_a_row_holds_the_activated_scores_of_every_head(tmp_path: Path) -> None:
    shown = [window(seed=n) for n in range(3)]
    looked = {}
    for made in (make(tmp_path / "both", Style.MULTITASK), make(tmp_path / "move", card=MOVE_CARD)):
        measure = one(here(made))[1]
        measure.prepare()
        numbers = np.array(measure.look(shown))
        assert numbers.shape == (3, measure.width)
        assert all((measure.look([w])[0] == n).all() for w, n in zip(shown, numbers, strict=True))
        looked[made.card.name] = numbers
    both, move = looked["tiny-multitask"], looked["tiny-move"]
    assert both[:, :5].sum(axis=1) == pytest.approx(1)
    assert both[:, 5:9].sum(axis=1) == pytest.approx(1)
    assert ((move[:, :21] > 0) & (move[:, :21] < 1)).all()
    assert (np.abs(move[:, :21].sum(axis=1) - 1) > 0.1).all()


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        # Logits (2, 4) by a temperature of 2 are (1, 2).
        (Activation.SOFTMAX, (1 / (1 + np.e), np.e / (1 + np.e))),
        (Activation.SIGMOID, (1 / (1 + np.exp(-1)), 1 / (1 + np.exp(-2)))),
        (Activation.IDENTITY, (2.0, 4.0)),
    ],
)
def test_a_temperature_divides_the_logits_before_the_activation(
    activation: Activation, expected: tuple[float, float]
) -> None:
    head = ModelHead(task=Task.SIZE, key="classifier", activation=activation, temperature=2)
    assert activate(np.array([2, 4], np.float32), head) == pytest.approx(expected)


def test_a_temperature_has_a_cache_key_of_its_own_and_none_keeps_the_published_one(
    tmp_path: Path,
) -> None:
    plain = ModelHead(task=Task.SIZE, key="classifier")
    assert "temperature" not in plain.model_dump_json()
    keys = {
        one(installed(tmp_path / "same", head))[1].key
        for head in (plain, plain.model_copy(update={"temperature": 2.0}))
    }
    assert len(keys) == 2


def test_the_motion_predictor_sees_segments_and_sorts_the_shot(tmp_path: Path) -> None:
    analyzer, measure = one(here(make_predictor(tmp_path)))
    measure.prepare()
    numbers = measure.look([window(), window(segments=2)])
    assert measure.columns[:3] == ("head.camera", "head.object", "head.dynamics")
    seconds = Fraction(5)
    (long,) = measure.windows(TimeRange(start=Fraction(10), duration=seconds), VIDEO)
    assert len(long.frames) == 32
    (claim,) = analyzer.conclude(view(measure, numbers[1][None], seconds))
    assert (analyzer.family, analyzer.name) == (Family.MOTION, "tiny-motion.motion")
    told = [claim.scores[f"motion.{name}"] for name in ("camera", "object", "dynamics")]
    assert told == pytest.approx(np.clip(numbers[1][:3], 0, 3), abs=0.006)


def test_embeddings_are_the_end_of_every_row(tmp_path: Path) -> None:
    _, measure = one(installed(tmp_path / "sizes"))
    series = view(measure, rows((0.1, 0.7, 0.1, 0.1, 0.0)), Fraction(3)).series[measure.name]
    assert measure.embeddings(series).shape == (1, TINY.embedding)
    assert (measure.embeddings(series) == 0).all()


def test_the_card_with_the_lowest_rank_leads(tmp_path: Path) -> None:
    models = [
        installed(tmp_path / name, rank=rank) for name, rank in (("b", 2), ("c", 1), ("a", 2))
    ]
    assert [a.name for a in build_analyzers(models)] == ["c.size", "a.size", "b.size"]


def test_labels_may_be_written_as_people_read_them(tmp_path: Path) -> None:
    labels = ("Close-up", "extreme_close_up", "medium shot", "FS", "Long Shot", "undefined")
    _, measure = one(installed(tmp_path / "own", SIZE, labels))
    names = [column.partition(".")[2] for column in measure.columns[:6]]
    assert names == ["CS", "ECS", "MS", "FS", "LS", "undefined"]


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (("CS", "LS", "cowboy"), "it says cowboy"),
        (("CS", "LS", "Close-up"), "missing or doubled"),
        (("undefined",), "missing or doubled"),
        (("LABEL_0", "LABEL_1"), "it says LABEL_0, LABEL_1"),
    ],
)
def test_a_checkpoint_whose_labels_are_no_sizes_is_refused(
    tmp_path: Path, labels: tuple[str, ...], told: str
) -> None:
    with pytest.raises(ModelUnreadable, match=told) as refused:
        one(installed(tmp_path / "own", SIZE, labels))
    assert "ECS, CS, MS, FS, LS, undefined" in refused.value.problem.hint


@pytest.mark.parametrize(
    "change",
    [
        {"sampling": Sampling.TWO_SECONDS},
        {"mean": (0.5, 0.5, 0.5)},
        {"heads": (SIZE.model_copy(update={"activation": Activation.SIGMOID}),)},
    ],
)
def test_another_use_of_the_weights_has_another_cache_key(
    tmp_path: Path, change: dict[str, object]
) -> None:
    model = installed(tmp_path / "sizes")
    other = InstalledModel(model.card.model_copy(update=change), model.folder, model.fingerprint, 1)
    assert one(other)[1].key != one(model)[1].key
    assert one(model)[1].key == one(model)[1].key


def test_weights_configs_and_precisions_have_cache_keys_of_their_own(tmp_path: Path) -> None:
    model = installed(tmp_path / "sizes")
    keys = {one(model)[1].key}
    keys.add(one(InstalledModel(model.card, model.folder, "f" * 64, 1))[1].key)
    config = model.folder / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "layer_norm_eps": 1e-6}))
    keys.add(one(model)[1].key)
    (half,) = build_analyzers([model], "cpu", "bf16")
    keys.add(half.measures[0].key)
    assert len(keys) == 4


def test_title_and_rank_do_not_change_the_cache_key(tmp_path: Path) -> None:
    model = installed(tmp_path / "sizes")
    retold = model.card.model_copy(update={"title": "another", "rank": 3})
    assert (
        one(InstalledModel(retold, model.folder, model.fingerprint, 1))[1].key == one(model)[1].key
    )


def test_analyzers_are_made_without_torch(tmp_path: Path) -> None:
    model = installed(tmp_path / "sizes")
    program = (
        "import sys; from pathlib import Path; from shotlog.models.catalog import Card;"
        "from shotlog.models.catalog import InstalledModel;"
        "from shotlog.models.analysis import build_analyzers;"
        "card = Card.model_validate_json(sys.argv[2]);"
        "made = build_analyzers([InstalledModel(card, Path(sys.argv[1]), 'f' * 64, 1)]);"
        "print(made[0].measures[0].width, {'torch', 'transformers'} & set(sys.modules))"
    )
    card = model.card.model_dump_json()
    command = [sys.executable, "-c", program, str(model.folder), card]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == f"{5 + TINY.embedding} set()\n"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven seconds of noise that slides."""
    noise = np.random.default_rng(1).integers(0, 255, (90, 160, 3)).astype(np.uint8)
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, (np.roll(noise, 4 * n, axis=1) for n in range(175)), RATE)
    return path


def edit(film: Path, *ranges: tuple[int, int]) -> Edit:
    clips, at = [], Fraction(0)
    for number, (start, end) in enumerate(ranges):
        source = TimeRange.between(Fraction(start), Fraction(end))
        clips.append(
            ClipRange(
                id=f"V1/{number}",
                name="clip",
                media=MediaReference(path=str(film), start=Fraction(0)),
                source=source,
                timeline=source.shifted(at - start),
                time_map=TimeMap(timeline_start=at, source_start=source.start),
            )
        )
        at += source.duration
    return Edit(name="cut", rate=RATE, duration=at, clips=tuple(clips))


def test_three_models_analyse_every_shot_independently_of_other_clips(
    tmp_path: Path, film: Path
) -> None:
    models = [
        here(make(tmp_path / "both", Style.MULTITASK)),
        here(make(tmp_path / "move", card=MOVE_CARD)),
        here(make_predictor(tmp_path / "motion")),
    ]
    analyzers = build_analyzers(models, "cpu", "fp32")
    with Cache(None) as cache:
        together = analyze(edit(film, (0, 7), (1, 4)), analyzers, cache)
        assert analyze(edit(film, (0, 7), (1, 4)), analyzers, cache) == together
    with Cache(None) as cache:
        alone = analyze(edit(film, (1, 4)), analyzers, cache)
    assert [str(problem) for problem in together.problems] == []
    assert len(together.shots) == 2
    for logged in together.shots:
        of_shots = set(Family) - {Family.HIGHLIGHT, Family.KIND, Family.SCENE}
        assert {f.family for f in logged.findings} == of_shots
        assert all(f.provenance.weights == FINGERPRINT[:12] for f in logged.findings)
        moved = [span[0].timeline for span in group_by_range(logged.leading(Family.MOVE))]
        whole = logged.shot.timeline
        assert (moved[0].start, moved[-1].end) == (whole.start, whole.end)
        assert all(before.end == after.start for before, after in pairwise(moved))
    last, only = together.shots[-1].findings, alone.shots[0].findings
    assert [(f.label, f.scores, f.source) for f in last] == [
        (f.label, f.scores, f.source) for f in only
    ]


def under(analyzer: HeadAnalyzer, calibration: LabelCalibration) -> HeadAnalyzer:
    """The analyzer with a profile of this calibration."""
    profile = EditorProfile(name="anna", calibrations={analyzer.key: calibration})
    return analyzer.with_profile(profile)


def test_profile_corrects_a_size_and_the_position_on_its_scale(tmp_path: Path) -> None:
    analyzer, measure = one(installed(tmp_path / "sizes"))
    calibration = LabelCalibration(temperature=1.5, bias={"CS": 2.0})
    scores = dict(zip(SHUFFLED, (0.6, 0.1, 0.05, 0.05, 0.2), strict=True))
    seen = view(measure, rows(tuple(scores.values())), Fraction(3))
    (before,), (after,) = (a.conclude(seen) for a in (analyzer, under(analyzer, calibration)))
    assert (before.label, after.label) == ("MS", "CS")
    by_hand = calibration.of_one(scores)
    told = {name: after.scores[name] for name in by_hand}
    assert told == pytest.approx(by_hand, abs=1e-4)
    assert after.scores["scale.expected"] < before.scores["scale.expected"]


def test_profile_corrects_every_window_of_moves_by_itself(tmp_path: Path) -> None:
    model = installed(tmp_path / "moves", MOVE, MOVES.names, sampling=Sampling.TWO_SECONDS)
    analyzer, measure = one(model)
    scores = np.full((2, len(MOVES.names)), 0.01, np.float32)
    scores[:, MOVES.names.index("pan_left")] = (0.9, 0.3)
    scores[:, MOVES.names.index("shake")] = 0.4
    seen = view(measure, rows(*map(tuple, scores.tolist())), Fraction(4))
    corrected = under(analyzer, LabelCalibration(bias={"shake": 1.0, "pan_left": -1.0}))
    said = [(c.label, int(c.range.start), int(c.range.end)) for c in corrected.conclude(seen)]
    assert [claim.label for claim in analyzer.conclude(seen)] == ["pan_left", UNDEFINED]
    assert said == [("pan_left", 10, 12), ("shake", 10, 12), ("shake", 12, 14)]


def test_profile_of_one_analyzer_leaves_the_loaded_model_shared(tmp_path: Path) -> None:
    analyzer, measure = one(installed(tmp_path / "sizes"))
    corrected = under(analyzer, LabelCalibration(bias={"CS": 2.0}))
    assert corrected.measures == (measure,)
    assert (analyzer.provenance.profile, analyzer.calibration) == (None, None)
    assert corrected.provenance.profile is not None


def test_profile_cannot_calibrate_amounts_of_motion(tmp_path: Path) -> None:
    (analyzer,) = build_analyzers([here(make_predictor(tmp_path / "motion"))], "cpu", "fp32")
    assert isinstance(analyzer, HeadAnalyzer)
    with pytest.raises(ProfileUnusable, match="no probabilities"):
        under(analyzer, LabelCalibration())
