"""Projects of OpenShot that were read: their timeline, and their content with other markers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from shotlog.markers import NAME_LIMIT, NOTE_LIMIT, MarkerOptions, clean, colour_in
from shotlog.schema import Marker, TimelineUnreadable
from shotlog_otio.documents import BOM, MAX_BYTES, read_whole
from shotlog_otio.formats import SourceFile, moved_to_timeline
from shotlog_otio.markers import MarkerChanges, PlacedText, Target
from shotlog_otio.openshot.markers import TIMELINE, MarkerList
from shotlog_otio.openshot.tree import LayerReader, rate_of
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.timeline import (
    Reading,
    SequenceInfo,
    TimelineTree,
    choose_sequence,
    stack_of,
)


class OpenShotFile(SourceFile):
    """A project of OpenShot.

    Args:
        path: The file.
        options: The places of media.

    Raises:
        TimelineMissing: as do the other errors of :meth:`PatchedFormat.load`.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.path = path
        self.raw = read_whole(path, MAX_BYTES)
        text, content = _parsed(self.raw, path)
        rate = rate_of(content.get("fps"))
        if rate is None:
            raise TimelineUnreadable(
                str(path),
                f"it tells no usable frame rate ({json.dumps(content.get('fps'))[:60]})",
                "Open it in OpenShot, choose a profile and save it again.",
            )
        self._rate = rate
        self._markers = MarkerList(text, content, rate)
        reader = LayerReader(path, rate, options.relinks)
        tracks = reader.tracks(_list(content, "clips"), _list(content, "layers"))
        root = stack_of(tracks, name=path.stem, markers=tuple(self._markers.found()))
        length = round(root.retiming.length * rate)
        choose_sequence([SequenceInfo(path.stem, rate, length)], options.sequence, str(path))
        self._tree = TimelineTree(name=path.stem, rate=rate, root=root, pictures_sound=True)

    @property
    def tree(self) -> TimelineTree:
        """The timeline."""
        return self._tree

    def place(
        self, markers: Sequence[Marker], reading: Reading, on: Target, options: MarkerOptions
    ) -> tuple[list[PlacedText], tuple[str, ...]]:
        """Return markers as OpenShot has them, all on the timeline: its clips have none."""
        del reading
        if self._markers.damaged:
            raise TimelineUnreadable(
                str(self.path),
                "no marker can be put into it: what stands in the place of its markers is no list",
                "Open it in OpenShot, save it and run again.",
            )
        placed = [self._placed(marker, options) for marker in markers]
        unseen = ("OpenShot shows no texts of markers; theirs are in the file alone",)
        return placed, (unseen if markers else ()) + moved_to_timeline(markers, on, "OpenShot")

    def _placed(self, marker: Marker, options: MarkerOptions) -> PlacedText:
        colour = colour_in("openshot", options.colour("openshot", marker.family) or marker.family)
        return PlacedText(
            marker,
            TIMELINE,
            start=Fraction(marker.frame) / marker.rate,
            duration=Fraction(marker.duration) / marker.rate,
            rate=self._rate,
            name=clean(marker.name, NAME_LIMIT),
            note=clean(marker.note, NOTE_LIMIT),
            colour=str(colour),
        )

    def apply(self, changes: MarkerChanges) -> bytes:
        """Return the content of the file with other markers."""
        bom = BOM if self.raw.startswith(BOM) else b""
        return bom + self._markers.patched(changes).encode()


def _parsed(raw: bytes, path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = raw.removeprefix(BOM).decode()
        content = json.loads(text)
    except UnicodeDecodeError as error:
        raise TimelineUnreadable(str(path), "it is not text in UTF-8") from error
    except RecursionError as error:
        raise TimelineUnreadable(str(path), "it is nested too deeply to be an edit") from error
    except json.JSONDecodeError as error:
        reason = f"it is no JSON: {error.msg.lower()} in line {error.lineno}"
        raise TimelineUnreadable(str(path), reason) from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise TimelineUnreadable(str(path), f"it is damaged ({error})") from error
    if not isinstance(content, dict):
        raise TimelineUnreadable(str(path), "it is JSON, but no project of OpenShot")
    return text, content


def _list(content: dict[str, Any], key: str) -> list[Any]:
    listed = content.get(key)
    return listed if isinstance(listed, list) else []
