"""Reframing: crops of clips for another aspect, as key frames that follow subjects.

:func:`reframe` makes a :class:`~shotlog.schema.Reframing` of a timeline, by a :class:`Reframer`.
"""

from shotlog.delivery.reframe.backends import CenterReframer, SubjectReframer
from shotlog.delivery.reframe.choice import choose_reframer, describe_reframers, load_reframers
from shotlog.delivery.reframe.contract import GROUP, Reframer, SeenShot, Target
from shotlog.delivery.reframe.gathering import gather
from shotlog.delivery.reframe.making import ReframeOptions, reframe, see_shots
from shotlog.delivery.reframe.path import smooth_path, thin
from shotlog.delivery.reframe.pins import Pin
from shotlog.delivery.reframe.sound import EditSound, TrackPiece
from shotlog.delivery.reframe.speaker import SpeakerReframer
from shotlog.delivery.reframe.tracks import FaceTrack, join_faces

__all__ = [
    "GROUP",
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
    "choose_reframer",
    "describe_reframers",
    "gather",
    "join_faces",
    "load_reframers",
    "reframe",
    "see_shots",
    "smooth_path",
    "thin",
]
