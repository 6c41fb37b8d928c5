"""From a card to analyzers: what is asked, what is kept, what is said."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import save_file

from shotlog.models.analyzers import HeadAnalyzer, ModelMeasure, analyzers_of, embeddings
from shotlog.models.card import Activation, Card, Head, Licence, Resize, Sampling, Task
from shotlog.models.registry import Installed
from shotlog.schema.analysis import ShotView
from shotlog.schema.errors import ModelUnreadable
from shotlog.schema.evidence import Row, Track
from shotlog.schema.findings import Tier
from shotlog.schema.labels import MOVES, UNDEFINED, Family
from shotlog.schema.media import Media, VideoStream
from shotlog.schema.ranges import ClipRange, Shot
from shotlog.schema.times import TimeMap, TimeRange

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
SIZE = Head(task=Task.SIZE, key="classifier")
MOVE = Head(task=Task.MOVE, key="classifier", activation=Activation.SIGMOID, threshold=0.5)
SHUFFLED = ("MS", "LS", "ECS", "FS", "CS")
WIDTH = 8


def installed(
    folder: Path,
    labels: dict[str, tuple[str, ...]],
    *heads: Head,
    sampling: Sampling = Sampling.UNIFORM,
    **card: object,
) -> Installed:
    """A model whose outline can be read; its weights are noughts, which no test here runs."""
    folder.mkdir(parents=True, exist_ok=True)
    config: dict[str, object] = {
        "model_type": "videomae",
        "num_attention_heads": 2,
        "image_size": 32,
        "num_frames": 16,
    }
    tensors: dict[str, tuple[int, ...]] = {
        "videomae.embeddings.patch_embeddings.projection.weight": (WIDTH, 3, 2, 16, 16),
        "videomae.embeddings.patch_embeddings.projection.bias": (WIDTH,),
        "fc_norm.weight": (WIDTH,),
        "fc_norm.bias": (WIDTH,),
    }
    block = "videomae.encoder.layer.0."
    for name in ("query", "key", "value"):
        tensors[f"{block}attention.attention.{name}.weight"] = (WIDTH, WIDTH)
    for name, shape in {
        "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (16, WIDTH),
        "output.dense": (WIDTH, 16),
    }.items():
        tensors[f"{block}{name}.weight"], tensors[f"{block}{name}.bias"] = shape, shape[:1]
    for name in ("attention.attention.q_bias", "attention.attention.v_bias"):
        tensors[block + name] = (WIDTH,)
    for name in ("layernorm_before", "layernorm_after"):
        tensors[f"{block}{name}.weight"] = tensors[f"{block}{name}.bias"] = (WIDTH,)
    for head in heads:
        names = labels[head.key]
        config[str(head.labels)] = {str(n): name for n, name in enumerate(names)}
        tensors[f"{head.key}.weight"] = (len(names), WIDTH)
        tensors[f"{head.key}.bias"] = (len(names),)
    (folder / "config.json").write_text(json.dumps(config))
    noughts = {name: np.zeros(shape, np.float32) for name, shape in tensors.items()}
    save_file(noughts, folder / "model.safetensors")
    facts: dict[str, object] = {
        "name": folder.name,
        "title": "of a test",
        "heads": heads,
        "sampling": sampling,
        "resize": Resize.STRETCH,
        "licence": Licence(name="MIT", note="Use it."),
        **card,
    }
    return Installed(Card.model_validate(facts), folder, "0123456789abcdef" * 4, 1)


def one(model: Installed) -> tuple[HeadAnalyzer, ModelMeasure]:
    analyzer = analyzers_of([model], "cpu", "fp32")[0]
    assert isinstance(analyzer, HeadAnalyzer)
    (measure,) = analyzer.measures
    assert isinstance(measure, ModelMeasure)
    return analyzer, measure


def view(measure: ModelMeasure, rows: npt.NDArray[np.float32], seconds: Fraction) -> ShotView:
    """A shot from 10 s on; its windows get the rows in order."""
    source = TimeRange(start=Fraction(10), duration=seconds)
    windows = measure.windows(source, VIDEO)
    track = measure.track(
        VIDEO.tick,
        [
            Row(int(w.frames[0] / VIDEO.tick), int(w.frames[-1] / VIDEO.tick), row)
            for w, row in zip(windows, rows, strict=True)
        ],
    )
    return _view(source, {measure.name: track})


def _view(source: TimeRange, tracks: dict[str, Track]) -> ShotView:
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
        tracks=tracks,
    )


def rows(*scores: tuple[float, ...]) -> npt.NDArray[np.float32]:
    """Rows of these scores, each with an embedding of its number."""
    return np.array([[*s, *[float(n)] * WIDTH] for n, s in enumerate(scores)], np.float32)


def test_a_row_holds_the_scores_of_every_head_and_then_the_embedding(tmp_path: Path) -> None:
    scale = Head(task=Task.SIZE, key="scale_cf", labels="scale_id2label")
    movement = Head(task=Task.MOVEMENT, key="movement_cf", labels="movement_id2label")
    labels = {"scale_cf": SHUFFLED, "movement_cf": ("Static", "Motion", "Pull", "Push")}
    model = installed(tmp_path / "multitask", labels, scale, movement)
    both = analyzers_of([model])
    measure = one(model)[1]
    assert measure.columns[:9] == (
        *(f"scale_cf.{name}" for name in SHUFFLED),
        *(f"movement_cf.{name}" for name in labels["movement_cf"]),
    )
    assert measure.columns[9:] == tuple(f"embedding.{n}" for n in range(WIDTH))
    assert [(a.name, a.family) for a in both] == [
        ("multitask.size", Family.SIZE),
        ("multitask.movement", Family.MOVEMENT),
    ]
    assert both[0].measures == both[1].measures


def test_the_labels_are_those_of_the_checkpoint_in_its_order(tmp_path: Path) -> None:
    analyzer, measure = one(installed(tmp_path / "sizes", {"classifier": SHUFFLED}, SIZE))
    (claim,) = analyzer.conclude(view(measure, rows((0.1, 0.7, 0.1, 0.1, 0.0)), Fraction(3)))
    assert (claim.label, claim.confidence) == ("LS", 0.7)
    assert claim.range == TimeRange(start=Fraction(10), duration=Fraction(3))


def test_a_finding_names_the_model_its_tier_and_its_weights(tmp_path: Path) -> None:
    provenance = one(installed(tmp_path / "sizes", {"classifier": SHUFFLED}, SIZE))[0].provenance
    assert (provenance.analyzer, provenance.tier) == ("sizes.size", Tier.LOCAL)
    assert provenance.weights == "0123456789ab"


def test_windows_of_two_seconds_become_spans(tmp_path: Path) -> None:
    model = installed(
        tmp_path / "moves", {"classifier": MOVES.names}, MOVE, sampling=Sampling.TWO_SECONDS
    )
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
        analyzer, measure = one(installed(tmp_path / name, {"classifier": MOVES.names}, head))
        (claim,) = analyzer.conclude(view(measure, rows(tuple(row)), Fraction(1)))
        said[name] = claim.label
    assert said == {"usual": "tilt_up", "strict": UNDEFINED}


def test_a_shot_that_was_not_looked_at_is_not_spoken_of(tmp_path: Path) -> None:
    analyzer, measure = one(installed(tmp_path / "sizes", {"classifier": SHUFFLED}, SIZE))
    source = TimeRange(start=Fraction(0), duration=Fraction(1))
    assert analyzer.conclude(_view(source, {})) == []
    assert analyzer.conclude(_view(source, {measure.name: measure.track(VIDEO.tick, [])})) == []


def test_embeddings_are_the_end_of_every_row(tmp_path: Path) -> None:
    _, measure = one(installed(tmp_path / "sizes", {"classifier": SHUFFLED}, SIZE))
    track = view(measure, rows((0.1, 0.7, 0.1, 0.1, 0.0)), Fraction(3)).tracks[measure.name]
    assert embeddings(measure, track).shape == (1, WIDTH)
    assert (embeddings(measure, track) == 0).all()


def test_the_card_with_the_lowest_rank_speaks_first(tmp_path: Path) -> None:
    models = [
        installed(tmp_path / name, {"classifier": SHUFFLED}, SIZE, rank=rank)
        for name, rank in (("b", 2), ("c", 1), ("a", 2))
    ]
    assert [a.name for a in analyzers_of(models)] == ["c.size", "a.size", "b.size"]


def test_labels_may_be_written_as_people_read_them(tmp_path: Path) -> None:
    labels = ("Close-up", "extreme_close_up", "medium shot", "FS", "Long Shot", "undefined")
    _, measure = one(installed(tmp_path / "own", {"classifier": labels}, SIZE))
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
        one(installed(tmp_path / "own", {"classifier": labels}, SIZE))
    assert "ECS, CS, MS, FS, LS, undefined" in refused.value.problem.hint


@pytest.mark.parametrize(
    "change",
    [
        {"sampling": Sampling.TWO_SECONDS},
        {"mean": (0.5, 0.5, 0.5)},
        {"heads": (SIZE.model_copy(update={"activation": Activation.SIGMOID}),)},
    ],
)
def test_the_cache_forgets_rows_that_were_taken_otherwise(
    tmp_path: Path, change: dict[str, object]
) -> None:
    model = installed(tmp_path / "sizes", {"classifier": SHUFFLED}, SIZE)
    other = Installed(model.card.model_copy(update=change), model.folder, model.fingerprint, 1)
    assert one(other)[1].key != one(model)[1].key
    assert one(model)[1].key == one(model)[1].key


def test_the_cache_tells_weights_configs_and_precisions_apart(tmp_path: Path) -> None:
    model = installed(tmp_path / "sizes", {"classifier": SHUFFLED}, SIZE)
    keys = {one(model)[1].key}
    keys.add(one(Installed(model.card, model.folder, "f" * 64, 1))[1].key)
    config = model.folder / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "layer_norm_eps": 1e-6}))
    keys.add(one(model)[1].key)
    (half,) = analyzers_of([model], "cpu", "bf16")
    keys.add(half.measures[0].key)
    assert len(keys) == 4


def test_a_name_and_a_title_do_not_change_what_was_seen(tmp_path: Path) -> None:
    model = installed(tmp_path / "sizes", {"classifier": SHUFFLED}, SIZE)
    retold = model.card.model_copy(update={"title": "another", "rank": 3})
    assert one(Installed(retold, model.folder, model.fingerprint, 1))[1].key == one(model)[1].key


def test_analyzers_are_made_without_torch(tmp_path: Path) -> None:
    model = installed(tmp_path / "sizes", {"classifier": SHUFFLED}, SIZE)
    program = (
        "import sys; from pathlib import Path; from shotlog.models.card import Card;"
        "from shotlog.models.registry import Installed;"
        "from shotlog.models.analyzers import analyzers_of;"
        "card = Card.model_validate_json(sys.argv[2]);"
        "made = analyzers_of([Installed(card, Path(sys.argv[1]), 'f' * 64, 1)]);"
        "print(made[0].measures[0].width, {'torch', 'transformers'} & set(sys.modules))"
    )
    card = model.card.model_dump_json()
    command = [sys.executable, "-c", program, str(model.folder), card]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == f"{5 + WIDTH} set()\n"
