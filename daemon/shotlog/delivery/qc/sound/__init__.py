"""Checks of sound."""

from shotlog.delivery.qc.sound.clipping import ClippingCheck
from shotlog.delivery.qc.sound.loudness import LoudnessCheck
from shotlog.delivery.qc.sound.phase import PhaseCheck
from shotlog.delivery.qc.sound.silence import SilenceCheck

__all__ = ["ClippingCheck", "LoudnessCheck", "PhaseCheck", "SilenceCheck"]
