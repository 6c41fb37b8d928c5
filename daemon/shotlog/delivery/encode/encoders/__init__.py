"""Encoders: their contract, those that come along, and the choice of one."""

from shotlog.delivery.encode.encoders.choice import (
    choose_encoder,
    describe_encoders,
    load_encoders,
)
from shotlog.delivery.encode.encoders.contract import (
    AAC,
    GROUP,
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
    "GROUP",
    "PCM",
    "DnxhrEncoder",
    "Encoder",
    "FilmToEncode",
    "H264Encoder",
    "HardwareEncoder",
    "HevcEncoder",
    "PreparedEncoder",
    "ProresEncoder",
    "choose_encoder",
    "describe_encoders",
    "load_encoders",
]
