"""Print an autostart file: ``python -m shotlog.service.daemon.autostart KIND``."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from shotlog.service.daemon.autostart import launchd_agent, systemd_unit, windows_task
from shotlog.service.runtime import DaemonPaths


def main() -> None:
    """Write the file to standard output."""
    parser = argparse.ArgumentParser(
        prog="python -m shotlog.service.daemon.autostart",
        description="Print the file that starts the daemon when the user logs in.",
    )
    parser.add_argument("kind", choices=["systemd", "launchd", "windows"])
    parser.add_argument("--context", default="default")
    options = parser.parse_args()
    paths = DaemonPaths(options.context)
    match options.kind:
        case "systemd":
            content = systemd_unit(sys.executable, paths, os.environ).encode()
        case "launchd":
            content = launchd_agent(sys.executable, paths, os.environ)
        case _:
            content = windows_task(sys.executable, paths, getpass.getuser())
    sys.stdout.buffer.write(content)


if __name__ == "__main__":
    main()
