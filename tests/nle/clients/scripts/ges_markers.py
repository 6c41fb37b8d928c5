"""Prints clips and markers of a project of GStreamer Editing Services, and saves it: FILE RESULT.

Run by the system's Python, for which Debian has GStreamer's bindings.
"""

import json
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GES", "1.0")
from gi.repository import GES, GLib, Gst  # noqa: E402 # their versions come first

LOADING_S = 30

Gst.init(None)
GES.init()
project = GES.Project.new(Gst.filename_to_uri(sys.argv[1]))
loop = GLib.MainLoop()
faults = []
project.connect("loaded", lambda *_: loop.quit())
project.connect("error-loading", lambda _project, _timeline, error: faults.append(error.message))
project.connect("error-loading-asset", lambda _project, error, *_: faults.append(error.message))
timeline = project.extract()
GLib.timeout_add_seconds(LOADING_S, loop.quit)
loop.run()

clips = [
    [clip.get_name(), clip.get_start(), clip.get_duration(), clip.get_inpoint()]
    for layer in timeline.get_layers()
    for clip in layer.get_clips()
]
listed = timeline.get_marker_list("markers")
markers = [
    [
        timeline.get_frame_at(marker.get_property("position")),
        marker.get_string("comment"),
        marker.get_uint("marker-color")[1],
    ]
    for marker in (listed.get_markers() if listed else ())
]
if faults or not timeline.save_to_uri(Gst.filename_to_uri(sys.argv[2]), None, True):
    sys.exit(f"not loaded or not saved: {faults}")
json.dump({"clips": clips, "markers": markers}, sys.stdout)
