"""Shape of what TalkNet takes and gives; apart from the network, as torch is slow to import."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

RATE: Final = Fraction(25)
"""Pictures per second that it was trained with."""
PER_PICTURE: Final = 4
"""Cepstra of the time of a picture."""
SPAN: Final = 5
"""Pictures that one vector of a mouth is made of: the first convolution's extent in time."""
SIDE: Final = 112
"""Sides of the picture of a mouth, in pixels."""
VECTOR: Final = 512
"""Numbers of the vector of a mouth."""
