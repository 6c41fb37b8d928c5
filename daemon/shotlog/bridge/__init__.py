"""The bridge: JSON lines on stdio, for callers that have only a standard library."""

import lazy_loader as lazy

# Lazy: the process takes its standard streams before anything else is imported.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
