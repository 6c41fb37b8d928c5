"""Decode and measure: the read plan, the first pass, cuts, the second pass."""

from shotlog.engine.passes.first_pass import Outcome, take_missing
from shotlog.engine.passes.picture_pass import PictureJob, measure_pictures
from shotlog.engine.passes.prefetch import Ahead
from shotlog.engine.passes.read_plan import plan
from shotlog.engine.passes.second_pass import Looked, measure_windows
from shotlog.engine.passes.segmentation import Divided, divide
from shotlog.engine.passes.shots import seen
from shotlog.engine.passes.window_loader import WindowJob, gather

__all__ = [
    "Ahead",
    "Divided",
    "Looked",
    "Outcome",
    "PictureJob",
    "WindowJob",
    "divide",
    "gather",
    "measure_pictures",
    "measure_windows",
    "plan",
    "seen",
    "take_missing",
]
