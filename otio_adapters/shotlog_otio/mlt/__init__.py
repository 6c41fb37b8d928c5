"""Projects of MLT: those of Kdenlive, and those of Shotcut and other programs."""

import lazy_loader as lazy

# Lazy: a search for the format of a file loads every format.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
