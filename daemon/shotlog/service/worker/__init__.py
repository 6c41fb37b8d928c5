"""The worker process: runs jobs with the engine, and shares devices' memory among models."""

from shotlog.service.worker.device_memory import MachineMemory, MemoryInfo
from shotlog.service.worker.eviction import GIB, reserved_bytes, select_victims
from shotlog.service.worker.failures import to_failure
from shotlog.service.worker.job_runner import PART_CHARACTERS, JobRunner
from shotlog.service.worker.memory_estimates import MemoryEstimates
from shotlog.service.worker.model_pool import ModelPool
from shotlog.service.worker.model_slots import RECOVERY_SECONDS
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
