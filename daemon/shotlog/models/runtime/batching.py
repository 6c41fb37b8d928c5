"""Feeds a loaded model: windows into buckets, buckets onto the device, answers back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from shotlog.models.runtime.devices import Device, cores_granted
from shotlog.models.runtime.memory_hooks import Keeper
from shotlog.models.runtime.outputs import Answer
from shotlog.models.videomae import LoadedModel, Predictor
from shotlog.schema import DeviceLost, DeviceUnusable, Pixels


class Batcher:
    """A model on its device; see :class:`~shotlog.models.runtime.runner.Runner`.

    Attributes:
        model: The model.
        largest: Windows in the largest bucket, as far as memory has been seen to suffice.
    """

    def __init__(
        self,
        device: Device,
        model: LoadedModel,
        largest: int,
        *,
        compiled: bool,
        keeper: Keeper,
    ) -> None:
        self.model, self.largest = model, largest
        self._device, self._keeper = device, keeper
        network = model.network
        self._predictor = network if isinstance(network, Predictor) else None
        self._forward: Callable[[Tensor], dict[str, Tensor]] = network
        if isinstance(network, Predictor):
            self._forward = lambda batch: {"embedding": network.backbone(batch)}
        self._compiled = compiled and device.kind == "cuda"
        if self._compiled:
            self._forward = torch.compile(self._forward, mode="reduce-overhead", dynamic=False)
        shape = (largest, model.frames, model.size, model.size, 3)
        self._staging = _Staging(shape, device.place) if device.kind == "cuda" else None
        granted = cores_granted()
        if device.kind == "cpu" and granted is not None:
            torch.set_num_threads(min(granted, torch.get_num_threads()))

    def answers(self, windows: Sequence[Pixels]) -> list[Answer]:
        """See :meth:`~shotlog.models.runtime.runner.Runner.run`."""
        if not windows:
            return []
        try:
            return self._answers(windows)
        except RuntimeError as error:
            if _is_lost(error):
                said = str(error).partition("\n")[0]
                message = f"the device broke down while it computed ({said})"
                raise DeviceLost(self._device.name, message) from error
            raise

    def _answers(self, windows: Sequence[Pixels]) -> list[Answer]:
        counts = [self._segments(window) for window in windows]
        segments = [part for w, n in zip(windows, counts, strict=True) for part in np.split(w, n)]
        with torch.inference_mode():
            tensors = self._all(segments)
            if self._predictor is not None:
                tensors = _of_clips(self._predictor, tensors["embedding"], counts)
            arrays = {key: tensor.cpu().numpy() for key, tensor in tensors.items()}
        for key, array in arrays.items():
            if not np.isfinite(array).all():
                raise ArithmeticError(f"{self.model.card.name} gave no number for its {key}")
        return [{key: array[i] for key, array in arrays.items()} for i in range(len(windows))]

    def _segments(self, window: Pixels) -> int:
        """How many inputs of the trunk a window holds."""
        frames, side = self.model.frames, self.model.size
        count, rest = divmod(len(window), frames)
        if window.dtype != np.uint8 or window.shape[1:] != (side, side, 3) or rest or not count:
            shape = f"{window.dtype} {window.shape}"
            raise ValueError(f"a window is {frames} frames of {side} x {side}, not {shape}")
        if count > 1 and self._predictor is None:
            raise ValueError(f"{self.model.card.name} takes {frames} frames, not {len(window)}")
        return count

    def _all(self, segments: Sequence[Pixels]) -> dict[str, Tensor]:
        """What the model says of all, bucket by bucket; the device is not waited for."""
        parts: list[dict[str, Tensor]] = []
        done = 0
        while done < len(segments):
            size = _bucket(len(segments) - done, self.largest)
            part = self._attempt(segments[done : done + size])
            if part is not None:
                parts.append(part)
                done += size
            elif size > 1:
                self.largest = size // 2
            elif not self._keeper.relieve():
                raise DeviceUnusable(
                    self._device.name,
                    f"its memory does not hold one window of {self.model.card.name}",
                    "Close what else uses the device, or choose another with --device.",
                )
        return {key: torch.cat([part[key] for part in parts]) for key in parts[0]}

    def _attempt(self, segments: Sequence[Pixels]) -> dict[str, Tensor] | None:
        """What the model says of one bucket; None where the memory does not suffice."""
        try:
            with self._keeper.looking(len(segments)):
                answers = self._forward(self._moved(segments))
        except RuntimeError as error:
            if not _out_of_memory(error):
                raise
        else:
            # A CUDA graph writes its next answers into the same memory.
            return {k: a.clone() for k, a in answers.items()} if self._compiled else answers
        if self._device.kind == "cuda":  # the exception is gone, and with it what it held
            torch.cuda.empty_cache()
        return None

    def _moved(self, segments: Sequence[Pixels]) -> Tensor:
        if self._staging is not None:
            return self._staging.moved(segments)
        return torch.from_numpy(np.stack(segments)).to(self._device.place)


class _Staging:
    """Pinned host memory, twice: one bucket is filled while the device still reads the other."""

    def __init__(self, shape: tuple[int, ...], place: str) -> None:
        self._place = torch.device(place)
        self._slots = [
            (torch.empty(shape, dtype=torch.uint8, pin_memory=True), torch.Event(place))
            for _ in range(2)
        ]

    def moved(self, segments: Sequence[Pixels]) -> Tensor:
        """(B, frames, size, size, 3) on the device, once what was asked of it before is done."""
        self._slots.reverse()
        slot, copied = self._slots[0]
        copied.synchronize()
        filled = slot[: len(segments)]
        np.stack(segments, out=filled.numpy())
        batch = filled.to(self._place, non_blocking=True)
        copied.record(torch.cuda.current_stream(self._place))
        return batch


def _of_clips(network: Predictor, segments: Tensor, counts: Sequence[int]) -> dict[str, Tensor]:
    """The predictor's answers about clips, each from its own segments alone."""
    embedding = torch.stack([clip.mean(0) for clip in torch.split(segments, list(counts))])
    return {"embedding": embedding, network.key: network.scores(segments, counts)}


def _bucket(count: int, largest: int) -> int:
    """The largest power of two that is neither above ``count`` nor above ``largest``."""
    return 1 << (min(count, largest).bit_length() - 1)


def _is_lost(error: RuntimeError) -> bool:
    """Whether the device itself failed: after an error of CUDA's every later call fails too.

    https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html ("the process must be
    terminated and relaunched"). Torch before 2.8 knows no class for it, so its words are read.
    """
    return "CUDA error" in str(error) and not _out_of_memory(error)


def _out_of_memory(error: RuntimeError) -> bool:
    """Whether memory ran out: MPS and cuBLAS raise plain errors that say so.

    ``CUBLAS_STATUS_ALLOC_FAILED`` is "usually caused by a cudaMalloc() failure"
    (https://docs.nvidia.com/cuda/cublas/index.html#cublasstatus-t).
    """
    words = str(error).lower()
    return (
        isinstance(error, torch.OutOfMemoryError)
        or "out of memory" in words
        or "cublas_status_alloc_failed" in words
    )
