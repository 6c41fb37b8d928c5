"""Checks of pictures."""

from shotlog.delivery.qc.pictures.black import BlackCheck
from shotlog.delivery.qc.pictures.blur import BlurCheck
from shotlog.delivery.qc.pictures.combing import CombingCheck
from shotlog.delivery.qc.pictures.filtering import FilteredExaminer
from shotlog.delivery.qc.pictures.flashes import FlashCheck
from shotlog.delivery.qc.pictures.freeze import FreezeCheck

__all__ = [
    "BlackCheck",
    "BlurCheck",
    "CombingCheck",
    "FilteredExaminer",
    "FlashCheck",
    "FreezeCheck",
]
