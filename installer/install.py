#!/usr/bin/env python3
"""Install Shotlog on this machine: ``python3 installer/install.py --help``.

This file alone parses under any Python since 2.7, so that an old one can say which is needed.
"""

import os
import sys

NEEDED = (3, 11)
WHERE = """\
Shotlog needs Python {needed} or newer, 64 bit; this is Python {found} ({program}).
  Windows  winget install Python.Python.3.13    or https://www.python.org/downloads/
  macOS    https://www.python.org/downloads/    (DaVinci Resolve finds this one, too)
  Linux    sudo apt install python3 python3-venv    or your system's package manager
Then run this again with that Python, for instance: python3.13 {script}
"""


def main():
    # type: () -> int
    """Run the installer, or say which Python it needs."""
    if sys.version_info < NEEDED or sys.maxsize <= 2**32:
        sys.stderr.write(
            WHERE.format(
                needed=".".join(map(str, NEEDED)),
                found="{0}.{1}, {2} bit".format(
                    sys.version_info[0], sys.version_info[1], 64 if sys.maxsize > 2**32 else 32
                ),
                program=sys.executable,
                script=os.path.join("installer", "install.py"),
            )
        )
        return 2
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from shotlog_installer import main as install

    return install(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
