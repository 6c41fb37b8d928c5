"""Settings that processes in the environment need on this Python and this system."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping

from shotlog_installer.errors import InstallError
from shotlog_installer.files import size_text

# Variables by which a shell or Resolve would make another Python import other packages, and pip
# install elsewhere than in the environment.
_FOREIGN = (
    "PYTHONHOME", "PYTHONPATH", "PYTHONNOUSERSITE", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV",
    "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_NO_DEPS", "PIP_REQUIREMENT", "PIP_CONSTRAINT",
    "PIP_PYTHON", "PIP_DRY_RUN", "PIP_REPORT", "PIP_LOG", "PIP_QUIET", "PIP_VERBOSE",
)  # fmt: skip


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """Return variables for a process in the environment."""
    kept = {name: value for name, value in environ.items() if name not in _FOREIGN}
    return kept | {
        "PIP_USER": "0",  # over "user = true" in a pip.conf, which fails in an environment
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def progress_text(line: str) -> str | None:
    """Return the progress of a download, ``80 MB of 192 MB``, that pip prints as a line; or None.

    Args:
        line: A line of ``pip install --progress-bar raw``: ``Progress 80000000 of 192000000``.
    """
    found = re.fullmatch(r"Progress (\d+) of (\d+)", line.strip())
    return f"{size_text(int(found[1]))} of {size_text(int(found[2]))}" if found else None


def missing_venv() -> InstallError:
    """Return the error of a Python that lacks what makes environments, as Debian ships it."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    return InstallError(
        sys.executable,
        "this Python cannot make environments: its modules venv and ensurepip are missing",
        f"Install them: sudo apt install python{version}-venv (Debian, Ubuntu), and run the same "
        "command again.",
    )


def allows_long_paths() -> bool:
    """Return True if Windows allows paths of more than 260 characters."""
    if sys.platform != "win32":
        return False
    import winreg

    try:
        with winreg.OpenKey(
            winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\FileSystem"
        ) as key:
            return bool(winreg.QueryValueEx(key, "LongPathsEnabled")[0])
    except OSError:
        return False
