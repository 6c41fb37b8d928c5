"""Windows side by side on a CPU: each by itself, on a share of the threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor

from shotlog.schema import Pixels


class SideBySide:
    """A network that computes two windows at once on a CPU, each on half of torch's threads.

    Threads that share a window wait for each other after every layer. On 2 cores of a Xeon with AMX
    a window of base size in bf16 takes 0.94 s of processor time on two threads (0.89 to 1.06, n =
    8), by turns with 0.87 s on one (0.83 to 0.90), and the same bits.

    The share does not depend on how many windows there are, because the number of threads changes
    how oneDNN adds up in bf16: between 2 and 4 threads an embedding of base size differs by 0.013.

    Args:
        forward: The network: (1, frames, size, size, 3) uint8 to tensors by name, (1, ...) each.
        windows: Windows at once.
        threads: Threads of all of them together.
    """

    def __init__(
        self, forward: Callable[[Tensor], dict[str, Tensor]], windows: int, threads: int
    ) -> None:
        lanes = min(windows, threads)
        self._forward, self._threads, self._share = forward, threads, threads // lanes
        self._pool = ThreadPoolExecutor(lanes, thread_name_prefix="forward")

    def run(self, windows: Sequence[Pixels]) -> dict[str, Tensor]:
        """Return the outputs of windows (frames, size, size, 3), one after the other in a tensor.

        An exception of the network passes on.
        """
        try:
            answers = list(self._pool.map(self._alone, windows))
        finally:
            # Torch gives the number that was set last, in any thread, to threads that begin later.
            torch.set_num_threads(self._threads)
        return {key: torch.cat([answer[key] for answer in answers]) for key in answers[0]}

    def _alone(self, window: Pixels) -> dict[str, Tensor]:
        torch.set_num_threads(self._share)
        with torch.inference_mode():  # a setting of each thread
            return self._forward(torch.from_numpy(np.stack([window])))
