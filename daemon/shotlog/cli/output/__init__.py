"""All that is printed: streams, tables, progress, views of daemon and models."""

import lazy_loader as lazy

# Lazy: help is shown without the engine, whose progress the bars follow.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
