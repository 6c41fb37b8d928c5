"""The demo's timeline, and logs of it that are right by construction."""

from __future__ import annotations

from pathlib import Path

from shotlog.demo import RATE, Film, demo_timeline
from shotlog.schema import (
    ClipRange,
    Cut,
    Edit,
    Family,
    Finding,
    Log,
    LoggedShot,
    Provenance,
    Shot,
    Tier,
    TimeRange,
)
from shotlog_otio import read_edit

FILM = Path("shotlog-demo.mp4")
TRUTH = Film().truth
WHO = Provenance(analyzer="test.oracle", version="1", tier=Tier.BUILTIN)


def demo_edit(folder: Path) -> Edit:
    """Return the demo's timeline, written to a folder and read back."""
    path = folder / "demo.otio"
    path.write_bytes(demo_timeline(TRUTH, FILM.name))
    return read_edit(path)


def finding(family: Family, label: str, clip: ClipRange, source: TimeRange) -> Finding:
    return Finding(
        family=family,
        label=label,
        scores={label: 0.9},
        confidence=0.9,
        source=source,
        timeline=clip.time_map.range_to_timeline(source),
        provenance=WHO,
    )


def oracle(edit: Edit, change: dict[str, str] | None = None, *, cuts: bool = True) -> Log:
    """Return a log that holds the truth, except for labels that ``change`` renames."""
    change = change or {}
    shots, found = [], {}
    for clip in edit.clips:
        if clip.media is None or Path(clip.media.path).name != FILM.name:
            continue
        for true in TRUTH.shots:
            if source := true.range.intersection(clip.source):
                labels = (Family.SIZE, true.size), (Family.MOVE, true.move)
                shot = Shot(
                    id=true.name,
                    clip=clip.id,
                    source=source,
                    core=source,
                    timeline=clip.time_map.range_to_timeline(source),
                )
                said = tuple(finding(f, change.get(x, x), clip, source) for f, x in labels)
                shots.append(
                    LoggedShot(shot=shot, clip_name=clip.name, content_id="film", findings=said)
                )
        inside = (c for c in TRUTH.cuts if clip.source.start < c.frame / RATE < clip.source.end)
        found[clip.id] = tuple(
            Cut(at=c.frame / RATE, kind=c.kind, span=c.span, confidence=1.0) for c in inside if cuts
        )
    return Log(edit=edit, shots=tuple(shots), cuts=found)
