"""Options of ``python3 installer/install.py``."""

from __future__ import annotations

import argparse
from pathlib import Path


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    parser = argparse.ArgumentParser(
        prog="install.py",
        description="Install Shotlog in an environment of its own, with its entries in DaVinci "
        "Resolve's menu. Asks before it downloads anything. Run it again after an interruption, "
        "or to update; settings and models stay.",
        epilog="Exit code 0; 1 if something failed; 2 for a wrong option; 130 after Ctrl-C.",
    )
    where, what, how = (parser.add_argument_group(title) for title in ("where", "what", "how"))
    where.add_argument(
        "--all-users",
        action="store_true",
        help="install for all users of this machine; needs an administrator",
    )
    where.add_argument(
        "--environment",
        type=Path,
        metavar="FOLDER",
        help="place of the environment; kept for later runs",
    )
    where.add_argument(
        "--scripts",
        type=Path,
        metavar="FOLDER",
        action="append",
        default=[],
        help="also place the scripts in this folder Fusion/Scripts of a Resolve in "
        "an unusual place; may be given more than once",
    )
    what.add_argument(
        "--from",
        dest="source",
        metavar="WHAT",
        help="a wheel, a folder of sources or a requirement, instead of the sources "
        "around this installer",
    )
    what.add_argument(
        "--offline",
        type=Path,
        metavar="FOLDER",
        help="use the wheels in this folder and no network",
    )
    what.add_argument("--cpu", action="store_true", help="take the torch without a graphics card")
    what.add_argument(
        "--index-url",
        metavar="URL",
        help="take torch from this index, as https://pytorch.org/get-started shows it",
    )
    what.add_argument("--torch", metavar="VERSION", help="take this version of torch")
    what.add_argument("--service", action="store_true", help="start the daemon at login")
    what.add_argument("--demo", action="store_true", help="run the demo and open its report")
    # For tests and for machines that share one folder of packages: what is in it is not installed.
    what.add_argument(
        "--packages",
        type=Path,
        metavar="FOLDER",
        action="append",
        default=[],
        help=argparse.SUPPRESS,
    )
    how.add_argument("--dry-run", action="store_true", help="show every step and do nothing")
    how.add_argument("--yes", action="store_true", help="agree to everything that is asked")
    how.add_argument("--json", action="store_true", help="print JSON, an object a line")
    how.add_argument("--no-check", action="store_true", help="do not run the doctor at the end")
    how.add_argument("--repair", action="store_true", help="make the environment anew")
    how.add_argument(
        "--uninstall",
        action="store_true",
        help="remove what was installed, and nothing else; settings, models and results stay",
    )
    how.add_argument(
        "--purge",
        action="store_true",
        help="with --uninstall: also remove settings, models and results, each after a question",
    )
    return parser
