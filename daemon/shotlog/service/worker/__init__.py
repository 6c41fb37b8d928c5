"""The process that computes: jobs, loaded models, memory."""

from shotlog.service.worker.device_memory import MachineMemory, MemoryInfo
from shotlog.service.worker.job_runner import PART_CHARACTERS, JobRunner, to_failure
from shotlog.service.worker.memory_estimates import MemoryEstimates
from shotlog.service.worker.model_pool import ModelPool
from shotlog.service.worker.model_slots import GIB, RECOVERY_SECONDS, reserved_bytes, select_victims
from shotlog.service.worker.process import NICENESS, main
from shotlog.service.worker.selftest import run_selftest

__all__ = [
    "GIB",
    "NICENESS",
    "PART_CHARACTERS",
    "RECOVERY_SECONDS",
    "JobRunner",
    "MachineMemory",
    "MemoryEstimates",
    "MemoryInfo",
    "ModelPool",
    "main",
    "reserved_bytes",
    "run_selftest",
    "select_victims",
    "to_failure",
]
