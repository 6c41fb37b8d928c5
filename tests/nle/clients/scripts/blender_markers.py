"""Prints the timeline markers of Blender's scene and saves the project: RESULT, after ``--``."""

import json
import sys

import bpy

(result,) = sys.argv[sys.argv.index("--") + 1 :]
scene = bpy.context.scene
markers = [[marker.frame, marker.name, marker.select] for marker in scene.timeline_markers]
bpy.ops.wm.save_as_mainfile(filepath=result)
# On a line of its own: Blender writes about its own doings to the same output.
sys.stdout.write(f"\nMARKERS {json.dumps(markers)}\n")
