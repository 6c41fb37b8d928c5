"""Evidence for crops: faces, salient places, moving things and lips, in the engine's cache."""

from shotlog.delivery.reframe.evidence.lips import LipMeasure, SeenLips, read_lips
from shotlog.delivery.reframe.evidence.moving import (
    MovingMeasure,
    compare_shifted,
    find_shift,
)
from shotlog.delivery.reframe.evidence.places import SubjectPlace, read_places
from shotlog.delivery.reframe.evidence.subjects import (
    MOST_FACES,
    SeenFace,
    SeenFaces,
    SubjectMeasure,
    read_bars,
    read_faces,
)

__all__ = [
    "MOST_FACES",
    "LipMeasure",
    "MovingMeasure",
    "SeenFace",
    "SeenFaces",
    "SeenLips",
    "SubjectMeasure",
    "SubjectPlace",
    "compare_shifted",
    "find_shift",
    "read_bars",
    "read_faces",
    "read_lips",
    "read_places",
]
