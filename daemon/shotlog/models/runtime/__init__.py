"""Devices, memory estimates and batched inference."""

from shotlog.models.runtime.devices import Device, Precision, choose_device, cores_granted
from shotlog.models.runtime.memory_estimate import Need, predict
from shotlog.models.runtime.memory_hooks import Keeper
from shotlog.models.runtime.outputs import Answer
from shotlog.models.runtime.runner import Runner

__all__ = [
    "Answer",
    "Device",
    "Keeper",
    "Need",
    "Precision",
    "Runner",
    "choose_device",
    "cores_granted",
    "predict",
]
