"""Scheduling of jobs on the worker: fair queue, bundles, pauses, preemption, idle time-out."""

from shotlog.service.scheduling.bundles import BUNDLE_CHARACTERS
from shotlog.service.scheduling.dispatcher import ANTICIPATION_SECONDS, CANCEL_SECONDS, Dispatcher
from shotlog.service.scheduling.fair_queue import BUNDLE_CLIPS, FairQueue
from shotlog.service.scheduling.flows import FIRST_QUANTUM, SLICE_SECONDS, WEIGHTS
from shotlog.service.scheduling.idle_timeout import IdleTimeout
from shotlog.service.scheduling.nle_activity import (
    COOLDOWN_SECONDS,
    SCAN_OLDEST,
    SCAN_PROCESSES,
    SCAN_SECONDS,
    NleActivityMonitor,
)
from shotlog.service.scheduling.pauses import PAUSE_NOTE, PauseState
from shotlog.service.scheduling.worker_interface import Worker

__all__ = [
    "ANTICIPATION_SECONDS",
    "BUNDLE_CHARACTERS",
    "BUNDLE_CLIPS",
    "CANCEL_SECONDS",
    "COOLDOWN_SECONDS",
    "FIRST_QUANTUM",
    "PAUSE_NOTE",
    "SCAN_OLDEST",
    "SCAN_PROCESSES",
    "SCAN_SECONDS",
    "SLICE_SECONDS",
    "WEIGHTS",
    "Dispatcher",
    "FairQueue",
    "IdleTimeout",
    "NleActivityMonitor",
    "PauseState",
    "Worker",
]
