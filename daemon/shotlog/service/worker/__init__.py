"""The process that computes: jobs, loaded models, memory."""

from shotlog.service.worker.device_memory import MachineMemory, Space
from shotlog.service.worker.job_runner import PART_CHARACTERS, JobRunner, failure_of
from shotlog.service.worker.memory_estimates import Needs
from shotlog.service.worker.model_pool import Ensemble
from shotlog.service.worker.model_slots import GIB, RECOVERY, fewest, head_room
from shotlog.service.worker.process import NICENESS, main
from shotlog.service.worker.selftest import try_out

__all__ = [
    "GIB",
    "NICENESS",
    "PART_CHARACTERS",
    "RECOVERY",
    "Ensemble",
    "JobRunner",
    "MachineMemory",
    "Needs",
    "Space",
    "failure_of",
    "fewest",
    "head_room",
    "main",
    "try_out",
]
