"""What pip prints is told in one sentence, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog_installer import explain_pip, progress_text

NETWORK = """\
WARNING: Retrying (Retry(total=0, ...)) after connection broken by 'NewConnectionError(...): \
Failed to establish a new connection: [Errno -3] Temporary failure in name resolution'
ERROR: Could not find a version that satisfies the requirement torch==2.13.0 (from versions: none)
ERROR: No matching distribution found for torch==2.13.0
"""
OFFLINE = """\
$ python -m pip install --no-index --find-links wheels torch==2.13.0
ERROR: Could not find a version that satisfies the requirement scipy<2 (from versions: none)
ERROR: No matching distribution found for scipy<2
"""


@pytest.mark.parametrize(
    ("output", "message", "hint"),
    [
        (NETWORK, "no connection to the index", "--offline FOLDER"),
        (OFFLINE, "has none of scipy", "pip download"),
        ("ERROR: No matching distribution found for torch==9", "no torch==9", "--torch VERSION"),
        ("OSError: [Errno 28] No space left on device", "disk is full", "continues where"),
        ("ProxyError: 407 Proxy Authentication Required", "proxy refuses", "HTTPS_PROXY"),
        ("SSL: CERTIFICATE_VERIFY_FAILED", "not trusted", "PIP_CERT"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "damaged", "Check the disk"),
        ("[WinError 206] The filename or extension is too long", "longer", "--environment"),
        ("PermissionError: [WinError 32] used by another process", "in use", "Close DaVinci"),
        ("[Errno 13] Permission denied: '/opt/x'", "may not write", "--environment FOLDER"),
        ("ERROR: x-cp312.whl is not a supported wheel on this platform.", "another system", "fits"),
        ("ERROR: something new", "something new", "report it with the file install.log"),
        ("", "pip failed", "report it with the file install.log"),
    ],
)  # fmt: skip
def test_each_failure_has_its_sentence(output: str, message: str, hint: str) -> None:
    error = explain_pip(output, "torch", Path("install.log"))
    assert message in error.message
    assert hint in error.hint
    assert "\n" not in error.message


def test_the_progress_of_a_download_is_told_in_megabytes() -> None:
    assert progress_text("Progress 80000000 of 192000000\n") == "80 MB of 192 MB"
    assert progress_text("Progress 0 of 2600000000") == "0 bytes of 2.6 GB"
    assert progress_text("Collecting torch==2.13.0") is None
