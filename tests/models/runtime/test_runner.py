"""One model on one device: the same answers whatever stands beside a window, memory or not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from shotlog.models.runtime import ModelOutput, Runner, choose_device, read_cpu_quota
from shotlog.models.videomae import LoadedModel, MotionPredictor, load
from shotlog.schema import DeviceUnusable, ModelMissing, Pixels
from tests.models.checkpoints import MULTITASK_CARD, TINY, Style, make, make_predictor

FRAMES, SIDE = TINY.frames, TINY.side


@pytest.fixture(scope="module")
def multitask(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    made = make(tmp_path_factory.mktemp("a"), Style.MULTITASK, card=MULTITASK_CARD)
    return load(made.folder, made.card)


@pytest.fixture(scope="module")
def predictor(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    made = make_predictor(tmp_path_factory.mktemp("b"))
    return load(made.folder, made.card)


def runner(model: LoadedModel, largest: int | None = None) -> Runner:
    return Runner(lambda place, precision: model, "cpu", "fp32", largest=largest)


def windows(*segments: int) -> list[Pixels]:
    """One window for each number of segments, of noise; no two alike."""
    random = np.random.default_rng(11)
    return [random.integers(0, 256, (n * FRAMES, SIDE, SIDE, 3), dtype=np.uint8) for n in segments]


def same(a: ModelOutput, b: ModelOutput) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(a[key], b[key]) for key in a)


def close(a: ModelOutput, b: ModelOutput) -> bool:
    return a.keys() == b.keys() and all(np.allclose(a[key], b[key], atol=1e-5) for key in a)


@pytest.fixture
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    """Torch's number of threads during a test."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.mark.parametrize("threads", [1, 2, 5], indirect=True)
@pytest.mark.parametrize("which", ["multitask", "predictor"])
def test_outputs_on_a_cpu_are_bit_identical_in_any_batch(
    which: str, threads: int, request: pytest.FixtureRequest
) -> None:
    model = runner(request.getfixturevalue(which))
    batch = windows(*[1] * 7)
    together = model.run(batch)
    assert all(same(model.run([w])[0], answer) for w, answer in zip(batch, together, strict=True))
    backwards = model.run(batch[::-1])
    assert all(same(a, b) for a, b in zip(together, backwards[::-1], strict=True))
    assert not same(together[0], together[1])


class Meeting(nn.Module):
    """Lets no window go on before another one is here; keeps torch's number of threads."""

    def __init__(self, model: LoadedModel, parties: int) -> None:
        super().__init__()
        self.inner = model.network
        self.barrier = threading.Barrier(parties, timeout=30)
        self.threads: list[int] = []
        self.model = replace(model, network=self)

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        self.threads.append(torch.get_num_threads())
        self.barrier.wait()
        return dict(self.inner(batch))


@pytest.mark.parametrize(("threads", "share"), [(2, 1), (3, 1), (4, 2)], indirect=["threads"])
def test_a_cpu_takes_two_windows_at_once_each_on_half_of_the_threads(
    multitask: LoadedModel, threads: int, share: int
) -> None:
    network = Meeting(multitask, parties=2)
    assert len(runner(network.model).run(windows(1, 1, 1, 1))) == 4
    assert network.threads == [share] * 4
    assert torch.get_num_threads() == threads
    with ThreadPoolExecutor(1) as later:
        assert later.submit(torch.get_num_threads).result() == threads


@pytest.mark.parametrize(("threads", "share"), [(1, 1), (4, 2)], indirect=["threads"])
def test_a_window_alone_gets_no_more_threads_than_one_beside_another(
    multitask: LoadedModel, threads: int, share: int
) -> None:
    """In bf16 the number of threads changes how the processor adds up."""
    network = Meeting(multitask, parties=1)
    runner(network.model).run(windows(1))
    assert network.threads == [share]


def test_long_windows_do_not_change_the_scores_of_their_neighbours(predictor: LoadedModel) -> None:
    """The authors' own code pads a batch, and its head sees the padding."""
    model = runner(predictor)
    batch = windows(1, 8, 3, 1, 16)
    together = model.run(batch)
    assert all(same(model.run([w])[0], answer) for w, answer in zip(batch, together, strict=True))
    assert {answer["head"].shape for answer in together} == {(3,)}


def test_a_clip_is_answered_from_all_its_segments_in_order(predictor: LoadedModel) -> None:
    network = predictor.network
    (clip,) = windows(3)
    (answer,) = runner(predictor).run([clip])
    parts = [a["embedding"] for a in runner(predictor).run(np.split(clip, 3))]
    np.testing.assert_allclose(answer["embedding"], np.mean(parts, axis=0), atol=1e-6)
    assert isinstance(network, MotionPredictor)
    expected = network.head(torch.from_numpy(np.stack(parts)))
    np.testing.assert_allclose(answer["head"], expected.numpy(), atol=1e-6)
    turned = network.head(torch.from_numpy(np.stack(parts[::-1])))
    assert not np.allclose(answer["head"], turned.numpy(), atol=1e-4)


def test_answers_are_those_of_the_network(multitask: LoadedModel) -> None:
    batch = windows(1, 1, 1)
    expected = multitask.network(torch.from_numpy(np.stack(batch)))
    for index, answer in enumerate(runner(multitask).run(batch)):
        assert answer.keys() == {"embedding", "scale_cf", "movement_cf"}
        for key, values in answer.items():
            assert values.dtype == np.float32
            np.testing.assert_allclose(values, expected[key][index].numpy(), atol=1e-5)


class Watched(nn.Module):
    """Keeps the sizes of its batches, and runs out of memory above some size, as a GPU does."""

    def __init__(
        self,
        model: LoadedModel,
        fits: int = 1000,
        complaint: type[RuntimeError] = torch.OutOfMemoryError,
    ) -> None:
        super().__init__()
        self.inner, self.fits, self.complaint = model.network, fits, complaint
        self.sizes: list[int] = []
        self.model = replace(model, network=self)

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        self.sizes.append(len(batch))
        if len(batch) > self.fits:
            raise self.complaint("MPS backend out of memory (allocated: 8 GB)")
        return dict(self.inner(batch))


@pytest.mark.parametrize(
    ("count", "largest", "sizes"),
    [
        (1, 16, [1]),
        (31, 16, [16, 8, 4, 2, 1]),
        (33, 16, [16, 16, 1]),
        (5, 3, [2, 2, 1]),
        (3, None, [1, 1, 1]),
    ],
)
def test_buckets_are_powers_of_two_and_never_padded(
    multitask: LoadedModel, count: int, largest: int | None, sizes: list[int]
) -> None:
    network = Watched(multitask)
    answers = runner(network.model, largest).run(windows(*[1] * count))
    assert network.sizes == sizes
    assert len(answers) == count


@pytest.mark.parametrize("complaint", [torch.OutOfMemoryError, RuntimeError])
def test_where_memory_runs_out_the_bucket_is_halved_and_stays_so(
    multitask: LoadedModel, complaint: type[RuntimeError]
) -> None:
    network = Watched(multitask, 4, complaint)
    model = runner(network.model, 16)
    batch = windows(*[1] * 18)
    answers = model.run(batch)
    assert network.sizes == [16, 8, 4, 4, 4, 4, 2]
    network.sizes.clear()
    model.run(batch)
    assert network.sizes == [4, 4, 4, 4, 2]
    alone = runner(multitask).run(batch)
    assert all(close(a, b) for a, b in zip(answers, alone, strict=True))


def test_a_device_that_holds_not_even_one_window_is_refused(multitask: LoadedModel) -> None:
    network = Watched(multitask, fits=0)
    with pytest.raises(DeviceUnusable, match="does not hold one window of tiny-multitask"):
        runner(network.model, 4).run(windows(1, 1, 1, 1))
    assert network.sizes == [4, 2, 1]


class Broken(nn.Module):
    """Fails on dark windows, and has no number for white ones."""

    def __init__(self, model: LoadedModel) -> None:
        super().__init__()
        self.inner = model.network
        self.model = replace(model, network=self)

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        if not bool(batch.amax((1, 2, 3, 4)).all()):
            raise RuntimeError("a kernel failed")
        answers: dict[str, Tensor] = self.inner(batch)
        white = batch.amin((1, 2, 3, 4)) == 255
        return {key: a.masked_fill(white[:, None], float("nan")) for key, a in answers.items()}


def test_other_failures_pass_on_and_the_next_batch_runs(multitask: LoadedModel) -> None:
    model = runner(Broken(multitask).model, 4)
    good = windows(1, 1, 1)
    with pytest.raises(RuntimeError, match="a kernel failed"):
        model.run([*good, np.zeros_like(good[0])])
    assert len(model.run(good)) == 3


def test_an_output_that_is_not_finite_is_an_error(multitask: LoadedModel) -> None:
    model = runner(Broken(multitask).model, 4)
    (good,) = windows(1)
    with pytest.raises(ArithmeticError, match="tiny-multitask gave no number for its embedding"):
        model.run([good, np.full_like(good, 255)])


@pytest.mark.parametrize(
    "window",
    [
        np.zeros((8, SIDE, SIDE, 3), np.uint8),
        np.zeros((0, SIDE, SIDE, 3), np.uint8),
        np.zeros((24, SIDE, SIDE, 3), np.uint8),
        np.zeros((16, SIDE, 48, 3), np.uint8),
        np.zeros((16, 3, SIDE, SIDE), np.uint8),
        np.zeros((16, SIDE, SIDE, 3), np.float32),
    ],
)
def test_an_invalid_window_is_refused(predictor: LoadedModel, window: Pixels) -> None:
    with pytest.raises(ValueError, match="16 frames of 32 x 32"):
        runner(predictor).run([window])


def test_a_classifier_refuses_a_window_of_several_segments(multitask: LoadedModel) -> None:
    with pytest.raises(ValueError, match="tiny-multitask takes 16 frames, not 32"):
        runner(multitask).run(windows(2))


def test_no_windows_give_no_outputs(multitask: LoadedModel) -> None:
    assert runner(multitask).run([]) == []


def test_read_only_windows_are_taken_as_they_are(multitask: LoadedModel) -> None:
    (window,) = windows(1)
    window.setflags(write=False)
    assert len(runner(multitask).run([window])) == 1


def test_a_model_is_loaded_once_and_not_before_it_is_needed(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []
    made = make(tmp_path, Style.MULTITASK, card=MULTITASK_CARD)

    def watched(place: str, precision: str) -> LoadedModel:
        asked.append((place, precision))
        return load(made.folder, made.card, place, precision)

    model = Runner(watched, "cpu", "bf16")
    assert (asked, model.device) == ([], None)
    assert model.prepare() is model.prepare()
    model.run(windows(1))
    assert asked == [("cpu", "bf16")]
    assert model.device is not None
    assert (model.device.kind, model.device.precision) == ("cpu", "bf16")


def test_a_model_that_failed_to_load_can_be_loaded_later(tmp_path: Path) -> None:
    model = Runner(partial(load, tmp_path / "here", MULTITASK_CARD), "cpu")
    with pytest.raises(ModelMissing):
        model.prepare()
    make(tmp_path / "here", Style.MULTITASK, card=MULTITASK_CARD)
    assert len(model.run(windows(1))) == 1


def test_on_a_cpu_bf16_is_taken_where_the_processor_has_it() -> None:
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    if torch.cuda.is_available() or torch.backends.mps.is_available() or not flags:
        pytest.skip("this is about Linux without a GPU")
    expected = "bf16" if "avx512_bf16" in flags else "fp32"
    assert choose_device() == choose_device("cpu")
    assert choose_device().precision == expected


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
def test_a_precision_that_was_asked_for_is_kept(precision: str) -> None:
    device = choose_device("cpu", precision)
    assert (device.kind, device.torch_name, device.name) == ("cpu", "cpu", "cpu")
    assert device.precision == precision


@pytest.mark.parametrize("asked", ["cuda:99", "tpu", "", "CPU", "cuda:"])
def test_a_device_that_is_not_here_is_refused_with_those_that_are(asked: str) -> None:
    with pytest.raises(DeviceUnusable, match=r"this machine has .*cpu"):
        choose_device(asked)


@pytest.mark.parametrize("precision", ["int8", "", "float32"])
def test_an_unknown_precision_is_refused(precision: str) -> None:
    with pytest.raises(DeviceUnusable, match="fp32, bf16, fp16"):
        choose_device("cpu", precision)


@pytest.mark.parametrize(
    ("text", "cores"),
    [("200000 100000\n", 2), ("50000 100000", 1), ("max 100000\n", None), ("", None), (None, None)],
)
def test_the_cores_of_a_container_are_counted(
    tmp_path: Path, text: str | None, cores: int | None
) -> None:
    if text is not None:
        (tmp_path / "cpu.max").write_text(text)
    assert read_cpu_quota(tmp_path / "cpu.max") == cores


def test_a_runner_can_be_made_without_torch() -> None:
    code = (
        "import sys, shotlog.models.analysis; from shotlog.models.runtime import Runner;"
        "Runner(print); sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="GNU's OpenMP tells its settings")
@pytest.mark.parametrize(("set_by_user", "policy"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
@pytest.mark.parametrize(
    "code",
    [
        "from shotlog.models.runtime import choose_device; choose_device('cpu')",
        "from shotlog.media.cuts import CUT_FINDERS\n"
        "for measure in CUT_FINDERS.choose('transnet').measures: measure.prepare()",
    ],
    ids=["model", "cut finder"],
)
def test_threads_of_torch_sleep_while_they_wait_unless_the_user_chose(
    code: str, set_by_user: str | None, policy: str
) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "OMP_WAIT_POLICY"}
    environment["OMP_DISPLAY_ENV"] = "true"  # the library prints what it has understood
    if set_by_user is not None:
        environment["OMP_WAIT_POLICY"] = set_by_user
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert f"OMP_WAIT_POLICY = '{policy}'" in done.stderr


@pytest.fixture
def cuda() -> str:
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device here")
    return "cuda:0"


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("count", [1, 3])
def test_a_gpu_answers_as_the_cpu_does(
    tmp_path: Path, cuda: str, predictor: LoadedModel, compiled: bool, count: int
) -> None:
    made = make_predictor(tmp_path)
    batch = windows(*[count] * 39)
    expected = runner(predictor).run(batch)
    model = Runner(partial(load, made.folder, made.card), cuda, "fp32", compiled=compiled)
    for _ in range(2):
        answers: Sequence[ModelOutput] = model.run(batch)
        for a, b in zip(answers, expected, strict=True):
            assert all(np.allclose(a[key], b[key], atol=1e-3) for key in b)
    assert model.device is not None
    assert model.device.name.startswith("cuda:0 ")
