"""Prints what OpenShot's library reads of a project: FILE FOLDER.

FOLDER has a folder ``transitions``, without which the library reads no project. Run by the system's
Python, for which Debian has the library's bindings.
"""

import json
import sys

import openshot

openshot.Settings.Instance().PATH_OPENSHOT_INSTALL = sys.argv[2]
timeline = openshot.Timeline(sys.argv[1], False)
read = json.loads(timeline.Json())
rate = read["fps"]
clips = [
    [clip["layer"], clip["position"], clip["start"], clip["end"], clip["reader"]["path"]]
    for clip in read["clips"]
]
json.dump({"rate": [rate["num"], rate["den"]], "clips": clips}, sys.stdout)
