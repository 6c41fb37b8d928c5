"""Models in the worker: each once, as long as its time and its room last.

The device is a card of 8 GiB that does not exist; the models are real ones of a few hundred KiB,
and another program leaves them as much of the card as a test says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from shotlog.engine import ResidentMeasure
from shotlog.models.analysis import ModelMeasure
from shotlog.models.catalog import Card, ModelHead, Registry, Task, describe_file
from shotlog.models.runtime import Device, DeviceChoice, MemoryEstimate, Precision
from shotlog.models.runtime import choose_device as real_choose_device
from shotlog.models.videomae import LoadedModel, load
from shotlog.paths import MODELS_VARIABLE
from shotlog.profiles import ProfileStore
from shotlog.schema import (
    DeviceFull,
    DeviceUnusable,
    EditorProfile,
    LabelCalibration,
    ProfileUnusable,
)
from shotlog.service.protocol import DEFAULT_KEEP_ALIVE, AnalysisOptions, DeviceMemory
from shotlog.service.worker import (
    GIB,
    RECOVERY_SECONDS,
    MemoryEstimates,
    MemoryInfo,
    ModelPool,
    run_selftest,
)
from tests.models.checkpoints import TINY, Style, card, make
from tests.models.foreign import ForeignMeasure, ForeignModels
from tests.support import Clock

CARD = Device("mps", "cpu:0", "a card of 8 GiB", "fp32")
"""Models run on the CPU; everything else is done as on a GPU."""

NAMES = ("one", "two", "three", "four")
CARDS = {name: card(name, ModelHead(task=Task.SIZE, key="classifier")) for name in NAMES}


class FakeMemory:
    """The card: what the models that are loaded take of it, what others do, and what it says late.

    Attributes:
        others: What other programs hold.
        total: All of it.
        late: Seconds until it tells of what was given back.
        window: What a window takes on its way; 0 where the device does not count.
        most: What this process may allocate, as it was limited last.
    """

    def __init__(self, clock: Clock) -> None:
        self.others, self.total, self.late, self.window = 0, 8 * GIB, 0.0, 0
        self.most: int | None = None
        self.used: Callable[[], int] = int
        self._clock, self._told, self._since = clock, 0, 0.0

    def info(self, device: Device) -> MemoryInfo:
        used, now = self.used(), self._clock.now
        if used >= self._told:
            self._told, self._since = used, now
        elif now - self._since >= self.late:
            self._told = used
        return MemoryInfo(used, max(0, self.total - self.others - self._told), self.total)

    def reclaim(self, device: Device) -> None:
        self._since = self._clock.now

    def set_limit(self, device: Device, limit: int) -> None:
        self.most = limit

    def reset_peak(self, device: Device) -> None:
        pass

    def peak(self, device: Device) -> int:
        return self.window


class Stage:
    """A machine with that card, and the models on it."""

    def __init__(self, cache: Path) -> None:
        self.clock, self.cache = Clock(), cache
        self.memory = FakeMemory(self.clock)
        self.pool = self.begin()
        self.need = {name: MemoryEstimates(cache).get(measure_of(name), CARD) for name in NAMES}

    def begin(self) -> ModelPool:
        """A worker begins, and holds nothing."""
        self.pool = ModelPool(
            self.memory, self.clock, sleep=self.clock.sleep, estimates=MemoryEstimates(self.cache)
        )
        self.memory.used = lambda: sum(self.need[name].weights for name in self.loaded)
        return self.pool

    @property
    def loaded(self) -> list[str]:
        """The models that are loaded, by name."""
        return [words.split()[0] for words in self.pool.loaded_models()]

    def leave_room(self, *names: str, less: int = 0) -> None:
        """Other programs leave as much as these models need, and the editing program's share."""
        room = sum(self.need[name].minimum for name in names) - less
        self.memory.others = self.memory.total - GIB - room

    def job(self, *names: str, keep_alive: float | None = None, device: str = "auto") -> None:
        """A job that looks with some models; all where none is named."""
        self.clock.now += 1
        voices = self.pool.select(AnalysisOptions(names=names, device=device), keep_alive)
        for measure in voices.measures:
            measure.prepare()
            measure.look([PICTURES])


def measure_of(name: str) -> ResidentMeasure:
    """The measure of a model, not loaded."""
    return ModelMeasure(Registry().find(name), DeviceChoice())


PICTURES = np.zeros((TINY.frames, TINY.side, TINY.side, 3), np.uint8)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of four models, each larger than the one before."""
    root = tmp_path_factory.mktemp("models")
    registry = Registry(root / "registry")
    for depth, (name, own) in enumerate(CARDS.items(), start=1):
        size = replace(TINY, depth=depth)
        install(registry, own, make(root / name, Style.OPENGVLAB, size, card=own).folder)
    return registry.root


def install(registry: Registry, own: Card, folder: Path) -> None:
    kept = [describe_file(folder / file) for file in ("config.json", "model.safetensors")]
    registry.install(own, kept, source="this test", linked=folder)


def choose(asked: str, precision: str) -> Device:
    """A machine with the card, and beside it the real CPU."""
    if asked == "cpu":
        return real_choose_device(asked, precision if precision != "auto" else "fp32")
    chosen: Precision = "bf16" if precision == "bf16" else "fp32"
    return replace(CARD, precision=chosen)


@pytest.fixture
def stage(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setenv(MODELS_VARIABLE, str(models))
    for module in ("runtime", "runtime.devices", "runtime.runner"):
        monkeypatch.setattr(f"shotlog.models.{module}.choose_device", choose)
    return Stage(tmp_path / "cache.sqlite")


def test_a_model_is_loaded_once_however_jobs_combine_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[str] = []

    def counted(folder: Path, own: Card, device: str, precision: str) -> LoadedModel:
        loads.append(own.name)
        return load(folder, own, device, precision)

    monkeypatch.setattr("shotlog.models.analysis.measure.load", counted)
    stage.job("one", "three")
    stage.job("three")
    stage.job("three", "two")
    stage.job()
    assert sorted(loads) == sorted(NAMES)


def test_models_speak_in_the_order_of_their_ranks_whoever_came_first(stage: Stage) -> None:
    stage.job("two")
    voices = stage.pool.select(AnalysisOptions())
    assert [measure.name for measure in voices.measures] == [
        "model.four", "model.one", "model.three", "model.two"
    ]  # fmt: skip


def test_profile_of_a_job_leaves_the_loaded_model_and_later_jobs_as_they_are(stage: Stage) -> None:
    stage.job("one")
    asks = AnalysisOptions(names=("one",))
    (plain, *_) = stage.pool.select(asks).analyzers
    anna = EditorProfile(name="anna", calibrations={plain.key: LabelCalibration(bias={"CS": 1.0})})
    with_profile = asks.model_copy(update={"profile": anna.id})
    with pytest.raises(ProfileUnusable, match="not on this machine"):
        stage.pool.select(with_profile)
    ProfileStore().write(anna)
    told = [
        stage.pool.select(each).analyzers[0].provenance.profile
        for each in (asks, with_profile, asks)
    ]
    assert told == [None, anna.id, None]
    assert stage.loaded == ["one"]


def test_one_precision_stands_beside_another(stage: Stage) -> None:
    stage.job("one")
    voices = stage.pool.select(AnalysisOptions(names=("one",), precision="bf16"))
    for measure in voices.measures:
        measure.prepare()
    assert stage.pool.loaded_models() == (
        "one on a card of 8 GiB in fp32",
        "one on a card of 8 GiB in bf16",
    )


def test_a_model_whose_weights_were_replaced_is_loaded_anew(
    stage: Stage, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path / "registry"))
    for seed in (1, 2):
        made = make(tmp_path / str(seed), Style.OPENGVLAB, card=CARDS["one"], seed=seed)
        install(Registry(), CARDS["one"], made.folder)
        before = stage.pool.loaded_models()
        (measure,) = stage.pool.select(AnalysisOptions(names=("one",))).measures
        assert measure.loaded is None
        measure.prepare()
    assert before == stage.pool.loaded_models()


def test_who_asks_no_model_leaves_all_as_they_are(stage: Stage) -> None:
    stage.job("one")
    assert stage.pool.select(AnalysisOptions(models="builtin")).measures == ()
    assert stage.loaded == ["one"]


def test_who_was_used_longest_ago_goes_for_one_that_has_no_room(stage: Stage) -> None:
    stage.leave_room("one", "two", "three")
    stage.job("one", "two", "three")
    stage.job("one")
    stage.job("two")
    stage.job("four")
    assert "three" not in stage.loaded
    assert "two" in stage.loaded


def test_nobody_goes_where_there_is_room(stage: Stage) -> None:
    stage.leave_room(*NAMES)
    stage.job("one", "two", "three")
    stage.job("four")
    assert sorted(stage.loaded) == sorted(NAMES)


def test_where_all_together_would_not_make_the_room_nobody_goes_and_numbers_say_why(
    stage: Stage,
) -> None:
    stage.leave_room("one", "two")
    stage.job("one", "two")
    stage.memory.others = stage.memory.total - GIB // 2
    with pytest.raises(DeviceFull) as caught:
        stage.job("four")
    assert stage.loaded == ["one", "two"]
    problem = caught.value.problem
    needs, free = (n / 1024**2 for n in (stage.need["four"].minimum, stage.memory.info(CARD).free))
    assert problem.subject == "a card of 8 GiB"
    assert problem.message == (
        f"four needs {needs:.1f} MiB in fp32; of 8.0 GiB {free:.1f} MiB are free, and 1.0 GiB are"
        " reserved for the editing program"
    )
    assert "Close other programs that use this device" in problem.hint


def test_what_a_job_needs_is_not_let_go_for_another_of_its_models(stage: Stage) -> None:
    stage.leave_room("four", "one")
    with pytest.raises(DeviceFull, match="four, one must stay beside it"):
        stage.job()
    assert stage.loaded == ["four", "one"]
    stage.job("three")
    assert "three" in stage.loaded


def test_main_memory_is_refused_only_where_it_does_not_suffice(stage: Stage) -> None:
    stage.leave_room("four", less=GIB // 2)
    stage.job("one", device="cpu")
    stage.job("four", device="cpu")
    assert stage.loaded == ["one", "four"]
    stage.memory.others = stage.memory.total
    with pytest.raises(DeviceFull, match=r"of 8\.0 GiB 0\.0 MiB are free\. Close"):
        stage.job("two", device="cpu")


def test_a_card_that_has_no_room_is_not_replaced_by_the_cpu(stage: Stage) -> None:
    stage.memory.others = stage.memory.total
    with pytest.raises(DeviceFull):
        stage.job("one")
    assert stage.loaded == []


def test_a_driver_may_tell_late_of_what_was_given_back(stage: Stage) -> None:
    stage.leave_room("three")
    stage.job("three")
    stage.memory.late = RECOVERY_SECONDS - 1
    began = stage.clock.now
    stage.job("one")
    assert stage.loaded == ["one"]
    assert stage.memory.late <= stage.clock.now - began <= RECOVERY_SECONDS + 2


def test_a_driver_that_never_tells_is_not_waited_for(stage: Stage) -> None:
    stage.leave_room("three")
    stage.job("three")
    stage.memory.late = 10 * RECOVERY_SECONDS
    began = stage.clock.now
    with pytest.raises(DeviceFull):
        stage.job("one")
    assert stage.clock.now - began <= RECOVERY_SECONDS + 2


def test_the_process_may_not_take_what_is_left_to_the_editing_program(stage: Stage) -> None:
    stage.memory.others = 5 * GIB
    stage.job("one", "two")
    assert stage.memory.most == 2 * GIB


class Cramped(nn.Module):
    """A network whose device has no memory for a window as long as somebody else is there."""

    def __init__(self, network: nn.Module, alone: Callable[[], bool]) -> None:
        super().__init__()
        self._network, self._alone = network, alone

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        if not self._alone():
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB")
        answers: dict[str, Tensor] = self._network(batch)
        return answers


def cramped(monkeypatch: pytest.MonkeyPatch, alone: Callable[[], bool]) -> None:
    def loaded(folder: Path, own: Card, device: str, precision: str) -> LoadedModel:
        model = load(folder, own, device, precision)
        return replace(model, network=Cramped(model.network, alone)) if own.name == "one" else model

    monkeypatch.setattr("shotlog.models.analysis.measure.load", loaded)


def test_where_memory_runs_out_in_a_job_those_that_it_does_not_need_go(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cramped(monkeypatch, lambda: "three" not in stage.loaded)
    stage.job("two", "three")
    stage.job("one", "two")
    assert sorted(stage.loaded) == ["one", "two"]


def test_where_nobody_may_go_any_more_the_job_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    cramped(monkeypatch, lambda: False)
    stage.job("two", "three")
    with pytest.raises(DeviceUnusable, match="does not hold one window of one"):
        stage.job("one", "two")
    assert sorted(stage.loaded) == ["one", "two"]


def test_where_memory_runs_out_while_a_model_is_loaded_the_others_go_too(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loaded(folder: Path, own: Card, device: str, precision: str) -> LoadedModel:
        if stage.loaded:
            raise DeviceUnusable(device, f"its memory does not hold {own.name}")
        return load(folder, own, device, precision)

    monkeypatch.setattr("shotlog.models.analysis.measure.load", loaded)
    stage.job("two")
    stage.job("one")
    assert stage.loaded == ["one"]


def test_what_was_measured_is_believed_before_what_was_predicted(stage: Stage) -> None:
    stage.memory.window = 5000
    stage.job("one")
    one, two = (measure_of(name) for name in ("one", "two"))
    measured = MemoryEstimate(stage.need["one"].weights, 5000)
    assert MemoryEstimates(stage.cache).get(one, CARD) == measured.scaled(1.1)
    assert (
        MemoryEstimates(stage.cache).get(one, replace(CARD, name="another card"))
        == stage.need["one"]
    )
    assert MemoryEstimates(stage.cache).get(
        one, replace(CARD, precision="bf16")
    ) != measured.scaled(1.1)
    assert MemoryEstimates(stage.cache).get(two, CARD) == stage.need["two"]


def test_the_largest_window_that_was_seen_is_remembered(stage: Stage) -> None:
    for stage.memory.window in (4000, 6000, 5000):
        stage.job("one")
    assert MemoryEstimates(stage.cache).get(measure_of("one"), CARD).window == pytest.approx(
        6600, abs=1
    )


@pytest.mark.parametrize("text", ["", "much", "[1]", "[0, 5]", "[1, 2, 3]", "null", '["a", "b"]'])
def test_a_note_that_is_damaged_is_as_good_as_none(stage: Stage, text: str) -> None:
    from shotlog.engine import Cache

    one = measure_of("one")
    with Cache(stage.cache) as cache:
        cache.note_fact(f"need {one.fingerprint} {CARD.name} {CARD.precision}", text)
    assert MemoryEstimates(stage.cache).get(one, CARD) == stage.need["one"]


def foreign_pool(stage: Stage, takes: MemoryEstimate) -> ModelPool:
    """An pool of models that share no class with ours, on the same card."""
    stage.pool = ModelPool(
        stage.memory,
        stage.clock,
        sleep=stage.clock.sleep,
        estimates=MemoryEstimates(stage.cache),
        make_analyzers=ForeignModels(CARD, takes),
    )
    stage.memory.used = lambda: takes.weights * len(stage.pool.loaded_models())
    return stage.pool


def test_models_of_a_foreign_class_share_the_room_and_are_let_go_like_ours(stage: Stage) -> None:
    takes = MemoryEstimate(2 * GIB, 1024)
    pool = foreign_pool(stage, takes)
    stage.memory.others = stage.memory.total - GIB - 2 * takes.minimum  # there is room for two
    asks = AnalysisOptions(names=("one", "two"))
    for measure in pool.select(asks, keep_alive=60).measures:
        measure.prepare()
    assert stage.loaded == ["foreign.one", "foreign.two"]
    stage.clock.now += 1
    (third,) = pool.select(AnalysisOptions(names=("three",))).measures
    third.prepare()  # the least recently used goes for it
    assert stage.loaded == ["foreign.two", "foreign.three"]
    stage.clock.now += 60
    assert pool.expire()
    assert stage.loaded == ["foreign.three"]
    assert pool.unload()
    assert third.loaded is None


def test_the_memory_of_a_foreign_model_is_its_own_estimate_until_it_was_measured(
    stage: Stage,
) -> None:
    takes = MemoryEstimate(GIB, 1024)
    (measure,) = foreign_pool(stage, takes).select(AnalysisOptions(names=("one",))).measures
    assert MemoryEstimates(stage.cache).get(measure, CARD) == takes
    stage.memory.window = 5000
    measure.look([np.zeros((2, 6, 8, 3), np.uint8)])
    assert MemoryEstimates(stage.cache).get(measure, CARD) == MemoryEstimate(GIB, 5000).scaled(1.1)


def test_the_self_test_shows_a_foreign_model_windows_of_its_own_size(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_CACHE", str(tmp_path / "tried.sqlite"))
    (measure,) = (
        foreign_pool(stage, MemoryEstimate(GIB, 1024))
        .select(AnalysisOptions(names=("one",)))
        .measures
    )
    assert "(foreign.one)" in run_selftest([measure])
    assert isinstance(measure, ForeignMeasure)
    assert measure.shapes == [(2, 6, 8, 3)]


def test_each_model_stays_as_long_as_those_who_asked_for_it_wished(stage: Stage) -> None:
    stage.job("one", keep_alive=60)
    stage.job("two", keep_alive=-1)
    stage.job("three")
    assert stage.pool.seconds_to_expiry() == pytest.approx(58)
    assert not stage.pool.expire()
    stage.clock.now += 60
    assert stage.pool.expire()
    assert stage.loaded == ["two", "three"]
    stage.clock.now += DEFAULT_KEEP_ALIVE
    assert stage.pool.expire()
    assert stage.loaded == ["two"]
    assert stage.pool.seconds_to_expiry() is None
    assert not stage.pool.expire(stage.clock.now + 1e9)


def test_each_use_renews_the_last_wish_and_a_new_one_replaces_it(stage: Stage) -> None:
    stage.job("one", keep_alive=-1)
    stage.job("one", keep_alive=60)
    stage.clock.now += 59
    stage.job("one")
    assert stage.pool.seconds_to_expiry() == 60


def test_zero_lets_the_models_of_that_job_go_at_once_and_no_others(stage: Stage) -> None:
    stage.job("two")
    stage.job("one", keep_alive=0)
    assert stage.pool.seconds_to_expiry() == 0
    assert stage.pool.expire()
    assert stage.loaded == ["two"]


def test_unload_lets_all_go_and_nothing_is_left_to_expire(stage: Stage) -> None:
    assert not stage.pool.unload()
    stage.job("one", "two", keep_alive=-1)
    assert stage.pool.unload()
    assert stage.loaded == []
    assert stage.pool.seconds_to_expiry() is None
    stage.job("one")
    assert stage.loaded == ["one"]


def test_devices_are_told_of_while_models_are_on_them(stage: Stage) -> None:
    assert stage.pool.device_memory() == ()
    stage.job("one")
    used, free, total = stage.memory.info(CARD)
    assert stage.pool.device_memory() == (
        DeviceMemory(name="a card of 8 GiB", used=used, free=free, total=total),
    )


SUBSETS = st.lists(st.sets(st.sampled_from(NAMES), min_size=1, max_size=3), max_size=6)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    asks=SUBSETS, room=st.sets(st.sampled_from(NAMES), min_size=1), late=st.sampled_from([0.0, 3.0])
)
def test_whatever_is_asked_needs_stay_within_the_device_and_nothing_in_use_goes(
    stage: Stage, asks: list[set[str]], room: set[str], late: float
) -> None:
    stage = Stage(stage.cache)
    stage.leave_room(*room)
    stage.memory.late = late
    most = sum(stage.need[name].minimum for name in room)
    used: dict[str, int] = {}
    for turn, names in enumerate(asks):
        before = stage.loaded
        with jobs_that_do_not_fit(stage, names, most):
            stage.job(*names)
        used |= dict.fromkeys(names & set(stage.loaded), turn)
        assert sum(stage.need[name].minimum for name in stage.loaded) <= most
        gone = set(before) - set(stage.loaded)
        assert not gone & names
        spared = set(before) - names - gone
        newest = max((used[name] for name in gone), default=-1)
        assert all(
            used[name] >= newest or stage.need[name].minimum < stage.need[larger].minimum
            for name in spared
            for larger in gone
            if used[larger] == newest
        ), "an older one was spared only where it would not have sufficed"


@contextmanager
def jobs_that_do_not_fit(stage: Stage, names: set[str], most: int) -> Iterator[None]:
    """A job is refused where its models together need more than there is, and only there."""
    needed = sum(stage.need[name].minimum for name in names)
    if needed <= most:
        yield
    else:
        with pytest.raises(DeviceFull):
            yield
