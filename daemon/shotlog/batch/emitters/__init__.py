"""Jobs for render farms: each emitter writes one, whose tasks call ``shotlog run-shard``.

The job of a farm is text and depends on the batch alone. Every path and option in it is quoted for
the program that will read it; what a farm cannot express is refused, never bent.
"""

from shotlog.batch.emitters.deadline import DeadlineEmitter
from shotlog.batch.emitters.opencue import OpenCueEmitter
from shotlog.batch.emitters.openjd import OpenJobEmitter
from shotlog.batch.emitters.shell import ShellEmitter
from shotlog.batch.emitters.slurm import SlurmEmitter

__all__ = [
    "DeadlineEmitter",
    "OpenCueEmitter",
    "OpenJobEmitter",
    "ShellEmitter",
    "SlurmEmitter",
]
