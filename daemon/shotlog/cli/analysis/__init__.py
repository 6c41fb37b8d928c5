"""Analysis for a command: in this process or by the daemon, of timelines or of footage."""

import lazy_loader as lazy

# Lazy: footage and the engine import decoders, which an analysis by the daemon does without.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
