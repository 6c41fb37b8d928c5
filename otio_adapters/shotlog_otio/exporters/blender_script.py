"""A script that adds markers to Blender's timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from shotlog.markers import TextLimits
from shotlog.schema import Edit
from shotlog_otio.exporters.contract import Exporter
from shotlog_otio.exporters.fitting import Crowd, ExportMarker, Fitted, count
from shotlog_otio.exporters.texts import one_line, title_of

_NAME_BYTES = 63
"""Longest name of a marker: Blender has 64 bytes of UTF-8, of which one ends it."""

_CUT = "…"

_SCRIPT = '''\
# Markers of one timeline for Blender. Written by Shotlog.
# In the workspace Scripting: Text > Open, then Text > Run Script. Or from a command line:
# blender --background PROJECT.blend --python THIS_FILE --python-expr "import bpy; \
bpy.ops.wm.save_mainfile()"

import json

import bpy

TIMELINE = @TIMELINE@
RATE = @RATE@  # frames per second, as a fraction
MARKERS = [  # frame from the first one of the timeline, name
@MARKERS@]

WRITTEN = "shotlog_markers"  # custom property of the scene: what an earlier run wrote


def add_markers(scene):
    """Replace the markers of an earlier run; leave those that were moved or renamed since."""
    here = scene.timeline_markers
    written = {(frame, name) for frame, name in json.loads(scene.get(WRITTEN, "[]"))}
    changed = written - {(marker.frame, marker.name) for marker in here}
    for marker in list(here):
        if (marker.frame, marker.name) in written and marker.camera is None:
            here.remove(marker)
    wanted = [(scene.frame_start + frame, name) for frame, name in MARKERS]
    kept = {(marker.frame, marker.name) for marker in here}
    new = [marker for marker in wanted if marker not in changed and marker not in kept]
    for frame, name in new:
        here.new(name, frame=frame).select = False
    scene[WRITTEN] = json.dumps(sorted({*new, *changed, *(written & kept)}))
    print(f"Shotlog: {len(new)} markers added")


def check_rate(render):
    """Stop where a marker would come to another moment than in the timeline."""
    rate, wanted = render.fps / render.fps_base, RATE[0] / RATE[1]
    if abs(rate - wanted) > 0.005:
        raise RuntimeError(
            f"The scene has {rate:.3f} frames per second, the timeline {TIMELINE} {wanted:.3f}."
            " Set Output Properties > Format > Frame Rate, and run this script again."
        )


check_rate(bpy.context.scene.render)
add_markers(bpy.context.scene)
'''


class BlenderExporter(Exporter):
    """A script that adds the markers to the scene when Blender runs it.

    Blender has no import of markers. A marker there has a frame and a name: no note, colour or
    length. The timeline's first frame is the scene's start frame. Run again, the script replaces
    what it wrote before, which it keeps in a custom property of the scene.
    """

    name: ClassVar[str] = "blender"
    suffix: ClassVar[str] = ".py"
    description: ClassVar[str] = "a script of markers for Blender"
    imported: ClassVar[str] = "Blender: workspace Scripting, Text > Open, then Text > Run Script"
    limits: ClassVar[TextLimits] = TextLimits(name=_NAME_BYTES - len(_CUT.encode()) + 1)
    crowd: ClassVar[Crowd] = Crowd.MERGE  # names on one frame would be drawn over each other

    def fit(self, markers: Sequence[ExportMarker], edit: Edit) -> Fitted:
        """Return the markers, with names that Blender does not shorten."""
        fitted = super().fit(markers, edit)
        named = [replace(marker, name=_cut(title_of(marker))) for marker in fitted.markers]
        cut = sum(new.name != title_of(old) for new, old in zip(named, fitted.markers, strict=True))
        if not cut:
            return Fitted(named, fitted.notes)
        told = f"the names of {count(cut, 'marker')} shortened to {_NAME_BYTES} bytes"
        return Fitted(named, (*fitted.notes, told))

    def write(self, markers: Sequence[ExportMarker], edit: Edit) -> bytes:
        """Return the content of a file, in ASCII: other signs are escaped within quotes."""
        lines = "".join(f"    ({m.frame}, {_known(m.name)!a}),\n" for m in markers)
        rate = f"({edit.rate.numerator}, {edit.rate.denominator})"
        values = {"TIMELINE": ascii(_known(one_line(edit.name))), "RATE": rate}
        script = _SCRIPT
        for name, value in values.items():
            script = script.replace(f"@{name}@", value, 1)
        return script.replace("@MARKERS@", lines, 1).encode("ascii")


def _known(text: str) -> str:
    """Return a text that UTF-8 can hold, which Blender demands."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _cut(name: str) -> str:
    """Return a name that fits into Blender's bytes, with an ellipsis where it was cut."""
    data = _known(name).encode()
    if len(data) <= _NAME_BYTES:
        return data.decode()
    return data[: _NAME_BYTES - len(_CUT.encode())].decode("utf-8", "ignore") + _CUT
