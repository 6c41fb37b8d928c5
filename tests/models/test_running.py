"""One model on one device: the same answers whatever stands beside a window, memory or not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from shotlog.models.anatomy import Anatomy
from shotlog.models.card import Activation, Card, Head, Licence, Resize, Sampling, Task
from shotlog.models.devices import cores_granted
from shotlog.models.layouts import Layout
from shotlog.models.loading import LoadedModel
from shotlog.models.network import Classifier, Predictor, SegmentHead
from shotlog.models.running import Answer, Runner, choose_device
from shotlog.schema.errors import DeviceUnusable
from shotlog.schema.evidence import Pixels

FRAMES, SIDE, WIDTH = 16, 32, 96

ANATOMY = Anatomy(
    layout=Layout.TRANSFORMERS,
    embedding=WIDTH,
    depth=2,
    attention_heads=4,
    mlp=192,
    patch=16,
    tubelet=2,
    frames=FRAMES,
    size=SIDE,
    eps=1e-12,
    pool_eps=1e-5,
    mean_pooling=True,
    biases=True,
    sigmoid=False,
)

CARD = Card(
    name="tiny",
    title="A small one with random weights",
    heads=(Head(task=Task.SIZE, key="classifier", activation=Activation.SOFTMAX),),
    sampling=Sampling.UNIFORM,
    resize=Resize.STRETCH,
    licence=Licence(name="none", note="Nothing follows."),
)


def filled(network: nn.Module) -> nn.Module:
    """The network with weights that keep its activations about 1."""
    generator = torch.Generator().manual_seed(5)
    for tensor in (*network.parameters(), *network.buffers()):
        scale = tensor.shape[-1] ** -0.5
        tensor.data = torch.randn(tensor.shape, generator=generator) * scale
    return network.requires_grad_(False).eval()


def loaded(network: nn.Module) -> LoadedModel:
    return LoadedModel(
        card=CARD,
        network=network,
        labels={"classifier": ("CS", "LS")},
        frames=FRAMES,
        size=SIDE,
        embedding=WIDTH,
    )


def classifier() -> nn.Module:
    return filled(Classifier(ANATOMY, {"classifier": 5, "other": 4}))


def predictor() -> nn.Module:
    head = SegmentHead(WIDTH, 192, places=241, outputs=3, sigmoid=False)
    return filled(Predictor(ANATOMY, head, "head"))


def runner(network: nn.Module, largest: int | None = None) -> Runner:
    return Runner(lambda place, precision: loaded(network), "cpu", "fp32", largest=largest)


def windows(*segments: int) -> list[Pixels]:
    """One window for each number of segments, of noise; no two alike."""
    random = np.random.default_rng(11)
    return [random.integers(0, 256, (n * FRAMES, SIDE, SIDE, 3), dtype=np.uint8) for n in segments]


def same(a: Answer, b: Answer) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(a[key], b[key]) for key in a)


def close(a: Answer, b: Answer) -> bool:
    return a.keys() == b.keys() and all(np.allclose(a[key], b[key], atol=1e-5) for key in a)


@pytest.mark.parametrize("network", [classifier, predictor])
def test_answers_on_a_cpu_are_the_same_to_the_bit_whatever_the_batch(
    network: type[nn.Module],
) -> None:
    model = runner(network())
    batch = windows(*[1] * 7)
    together = model.run(batch)
    assert all(same(model.run([w])[0], answer) for w, answer in zip(batch, together, strict=True))
    backwards = model.run(batch[::-1])
    assert all(same(a, b) for a, b in zip(together, backwards[::-1], strict=True))
    assert not same(together[0], together[1])


def test_long_windows_do_not_change_the_scores_of_their_neighbours() -> None:
    """The authors' own code pads a batch, and its head sees the padding."""
    model = runner(predictor())
    batch = windows(1, 8, 3, 1, 16)
    together = model.run(batch)
    assert all(same(model.run([w])[0], answer) for w, answer in zip(batch, together, strict=True))
    assert {answer["head"].shape for answer in together} == {(3,)}


def test_a_clip_is_answered_from_all_its_segments_in_order() -> None:
    network = predictor()
    (clip,) = windows(3)
    (answer,) = runner(network).run([clip])
    parts = [a["embedding"] for a in runner(network).run(np.split(clip, 3))]
    np.testing.assert_allclose(answer["embedding"], np.mean(parts, axis=0), atol=1e-6)
    assert isinstance(network, Predictor)
    expected = network.head(torch.from_numpy(np.stack(parts)))
    np.testing.assert_allclose(answer["head"], expected.numpy(), atol=1e-6)
    turned = network.head(torch.from_numpy(np.stack(parts[::-1])))
    assert not np.allclose(answer["head"], turned.numpy(), atol=1e-3)


def test_answers_are_those_of_the_network() -> None:
    network = classifier()
    batch = windows(1, 1, 1)
    expected = network(torch.from_numpy(np.stack(batch)))
    for index, answer in enumerate(runner(network).run(batch)):
        assert answer.keys() == {"embedding", "classifier", "other"}
        for key, values in answer.items():
            assert values.dtype == np.float32
            np.testing.assert_allclose(values, expected[key][index].numpy(), atol=1e-5)


class Watched(Classifier):
    """Keeps the sizes of its batches, and runs out of memory above some size, as a GPU does."""

    def __init__(self, fits: int = 1000, complaint: type[RuntimeError] | None = None) -> None:
        super().__init__(ANATOMY, {"classifier": 5})
        self.fits, self.complaint = fits, complaint or torch.OutOfMemoryError
        self.sizes: list[int] = []

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        self.sizes.append(len(batch))
        if len(batch) > self.fits:
            raise self.complaint("MPS backend out of memory (allocated: 8 GB)")
        return super().forward(batch)


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
    count: int, largest: int | None, sizes: list[int]
) -> None:
    network = Watched()
    filled(network)
    answers = runner(network, largest).run(windows(*[1] * count))
    assert network.sizes == sizes
    assert len(answers) == count


@pytest.mark.parametrize("complaint", [torch.OutOfMemoryError, RuntimeError])
def test_where_memory_runs_out_the_bucket_is_halved_and_stays_so(
    complaint: type[RuntimeError],
) -> None:
    network = Watched(fits=4, complaint=complaint)
    filled(network)
    model = runner(network, 16)
    batch = windows(*[1] * 18)
    answers = model.run(batch)
    assert network.sizes == [16, 8, 4, 4, 4, 4, 2]
    network.sizes.clear()
    model.run(batch)
    assert network.sizes == [4, 4, 4, 4, 2]
    alone = runner(network).run(batch)
    assert all(close(a, b) for a, b in zip(answers, alone, strict=True))


def test_a_device_that_holds_not_even_one_window_is_refused() -> None:
    network = Watched(fits=0)
    filled(network)
    with pytest.raises(DeviceUnusable, match="does not hold one window of tiny"):
        runner(network, 4).run(windows(1, 1, 1, 1))
    assert network.sizes == [4, 2, 1]


class Broken(Classifier):
    """Fails on dark windows."""

    def __init__(self) -> None:
        super().__init__(ANATOMY, {"classifier": 5})

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        if not bool(batch.amax((1, 2, 3, 4)).all()):
            raise RuntimeError("a kernel failed")
        return super().forward(batch)


def test_other_failures_pass_on_and_the_next_batch_runs() -> None:
    network = Broken()
    filled(network)
    model = runner(network, 4)
    good = windows(1, 1, 1)
    with pytest.raises(RuntimeError, match="a kernel failed"):
        model.run([*good, np.zeros_like(good[0])])
    assert len(model.run(good)) == 3


def test_an_answer_that_is_no_number_is_never_passed_on() -> None:
    network = classifier()
    assert isinstance(network, Classifier)
    head = network.heads["other"]
    assert isinstance(head, nn.Linear)
    head.bias.data[2] = float("nan")
    with pytest.raises(ArithmeticError, match="tiny gave no number for its other"):
        runner(network).run(windows(1))


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
def test_what_is_no_window_is_refused(window: Pixels) -> None:
    with pytest.raises(ValueError, match="16 frames of 32 x 32"):
        runner(predictor()).run([window])


def test_a_classifier_refuses_a_window_of_several_segments() -> None:
    with pytest.raises(ValueError, match="tiny takes 16 frames, not 32"):
        runner(classifier()).run(windows(2))


def test_nothing_to_look_at_gives_nothing() -> None:
    assert runner(classifier()).run([]) == []


def test_read_only_windows_are_taken_as_they_are() -> None:
    (window,) = windows(1)
    window.setflags(write=False)
    assert len(runner(classifier()).run([window])) == 1


def test_a_model_is_loaded_once_and_not_before_it_is_needed() -> None:
    asked: list[tuple[str, str]] = []

    def load(place: str, precision: str) -> LoadedModel:
        asked.append((place, precision))
        return loaded(classifier())

    model = Runner(load, "cpu", "bf16")
    assert (asked, model.device) == ([], None)
    assert model.prepare() is model.prepare()
    model.run(windows(1))
    assert asked == [("cpu", "bf16")]
    assert model.device is not None
    assert (model.device.kind, model.device.precision) == ("cpu", "bf16")


def test_a_model_that_does_not_load_is_asked_for_again() -> None:
    attempts: list[str] = []

    def load(place: str, precision: str) -> LoadedModel:
        attempts.append(place)
        if len(attempts) == 1:
            raise DeviceUnusable(place)
        return loaded(classifier())

    model = Runner(load, "cpu")
    with pytest.raises(DeviceUnusable):
        model.prepare()
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
    assert (device.kind, device.place, device.name) == ("cpu", "cpu", "cpu")
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
    assert cores_granted(tmp_path / "cpu.max") == cores


def test_a_runner_can_be_made_without_torch() -> None:
    code = (
        "import sys, shotlog.models.sampling; from shotlog.models.running import Runner;"
        "Runner(print); sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.fixture
def cuda() -> str:
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device here")
    return "cuda:0"


@pytest.mark.parametrize("compiled", [False, True])
def test_a_gpu_answers_as_the_cpu_does(cuda: str, compiled: bool) -> None:
    network, batch = classifier(), windows(*[1] * 39)
    expected = runner(network).run(batch)
    model = Runner(lambda place, _: loaded(network.to(place)), cuda, "fp32", compiled=compiled)
    for _ in range(2):
        answers: Sequence[Answer] = model.run(batch)
        for a, b in zip(answers, expected, strict=True):
            assert all(np.allclose(a[key], b[key], atol=1e-3) for key in b)
    assert model.device is not None
    assert model.device.name.startswith("cuda:0 ")
