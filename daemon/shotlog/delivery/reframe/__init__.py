"""Reframing: crops of clips for another aspect, as key frames that follow subjects.

:func:`reframe` makes a :class:`~shotlog.schema.Reframing` of a timeline, by a :class:`Reframer`.
"""

from shotlog.delivery.reframe.backends import CenterReframer, SubjectReframer
from shotlog.delivery.reframe.contract import REFRAMERS, Reframer, SeenShot, Target
from shotlog.delivery.reframe.gathering import gather
from shotlog.delivery.reframe.making import ReframeOptions, reframe, see_shots
from shotlog.delivery.reframe.path import smooth_path, thin
from shotlog.delivery.reframe.pins import Pin
from shotlog.delivery.reframe.sound import EditSound, TrackPiece
from shotlog.delivery.reframe.speaker import SpeakerReframer
from shotlog.delivery.reframe.tracks import FaceTrack, join_faces

__all__ = [
    "REFRAMERS",
    "CenterReframer",
    "EditSound",
    "FaceTrack",
    "Pin",
    "ReframeOptions",
    "Reframer",
    "SeenShot",
    "SpeakerReframer",
    "SubjectReframer",
    "Target",
    "TrackPiece",
    "gather",
    "join_faces",
    "reframe",
    "see_shots",
    "smooth_path",
    "thin",
]
