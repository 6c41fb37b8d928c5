"""Devices, memory estimates, batched inference, and the base of measures by models."""

from shotlog.models.runtime.devices import (
    Device,
    DeviceChoice,
    Precision,
    choose_device,
    read_cpu_quota,
)
from shotlog.models.runtime.memory_estimate import (
    ITEM_SIZES,
    MemoryEstimate,
    allocated_bytes,
    estimate_memory,
)
from shotlog.models.runtime.memory_hooks import MemoryHooks
from shotlog.models.runtime.model_measure import RunnerMeasure
from shotlog.models.runtime.outputs import ModelOutput, RunnableModel
from shotlog.models.runtime.runner import Runner

__all__ = [
    "ITEM_SIZES",
    "Device",
    "DeviceChoice",
    "MemoryEstimate",
    "MemoryHooks",
    "ModelOutput",
    "Precision",
    "RunnableModel",
    "Runner",
    "RunnerMeasure",
    "allocated_bytes",
    "choose_device",
    "estimate_memory",
    "read_cpu_quota",
]
