"""The process that computes: jobs, loaded models, memory."""

from shotlog.service.worker.device_memory import MachineMemory, MemoryInfo
from shotlog.service.worker.job_runner import PART_CHARACTERS, JobRunner, failure_of
from shotlog.service.worker.memory_estimates import Needs
from shotlog.service.worker.model_pool import ModelPool
from shotlog.service.worker.model_slots import GIB, RECOVERY, head_room, select_victims
from shotlog.service.worker.process import NICENESS, main
from shotlog.service.worker.selftest import run_selftest

__all__ = [
    "GIB",
    "NICENESS",
    "PART_CHARACTERS",
    "RECOVERY",
    "JobRunner",
    "MachineMemory",
    "MemoryInfo",
    "ModelPool",
    "Needs",
    "failure_of",
    "head_room",
    "main",
    "run_selftest",
    "select_victims",
]
