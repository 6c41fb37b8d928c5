"""Premiere Pro."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from shotlog.schema import TimeRange
from shotlog_otio.dialects.contract import Dialect, Retiming

_BACKWARDS = (
    "it runs backwards in Premiere, which writes the start of such clips in more than one way"
    " (OpenTimelineIO issue 1890); check that the right frames were looked at"
)

_DISPLAY_FORMATS = MappingProxyType({"102": True, "103": False, "106": True, "107": False})
"""Values of ``MZ.Sequence.VideoTimeDisplayFormat`` at 29.97 and 59.94 frames per second:
``TIMEDISPLAY_...`` in ``PPro_API_Constants.jsx`` of Adobe's CEP samples. The other values stand for
other rates or for no timecode."""

_TIMECODE_FORMATS = MappingProxyType({"videotimedisplayformat": _DISPLAY_FORMATS})


@dataclass(frozen=True)
class PremiereDialect(Dialect):
    """The conventions of Premiere Pro's own OpenTimelineIO export."""

    name: str = "premiere"
    timecode_formats: Mapping[str, Mapping[str, bool]] = field(
        default_factory=lambda: _TIMECODE_FORMATS
    )

    def detect(self, metadata: Mapping[str, Any]) -> bool:
        """Return whether the metadata hold the key of Premiere Pro's exporter."""
        # Not fcp_xml: Premiere's FCP 7 XML comes through an adapter that retimes by the standard.
        return "PremierePro_OTIO" in metadata

    def retime(self, own: TimeRange, speed: Fraction) -> Retiming:
        """Return the relation between an item's content and its place in its parent.

        Premiere Pro writes the duration of the content that is shown; the item takes
        ``duration / |speed|`` on the timeline.
        """
        if not speed:  # a freeze frame shows no stretch of content, so the duration is its own
            return super().retime(own, speed)
        return Retiming(own, own.duration / abs(speed), speed)

    def retime_warnings(self, speed: Fraction) -> tuple[str, ...]:
        """Return a warning for an item that runs backwards."""
        return (_BACKWARDS,) if speed < 0 else ()
