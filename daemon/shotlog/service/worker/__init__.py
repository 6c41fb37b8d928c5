"""The process that computes: jobs, loaded models, memory."""

import lazy_loader as lazy

# Lazy: the process takes its standard streams before the engine is imported.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
