"""Devices, memory estimates and batched inference."""

from shotlog.models.runtime.devices import Device, Precision, choose_device, read_cpu_quota
from shotlog.models.runtime.memory_estimate import MemoryEstimate, estimate_memory
from shotlog.models.runtime.memory_hooks import MemoryHooks
from shotlog.models.runtime.outputs import ModelOutput
from shotlog.models.runtime.runner import Runner

__all__ = [
    "Device",
    "MemoryEstimate",
    "MemoryHooks",
    "ModelOutput",
    "Precision",
    "Runner",
    "choose_device",
    "estimate_memory",
    "read_cpu_quota",
]
