from .kdenlive_format import KdenliveFormat
from .mlt_format import MltFormat
from .pieces import PieceReader, PlaylistPiece
from .property_text import raw_element
from .times import clock_of, frames_of

__all__ = [
    "KdenliveFormat",
    "MltFormat",
    "PieceReader",
    "PlaylistPiece",
    "clock_of",
    "frames_of",
    "raw_element",
]
