"""Everything that is printed: consoles, streams, tables, progress, views of daemon and models."""

import lazy_loader as lazy

# Lazy: the views of models and the bars of the engine import packages that take a second, and help
# and most commands do without them.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
