"""The executor for Ray: shards on the machines of a cluster.

Ray itself runs in a *driver*, a process of its own: on this machine, beside the command, or as a
job of the cluster. It prints what happens as lines of JSON. Results go to the output folder, never
through Ray, and the command learns from the folder alone which items have ended.
"""

from shotlog.batch.executors.ray_cluster.endings import Endings
from shotlog.batch.executors.ray_cluster.executor import RayExecutor

__all__ = ["Endings", "RayExecutor"]
