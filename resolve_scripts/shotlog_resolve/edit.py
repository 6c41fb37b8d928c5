"""The open timeline, as the bridge wants it told."""

from fractions import Fraction
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

TIMELINE, RANGE, SELECTION, CLIP = "timeline", "range", "selection", "clip"
"""Scopes: everything, between in and out mark, the selected clips, the clip at the playhead."""


class Skipped(NamedTuple):
    """A clip that is not analysed.

    Attributes:
        name: Its name.
        place: Its place: ``V2 at 01:00:10:00``.
        reason: Why not, as the end of a sentence: ``it is switched off``.
    """

    name: str
    place: str
    reason: str


class Edit:
    """A timeline, or a part of it.

    Attributes:
        plain: The ``edit`` of the bridge's ``analyze`` request.
        items: The timeline item of each clip of ``plain``, by the clip's id.
        skipped: Clips in the scope that are not in ``plain``.
        warnings: A sentence for each assumption.
        rate: Frames per second of the timeline.
        start: Frame number of its first frame, by its start timecode.
        length: Its length in frames.
        within: First frame and end of the scope, from the timeline's first frame; None where the
            scope is no range of time.
        project_id: Unique id of the project.
        timeline_id: Unique id of the timeline.
        timeline_name: Its name.
    """

    def __init__(self, rate: Fraction, start: int, length: int) -> None:
        self.rate = rate
        self.start = start
        self.length = length
        self.plain: Dict[str, Any] = {}
        self.items: Dict[str, Any] = {}
        self.skipped: List[Skipped] = []
        self.warnings: List[str] = []
        self.within: Optional[Tuple[int, int]] = None
        self.project_id = self.timeline_id = self.timeline_name = ""
