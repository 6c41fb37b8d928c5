"""The worker process: ``python -m shotlog.service.worker``."""

from shotlog.service.worker.process import main

main()
