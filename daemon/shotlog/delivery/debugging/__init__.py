"""Files that show how crops came about: faces and crops on frames, paths as plots, tracks.

:func:`keep_reframing` writes all of them into a folder.
"""

from shotlog.delivery.debugging.keeping import KeptReframing, keep_reframing
from shotlog.delivery.debugging.pictures import draw_boxes
from shotlog.delivery.debugging.plots import plot_path
from shotlog.delivery.debugging.tracks import KeptTrack, ShotTracks, tracks_of

__all__ = [
    "KeptReframing",
    "KeptTrack",
    "ShotTracks",
    "draw_boxes",
    "keep_reframing",
    "plot_path",
    "tracks_of",
]
