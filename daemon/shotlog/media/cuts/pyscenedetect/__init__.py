"""The detectors of PySceneDetect as cut finders, with the parameters of its command line.

Its own code measures the frames and decides; the results are those of ``scenedetect detect-...
list-scenes`` on the same frames. It is imported when a detector is used.
"""

from shotlog.media.cuts.pyscenedetect.finders import (
    AdaptiveCuts,
    ContentCuts,
    HashCuts,
    HistogramCuts,
    ThresholdCuts,
)

__all__ = ["AdaptiveCuts", "ContentCuts", "HashCuts", "HistogramCuts", "ThresholdCuts"]
