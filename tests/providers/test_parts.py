"""Scores, prices, encoding and requests by themselves."""

from __future__ import annotations

import io
from decimal import Decimal
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from shotlog.engine import ResidentMeasure
from shotlog.media.encoding import encode_pictures
from shotlog.models.catalog import Task
from shotlog.providers import (
    TASKS,
    AddedProviders,
    Budget,
    ClipSender,
    RemoteMeasure,
    SentRequests,
    cost_of,
    estimate,
    make_pattern,
    make_provider,
    make_remote_analyzers,
    price_of,
    read_prices,
    read_scores,
    read_tasks,
    small_clip,
    token_variable,
)
from shotlog.schema import (
    ClipRange,
    ClipUnanswered,
    CorrectableAnalyzer,
    EditorProfile,
    LabelCalibration,
    Media,
    Provenance,
    ProviderRefused,
    ProviderUnknown,
    RemoteAnswer,
    RemoteOptions,
    Row,
    Series,
    Shot,
    ShotView,
    Tier,
    TimeMap,
    TimeRange,
    VideoStream,
)
from tests.providers.clips import added

BY_NAME = {"Long Shot": 0.1, "close-up": 0.4, "Full Shot": 0.2, "MEDIUM SHOT": 0.2}


@pytest.mark.parametrize("key", ["scores", "all_scores"])
@pytest.mark.parametrize(
    "scores",
    [
        {"LS": 0.1, "FS": 0.2, "MS": 0.2, "CS": 0.4, "ECS": 0.1},
        {"CS": 0.4, "ECS": 0.1, "FS": 0.2, "LS": 0.1, "MS": 0.2},
        {**BY_NAME, "Extreme Close-up": 0.1},
    ],
)
def test_scores_are_read_by_name_whatever_their_key_order_and_spelling(
    key: str, scores: dict[str, float]
) -> None:
    output = {"shot_type": "CS", "confidence": 0.4, key: scores}
    read = read_scores("studio", output, (Task.SIZE,))
    assert dict(zip(TASKS[Task.SIZE].labels, read, strict=True)) == {
        "ECS": 0.1, "CS": 0.4, "MS": 0.2, "FS": 0.2, "LS": 0.1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (None, "no scores"),
        ("CS", "no scores"),
        ({"shot_type": "CS", "confidence": 0.9}, "no scores"),
        ({"scores": {}}, "no scores"),
        ({"scores": {"cat": 0.5, "dog": 0.5}}, "'cat' is no size"),
        ({"scores": {"CS": 0.5, "Close-up": 0.5}}, "is there twice"),
        ({"scores": {"CS": "0.5", "LS": 0.5}}, "its score of CS is '0.5'"),
        ({"scores": {"CS": float("nan"), "LS": 0.5}}, "its score of CS is nan"),
        ({"scores": {"CS": True}}, "its score of CS is True"),
        ({"scores": {"CS": 7.0, "LS": -6.0}}, "its score of CS is 7.0"),
        ({"scores": {"CS": 0.5, "LS": 0.3}}, "add up to 0.800"),
    ],
)
def test_an_output_that_is_no_answer_is_told_in_one_sentence(output: Any, told: str) -> None:
    with pytest.raises(ClipUnanswered, match="studio: ") as caught:
        read_scores("studio", output, (Task.SIZE,))
    assert told in caught.value.problem.message


def test_scores_of_several_tasks_are_read_from_one_answer() -> None:
    output = {"tasks": {
        "movement": {"scores": {"Static": 0.6, "Push": 0.4}},
        "size": {"scores": {"CS": 1.0}},
        "move": {"scores": {"pan left": 0.9, "Shake": 0.8}},
        "mood": {"scores": {"dark": 1.0}},
    }}  # fmt: skip
    # Moves are of other frames, and "mood" is nothing that Shotlog knows.
    assert read_tasks(output, Task.SIZE) == (Task.SIZE, Task.MOVEMENT)
    assert read_tasks(output, Task.MOVE) == (Task.MOVE,)
    read = read_scores("studio", output, (Task.SIZE, Task.MOVEMENT))
    assert read == (0, 1, 0, 0, 0, 0.6, 0, 0, 0.4)
    moves = dict(zip(TASKS[Task.MOVE].labels, read_scores("", output, (Task.MOVE,)), strict=True))
    assert {name: score for name, score in moves.items() if score} == {
        "pan_left": 0.9, "shake": 0.8,
    }  # fmt: skip


def test_an_answer_to_another_task_is_refused() -> None:
    with pytest.raises(ClipUnanswered, match="its label 'CS' is no move"):
        read_scores("studio", {"scores": {"CS": 1.0}}, (Task.MOVE,))
    with pytest.raises(ClipUnanswered, match="no scores of the movement"):
        read_scores("studio", {"scores": {"CS": 1.0}}, (Task.SIZE, Task.MOVEMENT))


def test_a_clip_is_another_one_for_another_task() -> None:
    pictures = make_pattern()
    tasks = [(Task.SIZE,), (Task.MOVE,), (Task.SIZE, Task.MOVEMENT)]
    assert len({small_clip(pictures, each).digest for each in tasks}) == 3


def test_the_same_pictures_give_the_same_bytes_and_the_same_digest() -> None:
    pictures = make_pattern()
    assert encode_pictures(pictures) == encode_pictures(pictures.copy())
    assert small_clip(pictures).digest == small_clip(pictures.copy()).digest
    assert small_clip(pictures).digest != small_clip(pictures[::-1].copy()).digest


def test_the_film_holds_exactly_the_pictures() -> None:
    pictures = make_pattern()
    with av.open(io.BytesIO(encode_pictures(pictures)), "r") as container:
        assert [stream.type for stream in container.streams] == ["video"]
        shown = np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])
    assert shown.shape == pictures.shape
    errors = shown.astype(int) - pictures
    assert np.abs(errors).mean() < 1
    assert np.abs(errors.mean(axis=(0, 1, 2))).max() < 0.5  # in 4:2:0 each channel is darker by 1


def test_an_estimate_is_a_range_from_the_median_to_the_upper_quartile_and_the_start() -> None:
    told = estimate(100, 12_000_000, [0.2, 0.2, 0.2, 0.4, 0.4, 0.4, 0.4], 60, Decimal("0.001"))
    assert told.seconds == (40.0, 100.0)
    assert told.cost == (Decimal("0.040"), Decimal("0.100"))
    assert estimate(0, 0, [0.2], 60, Decimal(1)).cost == (Decimal(0), Decimal(0))


def test_prices_have_a_date_and_a_source_and_can_be_replaced() -> None:
    listed = read_prices()
    assert listed.date
    assert listed.source.startswith("https://replicate.com/pricing")
    model = {"model": "owner/name"}
    assert price_of(make_provider("replicate", model)) == listed.per_second["t4"]
    assert price_of(make_provider("replicate", {**model, "price": "0.5"})) == Decimal("0.5")
    assert price_of(make_provider("cog", {"url": "http://x"})) == 0
    with pytest.raises(ProviderRefused, match="price of the hardware 'abacus' is not known"):
        price_of(make_provider("cog", {"url": "http://x", "hardware": "abacus"}))


def test_a_budget_counts_what_is_on_its_way_as_the_dearest_clip_so_far() -> None:
    budget = Budget(Decimal(10), first=Decimal(2))
    assert [budget.reserve(sent=False) for _ in range(6)] == [True] * 5 + [False]
    for _ in range(5):
        budget.settle(Decimal(1))
    assert [budget.reserve(sent=False) for _ in range(3)] == [True, True, False]
    budget.settle(Decimal(4))
    assert not budget.reserve(sent=False)
    assert budget.reserve(sent=True)


def test_seconds_cost_what_decimal_arithmetic_says() -> None:
    assert cost_of(0.1, Decimal("0.000225")) == Decimal("0.0000225")


def test_what_only_the_remote_tier_has_is_not_written_elsewhere() -> None:
    local = Provenance(analyzer="a", version="1", tier=Tier.LOCAL)
    assert "remote" not in local.model_dump()
    answer = RemoteAnswer(provider="studio", seconds=0.5, cost=0.01)
    told = local.model_copy(update={"tier": Tier.REMOTE, "remote": answer})
    assert Provenance.model_validate_json(told.model_dump_json()) == told


def test_the_only_provider_needs_no_name() -> None:
    providers = AddedProviders()
    with pytest.raises(ProviderUnknown, match="none was added"):
        providers.find("")
    providers.put(added("cog", "http://x"))
    assert providers.find("").name == "studio"
    providers.put(added("cog", "http://y").model_copy(update={"name": "other"}))
    with pytest.raises(ProviderUnknown, match="several were added"):
        providers.find("")
    providers.remove("other")
    assert [each.name for each in providers.all()] == ["studio"]


def test_the_variable_of_a_token_is_a_name_that_shells_allow() -> None:
    assert token_variable("my-box2") == "SHOTLOG_TOKEN_MY_BOX2"


def test_a_provider_is_no_resident_model_and_its_cache_key_names_no_provider() -> None:
    studio = added("cog", "http://x")
    other = added("http-json", "http://y").model_copy(update={"name": "other"})
    measures = [
        RemoteMeasure(each.models[0], ClipSender(each, None, "")) for each in (studio, other)
    ]
    assert measures[0].key == measures[1].key == "remote.sizes.size:v1@1"
    assert not any(isinstance(measure, ResidentMeasure) for measure in measures)


def test_profile_corrects_the_scores_of_a_provider_where_it_names_its_model() -> None:
    studio = added("http-json", "http://127.0.0.1:9/sizes", price="0.01")
    AddedProviders().put(studio)
    with SentRequests() as records:
        records.give_consent("/p", "studio", "http://127.0.0.1:9/sizes")
    (analyzer,) = make_remote_analyzers(RemoteOptions(project="/p"))
    (measure,) = analyzer.measures
    assert isinstance(analyzer, CorrectableAnalyzer)
    labels = TASKS[Task.SIZE].labels
    scores = dict.fromkeys(labels, 0.1) | {"MS": 0.6}
    seen = measure.series(Fraction(1, 25), [Row(0, 15, [*scores.values(), 0.0, 0.0, 0.0])])
    calibration = LabelCalibration(bias={"CS": 4.0})
    profile = EditorProfile(name="anna", calibrations={analyzer.key: calibration})
    (before,), (after,) = (
        each.conclude(view_of(measure.name, seen))
        for each in (analyzer, analyzer.with_profile(profile))
    )
    assert (before.label, after.label) == ("MS", "CS")
    told = {name: after.scores[name] for name in labels}
    assert told == pytest.approx(calibration.of_one(scores), abs=1e-4)


def view_of(measure: str, rows: Series) -> ShotView:
    """A shot of a second with these rows."""
    span = TimeRange(start=Fraction(0), duration=Fraction(1))
    video = VideoStream(
        index=0, codec="h264", width=320, height=180, rate=Fraction(25), tick=Fraction(1, 25),
        frames=25, duration=Fraction(1),
    )  # fmt: skip
    return ShotView(
        shot=Shot(id="s", clip="c", source=span, core=span, timeline=span),
        clip=ClipRange(
            id="c", name="c", media=None, source=span, timeline=span,
            time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
        ),
        media=Media(path="f", content_id="f", container="mov", video=video, audio=None),
        series={measure: rows},
    )  # fmt: skip
