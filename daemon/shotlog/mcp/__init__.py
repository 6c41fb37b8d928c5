"""The server of the Model Context Protocol: the engine, the library and selects as tools."""

import lazy_loader as lazy

# Lazy: the process takes its standard streams before anything else is imported, and the protocol's
# SDK may not be installed.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
