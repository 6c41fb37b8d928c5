"""Encoders: their contract, those that come along, and the choice of one."""

from shotlog.delivery.encode.encoders.contract import (
    AAC,
    ENCODERS,
    PCM,
    Encoder,
    FilmToEncode,
    PreparedEncoder,
)
from shotlog.delivery.encode.encoders.hardware import HardwareEncoder
from shotlog.delivery.encode.encoders.software import (
    DnxhrEncoder,
    H264Encoder,
    HevcEncoder,
    ProresEncoder,
)

__all__ = [
    "AAC",
    "ENCODERS",
    "PCM",
    "DnxhrEncoder",
    "Encoder",
    "FilmToEncode",
    "H264Encoder",
    "HardwareEncoder",
    "HevcEncoder",
    "PreparedEncoder",
    "ProresEncoder",
]
