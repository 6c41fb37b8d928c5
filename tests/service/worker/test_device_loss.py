"""A device that fails: what torch raises becomes one error that ends the worker, or does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from shotlog.models.runtime import Runner
from shotlog.models.videomae import LoadedModel, load
from shotlog.schema import DeviceLost, DeviceUnusable
from tests.models.checkpoints import TINY, Style, make


class Failing(nn.Module):
    """A network on a device that fails on schedule."""

    def __init__(self, network: nn.Module, errors: list[Exception | None]) -> None:
        super().__init__()
        self._network, self._errors = network, errors

    def forward(self, batch: Tensor) -> dict[str, Tensor]:
        error = self._errors.pop(0) if self._errors else None
        if error is not None:
            raise error
        answers: dict[str, Tensor] = self._network(batch)
        return answers


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    made = make(tmp_path_factory.mktemp("a"), Style.MULTITASK)
    return load(made.folder, made.card)


def run(model: LoadedModel, *errors: Exception | None, windows: int = 4) -> int:
    """How many answers come of some windows where the device fails so, at each call in turn."""
    failing = replace(model, network=Failing(model.network, list(errors)))
    shape = (windows, TINY.frames, TINY.side, TINY.side, 3)
    pictures = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    runner = Runner(lambda place, precision: failing, "cpu", "fp32", largest=4)
    return len(runner.run(list(pictures)))


@pytest.mark.parametrize(
    "words",
    [
        "CUDA error: an illegal memory access was encountered\nCUDA kernel errors might be ...",
        "CUDA error: device-side assert triggered",
        "CUDA error: unspecified launch failure",
    ],
)
@pytest.mark.parametrize("kind", [RuntimeError, torch.AcceleratorError])
def test_an_error_that_stays_is_the_loss_of_the_device(
    model: LoadedModel, kind: type[RuntimeError], words: str
) -> None:
    with pytest.raises(DeviceLost) as caught:
        run(model, None, kind(words), windows=8)
    assert caught.value.problem.subject == "cpu"
    assert words.partition("\n")[0] in caught.value.problem.message
    assert "\n" not in caught.value.problem.message


def test_memory_that_runs_out_is_no_loss(model: LoadedModel) -> None:
    out = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB")
    driver = torch.AcceleratorError("CUDA error: out of memory")
    cublas = RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate`")
    assert run(model, out, driver) == run(model, cublas, out) == 4
    with pytest.raises(DeviceUnusable):
        run(model, *[out] * 3)


def test_any_other_error_is_the_windows_own(model: LoadedModel) -> None:
    with pytest.raises(RuntimeError, match="shapes do not match"):
        run(model, RuntimeError("shapes do not match"))
