"""The demo: a film whose truth is known, its timeline, and a comparison of findings with it."""

from shotlog.demo.figure import Appearance, Pose, draw_figure
from shotlog.demo.film import RATE, Film
from shotlog.demo.script import DEMO, Script, ScriptedSound, shot_size
from shotlog.demo.sound import (
    fade,
    make_applause,
    make_babble,
    make_fireworks,
    make_music,
    make_room_tone,
)
from shotlog.demo.stage import Layer, camera_path, take_picture
from shotlog.demo.timeline import demo_timeline
from shotlog.demo.truth import SoundKind, TrueShot, TrueSound, Truth
from shotlog.demo.verdict import (
    ComparedHighlight,
    ComparedLabel,
    ComparedShot,
    DemoVerdict,
    compare_highlights,
    compare_shots,
    find_false_cuts,
)

__all__ = [
    "DEMO",
    "RATE",
    "Appearance",
    "ComparedHighlight",
    "ComparedLabel",
    "ComparedShot",
    "DemoVerdict",
    "Film",
    "Layer",
    "Pose",
    "Script",
    "ScriptedSound",
    "SoundKind",
    "TrueShot",
    "TrueSound",
    "Truth",
    "camera_path",
    "compare_highlights",
    "compare_shots",
    "demo_timeline",
    "draw_figure",
    "fade",
    "find_false_cuts",
    "make_applause",
    "make_babble",
    "make_fireworks",
    "make_music",
    "make_room_tone",
    "shot_size",
    "take_picture",
]
