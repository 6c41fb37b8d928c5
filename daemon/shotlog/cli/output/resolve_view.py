"""Output of ``shotlog resolve``, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shotlog._version import __version__
from shotlog.cli.output.consoles import SafeLine, lines, print_json, say
from shotlog_installer import CONSOLE, PlacedScripts, Placement, ResolveApp, Scripts

FREE = (
    "The free edition lists no Python scripts since version 21.1 (see About DaVinci Resolve). It "
    "has two other ways, with 'shotlog watch' in a terminal:",
    "  1. By file: export the timeline as OpenTimelineIO into the folder of 'shotlog watch', and "
    "import NAME.marked.otio, or NAME.markers.edl into your timeline.",
    "  2. By the Console: choose Lua in Workspace > Console and paste this line; again when the "
    "markers are prepared:",
)
"""The two ways of the free edition; the line for its Console follows."""


def console_line(handover: Path) -> str:
    """Return the line to paste into Resolve's Console."""
    return f"dofile([[{(handover / CONSOLE).as_posix()}]])"


def may_be_free(app: ResolveApp) -> bool:
    """Return True if a Resolve lists no Python scripts, or may be such a one."""
    return app.is_recent and app.edition != "Studio"


def placed_words(placed: PlacedScripts) -> str:
    """Describe scripts in a folder, in one line."""
    words = [f"version {placed.version or 'unknown'}"]
    if placed.version != __version__:
        words.append(f"this is {__version__}; to update them: shotlog resolve install")
    if placed.missing:
        words.append(f"{len(placed.missing)} files are missing")
    if placed.changed:
        words.append(f"{len(placed.changed)} files were changed")
    if not placed.can_start:
        words.append(f"their command is gone: {' '.join(placed.command) or 'none'}")
    return "; ".join(words)


def show_placement(done: Placement, apps: Sequence[ResolveApp], scripts: Scripts) -> None:
    """Print where scripts were placed, and what the user does next."""
    for folder in done.placed:
        say(SafeLine.assemble("placed for ", (folder.owner, "bold"), f": {folder.menu}"))
    for path in done.put_aside:
        say(f"your file is kept: {path}")
    if done.placed:
        say("restart DaVinci Resolve and open a project; then see Workspace > Scripts > Shotlog")
    elif not done.failed:
        say(_nothing())
    if any(may_be_free(app) for app in apps):
        say(lines(*FREE, f"     {console_line(scripts.handover)}"))
    for _, error in done.failed:
        what = SafeLine.assemble(("shotlog: ", "bold red"), f"{error.subject}: {error.message}")
        say(lines(what, SafeLine(error.hint, "dim")), stderr=True)


def _nothing() -> str:
    return (
        "no DaVinci Resolve was found on this machine, so nothing was placed; name its folder with:"
        " shotlog resolve install --scripts .../Fusion/Scripts"
    )


def show_paths(paths: Sequence[Path], as_json: bool) -> None:
    """Print the paths of a dry run."""
    if as_json:
        print_json({"paths": list(map(str, paths))})
    else:
        say(lines(*map(str, paths) if paths else [_nothing()]))


def placement_json(done: Placement, scripts: Scripts) -> dict[str, Any]:
    """Return where scripts were placed, for JSON."""
    placed = [str(folder.menu) for folder in done.placed]
    return {
        "words": f"placed in {len(placed)} folders" if placed or done.failed else _nothing(),
        "placed": placed,
        "failed": [
            {"folder": error.subject, "message": error.message, "hint": error.hint}
            for _, error in done.failed
        ],
        "put_aside": list(map(str, done.put_aside)),
        "console": console_line(scripts.handover),
    }


def app_json(app: ResolveApp) -> dict[str, Any]:
    """Return a Resolve, for JSON."""
    return {
        "path": str(app.path),
        "version": ".".join(map(str, app.version)) if app.version else None,
        "edition": app.edition,
        "app_store": app.sandboxed,
    }


def placed_json(placed: PlacedScripts) -> dict[str, Any]:
    """Return scripts in a folder, for JSON."""
    return {
        "folder": str(placed.folder.menu),
        "owner": placed.folder.owner,
        "version": placed.version,
        "command": list(placed.command),
        "missing": list(map(str, placed.missing)),
        "changed": list(map(str, placed.changed)),
        "can_start": placed.can_start,
    }
