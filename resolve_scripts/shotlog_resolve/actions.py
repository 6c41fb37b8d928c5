"""One function for each entry of the menu; each returns the sentences that it tells the user."""

import os
from typing import Any, Callable, Dict, Iterator, List, Optional

from shotlog_resolve.analysis import (
    Analysis,
    analyse_edit,
    open_bridge,
    sentences_on_clips,
    tell_all,
    timecode_at,
)
from shotlog_resolve.calibration import known_space
from shotlog_resolve.checks import doctor
from shotlog_resolve.clip_markers import clear_clips, mark_clips
from shotlog_resolve.commands import run_shotlog
from shotlog_resolve.context import Context
from shotlog_resolve.edit import Edit
from shotlog_resolve.errors import ScriptError
from shotlog_resolve.highlights import make_highlights
from shotlog_resolve.host import Host, Identity
from shotlog_resolve.journal import JOB, ON_CLIPS
from shotlog_resolve.labels import add_keywords, clear_colours, clear_keywords, colour_clips
from shotlog_resolve.markers import Span, apply_markers, count_copies, remove_markers
from shotlog_resolve.reports import MarkerReport
from shotlog_resolve.scope import CLIP, RANGE, SELECTION, TIMELINE
from shotlog_resolve.summary import (
    Left,
    counted,
    left_sentences,
    marker_sentence,
    removal_sentence,
)
from shotlog_resolve.system import open_file, start_program, uninterrupted
from shotlog_resolve.tags import track_of

_REPORT = "report.html"

_UNTESTED = (
    "They are on the timeline: run Shotlog > Doctor once, which tests what this DaVinci Resolve"
    " counts the frames of markers on clips from."
)

_CHANGED = (
    "The timeline was edited while Shotlog looked at it, so markers may stand beside their shots:"
    " run the entry again, which takes seconds."
)

_EDITOR_S = 20.0
"""Seconds after which an editor that was started is taken to be open."""


def analyse(context: Context, scope: str) -> str:
    """Analyse a part of the open timeline, and write what was found as markers."""
    done = analyse_edit(context, scope)
    adopt = _ask_about_copies(context, done.timeline, done.identity)
    space = known_space(context.folder, done.host.version_text) if done.settings.on_clips else None
    with uninterrupted():
        report = _mark(context, done, scope, space, adopt)
    context.journal.record(done.identity, JOB, done.job)
    skipped = [Left(m.name, timecode_at(done.edit, m.frame), m.reason) for m in report.skipped]
    return tell_all(
        context,
        marker_sentence(report),
        _UNTESTED if done.settings.on_clips and space is None else "",
        _CHANGED if _length(done.timeline) != done.edit.length else "",
        *_label(context, done),
        *left_sentences(skipped, "marker", "markers"),
        *sentences_on_clips(done.edit, done.found),
    )


def _mark(
    context: Context, done: Analysis, scope: str, space: Optional[str], adopt: bool
) -> MarkerReport:
    """Write the markers: all on the timeline, or those of clips on these, in a tested space."""
    found: List[Dict[str, Any]] = done.found["markers"]
    report = apply_markers(
        done.timeline,
        done.identity,
        [marker for marker in found if space is None or not marker.get("clip")],
        _length(done.timeline),
        done.settings.policy,
        context.journal,
        within=_within(done.edit, scope),
        adopt=adopt,
    )
    if space is not None:
        context.journal.record(done.identity, ON_CLIPS, True)
        policy, whole = done.settings.policy, scope != RANGE
        report.add(mark_clips(done.edit, found, done.identity, policy, space, whole))
    elif scope == TIMELINE and context.journal.get(done.identity, ON_CLIPS):
        clear_clips(_all_items(done.timeline), done.identity)
        context.journal.record(done.identity, ON_CLIPS, False)
    return report


def remove(context: Context) -> str:
    """Remove our markers and labels from the open timeline."""
    host = context.connect()
    identity, timeline = host.identity(), host.timeline
    adopt = _ask_about_copies(context, timeline, identity)
    items = _all_items(timeline)
    with uninterrupted():
        report = remove_markers(timeline, identity, context.journal, adopt)
        report.add(clear_clips(items, identity, adopt))
        context.journal.record(identity, ON_CLIPS, False)
        coloured = clear_colours(items, identity, context.journal)
        keyworded = clear_keywords(items, identity, context.journal)
    colours = counted(coloured, "clip colour", "clip colours")
    files = counted(keyworded, "media file", "media files")
    return tell_all(
        context,
        removal_sentence(report),
        f"{colours} taken back." if colours else "",
        f"{files} freed of our keywords." if files else "",
    )


def import_highlights(context: Context) -> str:
    """Make a new timeline of the best highlights of the open one."""
    done = analyse_edit(context, TIMELINE)
    report = make_highlights(done.host, done.edit, done.found, done.settings.highlights)
    context.journal.record(done.identity, JOB, done.job)
    highlights = counted(report.highlights, "highlight", "highlights") or "No highlight"
    clips = counted(report.clips, "clip", "clips") or "no clip"
    retimed = counted(report.normal_speed, "clip runs", "clips run")
    return tell_all(
        context,
        f"{highlights} in {clips} of the new timeline '{report.name}'.",
        f"{retimed} at normal speed there, as scripts cannot set it." if retimed else "",
        "" if report.has_rate else "It has the frame rate of the project, not that of the edit.",
        *left_sentences(report.left, "part", "parts"),
    )


def open_report(context: Context) -> str:
    """Open the report on the last analysis of the open timeline in the browser."""
    host = context.connect()
    identity = host.identity()
    job = context.journal.get(identity, JOB)
    if not job:
        raise ScriptError(
            f"The timeline '{host.timeline.GetName()}' was not analysed yet.",
            "Run Shotlog > Analyse timeline first.",
        )
    path = os.path.join(context.folder, _REPORT)
    with open_bridge(context) as bridge:
        bridge.request("report", job=job, path=path)
    if open_file(path):
        context.log(f"Report: {path}")
        return ""
    return f"The report is at {path}."


def open_settings(context: Context) -> str:
    """Open the file of the settings in an editor of texts; a new one names every setting."""
    code, told = run_shotlog(context.installation, "config", "path")
    path = told.splitlines()[-1].strip() if told else ""
    if code or not path:
        raise ScriptError(f"The file of the settings is not known: {told}")
    context.log(f"Settings: {path}")
    if start_program([*context.installation.command, "config", "edit"], _EDITOR_S):
        return ""
    return f"No program opens the settings; they are in {path}."


ACTIONS: Dict[str, Callable[[Context], str]] = {
    "analyse-timeline": lambda context: analyse(context, TIMELINE),
    "analyse-range": lambda context: analyse(context, RANGE),
    "analyse-selection": lambda context: analyse(context, SELECTION),
    "analyse-clip": lambda context: analyse(context, CLIP),
    "remove-markers": remove,
    "import-highlights": import_highlights,
    "open-report": open_report,
    "settings": open_settings,
    "doctor": doctor,
}
"""The function of each action."""

NEED_LOCK = {
    "analyse-timeline", "analyse-range", "analyse-selection", "analyse-clip",
    "remove-markers", "import-highlights",
}  # fmt: skip
"""Actions that write into the project: one at a time."""


def _ask_about_copies(context: Context, timeline: Any, identity: Identity) -> bool:
    """Ask what becomes of our markers that came with the copy of a timeline, if there are any."""
    copies = count_copies(timeline, identity)
    if not copies:
        return False
    markers = counted(copies, "marker", "markers")
    question = (
        f"This timeline is a copy: {markers} of Shotlog on it came from another one."
        " Shall Shotlog replace them like its own?"
    )
    return context.dialogs.ask(question, "Replace them", "Leave them")


def _length(timeline: Any) -> int:
    return int(timeline.GetEndFrame()) - int(timeline.GetStartFrame())


def _within(edit: Edit, scope: str) -> Optional[List[Span]]:
    """Return where our markers are replaced; None for the whole timeline."""
    if scope == TIMELINE:
        return None
    if scope == RANGE:
        return [Span(*span) for span in edit.spans or ()]
    clips = edit.plain["clips"]
    return [Span(c["timeline_in"], c["timeline_out"], track_of(c["id"])) for c in clips]


def _label(context: Context, done: Analysis) -> Iterator[str]:
    """Set the labels that the user wants, and yield a sentence about each kind."""
    labelled = done.edit, done.found, done.identity, context.journal
    if done.settings.clip_colours:
        clips, left = colour_clips(*labelled)
        kept = counted(left, "keeps its own colour", "keep their own colour")
        yield f"{counted(clips, 'clip', 'clips') or 'No clip'} coloured by shot size{_and(kept)}."
    if done.settings.keywords:
        media, left = add_keywords(*labelled)
        refused = counted(left, "took none")
        files = counted(media, "media file", "media files") or "No media file"
        yield f"{files} given keywords{_and(refused)}."


def _and(part: str) -> str:
    return f"; {part}" if part else ""


def _all_items(timeline: Any) -> List[Any]:
    tracks = range(1, int(timeline.GetTrackCount("video") or 0) + 1)
    return [
        item for track in tracks for item in Host.items(timeline.GetItemListInTrack("video", track))
    ]
