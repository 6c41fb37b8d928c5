"""The verdict of quality control on a file: of a ``qc.json`` beside it, or of a check now."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from shotlog.delivery.qc import check_file, load_profile
from shotlog.delivery.upload.contract import SentFile
from shotlog.engine import RunProgress
from shotlog.media import content_id
from shotlog.schema import Model, Words

_NAMES: Final = ("{stem}.qc.json", "qc.json")
"""Names of files beside a film that may hold its verdict."""


class VerdictKind(StrEnum):
    """The end of quality control."""

    PASSED = "passed"
    FAILED = "failed"


class Verdict(Model):
    """The verdict on a file."""

    kind: VerdictKind
    """Passed or failed."""
    profile: str
    """The profile of checks."""
    source: str
    """The file that tells it; empty where it was checked now."""
    defects: tuple[Words, ...] = ()
    """Defects that keep it from passing."""

    @property
    def passed(self) -> bool:
        """True where the file passed."""
        return self.kind is VerdictKind.PASSED


def find_verdict(file: SentFile, profile: str, progress: RunProgress) -> Verdict:
    """Return the verdict on a file: the one that is beside it, else that of a check.

    A ``qc.json`` counts for the same content and the same profile alone.

    Raises:
        QualityProfileUnusable: There is no such profile.
        MediaError: The file cannot be read.
    """
    loaded, content = load_profile(profile), content_id(str(file.path))
    for name in _NAMES:
        beside = file.path.with_name(name.format(stem=file.path.stem))
        told = _read(beside)
        if told.get("profile") == loaded.name:
            for each in told.get("files") or ():
                if isinstance(each, dict) and each.get("content") == content:
                    return _verdict(each, loaded.name, beside.name)
    checked = check_file(file.path, loaded.checks, progress=progress)
    told = {**checked.model_dump(mode="json"), "passed": checked.passed}
    return _verdict(told, loaded.name, "")


def _verdict(told: dict[str, Any], profile: str, source: str) -> Verdict:
    kind = VerdictKind.PASSED if told.get("passed") is True else VerdictKind.FAILED
    defects = [
        str(each.get("message"))
        for each in told.get("defects") or ()
        if isinstance(each, dict) and each.get("severity") == "error"
    ]
    if isinstance(told.get("problem"), dict):
        defects.insert(0, str(told["problem"].get("message")))
    return Verdict(kind=kind, profile=profile, source=source, defects=tuple(defects))


def _read(path: Path) -> dict[str, Any]:
    """Return what a file tells; nothing where it is absent or no result of quality control."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
