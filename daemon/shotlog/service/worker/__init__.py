"""The worker process: runs jobs with the engine, and shares devices' memory among models."""

import lazy_loader as lazy

# Lazy: the process claims its standard streams before the engine is imported.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
