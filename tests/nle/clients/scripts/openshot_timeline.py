"""Prints what OpenShot's library reads of a project: FILE FOLDER.

FOLDER has a folder ``transitions``, without which the library reads no project. Run by the system's
Python, for which Debian has the library's bindings.
"""

import json
import sys

import openshot

openshot.Settings.Instance().PATH_OPENSHOT_INSTALL = sys.argv[2]
timeline = openshot.Timeline(sys.argv[1], False)
timeline.Open()
rate = timeline.info.fps
clips = [
    [clip.Layer(), clip.Position(), clip.Start(), clip.End(), clip.Reader().info.duration]
    for clip in timeline.Clips()
]
json.dump({"rate": [rate.num, rate.den], "clips": clips}, sys.stdout)
timeline.Close()
