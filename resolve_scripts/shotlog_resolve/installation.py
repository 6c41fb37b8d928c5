"""The installer's file beside this package: our environment's command, and folders."""

import json
import os
from typing import NamedTuple, Tuple

from shotlog_resolve.errors import ScriptError

LAYOUT = 1
"""Version of the file that this package reads."""

FILE = "installation.json"

_AGAIN = "Install Shotlog's scripts again: shotlog resolve install"


class Installation(NamedTuple):
    """An installation of the scripts.

    Attributes:
        version: Version of Shotlog that installed them.
        command: Command that starts Shotlog, with an absolute path.
        sandboxed: True where Resolve may not start it: the App Store build.
        handover: Absolute path of the folder through which a sandboxed script is answered.
        log: Absolute path of the folder for logs.
    """

    version: str
    command: Tuple[str, ...]
    sandboxed: bool
    handover: str
    log: str


def installation_file() -> str:
    """Return the path of the file, which lies beside this package."""
    library = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return os.path.join(library, FILE)


def read_installation(path: str) -> Installation:
    """Read the file of an installation.

    Raises:
        ScriptError: It is not there, is damaged, or is that of another version.
    """
    try:
        with open(path, encoding="utf-8") as file:
            told = json.load(file)
        if told["layout"] != LAYOUT:
            raise ScriptError(
                f"The scripts are of another version of Shotlog than their installation: {path}.",
                _AGAIN,
            )
        return Installation(
            version=str(told["version"]),
            command=tuple(map(str, told["command"])),
            sandboxed=bool(told["sandboxed"]),
            handover=os.path.expanduser(str(told["handover"])),  # "~" in one for all users
            log=os.path.expanduser(str(told["log"])),
        )
    except OSError as error:
        raise ScriptError(f"The scripts are not installed completely: {error}.", _AGAIN) from None
    except (ValueError, KeyError, TypeError):
        raise ScriptError(f"The file of the installation is damaged: {path}.", _AGAIN) from None
