"""Batched inference of a loaded model: windows to batches, batches to the device, outputs back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from shotlog.models.runtime.devices import Device, read_cpu_quota
from shotlog.models.runtime.memory_hooks import MemoryHooks
from shotlog.models.runtime.outputs import ModelOutput, RunnableModel
from shotlog.models.runtime.side_by_side import SideBySide
from shotlog.models.videomae import MotionPredictor
from shotlog.schema import DeviceLost, DeviceUnusable, Pixels


class Batcher:
    """A loaded model on its device; see :class:`~shotlog.models.runtime.Runner`.

    Attributes:
        model: The model.
        largest: Maximum of windows per batch, or of windows side by side; halved when memory did
            not suffice.
    """

    def __init__(
        self,
        device: Device,
        model: RunnableModel,
        largest: int,
        *,
        side_by_side: bool,
        compiled: bool,
        hooks: MemoryHooks,
    ) -> None:
        self.model, self.largest = model, largest
        self._device, self._hooks = device, hooks
        network = model.network
        self._predictor = network if isinstance(network, MotionPredictor) else None
        self._forward: Callable[[Tensor], dict[str, Tensor]] = network
        if isinstance(network, MotionPredictor):
            # The predictor's head works on clips, so only its trunk runs in batches.
            self._forward = lambda batch: {"embedding": network.backbone(batch)}
        self._compiled = compiled and device.kind == "cuda"
        if self._compiled:
            self._forward = torch.compile(self._forward, mode="reduce-overhead", dynamic=False)
        shape = (largest, model.frames, model.size, model.size, 3)
        self._staging = _Staging(shape, device.torch_name) if device.kind == "cuda" else None
        threads = _limit_threads() if device.kind == "cpu" else 0
        self._side_by_side = SideBySide(self._forward, largest, threads) if side_by_side else None

    def answers(self, windows: Sequence[Pixels]) -> list[ModelOutput]:
        """Return the outputs of all windows, as described at :meth:`Runner.run`."""
        if not windows:
            return []
        try:
            return self._answers(windows)
        except RuntimeError as error:
            if _is_lost(error):
                summary = str(error).partition("\n")[0]
                message = f"the device broke down while it computed ({summary})"
                raise DeviceLost(self._device.name, message) from error
            raise

    def _answers(self, windows: Sequence[Pixels]) -> list[ModelOutput]:
        counts = [self._segments(window) for window in windows]
        segments = [part for w, n in zip(windows, counts, strict=True) for part in np.split(w, n)]
        with torch.inference_mode():
            tensors = self._all(segments)
            # Segments are averaged per clip; a classifier's inputs are whole windows.
            if self._predictor is not None:
                tensors = _of_clips(self._predictor, tensors["embedding"], counts)
            arrays = {key: tensor.cpu().numpy() for key, tensor in tensors.items()}
        for key, array in arrays.items():
            # NaN would otherwise be cached as evidence.
            if not np.isfinite(array).all():
                raise ArithmeticError(f"{self.model.card.name} gave no number for its {key}")
        return [{key: array[i] for key, array in arrays.items()} for i in range(len(windows))]

    def _segments(self, window: Pixels) -> int:
        """Return the number of trunk inputs in a window."""
        frames, side = self.model.frames, self.model.size
        count, rest = divmod(len(window), frames)
        if window.dtype != np.uint8 or window.shape[1:] != (side, side, 3) or rest or not count:
            shape = f"{window.dtype} {window.shape}"
            raise ValueError(f"a window is {frames} frames of {side} x {side}, not {shape}")
        if count > 1 and self._predictor is None:
            raise ValueError(f"{self.model.card.name} takes {frames} frames, not {len(window)}")
        return count

    def _all(self, segments: Sequence[Pixels]) -> dict[str, Tensor]:
        """Return the outputs of all segments, batch by batch, without waiting for the device."""
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
            elif not self._hooks.free_memory():
                raise DeviceUnusable(
                    self._device.name,
                    f"its memory does not hold one window of {self.model.card.name}",
                    "Close other programs that use the device, or choose another with --device.",
                )
        return {key: torch.cat([part[key] for part in parts]) for key in parts[0]}

    def _attempt(self, segments: Sequence[Pixels]) -> dict[str, Tensor] | None:
        """Return the outputs of one batch; None where memory does not suffice."""
        try:
            with self._hooks.during_inference(len(segments)):
                if self._side_by_side is not None:
                    return self._side_by_side.run(segments)
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
        return torch.from_numpy(np.stack(segments)).to(self._device.torch_name)


def _limit_threads() -> int:
    """Return the threads that torch may use on the CPU, after limiting them.

    Torch starts as many threads as the machine has cores, whatever the container may use.
    """
    granted, threads = read_cpu_quota(), torch.get_num_threads()
    if granted is not None and granted < threads:
        threads = granted
        torch.set_num_threads(threads)
    return threads


class _Staging:
    """Two pinned host buffers: one is filled while the device still reads the other."""

    def __init__(self, shape: tuple[int, ...], torch_name: str) -> None:
        self._device = torch.device(torch_name)
        self._slots = [
            (torch.empty(shape, dtype=torch.uint8, pin_memory=True), torch.Event(torch_name))
            for _ in range(2)
        ]

    def moved(self, segments: Sequence[Pixels]) -> Tensor:
        """Return the segments as (B, frames, size, size, 3) on the device."""
        self._slots.reverse()
        slot, copied = self._slots[0]
        # The previous copy out of this buffer must be complete before it is overwritten.
        copied.synchronize()
        filled = slot[: len(segments)]
        np.stack(segments, out=filled.numpy())
        # Asynchronous only from pinned memory.
        batch = filled.to(self._device, non_blocking=True)
        copied.record(torch.cuda.current_stream(self._device))
        return batch


def _of_clips(
    network: MotionPredictor, segments: Tensor, counts: Sequence[int]
) -> dict[str, Tensor]:
    """Return the predictor's outputs per clip, each computed from its own segments alone."""
    embedding = torch.stack([clip.mean(0) for clip in torch.split(segments, list(counts))])
    return {"embedding": embedding, network.key: network.scores(segments, counts)}


def _bucket(count: int, largest: int) -> int:
    """Return the largest power of two that exceeds neither ``count`` nor ``largest``."""
    # Powers of two: at most five shapes, each of which CUDA compiles or tunes once.
    return 1 << (min(count, largest).bit_length() - 1)


def _is_lost(error: RuntimeError) -> bool:
    """Return True if the device itself failed, so that every later call fails too.

    Source: https://docs.nvidia.com/cuda/cuda-runtime-api/group__CUDART__TYPES.html ("the process
        must
    be terminated and relaunched").
    """
    # Torch before 2.8 has no class for this error, so its text is searched.
    return "CUDA error" in str(error) and not _out_of_memory(error)


def _out_of_memory(error: RuntimeError) -> bool:
    """Return True if memory ran out.

    ``CUBLAS_STATUS_ALLOC_FAILED`` is "usually caused by a cudaMalloc() failure"
    (https://docs.nvidia.com/cuda/cublas/index.html#cublasstatus-t).
    """
    # MPS and cuBLAS raise plain RuntimeErrors, so the text is searched.
    words = str(error).lower()
    return (
        isinstance(error, torch.OutOfMemoryError)
        or "out of memory" in words
        or "cublas_status_alloc_failed" in words
    )
