"""From the open timeline to its findings: what every entry that analyses does."""

import os
import uuid
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from shotlog_resolve.bridge import Bridge
from shotlog_resolve.context import Context
from shotlog_resolve.edit import Edit, read_edit
from shotlog_resolve.errors import sentence
from shotlog_resolve.folder_route import FolderRoute
from shotlog_resolve.host import Host, Identity
from shotlog_resolve.locks import is_asked_to_stop
from shotlog_resolve.rates import timecode_of
from shotlog_resolve.settings import Settings, read_settings
from shotlog_resolve.summary import Left, counted, left_sentences
from shotlog_resolve.tags import track_of

_SHOWN = 8
"""Number of sentences that a dialog shows; the log has all of them."""


class Analysis(NamedTuple):
    """An analysed timeline.

    Attributes:
        host: Resolve, with fresh handles of the project and the timeline.
        timeline: The timeline.
        identity: Ids of its project and of itself.
        edit: The timeline as it was read.
        found: Its findings, as the bridge gives them.
        settings: The settings in force.
        job: Id of the analysis, for its report.
    """

    host: Host
    timeline: Any
    identity: Identity
    edit: Edit
    found: Dict[str, Any]
    settings: Settings
    job: str


def analyse_edit(context: Context, scope: str) -> Analysis:
    """Read a part of the open timeline and have it analysed.

    Raises:
        ScriptError: There is nothing to analyse, the analysis failed, or the timeline is not there
            any more.
    """
    host = context.connect()
    identity = host.identity()
    with open_bridge(context) as bridge:
        settings = read_settings(bridge)
        edit = read_edit(host, scope, settings.disabled, _exports(context))
        context.log(f"'{edit.timeline_name}', {scope}: {len(edit.plain['clips'])} clips")
        found, job = _look(context, bridge, edit)
    return Analysis(host, host.still(identity), identity, edit, found, settings, job)


def open_bridge(context: Context) -> Any:
    """Return the way to Shotlog from here, a context manager.

    Resolve of the App Store may start no other program; there, ``shotlog watch`` answers through
    the hand-over folder.
    """
    installation = context.installation
    if installation.sandboxed:
        return FolderRoute(installation.handover, context.log)
    return Bridge(list(installation.command), context.log)


def _exports(context: Context) -> Optional[str]:
    """Return the folder for temporary exports; None for the system's."""
    return context.installation.handover if context.installation.sandboxed else None


def _look(context: Context, bridge: Any, edit: Edit) -> Tuple[Dict[str, Any], str]:
    """Have the edit analysed, with progress; return the findings and the id of the job."""
    job = uuid.uuid4().hex
    clips = counted(len(edit.plain["clips"]), "clip", "clips")
    text = f"Shotlog looks at {clips} of '{edit.timeline_name}'."
    parent = os.getppid()
    with context.dialogs.progress(text, context.folder) as progress:

        def is_cancelled() -> bool:
            # A script is a process of Resolve; where that has ended, the result has no use.
            orphaned = os.getppid() != parent
            return orphaned or progress.is_cancelled or is_asked_to_stop(context.folder)

        def on_progress(told: Dict[str, Any]) -> None:
            progress.update(told["stage"], told["done"], told["total"], told["unit"])

        found = bridge.analyse(edit.plain, {"job": job}, on_progress, is_cancelled)
    return found, job


def sentences_on_clips(edit: Edit, found: Dict[str, Any]) -> List[str]:
    """Return a sentence for each reason why clips were not analysed, then the assumptions."""
    clips = {clip["id"]: clip for clip in edit.plain["clips"]}
    left = [Left(*each) for each in edit.skipped]
    for problem in found["problems"]:
        clip = clips.get(problem.get("clip"))
        place = (
            f"{track_of(clip['id'])} at {timecode_at(edit, clip['timeline_in'])}" if clip else ""
        )
        reason = f"{problem['message']}. {problem['hint']}".rstrip(". ")
        left.append(Left(str(clip["name"] if clip else problem["subject"]), place, reason))
    warnings = [sentence(str(each)) for each in [*edit.warnings, *found["warnings"]]]
    return [*left_sentences(left, "clip", "clips"), *warnings]


def timecode_at(edit: Edit, frame: int) -> str:
    """Return the timecode of a frame of the timeline, which is counted from its first."""
    return timecode_of(edit.start + frame, edit.rate, edit.drop_frame)


def tell_all(context: Context, *sentences: str) -> str:
    """Return the sentences for the user; of many only the first, and the log has the others."""
    told = [f"{text[:1].upper()}{text[1:]}" for text in sentences if text]
    shown, rest = told[:_SHOWN], told[_SHOWN:]
    for text in rest:
        context.log(text)
    if rest:
        shown.append(f"{len(rest):,} more remarks are in the log: {context.log.path}")
    return "\n".join(shown)
