from .device_memory import MachineMemory, MemoryInfo
from .eviction import GIB, reserved_bytes, select_victims
from .failures import to_failure
from .job_runner import PART_CHARACTERS, JobRunner
from .memory_estimates import MemoryEstimates
from .model_pool import ModelPool
from .model_slots import RECOVERY_SECONDS
from .process import NICENESS, main
from .selftest import run_selftest

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
