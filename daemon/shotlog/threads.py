"""Threads of the libraries that compute."""

from __future__ import annotations

import os


def let_idle_threads_sleep() -> None:
    """Have OpenMP's threads sleep where they wait for each other; call it before torch is imported.

    By default they wait in a loop, and take a core from the decoder and all other processes: on 2
    cores of a Xeon with AMX that others used too, a window of base size took 2.2 s of processor
    time, and 1.0 s with sleeping threads (0.9 s on one thread, with the same result to the bit).
    Decoder and model may then start as many threads as there are cores each, because the system
    gives a core to the one that has work. A value that the user has set is kept.

    Source: https://www.openmp.org/spec-html/5.0/openmpse55.html (``OMP_WAIT_POLICY``).
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
