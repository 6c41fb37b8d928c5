"""A whole session, for ``docs/bridge.md``: what a caller sends, and what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from shotlog.bridge import LINE_BYTES
from shotlog.bridge import replies as tell
from shotlog.bridge import requests as ask
from shotlog.bridge import result_models as forms
from shotlog.markers import custom_data
from shotlog.service.protocol import JobState

_JOB = "5f0c6a3e9d1b4c7f8a2e3d4c5b6a7988"

_HELLO = '{"id": 1, "type": "hello", "bridge": 1, "client": "Resolve menu"}'
_ANALYZE = """\
{"id": 2, "type": "analyze", "edit": {"name": "Reel 1", "rate": [24000, 1001], "start": 86400,
 "clips": [{"id": "V1/0", "name": "A001_C003", "media": "/footage/A001_C003.mov", "rate": "25",
            "source_in": 240, "source_out": 290, "timeline_in": 0, "timeline_out": 48}]}}"""
_PAUSE = '{"id": 3, "type": "pause", "batch": true}'
_END = '{"id": 4, "type": "shutdown_bridge"}'

_SHOT = forms.ShotSummary(
    id="8f2b7c1d90aa34e5",
    timeline_in=0,
    timeline_out=48,
    source_in=240,
    source_out=290,
    size="MS",
    size_confidence=0.87,
    size_scores={"MS": 0.87, "FS": 0.09, "CS": 0.04},
    move="pan_left",
    move_confidence=0.91,
    move_scores={"pan_left": 0.91, "static": 0.09},
    moves=(),
    highlights=(),
)
_NAME = "MS · pan_left"
_NOTE = "Size: Medium Shot 87 %, Full Shot 9 %\nMove: Pan Left 91 %, Static 9 %"
_ID = "1c9f0b7e2d4a6583"
_MARKER = forms.ReadyMarker(
    frame=0,
    duration=48,
    name=_NAME,
    note=_NOTE,
    colour="Cyan",
    custom_data=custom_data(_ID, "shot", 0, colour="Cyan", duration=48, name=_NAME, note=_NOTE),
    marker=_ID,
    family="shot",
    clip="V1/0",
    facts={"size.label": "MS", "size.confidence": 0.87},
)
_FOUND = forms.EditSummary(
    timeline="Reel 1",
    rate=Fraction(24000, 1001),
    clips=(forms.ClipSummary(id="V1/0", name="A001_C003", rate=Fraction(25), shots=(_SHOT,)),),
    highlights=(),
    markers=(_MARKER,),
    problems=(),
    warnings=(),
)


def session() -> Iterator[tuple[str, tuple[tell.Reply | tell.Event, ...]]]:
    """Each request as its line, broken for reading, and what is told before the next one."""
    welcome = tell.Welcome(
        id=1, bridge=ask.BRIDGE, version="0.1.0", capabilities=ask.CAPABILITIES,
        line_bytes=LINE_BYTES, pid=4711,
    )  # fmt: skip
    yield _HELLO, (welcome,)
    accepted = tell.Accepted(id=2, job=_JOB, name="Reel 1", state=JobState.QUEUED, clips=1)
    running = tell.StateEvent(id=2, job=_JOB, state=JobState.RUNNING, attempts=1)
    yield _ANALYZE, (accepted, running)
    looking = tell.JobProgress(
        id=2, job=_JOB, stage="Pictures", done=1.2, total=2, unit="s of film"
    )
    yield _PAUSE, (tell.Acknowledged(id=3), looking, tell.DoneEvent(id=2, job=_JOB, found=_FOUND))
    yield _END, (tell.Acknowledged(id=4),)
