"""Synthetic video: a pinhole camera and a writer of video files, for demo, doctor and tests."""

from shotlog.synthetic.camera import Camera, Matrix
from shotlog.synthetic.video import AUDIO_RATE, write_video

__all__ = ["AUDIO_RATE", "Camera", "Matrix", "write_video"]
