"""Active speakers by a network in the format of TalkNet, whose weights the user brings."""

from shotlog.delivery.reframe.talknet.cepstra import CepstrumMeasure
from shotlog.delivery.reframe.talknet.checkpoint import TalkNet, load_talknet, make_network
from shotlog.delivery.reframe.talknet.mouths import MouthMeasure
from shotlog.delivery.reframe.talknet.scoring import score_faces

__all__ = [
    "CepstrumMeasure",
    "MouthMeasure",
    "TalkNet",
    "load_talknet",
    "make_network",
    "score_faces",
]
