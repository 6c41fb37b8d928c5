"""A real daemon with the faulty worker of ``odd_worker.py``: run as a program by tests.

``python odd_daemon.py ODDITY WINDOW LOOKS [option of the daemon ...]``: see ``odd_worker.py``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from shotlog.service.daemon import main

if __name__ == "__main__":
    worker = Path(__file__).with_name("odd_worker.py")
    sys.exit(main(sys.argv[4:], [sys.executable, str(worker), *sys.argv[1:4]]))
