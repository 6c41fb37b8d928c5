"""The marker family of timelines, timeline items and media-pool items."""

from typing import Any, Dict, Optional

from .handle import Api, api
from .palette import MARKER_COLOURS
from .session import Session


class Marker:
    """A marker: all that Resolve keeps of it."""

    def __init__(self, color: str, name: str, note: str, duration: int, custom: str = "") -> None:
        self.color = color
        self.name = name
        self.note = note
        self.duration = duration
        self.custom = custom

    def told(self) -> Dict[str, Any]:
        """Return it as ``GetMarkers`` does: a float duration, all else text."""
        return {
            "color": self.color,
            "duration": float(self.duration),
            "note": self.note,
            "name": self.name,
            "customData": self.custom,
        }

    def copy(self) -> "Marker":
        return Marker(self.color, self.name, self.note, self.duration, self.custom)


class Marked(Api):
    """An object that carries markers: one on a frame, by their frame."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.markers: Dict[int, Marker] = {}

    def admits(self, frame: int) -> bool:
        """Return whether a marker may stand on that frame."""
        return frame >= 0

    @api()
    def AddMarker(
        self, frame: Any, color: Any, name: Any, note: Any, duration: Any, custom: Any = ""
    ) -> bool:
        at = _whole(frame)
        if at is None or at in self.markers or not self.admits(at):
            return False
        if color not in MARKER_COLOURS or not _is_number(duration) or duration < 1:
            return False
        if not all(isinstance(each, str) for each in (name, note, custom)):
            return False
        self.markers[at] = Marker(color, name, note, int(duration), custom)
        return True

    @api()
    def GetMarkers(self) -> Dict[float, Dict[str, Any]]:
        return {float(at): self.markers[at].told() for at in sorted(self.markers)}

    def _first(self, custom: Any) -> Optional[int]:
        return next((at for at in sorted(self.markers) if self.markers[at].custom == custom), None)

    @api()
    def GetMarkerByCustomData(self, custom: Any) -> Dict[str, Any]:
        at = self._first(custom)
        return {} if at is None else self.markers[at].told()

    @api()
    def UpdateMarkerCustomData(self, frame: Any, custom: Any) -> bool:
        at = _whole(frame)
        if at not in self.markers or not isinstance(custom, str):
            return False
        self.markers[at].custom = custom
        return True

    @api()
    def GetMarkerCustomData(self, frame: Any) -> Optional[str]:
        at = _whole(frame)
        return self.markers[at].custom if at in self.markers else None

    @api()
    def DeleteMarkersByColor(self, color: Any) -> bool:
        self.session.violate(
            "%s.DeleteMarkersByColor(%r) deletes the editor's markers too" % (self.kind, color)
        )
        return False

    @api()
    def DeleteMarkerAtFrame(self, frame: Any) -> bool:
        at = _whole(frame)
        return at is not None and self.markers.pop(at, None) is not None

    @api()
    def DeleteMarkerByCustomData(self, custom: Any) -> bool:
        at = self._first(custom)
        return at is not None and self.markers.pop(at, None) is not None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _whole(frame: Any) -> Optional[int]:
    """Return a frame given as 96 or 96.0."""
    if not _is_number(frame) or frame != frame or frame in (float("inf"), float("-inf")):
        return None
    return int(frame) if int(frame) == frame else None
