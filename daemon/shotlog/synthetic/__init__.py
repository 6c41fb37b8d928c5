"""Pictures written into video files: infrastructure of the demo, the doctor and the tests."""

from shotlog.synthetic.camera import Camera, Matrix
from shotlog.synthetic.video import AUDIO_RATE, write_video

__all__ = ["AUDIO_RATE", "Camera", "Matrix", "write_video"]
