"""The driver as a program: ``python -m shotlog.batch.executors.ray_cluster [JOB]``."""

from __future__ import annotations

import sys

from shotlog.batch.executors.ray_cluster.driver import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
