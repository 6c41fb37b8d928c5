"""Prints the file that has a system start the daemon: ``python -m shotlog.service.daemon.autostart KIND``."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from shotlog.service.daemon.autostart import launchd_agent, systemd_unit, windows_task
from shotlog.service.runtime import DaemonPaths


def main() -> None:
    """Writes it to standard output."""
    parser = argparse.ArgumentParser(
        prog="python -m shotlog.service.daemon.autostart", description=__doc__
    )
    parser.add_argument("kind", choices=["systemd", "launchd", "windows"])
    parser.add_argument("--context", default="default")
    options = parser.parse_args()
    places = DaemonPaths(options.context)
    match options.kind:
        case "systemd":
            content = systemd_unit(sys.executable, places, os.environ).encode()
        case "launchd":
            content = launchd_agent(sys.executable, places, os.environ)
        case _:
            content = windows_task(sys.executable, places, getpass.getuser())
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main()
