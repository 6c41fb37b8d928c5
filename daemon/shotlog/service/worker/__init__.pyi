from .device_memory import MachineMemory, MemoryInfo
from .job_runner import PART_CHARACTERS, JobRunner, failure_of
from .memory_estimates import Needs
from .model_pool import ModelPool
from .model_slots import GIB, RECOVERY, head_room, select_victims
from .process import NICENESS, main
from .selftest import run_selftest

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
