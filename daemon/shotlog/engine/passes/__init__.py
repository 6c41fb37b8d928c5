"""Decode and measure: the read plan, the first pass, segmentation by cuts, the second pass."""

from shotlog.engine.passes.first_pass import FirstPassResult, run_first_pass
from shotlog.engine.passes.picture_pass import PictureJob, measure_pictures
from shotlog.engine.passes.prefetch import Prefetcher
from shotlog.engine.passes.read_plan import plan_reads
from shotlog.engine.passes.second_pass import run_second_pass
from shotlog.engine.passes.segmentation import segment
from shotlog.engine.passes.shots import SegmentedClip, timeline_range
from shotlog.engine.passes.sound_pass import SoundJob, measure_sound
from shotlog.engine.passes.window_jobs import WindowJob, WindowRequest
from shotlog.engine.passes.window_loader import load_windows
from shotlog.engine.passes.window_plan import plan_window_frames
from shotlog.engine.passes.window_results import WindowResults

__all__ = [
    "FirstPassResult",
    "PictureJob",
    "Prefetcher",
    "SegmentedClip",
    "SoundJob",
    "WindowJob",
    "WindowRequest",
    "WindowResults",
    "load_windows",
    "measure_pictures",
    "measure_sound",
    "plan_reads",
    "plan_window_frames",
    "run_first_pass",
    "run_second_pass",
    "segment",
    "timeline_range",
]
