"""Prints the markers that Shotcut would show, by the calls that it makes: FILE.

Run by the system's Python, for which Debian has MLT's bindings.
"""

import json
import sys

import mlt7 as mlt

mlt.Factory.init()
profile = mlt.Profile()
profile.from_producer(mlt.Producer(profile, "xml", sys.argv[1]))
# Again: a producer keeps the rate of the profile that it was made with.
project = mlt.Producer(profile, "xml", sys.argv[1])
listed = project.get_props("shotcut:markers")
markers = []
for index in range(listed.count() if listed.is_valid() else 0):
    marker = listed.get_props_at(index)
    if marker and marker.is_valid() and marker.get("start"):  # else one of MLT's own, "_profile"
        first, last = (marker.time_to_frames(marker.get(key)) for key in ("start", "end"))
        markers.append([first, marker.get("text"), last - first, marker.get("color")])
rate = [profile.frame_rate_num(), profile.frame_rate_den()]
json.dump({"rate": rate, "length": project.get_length(), "markers": markers}, sys.stdout)
