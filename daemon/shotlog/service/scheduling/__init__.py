"""Which job computes next: fair queue, pauses, preemption, idle time-out."""

from shotlog.service.scheduling.dispatcher import (
    BUNDLE_CHARACTERS,
    CANCEL_SECONDS,
    LULL_SECONDS,
    Dispatcher,
)
from shotlog.service.scheduling.fair_queue import (
    BUNDLE_CLIPS,
    FIRST_TURN,
    SLICE,
    WEIGHTS,
    FairQueue,
)
from shotlog.service.scheduling.idle_timeout import IdleTimeout
from shotlog.service.scheduling.nle_activity import (
    CALM_SECONDS,
    LOOK_AT,
    LOOK_AT_OLDEST,
    LOOK_SECONDS,
    NleActivityMonitor,
)
from shotlog.service.scheduling.pauses import NOTE, PauseState
from shotlog.service.scheduling.worker_tasks import Worker

__all__ = [
    "BUNDLE_CHARACTERS",
    "BUNDLE_CLIPS",
    "CALM_SECONDS",
    "CANCEL_SECONDS",
    "FIRST_TURN",
    "LOOK_AT",
    "LOOK_AT_OLDEST",
    "LOOK_SECONDS",
    "LULL_SECONDS",
    "NOTE",
    "SLICE",
    "WEIGHTS",
    "Dispatcher",
    "FairQueue",
    "IdleTimeout",
    "NleActivityMonitor",
    "PauseState",
    "Worker",
]
