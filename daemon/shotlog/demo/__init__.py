"""The demo: a film whose truth is known, its timeline, and a comparison of findings with it."""

from shotlog.demo.figure import Look, Pose, draw_figure
from shotlog.demo.film import RATE, Film
from shotlog.demo.script import DEMO, Heard, Script, size_of
from shotlog.demo.stage import Layer, camera_path, take_picture
from shotlog.demo.timeline import demo_timeline
from shotlog.demo.truth import SoundKind, TrueShot, TrueSound, Truth
from shotlog.demo.verdict import (
    Answer,
    ComparedHighlight,
    ComparedShot,
    Verdict,
    compare_highlights,
    compare_shots,
    false_cuts,
)

__all__ = [
    "DEMO",
    "RATE",
    "Answer",
    "ComparedHighlight",
    "ComparedShot",
    "Film",
    "Heard",
    "Layer",
    "Look",
    "Pose",
    "Script",
    "SoundKind",
    "TrueShot",
    "TrueSound",
    "Truth",
    "Verdict",
    "camera_path",
    "compare_highlights",
    "compare_shots",
    "demo_timeline",
    "draw_figure",
    "false_cuts",
    "size_of",
    "take_picture",
]
