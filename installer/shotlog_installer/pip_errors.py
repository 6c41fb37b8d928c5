"""Output of a failed pip, as one sentence with a remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from shotlog_installer.errors import InstallError

_Words = Callable[[re.Match[str], str], tuple[str, str]]

_AGAIN = "run the same command again: it continues where it stopped"
_OFFLINE = (
    "On a machine without network: download the wheels on another one of the same kind (pip "
    "download), and name their folder: --offline FOLDER."
)


def _no_wheel(found: re.Match[str], output: str) -> tuple[str, str]:
    what = found[1]
    if "--no-index" in output or "offline" in output:
        return (
            f"the folder of wheels has none of {what} that fits this Python and system",
            f"Add it: pip download {what!r} -d FOLDER, with this Python and on such a system.",
        )
    return (
        f"there is no {what} for this Python and system in the index",
        "Use Python 3.11, 3.12 or 3.13, or name a version or an index that has it: --torch "
        "VERSION, --index-url URL.",
    )


_PATTERNS: tuple[tuple[str, _Words], ...] = (
    (
        r"No space left on device|Errno 28|There is not enough space",
        lambda *_: ("the disk is full", f"Free some space and {_AGAIN}."),
    ),
    (
        r"Disk quota exceeded",
        lambda *_: ("the quota of this user is used up", f"Free some space and {_AGAIN}."),
    ),
    (
        r"ProxyError|407 Proxy Authentication",
        lambda *_: (
            "the proxy refuses the connection",
            f"Set HTTPS_PROXY to your proxy with its password, and {_AGAIN}. {_OFFLINE}",
        ),
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerificationError",
        lambda *_: (
            "the server's certificate is not trusted, as behind the proxy of a company",
            f"Name its certificate: set PIP_CERT to the file, and {_AGAIN}. {_OFFLINE}",
        ),
    ),
    (
        r"Temporary failure in name resolution|Name or service not known|getaddrinfo failed|"
        r"nodename nor servname|NewConnectionError|ConnectTimeout|Network is unreachable|"
        r"ReadTimeoutError|Connection refused|Failed to establish a new connection|"
        r"Connection (?:broken|reset|aborted)|ConnectionResetError",
        lambda *_: (
            "the packages cannot be downloaded: there is no connection to the index",
            f"Check the network and {_AGAIN}. {_OFFLINE}",
        ),
    ),
    (
        r"DO NOT MATCH THE HASHES|BadZipFile|invalid wheel|Wheel '.*' located at .* is invalid",
        lambda *_: ("a package arrived damaged", f"Check the disk and the network, and {_AGAIN}."),
    ),
    (
        r"WinError 206|Errno 36|File name too long|enable long paths|Long Path support",
        lambda *_: (
            "a path is longer than this system allows",
            "Name a folder with a short path (--environment C:\\shotlog), or turn on long paths in "
            "Windows (LongPathsEnabled).",
        ),
    ),
    (
        r"WinError 32|being used by another process",
        lambda *_: (
            "a file of the environment is in use",
            f"Close DaVinci Resolve and every program of Shotlog, and {_AGAIN}.",
        ),
    ),
    (
        r"Permission denied|Errno 13|Access is denied|WinError 5\b|Read-only file system",
        lambda *_: (
            "this user may not write to the environment",
            "Give this user the right to write there, or name another place: --environment FOLDER.",
        ),
    ),
    (
        r"is not a supported wheel on this platform",
        lambda *_: (
            "the wheel is for another system or another Python",
            "Use a wheel that fits this Python and system.",
        ),
    ),
    (r"No matching distribution found for (\S+)", _no_wheel),
    (r"Could not find a version that satisfies the requirement (\S+)", _no_wheel),
    (
        r"(?:requires a different Python|Requires-Python)[^\n]*",
        lambda *_: (
            "a package does not support this Python",
            "Install with Python 3.11, 3.12 or 3.13.",
        ),
    ),
    (
        r"ResolutionImpossible|conflicting dependencies",
        lambda *_: (
            "the packages ask for versions of each other that do not fit",
            "Leave out --torch, or name a version of torch that Shotlog allows.",
        ),
    ),
)


def explain_pip(output: str, subject: str, log: Path) -> InstallError:
    """Return a failure of pip as a sentence with a remedy.

    Args:
        output: All that pip has printed.
        subject: What was to be installed.
        log: File that holds the output.
    """
    for pattern, words in _PATTERNS:
        if found := re.search(pattern, output):
            message, hint = words(found, output)
            return InstallError(subject, message, hint)
    last = [line for line in output.splitlines() if line.startswith("ERROR:")]
    return InstallError(
        subject,
        last[-1].removeprefix("ERROR:").strip().rstrip(".") if last else "pip failed",
        f"Run the same command again. If it remains, report it with the file {log}.",
    )
