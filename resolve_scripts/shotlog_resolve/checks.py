"""The doctor, as the menu shows it: the checks of ``shotlog doctor``, and facts of Resolve."""

import json
import os
import platform
import sys
from typing import Any, Dict, Iterator, List

from shotlog_resolve.calibration import CLIP, SOURCE, calibrate, known_space
from shotlog_resolve.commands import run_shotlog
from shotlog_resolve.context import Context
from shotlog_resolve.errors import ScriptError
from shotlog_resolve.host import Host

_MARKS = {"ok": "ok", "warning": "note", "problem": "PROBLEM", "skipped": "skipped"}

_FILE = "doctor.txt"

_SPACES = {SOURCE: "media", CLIP: "clip"}

_CAPABILITIES = (
    ("GetSelectedClips", "selected clips", "21.0.4"),
    ("GetMarkInOut", "an in-out range", "19"),
)
"""Methods of timelines that not every version has, what they serve, and the first that has them."""


def doctor(context: Context) -> str:
    """Check Shotlog and this Resolve; return what is wrong, and where all of it is written."""
    lines = [*_resolve_lines(context), "", *_own_lines(context)]
    path = os.path.join(context.folder, _FILE)
    with open(path, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write("\n".join(lines) + "\n")
    context.log("\n".join(lines))
    bad = [line for line in lines if line.startswith(_MARKS["problem"])]
    told = "\n".join(bad) or "Everything that Shotlog needs is in order."
    return f"{told}\n\n{context.host_text}\nAll checks: {path}"


def _resolve_lines(context: Context) -> List[str]:
    """Return a line for each fact about the Resolve that runs this script."""
    lines = []
    try:
        host = context.connect()
    except ScriptError as error:
        lines.append(f"{_MARKS['problem']}: {error}")
    else:
        lines += [f"ok: {context.host_text}", *_capabilities(host)]
        lines += _calibration(context, host)
    version = platform.python_version()
    lines.append(f"ok: this script runs in Python {version}, {sys.executable or 'inside Resolve'}")
    lines.append(f"ok: scripts of Shotlog {context.installation.version}, log {context.log.path}")
    if context.installation.sandboxed:
        handover = context.installation.handover
        lines.append(f"note: this Resolve is sandboxed; shotlog watch answers in {handover}")
    return lines


def _capabilities(host: Host) -> List[str]:
    """Return a line for each thing that versions of Resolve differ in."""
    lines = []
    try:
        timeline = host.timeline
    except ScriptError as error:
        return [f"note: {error}"]
    rate, start = timeline.GetSetting("timelineFrameRate"), timeline.GetStartTimecode()
    lines.append(f"ok: timeline '{timeline.GetName()}', {rate} frames a second, from {start}")
    for name, what, since in _CAPABILITIES:
        has = Host.has(timeline, name)
        unable = f"note: {what} cannot be analysed; that needs Resolve {since}"
        lines.append(f"ok: {what} can be analysed" if has else unable)
    return lines


def _calibration(context: Context, host: Host) -> Iterator[str]:
    """Yield a line about markers on clips, where the user wants them; test them if need be."""
    space = known_space(context.folder, host.version_text)
    try:
        code, told = run_shotlog(context.installation, "config", "get", "markers.on")
        if code or told.strip() != "clips":
            return
        space = space or calibrate(host, context.folder)
    except ScriptError as error:
        yield f"note: {error}"
    else:
        yield f"ok: markers on clips are counted from the first frame of the {_SPACES[space]}"


def _own_lines(context: Context) -> List[str]:
    """Return a line for each check of ``shotlog doctor``."""
    code, told = 0, ""
    try:
        with context.dialogs.progress("Shotlog checks this machine.", context.folder) as progress:
            code, told = run_shotlog(
                context.installation,
                "doctor",
                "--json",
                is_cancelled=lambda: progress.is_cancelled,
            )
        checks: List[Dict[str, Any]] = json.loads(told)
        return [line for check in checks for line in _lines(check)]
    except ScriptError as error:
        return [f"{_MARKS['warning' if context.installation.sandboxed else 'problem']}: {error}"]
    except (ValueError, TypeError, KeyError):
        return [f"{_MARKS['problem']}: shotlog doctor ended with code {code}: {told[:500]}"]


def _lines(check: Dict[str, Any]) -> List[str]:
    mark = _MARKS.get(str(check["state"]), str(check["state"]))
    remedy = f" {check['remedy']}" if check.get("remedy") else ""
    return [f"{mark}: {check['words']}{'.' if remedy else ''}{remedy}"]
