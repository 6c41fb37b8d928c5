"""A daemon whose device fails on schedule: run as a program by tests.

``python failing_device.py daemon HOW WINDOWS LOOKS [option of the daemon ...]``: the network is
stopped with the very exception that torch raises for a device that fails in this way, at the
windows of these numbers (``2,5``: from 0, counted over all processes that share the file LOOKS).
Memory that has run out stays so until the process ends.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path


def fail(how: str, windows: frozenset[int], looks: Path) -> None:
    """Has the network of every model fail at some of its windows."""
    import torch
    from torch import Tensor, nn
    from torch.nn.modules.module import register_module_forward_pre_hook

    from shotlog.models.videomae import Classifier

    errors = {
        "lost": torch.AcceleratorError("CUDA error: an illegal memory access was encountered"),
        "memory": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB"),
    }

    counting, full = threading.Lock(), threading.Event()

    def before_a_window(module: nn.Module, _: tuple[Tensor, ...]) -> None:
        if isinstance(module, Classifier):
            with counting:  # a CPU looks at two windows at once
                number = looks.stat().st_size
                with looks.open("ab") as counted:
                    counted.write(b".")
            if number in windows and how == "memory":
                full.set()
            if number in windows or full.is_set():
                raise errors[how]

    register_module_forward_pre_hook(before_a_window)


if __name__ == "__main__":
    which, how, windows, looks, *options = sys.argv[1:]
    if which == "worker":
        from shotlog.service import worker

        fail(how, frozenset(map(int, windows.split(","))), Path(looks))
        worker.main()
    from shotlog.service import daemon

    command = [sys.executable, __file__, "worker", how, windows, looks]
    sys.exit(daemon.main(options, command))
