"""In and out points of timelines and media."""

from typing import Any, Dict


def told_marks(marks: Dict[str, Dict[str, int]]) -> Dict[str, Dict[str, int]]:
    """Return in and out points as scripts get them: nothing of what is not set."""
    return {kind: dict(both) for kind, both in marks.items() if both}


def set_marks(marks: Dict[str, Dict[str, int]], first: Any, last: Any, kind: Any) -> bool:
    """Set in and out points, relative to the start."""
    if kind not in ("all", "video", "audio") or not 0 <= first <= last:
        return False
    for each in ("video", "audio") if kind == "all" else (kind,):
        marks[each] = {"in": int(first), "out": int(last)}
    return True


def clear_marks(marks: Dict[str, Dict[str, int]], kind: Any) -> bool:
    """Remove in and out points."""
    if kind not in ("all", "video", "audio"):
        return False
    for each in ("video", "audio") if kind == "all" else (kind,):
        marks.pop(each, None)
    return True
